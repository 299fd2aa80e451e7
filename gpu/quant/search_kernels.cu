// Counts are integers, and sums fixed-point numbers, so that atomic additions give the same result
// in any order.
#include "gpu/quant/search_kernels.h"

#include "gpu/runtime/launch.h"
#include "gpu/shared/hadamard_step.h"
#include "gpu/shared/rans_step.h"
#include "gpu/shared/search_math.h"

#include <cmath>

namespace bitsmith::gpu {
namespace {

using Count = unsigned long long;

// A block per piece of a row.
__global__ void hadamardKernel(MatrixView x, std::size_t size, float scale) {
    BITSMITH_SHARED(float, values);
    const std::size_t pieces = x.cols / size;
    for (std::size_t i = blockIdx.x; i < x.rows * pieces; i += gridDim.x) {
        float* piece = x.data + i / pieces * x.stride + i % pieces * size;
        for (std::size_t k = threadIdx.x; k < size; k += blockDim.x) values[k] = piece[k];
        __syncthreads();
        for (std::size_t half = 1; half < size; half *= 2) {
            for (std::size_t k = threadIdx.x; k < size / 2; k += blockDim.x)
                butterfly(values, k, half);
            __syncthreads();
        }
        for (std::size_t k = threadIdx.x; k < size; k += blockDim.x) piece[k] = values[k] * scale;
        __syncthreads();
    }
}

// Adds a block's counts in shared memory to those of all.
__device__ void addCounts(const unsigned* own, Count* all, std::size_t bins) {
    __syncthreads();
    for (std::size_t b = threadIdx.x; b < bins; b += blockDim.x)
        if (own[b] > 0) atomicAdd(&all[b], static_cast<Count>(own[b]));
}
__device__ void clearCounts(unsigned* own, std::size_t bins) {
    for (std::size_t b = threadIdx.x; b < bins; b += blockDim.x) own[b] = 0;
    __syncthreads();
}

__global__ void histogramKernel(const float* values, std::size_t count, float low, float high,
                                Count* counts, std::size_t bins) {
    BITSMITH_SHARED(unsigned, own);
    clearCounts(own, bins);
    for (std::size_t i = firstElement(); i < count; i += elementStep())
        if (const std::size_t b = binOf(values[i], low, high, bins); b < bins)
            atomicAdd(&own[b], 1u);
    addCounts(own, counts, bins);
}

__global__ void countKeysKernel(const float* values, std::size_t count, std::uint32_t prefix,
                                unsigned shift, Count* counts) {
    __shared__ unsigned own[256];
    clearCounts(own, 256);
    for (std::size_t i = firstElement(); i < count; i += elementStep()) {
        const std::uint32_t key = magnitudeKey(values[i]);
        if (shift == 24 || key >> (shift + 8) == prefix >> (shift + 8))
            atomicAdd(&own[key >> shift & 255u], 1u);
    }
    addCounts(own, counts, 256);
}

__global__ void countStretchesKernel(const float* values, std::size_t count, std::uint32_t key,
                                     std::uint32_t* larger, std::uint32_t* equal) {
    const std::size_t stretches = (count + KeyStretch - 1) / KeyStretch;
    for (std::size_t s = firstElement(); s < stretches; s += elementStep()) {
        std::uint32_t above = 0, same = 0;
        for (std::size_t i = s * KeyStretch; i < (s + 1) * KeyStretch && i < count; ++i) {
            const std::uint32_t own = magnitudeKey(values[i]);
            above += own > key;
            same += own == key;
        }
        larger[s] = above;
        equal[s] = same;
    }
}

__global__ void writeIndicesKernel(const float* values, std::size_t count, std::uint32_t key,
                                   const std::uint32_t* offsets, const std::uint32_t* takeEqual,
                                   std::uint32_t* indices) {
    const std::size_t stretches = (count + KeyStretch - 1) / KeyStretch;
    for (std::size_t s = firstElement(); s < stretches; s += elementStep()) {
        std::uint32_t* to = indices + offsets[s];
        std::uint32_t take = takeEqual[s];
        for (std::size_t i = s * KeyStretch; i < (s + 1) * KeyStretch && i < count; ++i) {
            const std::uint32_t own = magnitudeKey(values[i]);
            if (own < key || (own == key && take == 0)) continue;
            take -= own == key;
            *to++ = static_cast<std::uint32_t>(i);
        }
    }
}

__global__ void lloydKernel(LloydRound round) {
    __shared__ Count sums[256], masses[256];
    __shared__ unsigned changed;
    for (unsigned c = threadIdx.x; c < 256; c += blockDim.x) sums[c] = masses[c] = 0;
    if (threadIdx.x == 0) changed = 0;
    __syncthreads();
    for (std::size_t i = firstElement(); i < round.count; i += elementStep()) {
        const float value = round.values[i];
        const double weight = round.weights ? static_cast<double>(round.weights[i]) : 1.0;
        const unsigned c = nearestCentroid(value, round.centroids, round.centroidCount);
        // Two's complement: sums of negative numbers wrap around to what they should be.
        atomicAdd(&sums[c], static_cast<Count>(llrint(weight * value * round.valueFactor)));
        atomicAdd(&masses[c], static_cast<Count>(llrint(weight * round.massFactor)));
        if (round.codes[i] != c) {
            round.codes[i] = static_cast<std::uint8_t>(c);
            atomicAdd(&changed, 1u);
        }
    }
    __syncthreads();
    for (unsigned c = threadIdx.x; c < round.centroidCount; c += blockDim.x) {
        if (sums[c]) atomicAdd(&round.sums[c], sums[c]);
        if (masses[c]) atomicAdd(&round.masses[c], masses[c]);
    }
    if (threadIdx.x == 0 && changed > 0) atomicAdd(round.changed, static_cast<Count>(changed));
}

__device__ std::uint32_t load32(const std::uint8_t* from) {
    return static_cast<std::uint32_t>(from[0]) | static_cast<std::uint32_t>(from[1]) << 8 |
           static_cast<std::uint32_t>(from[2]) << 16 | static_cast<std::uint32_t>(from[3]) << 24;
}

// The states that need a word in a round take the next ones in the order of the lanes: each counts
// the lower lanes that do.
__global__ void ransKernel(const RansStream* streams, std::size_t count, std::uint8_t* ok) {
    const unsigned lane = threadIdx.x % WarpThreads;
    const std::size_t warps = elementStep() / WarpThreads;
    for (std::size_t s = firstElement() / WarpThreads; s < count; s += warps) {
        const RansStream run = streams[s];
        const std::uint8_t* words = run.payload + 4 * static_cast<std::size_t>(run.lanes);
        const Count available = (run.payloadBytes - 4 * static_cast<Count>(run.lanes)) / 2;
        // Up to two states a thread: lanes l and l + 32.
        std::uint32_t states[2] = {RansLeast, RansLeast};
        bool valid = (run.payloadBytes - 4 * static_cast<Count>(run.lanes)) % 2 == 0;
        for (unsigned h = 0; h < 2; ++h)
            if (lane + 32 * h < run.lanes) {
                states[h] = load32(run.payload + 4 * (lane + 32 * h));
                valid = valid && states[h] >= RansLeast;
            }
        Count next = 0; // word; the same in all threads
        for (Count at = 0; at < run.count; at += run.lanes)
            for (unsigned h = 0; h < 2 && 32 * h < run.lanes; ++h) {
                const unsigned own = lane + 32 * h;
                const bool active = own < run.lanes && at + own < run.count;
                bool needs = false;
                if (active) {
                    const std::uint32_t entry = run.slots[states[h] & (RansSlots - 1)];
                    run.out[at + own] = ransSymbolOf(entry);
                    states[h] = ransNext(states[h], entry);
                    needs = states[h] < RansLeast;
                }
                const unsigned mask = __ballot_sync(0xffffffffu, needs);
                if (needs) {
                    const Count word = next + static_cast<Count>(__popc(mask & ((1u << lane) - 1)));
                    if (word < available) {
                        states[h] = ransRefilled(
                            states[h],
                            static_cast<std::uint16_t>(
                                words[2 * word] | static_cast<unsigned>(words[2 * word + 1]) << 8));
                    } else { // ends early
                        states[h] = RansLeast;
                        valid = false;
                    }
                }
                next += static_cast<Count>(__popc(mask));
            }
        for (unsigned h = 0; h < 2; ++h) valid = valid && states[h] == RansLeast;
        const unsigned good = __ballot_sync(0xffffffffu, valid);
        if (lane == 0) ok[s] = good == 0xffffffffu && next == available;
    }
}

// Few blocks: each adds its counts to all once.
Shape counting(std::size_t count, std::size_t sharedBytes) {
    const std::size_t blocks = (count + 16 * BlockThreads - 1) / (16 * BlockThreads);
    constexpr std::size_t Most = 1024;
    return {static_cast<unsigned>(blocks < 1      ? 1
                                  : blocks > Most ? Most
                                                  : blocks),
            BlockThreads, sharedBytes};
}

} // namespace

void hadamard(cudaStream_t stream, MatrixView x, std::size_t size) {
    if (x.rows == 0 || x.cols == 0) return;
    const std::size_t threads = size / 2 < WarpThreads    ? WarpThreads
                                : size / 2 > BlockThreads ? BlockThreads
                                                          : size / 2;
    launch(
        hadamardKernel,
        {gridOf(x.rows * (x.cols / size), 1), static_cast<unsigned>(threads), size * sizeof(float)},
        stream, x, size, static_cast<float>(1 / std::sqrt(static_cast<double>(size))));
}

void histogram(cudaStream_t stream, const float* values, std::size_t count, float low, float high,
               unsigned long long* counts, std::size_t bins) {
    launch(histogramKernel, counting(count, bins * sizeof(unsigned)), stream, values, count, low,
           high, counts, bins);
}

void countKeys(cudaStream_t stream, const float* values, std::size_t count, std::uint32_t prefix,
               unsigned shift, unsigned long long* counts) {
    launch(countKeysKernel, counting(count, 0), stream, values, count, prefix, shift, counts);
}

void countStretches(cudaStream_t stream, const float* values, std::size_t count, std::uint32_t key,
                    std::uint32_t* larger, std::uint32_t* equal) {
    launch(countStretchesKernel, elements((count + KeyStretch - 1) / KeyStretch), stream, values,
           count, key, larger, equal);
}

void writeIndices(cudaStream_t stream, const float* values, std::size_t count, std::uint32_t key,
                  const std::uint32_t* offsets, const std::uint32_t* takeEqual,
                  std::uint32_t* indices) {
    launch(writeIndicesKernel, elements((count + KeyStretch - 1) / KeyStretch), stream, values,
           count, key, offsets, takeEqual, indices);
}

void lloydRound(cudaStream_t stream, const LloydRound& round) {
    launch(lloydKernel, counting(round.count, 0), stream, round);
}

void decodeRans(cudaStream_t stream, const RansStream* streams, std::size_t count,
                std::uint8_t* ok) {
    if (count == 0) return;
    launch(ransKernel, elements(count * WarpThreads), stream, streams, count, ok);
}

} // namespace bitsmith::gpu
