// One matrix on the mixed grid: groups whose widths are settled, and SliM-LLM's salience-weighted
// calibration of each group's range (Huang et al. 2024, arXiv 2405.14917, section 3.3).
#pragma once

#include "core/quant/grid.h"

#include <string>
#include <vector>

namespace bitsmith {

struct MixedFitArgs {
    MatrixLayout layout;         // mixed, with its widths
    double range = 0;            // ranges from 1 - range to 1 + range times the full one; 0: that
    double lambda = 1;           // what errors of salient weights cost more
    std::vector<double> factors; // salience of a weight: w^2 times its column's factor
    std::vector<double> thresholds; // of each group: salient from here on; empty where lambda is 1
    std::vector<std::string> notes; // about the widths
};

std::unique_ptr<GridFit> makeMixedFit(MixedFitArgs args);

// Salient weights of each group: those whose salience is more than two standard deviations above
// the mean of the group, over all rows. The threshold is infinite where there are none.
std::vector<double> salienceThresholds(ConstMatrixView weights, std::size_t groupSize,
                                       std::span<const double> factors);

} // namespace bitsmith
