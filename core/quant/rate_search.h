// Rounds a matrix on an unbounded grid so that its coded size meets a rate.
#pragma once

#include "core/quant/recipe.h"

namespace bitsmith {

// Bits per weight that the recipe asks its tensors to have, coded; 0: its sizes do not depend on
// the codes, or its step is given.
double wantedRate(const Recipe& recipe, int bits);

// Searches the step: the coded bytes come within 0.2 % below rate * weights / 8, or as near as
// steps and whole words allow. What the rounder takes from the statistics is made once; matrices of
// more than a million weights are searched on a fixed sample of their rows first. The same bytes
// for any number of threads. report.bytes becomes the coded size.
Result<QuantizedMatrix> roundAtRate(const LayerTask& task, const Recipe& recipe, int bits,
                                    double rate, LayerReport& report, RunContext& context);

} // namespace bitsmith
