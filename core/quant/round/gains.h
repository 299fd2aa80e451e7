// Least squares over the factors of the rows and columns of a finished lattice matrix, its codes
// kept (WaterSIC, arXiv 2603.04956, the alternating refit of T and Gamma).
#pragma once

#include "core/base/run_context.h"
#include "core/tensor/quantized_matrix.h"

#include <vector>

namespace bitsmith {

struct GainsOptions {
    double damping = 0; // of the Gram matrix, as a fraction of its mean diagonal
    int turns = 10;     // of columns and rows; ends before where little changes
    int grain = 8;      // factors per doubling that are stored; 0: any that 16-bit floats hold
};

// The storable factor that is nearest to a positive one: 2^(n / grain), as F16 holds it.
double storableFactor(double wanted, int grain);

// Lowers f = tr((W - Q) H (W - Q)^T), Q = step_r * k * s_c, H: the damped Gram matrix, in double:
// columns by one linear system of cols unknowns with a ridge towards what they were, rows by one
// division each, in turns. f never grows, and the matrix stays as it is where the factors that can
// be stored would not lower it. Columns stay between 0.1 and 1.5 of what they were. Returns f
// before, after every half turn, and as stored. matrix: affine, symmetric, columnScaled, one group.
// 4 * rows * cols^2 multiply-adds a turn.
std::vector<double> refitGains(ConstMatrixView weights, const Matrix& gram,
                               const GainsOptions& options, QuantizedMatrix& matrix,
                               RunContext& context);

} // namespace bitsmith
