// The scales of a finished matrix, by least squares with its codes fixed (after PEQA, Kim et al.
// 2023, arXiv 2305.14152, in closed form instead of by training).
//
//   row:  v = sum over groups of s_g u_g,   u_g: codes less zero point, or levels, in group g
//   f(s) = (w - v) G (w - v)^T is least where  K s = b,  K_gh = u_g G u_h^T,  b_g = u_g G w^T
#pragma once

#include "core/base/run_context.h"
#include "core/tensor/quantized_matrix.h"

#include <cstdint>
#include <span>

namespace bitsmith {

struct ScaleRefitArgs {
    ConstMatrixView weights; // (rows x cols), in the basis of the codes
    const Matrix& gram;      // (cols x cols)
    // (rows x cols) 1 where errors count as 0; empty: nowhere
    std::span<const std::uint8_t> kept = {};
};

struct RefitGain {
    double before = 0, after = 0; // f, summed over the rows
};

// Scales are rounded to their stored type one after the other, each making up for those before, and
// stay between a quarter and four times what they were. A row whose f that would not lower keeps
// its scales: f never rises. rows * cols^2 / 2 multiply-adds and, per row, a system of as many
// unknowns as it has groups. matrix: affine, float or mixed.
RefitGain refitScales(const ScaleRefitArgs& args, QuantizedMatrix& matrix, RunContext& context);

} // namespace bitsmith
