// Round to nearest as a free function: the baseline, and what other rounders fall back to.
#pragma once

#include "core/base/run_context.h"
#include "core/quant/grid.h"
#include "core/quant/layer_task.h"
#include "core/quant/rounder.h"

namespace bitsmith {

// Fits and rounds every row by itself, in parallel panels. The range search of the grid is weighted
// with the diagonal of the Gram matrix where the task has statistics.
QuantizedMatrix roundNearest(ConstMatrixView weights, std::span<const float> importance,
                             GridFit& fit, RunContext& context,
                             const Accelerator* accelerator = nullptr);
std::unique_ptr<PreparedRound> preparedNearest(const LayerTask& task);
// Whether it is the rounder of this file, which does no more than GridFit::quantizeRows().
bool isNearest(const Rounder& rounder);

// Diagonal of the task's Gram matrix; empty without statistics.
std::vector<float> gramDiagonal(const LayerTask& task);

} // namespace bitsmith
