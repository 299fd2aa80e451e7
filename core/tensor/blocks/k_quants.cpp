// 256 weights in sub-blocks of 16 or 32, whose scales are themselves small integers times a scale
// of the whole block.
//   Q2_K  16 x (4-bit scale, 4-bit min), 64 bytes of 2-bit codes, d, dmin          84 bytes
//   Q3_K  32 bytes of high bits, 64 bytes of low 2 bits, 16 x 6-bit scale, d      110 bytes
//   Q4_K  d, dmin, 8 x (6-bit scale, 6-bit min), 128 nibble bytes                 144 bytes
//   Q5_K  as Q4_K with 32 bytes of fifth bits before the nibbles                  176 bytes
//   Q6_K  128 nibble bytes, 64 bytes of high 2 bits, 16 x 8-bit scale, d          210 bytes
#include "core/tensor/blocks/decoders.h"

#include "core/tensor/blocks/k_scales.h"

namespace bitsmith::blocks {
namespace {

struct SubBlock {
    float scale, min;
};
// Scale and min of sub-block s of Q4_K and Q5_K. packed: their 12 bytes.
BITSMITH_INLINE SubBlock subBlock(const std::byte* packed, int s, float d, float dmin) {
    const ScaleMin integers = scaleMin(bytesAt(packed), s);
    return {d * static_cast<float>(integers.scale), dmin * static_cast<float>(integers.min)};
}

BITSMITH_INLINE void decodeQ2_KBlocks(const std::byte* in, std::size_t count,
                                      float* __restrict out) {
    for (; count-- > 0; in += 84) {
        const std::uint8_t* scales = bytesAt(in);
        const std::uint8_t* q = bytesAt(in + 16);
        const float d = halfAt(in + 80), dmin = halfAt(in + 82);
        for (int half = 0; half < 2; ++half, q += 32)
            for (int shift = 0; shift < 8; shift += 2)
                for (int part = 0; part < 2; ++part, ++scales, out += 16) {
                    const float scale = d * static_cast<float>(*scales & 15);
                    const float min = dmin * static_cast<float>(*scales >> 4);
                    for (int l = 0; l < 16; ++l)
                        out[l] = scale * static_cast<float>((q[16 * part + l] >> shift) & 3) - min;
                }
    }
}

BITSMITH_INLINE void decodeQ3_KBlocks(const std::byte* in, std::size_t count,
                                      float* __restrict out) {
    for (; count-- > 0; in += 110) {
        const std::uint8_t* high = bytesAt(in);
        const std::uint8_t* q = bytesAt(in + 32);
        const std::uint8_t* scales = bytesAt(in + 96);
        const float d = halfAt(in + 108);
        for (int s = 0; s < 16; ++s, out += 16) { // sub-block s: 32-group s / 2, its half s % 2
            const int group = s / 2, shift = 2 * (group % 4), first = 16 * (s % 2);
            const std::uint8_t* low = q + 32 * (s / 8) + first;
            const float scale = d * static_cast<float>(scaleQ3(scales, s) - 32);
            for (int l = 0; l < 16; ++l) {
                const int code = (low[l] >> shift) & 3, top = (high[first + l] >> group) & 1;
                out[l] = scale * static_cast<float>(code - (top ? 0 : 4));
            }
        }
    }
}

BITSMITH_INLINE void decodeQ4_KBlocks(const std::byte* in, std::size_t count,
                                      float* __restrict out) {
    for (; count-- > 0; in += 144) {
        const float d = halfAt(in), dmin = halfAt(in + 2);
        const std::uint8_t* q = bytesAt(in + 16);
        for (int s = 0; s < 8; s += 2, q += 32, out += 64) { // two sub-blocks share 32 bytes
            const SubBlock low = subBlock(in + 4, s, d, dmin),
                           high = subBlock(in + 4, s + 1, d, dmin);
            for (int l = 0; l < 32; ++l)
                out[l] = low.scale * static_cast<float>(q[l] & 15) - low.min;
            for (int l = 0; l < 32; ++l)
                out[32 + l] = high.scale * static_cast<float>(q[l] >> 4) - high.min;
        }
    }
}

BITSMITH_INLINE void decodeQ5_KBlocks(const std::byte* in, std::size_t count,
                                      float* __restrict out) {
    for (; count-- > 0; in += 176) {
        const float d = halfAt(in), dmin = halfAt(in + 2);
        const std::uint8_t *fifth = bytesAt(in + 16), *q = bytesAt(in + 48);
        for (int s = 0; s < 8; s += 2, q += 32, out += 64) {
            const SubBlock low = subBlock(in + 4, s, d, dmin),
                           high = subBlock(in + 4, s + 1, d, dmin);
            for (int l = 0; l < 32; ++l) {
                const int code = (q[l] & 15) | (fifth[l] >> s & 1) << 4;
                out[l] = low.scale * static_cast<float>(code) - low.min;
            }
            for (int l = 0; l < 32; ++l) {
                const int code = q[l] >> 4 | (fifth[l] >> (s + 1) & 1) << 4;
                out[32 + l] = high.scale * static_cast<float>(code) - high.min;
            }
        }
    }
}

BITSMITH_INLINE void decodeQ6_KBlocks(const std::byte* in, std::size_t count,
                                      float* __restrict out) {
    for (; count-- > 0; in += 210) {
        const float d = halfAt(in + 208);
        for (int half = 0; half < 2; ++half, out += 128) {
            const std::uint8_t *low = bytesAt(in) + 64 * half,
                               *high = bytesAt(in + 128) + 32 * half;
            const auto* integers = reinterpret_cast<const std::int8_t*>(in + 192) + 8 * half;
            for (int part = 0; part < 2; ++part) { // 16 weights of each of four groups of 32
                float scale[4];
                for (int g = 0; g < 4; ++g)
                    scale[g] = d * static_cast<float>(integers[2 * g + part]);
                for (int l = 16 * part; l < 16 * part + 16; ++l) {
                    const int a = (low[l] & 15) | (high[l] & 3) << 4;
                    const int b = (low[l + 32] & 15) | (high[l] >> 2 & 3) << 4;
                    const int c = low[l] >> 4 | (high[l] >> 4 & 3) << 4;
                    const int e = low[l + 32] >> 4 | high[l] >> 6 << 4;
                    out[l] = scale[0] * static_cast<float>(a - 32);
                    out[l + 32] = scale[1] * static_cast<float>(b - 32);
                    out[l + 64] = scale[2] * static_cast<float>(c - 32);
                    out[l + 96] = scale[3] * static_cast<float>(e - 32);
                }
            }
        }
    }
}

} // namespace

BITSMITH_DECODER(decodeQ2_K)
BITSMITH_DECODER(decodeQ3_K)
BITSMITH_DECODER(decodeQ4_K)
BITSMITH_DECODER(decodeQ5_K)
BITSMITH_DECODER(decodeQ6_K)

} // namespace bitsmith::blocks
