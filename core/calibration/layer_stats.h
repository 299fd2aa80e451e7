// What calibration knows of one linear layer's input: sums over all calibration tokens. Immutable.
#pragma once

#include "core/tensor/matrix.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace bitsmith {

struct LayerStats {
    std::string input;        // "blocks.3.attn_in"
    std::uint64_t tokens = 0; // rows summed
    Matrix gram;              // (in x in): sum over tokens of x^T x, fp32. Sums, not means.
    // (in): sum over tokens of x^2, the diagonal of gram; all there is where gram is empty (an
    // imported imatrix).
    std::vector<float> sumSquares;
    std::vector<float> meanAbs; // (in): mean |x|
    std::vector<float> maxAbs;  // (in): max |x|
    std::vector<float> mean;    // (in): mean x; empty where it is not known (an imported imatrix)
    // Some of the inputs themselves, evenly spread over the tokens: at most LargestSample rows of
    // `in`. For what sums cannot tell; may be empty.
    Matrix sample;
    static constexpr std::size_t LargestSample = 256;
};

} // namespace bitsmith
