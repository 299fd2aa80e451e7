// Transforms, counts and searches over many values on the device.
#pragma once

#include "core/tensor/matrix.h"

#include <cstddef>
#include <cstdint>
#include <cuda_runtime.h>

namespace bitsmith::gpu {

// size: a power of 2, at most 8192.
void hadamard(cudaStream_t stream, MatrixView x, std::size_t size);
// counts: added to; at most 4096.
void histogram(cudaStream_t stream, const float* values, std::size_t count, float low, float high,
               unsigned long long* counts, std::size_t bins);
// counts[b]: keys of magnitudes whose bits above `shift` + 8 are those of `prefix` and whose next
// eight are b.
void countKeys(cudaStream_t stream, const float* values, std::size_t count, std::uint32_t prefix,
               unsigned shift, unsigned long long* counts);
constexpr std::size_t KeyStretch = 256; // values that a thread looks at
// Of each stretch: how many keys are larger than `key`, and how many equal.
void countStretches(cudaStream_t stream, const float* values, std::size_t count, std::uint32_t key,
                    std::uint32_t* larger, std::uint32_t* equal);
// Writes the indices of keys larger than `key`, and of equal ones while a stretch has some to
// take: from offsets[s] on for stretch s.
void writeIndices(cudaStream_t stream, const float* values, std::size_t count, std::uint32_t key,
                  const std::uint32_t* offsets, const std::uint32_t* takeEqual,
                  std::uint32_t* indices);
// One round of Lloyd's algorithm. sums[c], masses[c]: fixed-point sums of weight * value and of
// weight, added to; changed: how many values have another centroid than in `codes`, added to.
struct LloydRound {
    const float* values = nullptr;
    const float* weights = nullptr; // null: 1
    std::size_t count = 0;
    const float* centroids = nullptr;
    unsigned centroidCount = 0;
    double valueFactor = 1, massFactor = 1; // of the fixed-point numbers
    std::uint8_t* codes = nullptr;
    unsigned long long *sums = nullptr, *masses = nullptr, *changed = nullptr;
};
void lloydRound(cudaStream_t stream, const LloydRound& round);

struct RansStream {
    const std::uint32_t* slots;
    const std::uint8_t* payload;
    std::uint8_t* out;
    unsigned long long payloadBytes, count;
    unsigned lanes;
};
// A warp per stream. ok: one byte for each.
void decodeRans(cudaStream_t stream, const RansStream* streams, std::size_t count,
                std::uint8_t* ok);

} // namespace bitsmith::gpu
