// How well one series orders what another one measures.
#pragma once

#include <span>

namespace bitsmith {

// Spearman's rho: Pearson's correlation of the ranks, ties taking the mean of theirs. -1..1; NaN
// for fewer than three pairs, or where a series has one value only. Pairs with a NaN are left out.
// Spans of equal length.
double spearman(std::span<const double> a, std::span<const double> b);

} // namespace bitsmith
