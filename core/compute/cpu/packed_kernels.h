// Products of packed codes with few vectors, without decoding: generation reads every weight once
// per token, so what counts is how many bytes that is. A kernel takes the codes of `stripe` columns
// of a row as 32-bit words, one a lane, several codes in each; masking a code out of its word and
// converting it gives code * 2^shift, and the vector's value was multiplied by 2^-shift before
// (exactly). The vector is therefore kept in the kernel's own order of columns.
//
//   y = sum over groups of scale * (sum over columns of code * x  -  zero * sum over columns of x)
//
// The second sum does not depend on the row: packed_linear.cpp subtracts it.
//
// Widths that fill bytes go faster with integers: the vector becomes 16-bit numbers times a factor
// for each group (off by at most a 65534th of the group's largest), whose products with codes the
// machine adds exactly; factor and scale are multiplied beforehand.
#pragma once

#include "core/tensor/matrix.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace bitsmith::cpu {

// Rows that are worked on together, and how far ahead kernels ask memory for the next ones.
constexpr std::size_t PackedRowsAhead = 16;

// Columns that integers share a factor over, at most: their sums with codes stay far below 2^31.
constexpr std::size_t MaxIntegerGroup = 256;

// Some rows of codes.
struct PackedPanel {
    const std::uint8_t* const* rows = nullptr; // where each begins
    std::size_t count = 0, cols = 0;
    std::size_t rowBytes = 0; // of a row; no kernel reads beyond them
    // Unless they lie in the rows: count x tables x scaleStride scales, zeros behind the last
    // group's. Integers: a table a token, times its vector's factors.
    const float* scales = nullptr;
    std::size_t tables = 1;
    std::size_t scaleStride = 0;   // at least groups + PackedKernel::scalePadding
    std::size_t groupSize = 0;     // columns per scale; the last group may be shorter
    const float* levels = nullptr; // what codes stand for, where they index a table
};

// Vectors in a kernel's order, padded with zeros to whole stripes.
struct PackedInput {
    std::size_t tokens = 0, stride = 0;
    const float* values = nullptr; // tokens x stride; or
    const std::int16_t* integers = nullptr;
    std::size_t groups = 0;         // of integers: each has a factor
    const float* factors = nullptr; // tokens x groups
    const float* sums = nullptr;    // tokens x groups: of the numbers that integers stand for
};

// Where a kernel puts vectors.
struct PackedSpace {
    std::size_t stride = 0;
    float* values = nullptr;          // tokens x stride; or
    std::int16_t* integers = nullptr; // tokens x stride
    std::size_t groups = 0;
    float* factors = nullptr; // tokens x groups
    MatrixView rounded;       // tokens x cols: the numbers that integers stand for
};

// One per format of codes and set of vector instructions.
struct PackedKernel {
    std::size_t stripe = 0; // columns that vectors are padded to
    std::size_t slot = 0;   // columns that must share a scale: groupSize is a multiple
    std::size_t slots = 0;  // that a vector of scales is spread over
    std::size_t scalePadding = 0;
    bool integers = false;
    void (*reorder)(ConstMatrixView x, std::size_t groupSize, const PackedSpace& to) = nullptr;
    // y (tokens x panel.count) = sum of scale * code * x
    void (*multiply)(const PackedPanel& panel, const PackedInput& x, MatrixView y) = nullptr;
    std::size_t groupSize = 0; // of blocks, which hold all their parameters

    explicit operator bool() const { return multiply != nullptr; }
};

// For the vector units in use now; none: an empty kernel.
PackedKernel packedAffineKernel(int bits);
PackedKernel packedLevelKernel(int bits);
PackedKernel packedBlockKernel(std::string_view format);

// The groups' parameters of some rows meet the vectors.
struct PackedTerms {
    float* scales = nullptr; // count x tables x scaleStride: the first table of each row is filled
    std::size_t count = 0, tables = 1, scaleStride = 0;
    std::size_t groups = 0;              // of parameters
    std::size_t repeats = 1;             // scales that the kernel wants of each
    const std::uint8_t* zeros = nullptr; // count x groups, or
    float zero = 0;                      // one for all
    std::size_t zeroStride = 0;          // 0: rows share theirs
    ConstMatrixView sums;                // tokens x groups, of the vectors
    const float* factors = nullptr;      // tokens x groups * repeats: a table for each token
};
// taken (count x tokens) = sum over groups of zero * scale * sum; then the tables become scales
// times factors.
void packedTerms(const PackedTerms& terms, float* taken);
// sums (tokens x groups) of x over each group of columns.
void groupSums(ConstMatrixView x, std::size_t groupSize, MatrixView sums);

} // namespace bitsmith::cpu
