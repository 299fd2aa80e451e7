// Round to nearest as a free function: the baseline, and what other rounders fall back to.
#pragma once

#include "core/base/run_context.h"
#include "core/quant/grid.h"
#include "core/quant/layer_task.h"

namespace bitsmith {

// Fits and rounds every row by itself, in parallel panels. The range search of the grid is weighted
// with the diagonal of the Gram matrix where the task has statistics.
QuantizedMatrix roundNearest(const LayerTask& task, GridFit& fit, RunContext& context);

// Diagonal of the task's Gram matrix; empty without statistics.
std::vector<float> gramDiagonal(const LayerTask& task);

} // namespace bitsmith
