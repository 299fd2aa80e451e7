// What the metrics of second order take from the inverse of the damped Gram matrix. Private to
// this folder.
#pragma once

#include "core/analysis/salience/salience.h"

#include <functional>

namespace bitsmith {

// One channel's part of H^-1, H the damped Gram matrix (sums over tokens).
struct InverseGramDiagonal {
    double inverse = 0; // [H^-1]_jj: the variance left of channel j given all others, inverted
    double factor = 0;  // U_jj, H^-1 = U^T U: the same given only the channels after j, its root
};

// Fills factor, exponent 2, damping and notes; factorOf is called for every channel that was not
// always 0. Errors and cost: as checkStats and GPTQ's factorisation (errorFeedback): n^3 / 3
// multiply-adds, 12 n^2 bytes.
Result<ColumnFactors> secondOrderFactors(const SalienceInfo& metric, const LayerStats* stats,
                                         std::size_t cols, const SalienceOptions& options,
                                         const std::function<double(InverseGramDiagonal)>& factorOf,
                                         const RunContext& context);

} // namespace bitsmith
