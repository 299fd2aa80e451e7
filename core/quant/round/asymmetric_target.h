// What to round towards when the inputs of a layer are no longer those of the full-precision
// network, as its predecessors are quantized: the weights whose outputs for today's inputs x come
// nearest to those of the original ones for the original inputs x + d,
//
//   W* = argmin_V sum ||V x - W (x + d)||^2 = W + W D (G + damping)^-1,   D = sum of d x^T
//
// Asymmetric calibration (GPTAQ, Li et al. 2025, arXiv 2504.02692). The authors subtract the same
// correction column by column while they round, of which later columns keep only what is above the
// diagonal; here all of it is in the weights before the first column is rounded, so that any
// rounder can have it.
#pragma once

#include "core/base/result.h"
#include "core/base/run_context.h"
#include "core/tensor/matrix.h"

namespace bitsmith {

struct AsymmetricOptions {
    double share = 1; // of the correction; 0: the weights as they are
    double damping = 0.01;
    int maxRetries = 10; // each doubles the damping
};

// gram, drift: (cols x cols), sums over the same tokens. Dead columns stay as they are. Where the
// Gram matrix cannot be factorised, the weights as they are. Errors (Failed): NaN or infinity.
Result<Matrix> asymmetricTarget(ConstMatrixView weights, const Matrix& gram, const Matrix& drift,
                                const AsymmetricOptions& options, const RunContext& context);

} // namespace bitsmith
