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

BITSMITH_INLINE void decodeQ2_KBlocks(const std::byte* in, std::size_t count, float* out) {
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

BITSMITH_INLINE void decodeQ3_KBlocks(const std::byte* in, std::size_t count, float* out) {
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

BITSMITH_INLINE void decodeQ4_KBlocks(const std::byte* in, std::size_t count, float* out) {
    for (; count-- > 0; in += 144) {
        const float d = halfAt(in), dmin = halfAt(in + 2);
        const std::uint8_t* scales = bytesAt(in + 4);
        const std::uint8_t* q = bytesAt(in + 16);
        for (int s = 0; s < 8; ++s, out += 32) {
            const ScaleMin sm = scaleMin(scales, s);
            const float scale = d * static_cast<float>(sm.scale);
            const float min = dmin * static_cast<float>(sm.min);
            const int shift = 4 * (s % 2);
            for (int l = 0; l < 32; ++l)
                out[l] = scale * static_cast<float>((q[l] >> shift) & 15) - min;
            if (s % 2) q += 32;
        }
    }
}

BITSMITH_INLINE void decodeQ5_KBlocks(const std::byte* in, std::size_t count, float* out) {
    for (; count-- > 0; in += 176) {
        const float d = halfAt(in), dmin = halfAt(in + 2);
        const std::uint8_t* scales = bytesAt(in + 4);
        const std::uint8_t* high = bytesAt(in + 16);
        const std::uint8_t* q = bytesAt(in + 48);
        for (int s = 0; s < 8; ++s, out += 32) {
            const ScaleMin sm = scaleMin(scales, s);
            const float scale = d * static_cast<float>(sm.scale);
            const float min = dmin * static_cast<float>(sm.min);
            const int shift = 4 * (s % 2);
            for (int l = 0; l < 32; ++l) {
                const int code = ((q[l] >> shift) & 15) | ((high[l] >> s) & 1) << 4;
                out[l] = scale * static_cast<float>(code) - min;
            }
            if (s % 2) q += 32;
        }
    }
}

BITSMITH_INLINE void decodeQ6_KBlocks(const std::byte* in, std::size_t count, float* out) {
    for (; count-- > 0; in += 210) {
        const auto* scales = reinterpret_cast<const std::int8_t*>(in + 192);
        const float d = halfAt(in + 208);
        for (int s = 0; s < 16; ++s, out += 16) { // sub-block s: 32-group s / 2, its half s % 2
            const int group = (s / 2) % 4, first = 16 * (s % 2);
            const std::uint8_t* low = bytesAt(in) + 64 * (s / 8) + 32 * (group % 2) + first;
            const std::uint8_t* high = bytesAt(in + 128) + 32 * (s / 8) + first;
            const int lowShift = 4 * (group / 2), highShift = 2 * group;
            const float scale = d * static_cast<float>(scales[s]);
            for (int l = 0; l < 16; ++l) {
                const int code = ((low[l] >> lowShift) & 15) | ((high[l] >> highShift) & 3) << 4;
                out[l] = scale * static_cast<float>(code - 32);
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
