// Codes of 4 bits that index a table of 16 levels (levels16.h), nibbles split as in legacy.cpp.
//   IQ4_NL  d, 16 bytes                                     d level              32 weights, 18
//   bytes IQ4_XS  d, 8 x 6-bit scale (2 + 4 bytes), 128 bytes     d (s - 32) level    256 weights,
//   136 bytes MXFP4   power of two e, 16 bytes                        2^(e - 127) level    32
//   weights, 17 bytes NVFP4   4 x E4M3 scale, 4 x 8 bytes of 16 codes         scale level 64
//   weights, 36 bytes
#include "core/tensor/blocks/decoders.h"

#include "core/tensor/blocks/levels16.h"

namespace bitsmith::blocks {
namespace {

// 2 * half codes: element j is the low nibble of byte j, element half + j the high one.
inline void decodeNibbles(const std::uint8_t* q, int half,
                          const std::array<std::int8_t, 16>& levels, float scale, float* out) {
    for (int j = 0; j < half; ++j) {
        out[j] = scale * static_cast<float>(levels[q[j] & 15]);
        out[j + half] = scale * static_cast<float>(levels[q[j] >> 4]);
    }
}

BITSMITH_INLINE void decodeIQ4_NLBlocks(const std::byte* in, std::size_t count,
                                        float* __restrict out) {
    for (; count-- > 0; in += 18, out += 32)
        decodeNibbles(bytesAt(in + 2), 16, Iq4Levels, halfAt(in), out);
}

BITSMITH_INLINE void decodeIQ4_XSBlocks(const std::byte* in, std::size_t count,
                                        float* __restrict out) {
    for (; count-- > 0; in += 136) {
        const float d = halfAt(in);
        const std::uint16_t high = u16At(in + 2);
        const std::uint8_t* low = bytesAt(in + 4);
        for (int s = 0; s < 8; ++s, out += 32) {
            const int scale = (low[s / 2] >> 4 * (s % 2) & 15) | (high >> 2 * s & 3) << 4;
            decodeNibbles(bytesAt(in + 8 + 16 * s), 16, Iq4Levels,
                          d * static_cast<float>(scale - 32), out);
        }
    }
}

BITSMITH_INLINE void decodeMXFP4Blocks(const std::byte* in, std::size_t count,
                                       float* __restrict out) {
    for (; count-- > 0; in += 17, out += 32)
        decodeNibbles(bytesAt(in + 1), 16, E2m1Doubled, e8m0Half(bytesAt(in)[0]), out);
}

BITSMITH_INLINE void decodeNVFP4Blocks(const std::byte* in, std::size_t count,
                                       float* __restrict out) {
    for (; count-- > 0; in += 36)
        for (int s = 0; s < 4; ++s, out += 16)
            decodeNibbles(bytesAt(in + 4 + 8 * s), 8, E2m1Doubled, ue4m3Half(bytesAt(in)[s]), out);
}

} // namespace

BITSMITH_DECODER(decodeIQ4_NL)
BITSMITH_DECODER(decodeIQ4_XS)
BITSMITH_DECODER(decodeMXFP4)
BITSMITH_DECODER(decodeNVFP4)

} // namespace bitsmith::blocks
