// The fast Walsh-Hadamard transform, one butterfly at a time: `size` / 2 of them in each of
// log2(size) stages, each stage after the one before.
#pragma once

#include "gpu/shared/host_device.h"

#include <cstddef>

namespace bitsmith::gpu {

// Butterfly i of the stage whose pairs lie `half` apart (1, 2, 4, ...).
BITSMITH_HD void butterfly(float* values, std::size_t i, std::size_t half) {
    const std::size_t low = i / half * 2 * half + i % half, high = low + half;
    const float a = values[low], b = values[high];
    values[low] = a + b;
    values[high] = a - b;
}

} // namespace bitsmith::gpu
