// Products of packed codes with few vectors, without decoding: generation reads every weight once
// per token, so what counts is how many bytes that is. A kernel takes the codes of `stripe` columns
// of a row as 32-bit words, one a lane, several codes in each; masking a code out of its word and
// converting it gives code * 2^shift, and the vector's value was multiplied by 2^-shift before
// (exactly). The vector is therefore kept in the kernel's own order of columns.
//
//   y = sum over groups of scale * (sum over columns of code * x  -  zero * sum over columns of x)
//
// The second sum does not depend on the row: packed_linear.cpp subtracts it.
#pragma once

#include "core/tensor/matrix.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace bitsmith::cpu {

// Rows that are worked on together, and how far ahead kernels ask memory for the next ones.
constexpr std::size_t PackedRowsAhead = 16;

// Some rows of codes and their scales.
struct PackedPanel {
    const std::uint8_t* const* rows = nullptr; // where each begins
    std::size_t count = 0, cols = 0;
    std::size_t rowBytes = 0;      // of a row; no kernel reads beyond them
    const float* scales = nullptr; // count x scaleStride; zeros behind the last group's
    std::size_t scaleStride = 0;   // at least groups + PackedKernel::scalePadding
    std::size_t groupSize = 0;     // columns per scale; the last group may be shorter
    const float* levels = nullptr; // what codes stand for, where they index a table
};

// Vectors in a kernel's order, padded with zeros to whole stripes.
struct PackedInput {
    const float* values = nullptr; // tokens x stride
    std::size_t tokens = 0, stride = 0;
};

// One per format of codes and set of vector instructions.
struct PackedKernel {
    std::size_t stripe = 0;       // columns
    std::size_t slot = 0;         // columns that must share a scale: groupSize is a multiple
    std::size_t slotsPerPart = 0; // slots that a vector of scales is spread over
    std::size_t scalePadding = 0;
    // out: x.rows x ceil(x.cols / stripe) * stripe
    void (*reorder)(ConstMatrixView x, float* out) = nullptr;
    // y (tokens x panel.count) = sum of scale * code * x
    void (*multiply)(const PackedPanel& panel, const PackedInput& x, MatrixView y) = nullptr;

    // Only of block formats: columns per scale; scales of a row and, where `offsets`, what to take
    // off each group's weights (else zero * scale).
    std::size_t groupSize = 0;
    float zero = 0;
    bool offsets = false;
    void (*parameters)(const std::uint8_t* row, std::size_t cols, float* scales,
                       float* offsets) = nullptr;

    explicit operator bool() const { return multiply != nullptr; }
};

// For the vector units in use now; none: an empty kernel.
PackedKernel packedAffineKernel(int bits);
PackedKernel packedLevelKernel(int bits);
PackedKernel packedBlockKernel(std::string_view format);

// out[t] = sum over groups of scales[g] * zeros[g] * sums[t][g]; zeros may be empty: then `zero`.
struct PackedOffsets {
    const float* scales = nullptr;
    const std::uint8_t* zeros = nullptr; // or null
    float zero = 0;
    std::size_t groups = 0;
    ConstMatrixView sums; // tokens x groups
};
void packedOffsets(const PackedOffsets& args, float* out);
// sums (tokens x groups) of x over each group of columns.
void groupSums(ConstMatrixView x, std::size_t groupSize, MatrixView sums);

} // namespace bitsmith::cpu
