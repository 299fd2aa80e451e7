// Products with weights as they lie on the device: packed codes or 16-bit numbers, without
// decoding them first where there are few tokens.
#pragma once

#include "core/tensor/matrix.h"

#include <cstddef>
#include <cstdint>
#include <cuda_runtime.h>

namespace bitsmith::gpu {

// Codes of 2 to 8 bits, each row on its own bytes; a parameter per row and group of columns (one
// row of them for all where sharedRows). The value of a code: scale * (code - zero), or
// scale * levels[code] where there are levels.
struct PackedOnDevice {
    const std::uint8_t* codes = nullptr;          // rows * rowBytes
    const float* scales = nullptr;                // (rows or 1) * groups
    const float* zeros = nullptr;                 // as scales; null with levels
    const float* levels = nullptr;                // 2^bits
    const std::uint32_t* groupOfColumn = nullptr; // null: column / groupSize
    std::size_t rows = 0, cols = 0, rowBytes = 0, groupSize = 1, groups = 1;
    int bits = 4;
    bool sharedRows = false;
};

// Weights of one of the kinds.
struct WeightsOnDevice {
    enum class Kind { Floats, Halves, Bfloats, Packed };
    Kind kind = Kind::Floats;
    std::size_t rows = 0, cols = 0;
    const void* values = nullptr; // rows x cols, contiguous; not Packed
    PackedOnDevice packed;
};

// The most tokens that multiplyFew() takes.
constexpr std::size_t FewTokens = 8;
// y (tokens x rows) = x (tokens x cols) w^T + bias, in fp32 throughout; bias may be null. A warp
// takes a row of w and reads it once.
void multiplyFew(cudaStream_t stream, ConstMatrixView x, const WeightsOnDevice& w,
                 const float* bias, MatrixView y);

// Rows [first, first + count) as floats, contiguous. Not for Kind::Floats.
void decodeRows(cudaStream_t stream, const WeightsOnDevice& w, std::size_t first, std::size_t count,
                float* out);
// out.row(i) = row ids[i] of w.
void gatherRows(cudaStream_t stream, const WeightsOnDevice& w, const std::int32_t* ids,
                MatrixView out);

} // namespace bitsmith::gpu
