// The affine grid for one group and one weight; the arithmetic of core/quant/grid/affine_math.cpp
// and affine_kernels.cpp, operation by operation, so that codes are the same.
#pragma once

#include "gpu/shared/host_device.h"
#include "gpu/shared/number_formats.h"

#include <cmath>
#include <cstdint>

namespace bitsmith::gpu {

struct AffineOne {
    std::uint16_t half; // fp16 bits of the scale
    std::uint8_t zero;
    std::uint8_t clipped, coarse;
    float scale;
};

// The group that covers [low, high], low <= 0 <= high.
BITSMITH_HD AffineOne affineOne(float low, float high, int bits, bool symmetric) {
    const double top = (1 << bits) - 1;
    double lo = low, hi = high;
    if (symmetric) {
        hi = -lo > hi ? -lo : hi;
        lo = -hi;
    }
    if (lo == 0 && hi == 0) { // any scale will do: all codes are the zero
        lo = -1;
        hi = 1;
    }
    const double scale = (hi - lo) / top;
    AffineOne out;
    out.clipped = scale > 65504.0;
    out.coarse = scale < 0x1p-22;
    out.half = halfBits(static_cast<float>(scale < 65504.0 ? scale : 65504.0));
    if (out.half == 0) out.half = 1; // the smallest subnormal
    out.scale = halfValue(out.half);
    double zero = symmetric ? static_cast<double>(1 << (bits - 1)) : rint(-lo / out.scale);
    zero = zero < 0 ? 0 : zero > top ? top : zero;
    out.zero = static_cast<std::uint8_t>(zero);
    return out;
}

// clamp(round(w / scale) + zero, 0, 2^bits - 1), ties to even, a true division.
BITSMITH_HD float affineCode(float w, float scale, float zero, float maxCode) {
    const float code = rintf(w / scale) + zero;
    const float held = code > 0 ? code : 0;
    return held < maxCode ? held : maxCode;
}
BITSMITH_HD float affineValue(float code, float scale, float zero) { return scale * (code - zero); }

// Of 80 ranges from [low, high] down to 0.21 of it the one with the least error(group); the first
// of equals.
template <class Error>
BITSMITH_HD AffineOne searchedAffine(float low, float high, int bits, bool symmetric,
                                     const Error& error) {
    AffineOne best = affineOne(low, high, bits, symmetric);
    if (low == 0 && high == 0) return best;
    double least = error(best);
    AffineOne last = best;
    for (int step = 1; step < 80; ++step) {
        const float shrink = 1.0f - static_cast<float>(step) / 100.0f;
        const AffineOne group = affineOne(low * shrink, high * shrink, bits, symmetric);
        if (group.half == last.half && group.zero == last.zero) continue;
        last = group;
        const double e = error(group);
        if (e < least) {
            least = e;
            best = group;
        }
    }
    return best;
}

} // namespace bitsmith::gpu
