// The search behind AWQ: which strength alpha in s = salience^alpha makes the rounded matrices that
// share an input disturb their outputs least. Tried with the recipe's own grid at its bits, rounded
// to nearest.
#pragma once

#include "core/quant/recipe.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace bitsmith {

// Published to the context's feed.
struct ScaleSearch {
    std::string name;              // of the first of the matrices
    std::vector<double> strengths; // alpha
    std::vector<double> errors;    // sum of tr(D G D^T) / sum of tr(W G W^T) over the tried rows
    std::size_t best = 0;          // the first where several are equal
};

struct ScaleSearchOptions {
    int steps = 20;         // alpha = 0, 1/steps, ..., 1 - 1/steps; the paper's number
    std::size_t rows = 256; // of a matrix, evenly spread; the others are not tried
};

// s for a strength: salience^alpha over sqrt(largest * smallest), 1/s an F16 number.
std::vector<float> scalesOf(std::span<const float> salience, double alpha);
// Mean |x| of each column, below a 10000th of their mean lifted to that; ones where all are 0.
std::vector<float> salienceOf(const LayerStats& stats, std::span<const std::uint32_t> tied);

// The recipe's grid alone, rounded to nearest.
Recipe nearestOf(const Recipe& recipe);

// Memory: a second Gram matrix. Errors: those of the grid.
Result<std::vector<float>> searchScales(std::span<const LayerTask> sharing, const Recipe& recipe,
                                        std::span<const float> salience,
                                        const ScaleSearchOptions& options, RunContext& context);

} // namespace bitsmith
