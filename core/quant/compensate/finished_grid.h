// The grid of a finished matrix, as it is stored, for those who change codes afterwards.
#pragma once

#include "core/base/run_context.h"
#include "core/tensor/quantized_matrix.h"

#include <cstdint>
#include <span>
#include <vector>

namespace bitsmith {

// Group of each column.
std::vector<std::uint32_t> groupsOfColumns(const QuantizedMatrix& matrix);

struct ReroundArgs {
    ConstMatrixView weights; // (rows x cols), in the basis of the codes
    const Matrix& gram;      // (cols x cols)
    // (rows x cols) 1 where errors count as 0 and codes stay; empty: nowhere
    std::span<const std::uint8_t> kept = {};
    int sweeps = 30;
    double tolerance = 1e-4;
};

// Coordinate descent (core/quant/round/coordinate_descent.h) from the codes of a matrix on its own
// scales and zeros. Returns the sum of f over all rows before the first sweep and after each; never
// rises. matrix: affine of at most 8 bits without column scales, float or mixed.
std::vector<double> reround(const ReroundArgs& args, QuantizedMatrix& matrix, RunContext& context);

} // namespace bitsmith
