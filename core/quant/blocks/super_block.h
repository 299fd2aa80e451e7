// What the K encoders share: 256 weights cut into sub-blocks that fill a batch.
#pragma once

#include "core/quant/blocks/encoders.h"
#include "core/quant/blocks/lane_kernels.h"

#include <algorithm>
#include <bit>

namespace bitsmith::blocks {

inline constexpr std::size_t SuperBlock = 256;

// Rounds to nearest, ties to even, for |v| < 2^22; some integer otherwise.
inline int nearestInt(float v) {
    const float shifted = v + 12582912.0F;
    return static_cast<int>(std::bit_cast<std::uint32_t>(shifted) & 0x7FFFFF) - 0x400000;
}

// Fills the batch with the sub-blocks of `size` weights of as many super-blocks from k on as fit.
// variances: mean square of the super-block times `factor` for each sub-block.
inline void setSuperBlocks(Batch& batch, const BlockRun& run, std::size_t k, std::size_t size,
                           float factor, float* variances) {
    const std::size_t per = SuperBlock / size;
    const std::size_t count = std::min(BatchSize / per, run.count() - k);
    batch.elements = size;
    batch.used = count * per;
    for (std::size_t b = 0; b < count; ++b) {
        const float *x = run.source(k + b), *importance = run.importance(k + b);
        for (std::size_t s = 0; s < per; ++s)
            setSubBlock(batch, b * per + s, x + s * size,
                        importance ? importance + s * size : nullptr);
        if (importance) {
            const float variance = factor * sumOfSquares(x, SuperBlock) / SuperBlock;
            std::fill(variances + b * per, variances + (b + 1) * per, variance);
        }
    }
}

// Codes of super-block b of the batch in the order of the weights. out: 256 bytes.
inline void codesInOrder(const Batch& batch, std::size_t b, std::uint8_t* out) {
    const std::size_t per = SuperBlock / batch.elements;
    for (std::size_t s = 0; s < per; ++s)
        for (std::size_t i = 0; i < batch.elements; ++i)
            out[s * batch.elements + i] = batch.codes[i * BatchSize + b * per + s];
}

// Sum of the weights of each sub-block.
inline void sumWeights(const Batch& batch, float* sums) {
    std::fill(sums, sums + BatchSize, 0.0F);
    for (std::size_t i = 0; i < batch.elements; ++i)
        for (std::size_t s = 0; s < BatchSize; ++s) sums[s] += batch.weights[i * BatchSize + s];
}

// Low two bits of 256 codes: two halves of 128 weights on 32 bytes each, 32 weights per bit pair.
inline void packTwoBits(const std::uint8_t* codes, std::uint8_t* out) {
    for (int half = 0; half < 2; ++half, codes += 128, out += 32)
        for (int l = 0; l < 32; ++l)
            out[l] = static_cast<std::uint8_t>((codes[l] & 3) | (codes[l + 32] & 3) << 2 |
                                               (codes[l + 64] & 3) << 4 | (codes[l + 96] & 3) << 6);
}

} // namespace bitsmith::blocks
