// The wire format of Protocol Buffers, as far as SentencePiece models use it: a key (number and
// kind), then a varint, fixed bytes, or a length and that many bytes.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace bitsmith {

struct ProtoField {
    std::uint32_t number = 0;
    std::uint64_t value = 0;  // of numbers
    std::string_view content; // of texts and messages
};

class ProtoReader {
public:
    explicit ProtoReader(std::string_view bytes) : m_bytes(bytes) {}
    bool atEnd() const { return m_at == m_bytes.size(); }

    Result<ProtoField> next() {
        const auto key = varint();
        if (!key) return broken();
        ProtoField field;
        field.number = static_cast<std::uint32_t>(*key >> 3);
        std::uint64_t size = 0;
        switch (*key & 7) {
        case 0: {
            const auto value = varint();
            if (!value) return broken();
            field.value = *value;
            return field;
        }
        case 1:
            size = 8;
            break;
        case 5:
            size = 4;
            break;
        case 2: {
            const auto length = varint();
            if (!length) return broken();
            size = *length;
            break;
        }
        default:
            return broken();
        }
        if (size > m_bytes.size() - m_at) return broken();
        field.content = m_bytes.substr(m_at, size);
        m_at += size;
        return field;
    }

private:
    std::optional<std::uint64_t> varint() {
        std::uint64_t value = 0;
        for (int shift = 0; shift < 64 && m_at < m_bytes.size(); shift += 7) {
            const auto byte = static_cast<unsigned char>(m_bytes[m_at++]);
            value |= std::uint64_t{byte & 0x7Fu} << shift;
            if (byte < 0x80) return value;
        }
        return std::nullopt;
    }
    tl::unexpected<Error> broken() const {
        return fail(ErrorCode::BadInput, "no valid field at byte {} of {}", m_at, m_bytes.size());
    }
    std::string_view m_bytes;
    std::size_t m_at = 0;
};

class ProtoWriter {
public:
    // Negative numbers take ten bytes, as the format has it.
    void number(std::uint32_t field, std::int64_t value) {
        varint(std::uint64_t{field} << 3);
        varint(static_cast<std::uint64_t>(value));
    }
    void real(std::uint32_t field, float value) {
        varint(std::uint64_t{field} << 3 | 5);
        char bytes[sizeof(value)];
        std::memcpy(bytes, &value, sizeof(value));
        m_bytes.append(bytes, sizeof(bytes));
    }
    void text(std::uint32_t field, std::string_view value) {
        varint(std::uint64_t{field} << 3 | 2);
        varint(value.size());
        m_bytes += value;
    }
    const std::string& bytes() const { return m_bytes; }

private:
    void varint(std::uint64_t value) {
        for (; value >= 0x80; value >>= 7) m_bytes += static_cast<char>(value | 0x80);
        m_bytes += static_cast<char>(value);
    }
    std::string m_bytes;
};

} // namespace bitsmith
