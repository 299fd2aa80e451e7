// How the rounding errors of earlier columns change a column that is not yet rounded: what GPTQ
// takes from the Gram matrix (Frantar et al. 2022, arXiv 2210.17323, step 3).
//
// H: the damped Gram matrix, H = R R^T with R upper triangular. Where the columns k < j have become
// q_k, the value of column j at which the layer's output changes least is
//     v_j = w_j + sum over k < j of (w_k - q_k) C_kj,   C_kj = R_kj / R_jj:
// its original weight, and what its predecessors carry over. That takes one factorisation. With J
// the reversal of rows and columns and J H J = L L^T, R = J L J.
//
// The authors push each error to all later columns instead: after column j was rounded from v_j to
// q_j, every later column changes by v_k -= (v_j - q_j) S_jk, S_jk = U_jk / U_jj with H^-1 = U^T U.
// S is the inverse of I + C, another n^3 / 6 multiply-adds, and gives the same values.
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
    bool carry = true, spread = false; // what to compute
    const Accelerator* accelerator =
        nullptr; // factors where it can, and where carry is not asked for
};

struct ErrorFeedback {
    bool usable = false;              // false: the factorisation failed at every damping
    std::vector<std::uint32_t> order; // original column of each step
    std::vector<std::uint8_t> dead;   // per original column: 1 if its input was always 0
    std::size_t deadColumns = 0;
    double damping = 0; // the fraction that was used
    int retries = 0;
    Matrix carry;               // (cols x cols) in step order: C_kj for k < j; else never read
    Matrix spread;              // (cols x cols) in step order: S_jk for k > j, else 0
    std::vector<double> weight; // R_jj = 1 / U_jj in step order: (v_j - q_j)^2 R_jj^2 is its loss
};

// Errors (Failed): NaN or infinity in it.
Status checkGram(const Matrix& gram);

// gram: (cols x cols). Errors (Failed): NaN or infinity in it.
Result<ErrorFeedback> errorFeedback(const Matrix& gram, const FeedbackOptions& options,
                                    const RunContext& context);

// [H^-1]_jj in step order, of a usable one with its spread: what is left of column j's variance
// given all others is its inverse.
std::vector<double> inverseDiagonal(const ErrorFeedback& feedback);

} // namespace bitsmith
