// Least squares over the column factors of a finished lattice matrix, its codes and steps kept.
#pragma once

#include "core/base/run_context.h"
#include "core/tensor/quantized_matrix.h"

namespace bitsmith {

// Lowers tr((W - Q) H (W - Q)^T), Q = step_r * k * s_c, H: the Gram matrix damped by this fraction
// of its mean diagonal: one linear system of cols unknowns in double. Factors stay between 0.1 and
// 1.5 of what they were; nothing changes where that would not be better. matrix: affine, symmetric,
// columnScaled, one group. 2 * rows * cols^2 multiply-adds.
void refitColumns(ConstMatrixView weights, const Matrix& gram, double damping,
                  QuantizedMatrix& matrix, RunContext& context);

} // namespace bitsmith
