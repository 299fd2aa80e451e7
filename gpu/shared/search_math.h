// Histograms, selection and clustering, one value at a time.
#pragma once

#include "gpu/shared/host_device.h"
#include "gpu/shared/number_formats.h"

#include <cstddef>
#include <cstdint>

namespace bitsmith::gpu {

// Which of `count` equal parts of [low, high) holds x; values beyond belong to the first and the
// last. count for NaN.
BITSMITH_HD std::size_t binOf(float x, float low, float high, std::size_t count) {
    if (!(x == x)) return count;
    const double at = (static_cast<double>(x) - low) / (static_cast<double>(high) - low) *
                      static_cast<double>(count);
    if (!(at > 0)) return 0;
    const double last = static_cast<double>(count - 1);
    return static_cast<std::size_t>(at < last ? at : last);
}

// Orders magnitudes as unsigned numbers; NaN lowest, with 0.
BITSMITH_HD std::uint32_t magnitudeKey(float x) {
    const std::uint32_t bits = bitsOf(x) & 0x7fffffffu;
    return bits > 0x7f800000u ? 0 : bits;
}

// The centroid nearest to x among `count` ascending ones; of two as near the lower one.
BITSMITH_HD unsigned nearestCentroid(float x, const float* centroids, unsigned count) {
    unsigned first = 0, last = count - 1; // the answer lies in [first, last]
    while (first < last) {
        const unsigned middle = (first + last) / 2;
        const float border = 0.5f * (centroids[middle] + centroids[middle + 1]);
        if (x > border)
            first = middle + 1;
        else
            last = middle;
    }
    return first;
}

} // namespace bitsmith::gpu
