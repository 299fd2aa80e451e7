// The entropy of a network's activations when they are quantized at run time. Histograms alone are
// kept: memory does not grow with the text.
#pragma once

#include "core/model/forward.h"
#include "core/pipeline/compressibility.h"

#include <map>

namespace bitsmith {

// A block input, divided by these factors before it is quantized.
struct ScaledInput {
    double smoothing = -1;
    std::vector<float> divisors; // one per channel; empty: none
    float largest = 0;           // of all |x / divisor|, for the scale per tensor
};

// inputs: by "blocks.3.attn_in". One row per input, scaling and width, then the totals over all
// inputs (empty name). Throws Cancelled.
Result<std::vector<ActivationCodes>>
activationCodes(const ForwardPass& pass, const CalibrationSamples& samples,
                std::uint64_t mostTokens, const std::vector<int>& bits,
                const std::map<std::string, std::vector<ScaledInput>>& inputs, RunContext& context);

} // namespace bitsmith
