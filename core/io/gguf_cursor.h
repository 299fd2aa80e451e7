// A place in the header of a GGUF file that moves forward over checked values. Private to the
// reader.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace bitsmith {

class GgufCursor {
public:
    // where: "GGUF 'PATH'", the beginning of every message.
    GgufCursor(std::span<const std::byte> file, std::string where)
        : m_file(file), m_where(std::move(where)) {}

    // What is read from here on, for messages: "the value of 'general.name'".
    void reading(std::string what) { m_what = std::move(what); }
    std::size_t at() const { return m_at; }
    std::size_t remaining() const { return m_file.size() - m_at; }
    const std::string& where() const { return m_where; }
    // Version 1 counted in 32 bits.
    void setCountBytes(std::size_t bytes) { m_countBytes = bytes; }
    std::size_t countBytes() const { return m_countBytes; }

    // Errors (BadInput): the file ends first.
    template <class T>
    Result<T> read() {
        static_assert(std::is_arithmetic_v<T>);
        if (remaining() < sizeof(T)) return atEnd(sizeof(T));
        T value;
        std::memcpy(&value, m_file.data() + m_at, sizeof(T));
        m_at += sizeof(T);
        return value;
    }
    Result<std::uint64_t> readCount(); // a length, count or dimension
    // A text that lies in the file, as its bytes are: perhaps not UTF-8.
    // Errors (BadInput): longer than 1 GiB, the file ends first.
    Result<std::string_view> readText();
    // Elements of elementBytes each (at least) must fit into the rest of the file before anybody
    // allocates for them. Errors (BadInput).
    Status checkCount(std::uint64_t count, std::size_t elementBytes) const;
    // "WHERE: WHAT (byte AT) WHY. The file is damaged ...".
    tl::unexpected<Error> refuse(std::string_view why) const;

private:
    tl::unexpected<Error> atEnd(std::uint64_t needed) const;

    std::span<const std::byte> m_file;
    std::string m_where, m_what;
    std::size_t m_at = 0;
    std::size_t m_countBytes = sizeof(std::uint64_t);
};

} // namespace bitsmith
