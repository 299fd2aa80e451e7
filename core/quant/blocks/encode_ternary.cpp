// TQ1_0, TQ2_0, Q1_0, Q2_0 (layouts: core/tensor/blocks/ternary.cpp): the scale is the largest
// magnitude, or the mean one for signs alone.
#include "core/quant/blocks/block_bytes.h"
#include "core/quant/blocks/encoders.h"
#include "core/tensor/blocks/trits.h"

#include <cmath>

namespace bitsmith::blocks {
namespace {

float magnitudeOf(const float* x, int size) {
    float most = 0;
    for (int i = 0; i < size; ++i) most = std::max(most, std::abs(x[i]));
    return most;
}

// 0, 1 or 2: x / scale rounded, halves away from zero, plus 1.
void digitsOf(const float* x, int size, float scale, std::uint8_t* out) {
    const float inverse = inverseOf(scale);
    for (int i = 0; i < size; ++i) {
        const float v = x[i] * inverse;
        out[i] = static_cast<std::uint8_t>(1 + (v >= 0.5F) - (v <= -0.5F));
    }
}

} // namespace

void encodeTQ1_0(const BlockRun& run) {
    for (std::size_t k = 0; k < run.count(); ++k) {
        std::byte* out = run.target(k);
        const float scale = magnitudeOf(run.source(k), 256);
        std::uint8_t digits[256];
        digitsOf(run.source(k), 256, scale, digits);
        putScale(out + 52, scale);
        const std::uint8_t* digit = digits;
        std::uint8_t* q = bytesOf(out);
        for (const TritRun run3 : TritRuns) {
            for (int m = 0; m < run3.bytes; ++m) {
                unsigned value = 0; // five ternary digits, as a fraction of 243
                for (int n = 0; n < 5; ++n)
                    value = value * 3 + (n < run3.digits ? digit[n * run3.bytes + m] : 0U);
                *q++ = static_cast<std::uint8_t>((value * 256 + 242) / 243);
            }
            digit += run3.bytes * run3.digits;
        }
    }
}

void encodeTQ2_0(const BlockRun& run) {
    for (std::size_t k = 0; k < run.count(); ++k) {
        std::byte* out = run.target(k);
        const float scale = magnitudeOf(run.source(k), 256);
        std::uint8_t digits[256];
        digitsOf(run.source(k), 256, scale, digits);
        putScale(out + 64, scale);
        std::uint8_t* q = bytesOf(out);
        for (int i = 0; i < 64; ++i) {
            const std::uint8_t* d = digits + i / 32 * 128 + i % 32;
            q[i] = static_cast<std::uint8_t>(d[0] | d[32] << 2 | d[64] << 4 | d[96] << 6);
        }
    }
}

void encodeQ1_0(const BlockRun& run) {
    for (std::size_t k = 0; k < run.count(); ++k) {
        const float* x = run.source(k);
        std::byte* out = run.target(k);
        float sum = 0;
        for (int i = 0; i < 128; ++i) sum += std::abs(x[i]);
        putScale(out, sum / 128.0F);
        std::uint8_t* q = bytesOf(out + 2);
        for (int i = 0; i < 16; ++i) {
            unsigned bits = 0;
            for (int j = 0; j < 8; ++j) bits |= (x[8 * i + j] >= 0 ? 1U : 0U) << j;
            q[i] = static_cast<std::uint8_t>(bits);
        }
    }
}

void encodeQ2_0(const BlockRun& run) {
    for (std::size_t k = 0; k < run.count(); ++k) {
        std::byte* out = run.target(k);
        const float scale = magnitudeOf(run.source(k), 64);
        std::uint8_t digits[64];
        digitsOf(run.source(k), 64, scale, digits);
        putScale(out, scale);
        std::uint8_t* q = bytesOf(out + 2);
        for (int i = 0; i < 16; ++i) {
            const std::uint8_t* d = digits + 4 * i;
            q[i] = static_cast<std::uint8_t>(d[0] | d[1] << 2 | d[2] << 4 | d[3] << 6);
        }
    }
}

} // namespace bitsmith::blocks
