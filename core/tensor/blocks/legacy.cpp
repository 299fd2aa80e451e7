// 32 weights with one scale: the low nibbles hold the first half of the block, the high nibbles the
// second.
//   Q4_0  d, 16 nibble bytes            (q - 8) d          18 bytes
//   Q4_1  d, m, 16 nibble bytes         q d + m            20 bytes
//   Q5_0  d, 32 high bits, 16 bytes     (q - 16) d         22 bytes
//   Q5_1  d, m, 32 high bits, 16 bytes  q d + m            24 bytes
//   Q8_0  d, 32 signed bytes            q d                34 bytes
#include "core/tensor/blocks/decoders.h"

namespace bitsmith::blocks {
namespace {

// Codes of 5 bits: element j has bit j of `high` on top.
inline int code5(std::uint32_t nibble, std::uint32_t high, int j) {
    return static_cast<int>(nibble | ((high >> j) & 1) << 4);
}

BITSMITH_INLINE void decodeQ4_0Blocks(const std::byte* in, std::size_t count,
                                      float* __restrict out) {
    for (; count-- > 0; in += 18, out += 32) {
        const float d = halfAt(in);
        const std::uint8_t* q = bytesAt(in + 2);
        for (int j = 0; j < 16; ++j) {
            out[j] = static_cast<float>((q[j] & 15) - 8) * d;
            out[j + 16] = static_cast<float>((q[j] >> 4) - 8) * d;
        }
    }
}

BITSMITH_INLINE void decodeQ4_1Blocks(const std::byte* in, std::size_t count,
                                      float* __restrict out) {
    for (; count-- > 0; in += 20, out += 32) {
        const float d = halfAt(in), m = halfAt(in + 2);
        const std::uint8_t* q = bytesAt(in + 4);
        for (int j = 0; j < 16; ++j) {
            out[j] = static_cast<float>(q[j] & 15) * d + m;
            out[j + 16] = static_cast<float>(q[j] >> 4) * d + m;
        }
    }
}

BITSMITH_INLINE void decodeQ5_0Blocks(const std::byte* in, std::size_t count,
                                      float* __restrict out) {
    for (; count-- > 0; in += 22, out += 32) {
        const float d = halfAt(in);
        const std::uint32_t high = u32At(in + 2);
        const std::uint8_t* q = bytesAt(in + 6);
        for (int j = 0; j < 16; ++j) {
            out[j] = static_cast<float>(code5(q[j] & 15, high, j) - 16) * d;
            out[j + 16] = static_cast<float>(code5(q[j] >> 4, high, j + 16) - 16) * d;
        }
    }
}

BITSMITH_INLINE void decodeQ5_1Blocks(const std::byte* in, std::size_t count,
                                      float* __restrict out) {
    for (; count-- > 0; in += 24, out += 32) {
        const float d = halfAt(in), m = halfAt(in + 2);
        const std::uint32_t high = u32At(in + 4);
        const std::uint8_t* q = bytesAt(in + 8);
        for (int j = 0; j < 16; ++j) {
            out[j] = static_cast<float>(code5(q[j] & 15, high, j)) * d + m;
            out[j + 16] = static_cast<float>(code5(q[j] >> 4, high, j + 16)) * d + m;
        }
    }
}

BITSMITH_INLINE void decodeQ8_0Blocks(const std::byte* in, std::size_t count,
                                      float* __restrict out) {
    for (; count-- > 0; in += 34, out += 32) {
        const float d = halfAt(in);
        const auto* q = reinterpret_cast<const std::int8_t*>(in + 2);
        for (int j = 0; j < 32; ++j) out[j] = static_cast<float>(q[j]) * d;
    }
}

} // namespace

BITSMITH_DECODER(decodeQ4_0)
BITSMITH_DECODER(decodeQ4_1)
BITSMITH_DECODER(decodeQ5_0)
BITSMITH_DECODER(decodeQ5_1)
BITSMITH_DECODER(decodeQ8_0)

} // namespace bitsmith::blocks
