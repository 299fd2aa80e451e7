// K-means on a line, where the best clusters are intervals of the sorted values: found exactly by
// dynamic programming (Wang, Song 2011, Ckmeans.1d.dp, R Journal 3/2), O(k n log n) by divide and
// conquer over its monotone arguments.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace bitsmith {

// Values beyond this number are first gathered into so many cells of neighbours, and the centres
// then moved by Lloyd's sweeps over all values (Lloyd 1982): a local optimum near the exact one.
constexpr std::size_t MostExactValues = 4096;

// k ascending centres that make sum_i weight_i (value_i - nearest centre)^2 least; fewer distinct
// values than k: the last centre repeats. values: finite, at least one; weights: of each, not
// negative, or empty (all 1); weights that are all 0 count as empty. The same result for the same
// input, whatever the order of equal values.
std::vector<double> kMeans(std::span<const float> values, std::span<const float> weights,
                           std::size_t k);

} // namespace bitsmith
