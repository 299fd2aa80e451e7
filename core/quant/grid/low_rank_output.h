// Low-rank codebooks fitted to the output error of the layer, tr((W - Wq) G (W - Wq)^T): the
// layer-wise form of LCQ's objective (Cai et al. 2024, arXiv 2405.20973), which takes whole blocks.
#pragma once

#include "core/quant/grid/low_rank_book.h"

namespace bitsmith {

// Of books as stored, nearest codes.
double outputErrorOf(const LowRankProblem& problem, std::span<const std::byte> books,
                     const Matrix& gram, RunContext& context);

// Improves `books` as stored. In turns: each group's coefficients by exact minimisation, all others
// fixed; a gradient step of the templates of the length that is best for fixed codes; nearest codes
// for the new levels. What is best as stored, the books it was given included, comes back.
std::vector<std::byte> fitToOutput(const LowRankProblem& problem, std::vector<std::byte> books,
                                   const Matrix& gram, int sweeps, RunContext& context);

} // namespace bitsmith
