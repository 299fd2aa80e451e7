// Single bits into and out of byte strings, least significant first: how tables are stored.
#pragma once

#include "core/codec/byte_stream.h"

#include <bit>

namespace bitsmith {

// Ends on a byte boundary with flush(); until then the last bits are kept back.
class BitWriter {
public:
    explicit BitWriter(ByteWriter& out) : m_out(out) {}

    // The lowest `count` bits, 0 to 32.
    void put(std::uint32_t bits, int count) {
        m_bits |= (bits & ((std::uint64_t{1} << count) - 1)) << m_count;
        for (m_count += count; m_count >= 8; m_count -= 8, m_bits >>= 8)
            m_out.put(static_cast<std::uint8_t>(m_bits));
    }
    // number zeros and a one.
    void putUnary(int number) {
        for (; number > 0; --number) put(0, 1);
        put(1, 1);
    }
    // 1 and more; twice as many bits as it has, less one (Elias gamma).
    void putGamma(std::uint32_t number) {
        const int width = std::bit_width(number);
        putUnary(width - 1);
        put(number, width - 1);
    }
    void flush() {
        if (m_count > 0) put(0, 8 - m_count);
    }

private:
    ByteWriter& m_out;
    std::uint64_t m_bits = 0;
    int m_count = 0;
};

// Takes bytes as it needs them. Errors (BadInput): the bytes end early; too long a number; bits
// other than 0 before the byte boundary.
class BitReader {
public:
    explicit BitReader(ByteReader& in) : m_in(in) {}

    Result<std::uint32_t> take(int count) {
        while (m_count < count) {
            BITSMITH_TRY(const auto byte, m_in.take<std::uint8_t>());
            m_bits |= std::uint64_t{byte} << m_count;
            m_count += 8;
        }
        const auto bits = static_cast<std::uint32_t>(m_bits & ((std::uint64_t{1} << count) - 1));
        m_bits >>= count;
        m_count -= count;
        return bits;
    }
    Result<int> takeUnary(int most) {
        for (int number = 0; number <= most; ++number) {
            BITSMITH_TRY(const std::uint32_t bit, take(1));
            if (bit) return number;
        }
        return fail(ErrorCode::BadInput, "a number that is too large");
    }
    Result<std::uint32_t> takeGamma(int mostBits) {
        BITSMITH_TRY(const int more, takeUnary(mostBits - 1));
        BITSMITH_TRY(const std::uint32_t bits, take(more));
        return bits | 1U << more;
    }
    Status finish() {
        if (m_bits != 0) return fail(ErrorCode::BadInput, "bits after the end");
        return {};
    }

private:
    ByteReader& m_in;
    std::uint64_t m_bits = 0;
    int m_count = 0;
};

} // namespace bitsmith
