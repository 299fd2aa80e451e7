// The value that all stages after rounding share: codes, grid parameters and what is kept beside
// them.
//
//   W ~ inverse_transform( decode(codes; parameters) ) + sparse + low_rank
//
// Today: codes of 2-8 bits with an affine decoder per group of input columns. The other members of
// the formula are added here as optional parts when their stages arrive.
#pragma once

#include "core/tensor/matrix.h"
#include "core/tensor/weight_matrix.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace bitsmith {

// value = scale * (code - zero). Parameter (r, g) lies at r * groupsPerRow + g; with per-tensor
// granularity there is one parameter for the whole matrix (parameterRows == 1, groupsPerRow == 1).
struct AffineParameters {
    std::vector<std::uint16_t> scales; // fp16 bits, as stored and as used when quantizing
    // One byte each here, all packed together at `bits` on disk; empty: symmetric,
    // zero = 2^(bits-1).
    std::vector<std::uint8_t> zeros;
    bool operator==(const AffineParameters&) const = default;
};

struct QuantizedMatrix {
    std::string grid = "affine";    // the grid's id: how codes and parameters decode
    std::size_t rows = 0, cols = 0; // output x input features
    int bits = 0;                   // 2..8
    std::size_t groupSize = 0;      // input columns per group; the last group may be shorter
    std::size_t groupsPerRow = 0;   // ceil(cols / groupSize); 1 per channel and per tensor
    std::size_t parameterRows = 0;  // rows, or 1 per tensor
    std::vector<std::byte> codes;   // packed, each row on its own packedBytes(cols, bits) bytes
    AffineParameters affine;
    std::vector<std::uint32_t>
        groupOfColumn; // empty: column / groupSize; else one entry a column (act order)

    // Exact bytes that the container stores for this matrix: codes, scales, zeros, group indices.
    std::uint64_t storedBytes() const;
    // Exact bits per weight: 8 * storedBytes() / (rows * cols).
    double bitsPerWeight() const;
    // out: count x cols floats.
    void decodeRows(std::size_t first, std::size_t count, float* out) const;
    bool operator==(const QuantizedMatrix&) const = default;
};

// What decides the stored size of an affine matrix, before there is one.
struct AffineSize {
    std::size_t rows = 0, cols = 0;
    int bits = 0;
    std::size_t parameters = 0; // parameterRows * groupsPerRow
    bool zeros = false;         // asymmetric
    bool columnGroups = false;  // groupOfColumn is stored (act order without static groups)
};
// rows * packedBytes(cols, bits) + 2 * parameters + packedBytes(parameters, bits) + 4 * cols.
std::uint64_t affineStoredBytes(const AffineSize& size);

Matrix decode(const QuantizedMatrix& matrix);
// A WeightMatrix that keeps the packed form and decodes rows on demand.
std::shared_ptr<const WeightMatrix> packedWeights(std::shared_ptr<const QuantizedMatrix> matrix);

} // namespace bitsmith
