// The encoders behind encodeBlocks, one per type, and what they are given.
#pragma once

#include "core/tensor/matrix.h"

#include <cstddef>
#include <span>

namespace bitsmith::blocks {

// Whole rows of blocks. Block k of all rows lies in row k / perRow.
struct BlockRun {
    ConstMatrixView rows;
    std::span<const float> columnWeights; // empty, or one per column
    std::byte* out = nullptr;
    std::size_t blockSize = 0, blockBytes = 0;

    std::size_t perRow() const { return rows.cols / blockSize; }
    std::size_t count() const { return rows.rows * perRow(); }
    std::size_t column(std::size_t k) const { return k % perRow() * blockSize; }
    const float* source(std::size_t k) const {
        return rows.data + k / perRow() * rows.stride + column(k);
    }
    const float* importance(std::size_t k) const {
        return columnWeights.empty() ? nullptr : columnWeights.data() + column(k);
    }
    std::byte* target(std::size_t k) const { return out + k * blockBytes; }
};

// encode_legacy.cpp
void encodeQ4_0(const BlockRun& run);
void encodeQ4_1(const BlockRun& run);
void encodeQ5_0(const BlockRun& run);
void encodeQ5_1(const BlockRun& run);
void encodeQ8_0(const BlockRun& run);
// encode_k_quants.cpp: scale and min
void encodeQ2_K(const BlockRun& run);
void encodeQ4_K(const BlockRun& run);
void encodeQ5_K(const BlockRun& run);
// encode_k_symmetric.cpp: scale alone
void encodeQ3_K(const BlockRun& run);
void encodeQ6_K(const BlockRun& run);
// encode_nonlinear.cpp
void encodeIQ4_NL(const BlockRun& run);
void encodeIQ4_XS(const BlockRun& run);
void encodeMXFP4(const BlockRun& run);
void encodeNVFP4(const BlockRun& run);
// encode_ternary.cpp
void encodeTQ1_0(const BlockRun& run);
void encodeTQ2_0(const BlockRun& run);
void encodeQ1_0(const BlockRun& run);
void encodeQ2_0(const BlockRun& run);

// ---- Shared arithmetic

// Sum of squares, first to last, in fp32 as ggml adds it.
inline float sumOfSquares(const float* x, std::size_t size) {
    float sum = 0;
    for (std::size_t i = 0; i < size; ++i) sum += x[i] * x[i];
    return sum;
}

} // namespace bitsmith::blocks
