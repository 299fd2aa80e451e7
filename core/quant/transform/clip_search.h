// AWQ's second search: how far the range of each group of a row may shrink, its largest weights cut
// off, so that the group's share of the output changes least.
#pragma once

#include "core/quant/recipe.h"

namespace bitsmith {

struct ClipOptions {
    int steps = 20;    // a range loses 1/steps at a time
    double most = 0.5; // of the range, at most
};

// weights: cut off in place where that pays. Each group is judged by its own block of the Gram
// matrix, rounded to nearest on the recipe's grid; the whole is kept only where the output error of
// the matrix falls. task: as the weights are. Memory: three copies of the matrix.
Status clipGroups(Matrix& weights, const LayerTask& task, const Recipe& recipe,
                  const ClipOptions& options, RunContext& context);

} // namespace bitsmith
