// Little-endian numbers into and out of byte strings, as the coded formats store them. Reading is
// checked: a reader never goes beyond its end.
#pragma once

#include "core/base/result.h"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace bitsmith {

class ByteWriter {
public:
    template <std::unsigned_integral T>
    void put(T number) {
        const std::size_t at = m_bytes.size();
        m_bytes.resize(at + sizeof number);
        std::memcpy(m_bytes.data() + at, &number, sizeof number);
    }
    // 7 bits a byte, least significant first; the top bit says that more follow.
    void putVarint(std::uint64_t number) {
        for (; number >= 128; number >>= 7) m_bytes.push_back(static_cast<std::byte>(number | 128));
        m_bytes.push_back(static_cast<std::byte>(number));
    }
    void putBytes(std::span<const std::byte> bytes) {
        m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end());
    }
    std::size_t size() const { return m_bytes.size(); }
    const std::vector<std::byte>& bytes() const { return m_bytes; }
    std::vector<std::byte> take() { return std::move(m_bytes); }

private:
    std::vector<std::byte> m_bytes;
};

// Borrows its bytes. Errors (BadInput): the bytes end early; a varint of more than 64 bits.
class ByteReader {
public:
    explicit ByteReader(std::span<const std::byte> bytes) : m_bytes(bytes) {}

    template <std::unsigned_integral T>
    Result<T> take() {
        BITSMITH_TRY(const auto bytes, takeBytes(sizeof(T)));
        T number;
        std::memcpy(&number, bytes.data(), sizeof number);
        return number;
    }
    Result<std::uint64_t> takeVarint() {
        std::uint64_t number = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            BITSMITH_TRY(const auto byte, take<std::uint8_t>());
            if (shift == 63 && byte > 1) break;
            number |= std::uint64_t{byte & 127U} << shift;
            if (byte < 128) return number;
        }
        return fail(ErrorCode::BadInput, "a number has more than 64 bits");
    }
    Result<std::span<const std::byte>> takeBytes(std::uint64_t count) {
        if (count > m_bytes.size())
            return fail(ErrorCode::BadInput, "{} bytes are missing at the end",
                        count - m_bytes.size());
        const auto out = m_bytes.first(static_cast<std::size_t>(count));
        m_bytes = m_bytes.subspan(static_cast<std::size_t>(count));
        return out;
    }
    std::span<const std::byte> rest() const { return m_bytes; }
    bool atEnd() const { return m_bytes.empty(); }

private:
    std::span<const std::byte> m_bytes;
};

} // namespace bitsmith
