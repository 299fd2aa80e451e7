// How the rounding error of one column is spread over the columns not yet rounded: what GPTQ takes
// from the Gram matrix (Frantar et al. 2022, arXiv 2210.17323, step 3).
//
// H: the damped Gram matrix, U: the upper Cholesky factor of its inverse, H^-1 = U^T U. After
// column j is rounded from w_j to q_j, every later column changes by w_k -= (w_j - q_j) U_jk /
// U_jj. With J the reversal of rows and columns and J H J = L L^T, U = J L^-1 J: one factorisation
// and one triangular inverse, half of what inverting H and factoring it again costs.
//
// Without the inverse, from H = R R^T, column j's value when it is reached is w_j + sum over k < j
// of (w_k - q_k) R_kj / R_jj with the original weights, half the work again. Tried, and not usable:
// it does not give the values of columns further ahead, which the group that starts at j is fitted
// to.
#pragma once

#include "core/base/result.h"
#include "core/base/run_context.h"
#include "core/tensor/matrix.h"

#include <cstdint>
#include <string>
#include <vector>

namespace bitsmith {

class Accelerator;

struct FeedbackOptions {
    double damping = 0.01; // added to the diagonal, as a fraction of its mean over live columns
    int maxRetries = 10;   // each doubles the damping
    bool actOrder = false; // columns by falling diagonal, else in their own order
    const Accelerator* accelerator = nullptr; // factors the Gram matrix where it can
};

struct ErrorFeedback {
    bool usable = false;              // false: the factorisation failed at every damping
    std::vector<std::uint32_t> order; // original column of each step
    std::vector<std::uint8_t> dead;   // per original column: 1 if its input was always 0
    std::size_t deadColumns = 0;
    double damping = 0; // the fraction that was used
    int retries = 0;
    Matrix spread;              // (cols x cols) in step order: U_jk / U_jj for k > j, else 0
    std::vector<double> weight; // 1 / U_jj in step order: a column's error times this is its loss
};

// Errors (Failed): NaN or infinity in it.
Status checkGram(const Matrix& gram);

// gram: (cols x cols). Errors (Failed): NaN or infinity in it.
Result<ErrorFeedback> errorFeedback(const Matrix& gram, const FeedbackOptions& options,
                                    const RunContext& context);

// [H^-1]_jj in step order, of a usable one: what is left of column j's variance given all others is
// its inverse.
std::vector<double> inverseDiagonal(const ErrorFeedback& feedback);

} // namespace bitsmith
