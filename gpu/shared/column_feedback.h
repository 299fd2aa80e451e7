// The inner sum of GPTQ and of coordinate descent for one row of weights: what the columns of the
// present block that were already rounded add to a later one.
#pragma once

#include "gpu/shared/host_device.h"

#include <cstddef>

namespace bitsmith::gpu {

// base + sum over k < count of errors[k * rows] * spread[k * stride], in four interleaved sums so
// that their latencies overlap.
BITSMITH_HD float withErrors(float base, const float* errors, std::size_t rows, const float* spread,
                             std::size_t stride, std::size_t count) {
    float sums[4] = {base, 0, 0, 0};
    std::size_t k = 0;
    for (; k + 4 <= count; k += 4)
        for (std::size_t i = 0; i < 4; ++i)
            sums[i] += errors[(k + i) * rows] * spread[(k + i) * stride];
    for (; k < count; ++k) sums[0] += errors[k * rows] * spread[k * stride];
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

} // namespace bitsmith::gpu
