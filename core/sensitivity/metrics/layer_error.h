// Metrics that look at one matrix and what rounding made of it, and at nothing else.
#pragma once

#include "core/sensitivity/metric.h"

namespace bitsmith {

// What a metric makes of a quantized matrix: its value and details. NaN and a message: not to be
// had.
using LayerLoss =
    std::function<Result<SensitivityValue>(ConstMatrixView weights, const LayerResult& quantized)>;

// Quantizes every tensor at every wanted width, once, and stores what `loss` says of it.
Status measureLayers(const SensitivityInput& input, const SensitivitySink& sink,
                     const LayerLoss& loss, RunContext& context);

} // namespace bitsmith
