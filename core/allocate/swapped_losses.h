// Controls: the default allocator on wrong sensitivities. Whether a sensitivity measure is worth
// anything shows against these at equal bytes.
#pragma once

#include "core/allocate/merged_problem.h"

#include <vector>

namespace bitsmith {

// Groups from the least to the most sensitive: loss saved by their largest choice over their
// smallest, for a weight.
std::vector<std::size_t> bySensitivity(const MergedProblem& problem);

// The Lagrangian allocation as if group order[k] were as sensitive as group order[like[k]]: each
// keeps the shape of its losses, but scaled. Judged by the true losses.
Selection selectAsIf(const MergedProblem& problem, const std::vector<std::size_t>& order,
                     const std::vector<std::size_t>& like);

} // namespace bitsmith
