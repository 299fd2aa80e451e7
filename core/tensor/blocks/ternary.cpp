// Weights -d, 0, d, and signs alone.
//   TQ1_0  five ternary digits a byte (48 + 4 bytes), d   256 weights, 54 bytes
//   TQ2_0  2-bit codes laid out as Q2_K's, d              256 weights, 66 bytes
//   Q1_0   d, a bit per weight, set: +d                   128 weights, 18 bytes
//   Q2_0   d, 2-bit codes in natural order                 64 weights, 18 bytes
#include "core/tensor/blocks/decoders.h"

#include "core/tensor/blocks/trits.h"

namespace bitsmith::blocks {

void decodeTQ1_0(const std::byte* in, std::size_t count, float* out) {
    for (; count-- > 0; in += 54, out += 256) {
        const float d = halfAt(in + 52);
        float* to = out;
        const std::uint8_t* q = bytesAt(in);
        for (const TritRun run : TritRuns) {
            unsigned power = 1;
            for (int n = 0; n < run.digits; ++n, power *= 3)
                for (int m = 0; m < run.bytes; ++m) {
                    // The byte is a fraction of 256; multiplied by 3^n, its whole part is the
                    // digit.
                    const auto fraction = static_cast<std::uint8_t>(q[m] * power);
                    *to++ = static_cast<float>((fraction * 3 >> 8) - 1) * d;
                }
            q += run.bytes;
        }
    }
}

void decodeTQ2_0(const std::byte* in, std::size_t count, float* out) {
    for (; count-- > 0; in += 66) {
        const float d = halfAt(in + 64);
        const std::uint8_t* q = bytesAt(in);
        for (int half = 0; half < 2; ++half, q += 32)
            for (int shift = 0; shift < 8; shift += 2, out += 32)
                for (int l = 0; l < 32; ++l)
                    out[l] = static_cast<float>((q[l] >> shift & 3) - 1) * d;
    }
}

void decodeQ1_0(const std::byte* in, std::size_t count, float* out) {
    for (; count-- > 0; in += 18, out += 128) {
        const float d = halfAt(in);
        const std::uint8_t* q = bytesAt(in + 2);
        for (int j = 0; j < 128; ++j) out[j] = q[j / 8] >> j % 8 & 1 ? d : -d;
    }
}

void decodeQ2_0(const std::byte* in, std::size_t count, float* out) {
    for (; count-- > 0; in += 18, out += 64) {
        const float d = halfAt(in);
        const std::uint8_t* q = bytesAt(in + 2);
        for (int j = 0; j < 64; ++j)
            out[j] = static_cast<float>((q[j / 4] >> 2 * (j % 4) & 3) - 1) * d;
    }
}

} // namespace bitsmith::blocks
