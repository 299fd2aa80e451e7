// How the rounding error of one column is spread over the columns not yet rounded: what GPTQ takes
// from the Gram matrix.
//
// Frantar et al. 2022 update w_k -= (w_j - q_j) U_jk / U_jj with U the upper Cholesky factor of the
// inverse of the damped Gram matrix H. With H = R R^T, R upper triangular, U is the inverse of R,
// and the value that column j has when it is reached is
//
//     w_j + sum over k < j of (w_k - q_k) R_kj / R_jj        (w: the original weights)
//
// so the inverse is never formed: half the work, and better conditioned. R comes from an ordinary
// Cholesky factorisation of H with rows and columns in reverse order.
#pragma once

#include "core/base/result.h"
#include "core/base/run_context.h"
#include "core/tensor/matrix.h"

#include <cstdint>
#include <string>
#include <vector>

namespace bitsmith {

struct FeedbackOptions {
    double damping = 0.01; // added to the diagonal, as a fraction of its mean over live columns
    int maxRetries = 10;   // each doubles the damping
    bool actOrder = false; // columns by falling diagonal, else in their own order
};

struct ErrorFeedback {
    bool usable = false;              // false: the factorisation failed at every damping
    std::vector<std::uint32_t> order; // original column of each step
    std::vector<std::uint8_t> dead;   // per original column: 1 if its input was always 0
    std::size_t deadColumns = 0;
    double damping = 0; // the fraction that was used
    int retries = 0;
    Matrix spread;                // (cols x cols) in step order: R_kj / R_jj for k < j, else 0
    std::vector<double> diagonal; // R_jj in step order
};

// gram: (cols x cols). Errors (Failed): NaN or infinity in it.
Result<ErrorFeedback> errorFeedback(const Matrix& gram, const FeedbackOptions& options,
                                    const RunContext& context);

} // namespace bitsmith
