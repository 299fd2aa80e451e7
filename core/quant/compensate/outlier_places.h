// Which weights are outliers: the places of a matrix whose weights are better kept beside the
// codes.
#pragma once

#include "core/quant/layer_stage.h"

#include <cstddef>
#include <string>
#include <vector>

namespace bitsmith {

struct OutlierRule {
    // magnitude:    the largest |w|
    // sensitivity:  what the weight adds to the layer's output error if it stays on the grid: the
    //               squared error of its nearest level over [G^-1]_jj, and, for the largest and
    //               smallest of a group, what all others of the group gain when it no longer
    //               stretches their range. In four rounds, so that several of one group are found
    //               (after SpQR, Dettmers et al. 2023, arXiv 2306.03078, section 3)
    // n_sigma:      |w - mean| >= sigma standard deviations of its row (EasyQuant, Tang et al.
    // 2024,
    //               arXiv 2403.02775), at most `fraction` of all
    std::string criterion = "magnitude";
    double fraction = 0.005; // of all weights
    double sigma = 3;
    double damping = 0.01; // of the Gram matrix, before it is inverted
};

std::size_t mostOutliers(std::size_t rows, std::size_t cols, const OutlierRule& rule);

// Rising row * cols + column of work.weights, as many as mostOutliers() says; fewer by n_sigma.
// Ties: the first. Without statistics every input counts the same. Errors: Failed, broken
// statistics.
Result<std::vector<std::size_t>> outlierPlaces(LayerWork& work, const OutlierRule& rule);

// The `count` places with the largest scores, rising. Ties: the first.
std::vector<std::size_t> largestPlaces(std::span<const float> scores, std::size_t count);

} // namespace bitsmith
