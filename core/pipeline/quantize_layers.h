// The walk of quantize(): every planned tensor in order of use, with the statistics that its recipe
// asks for, each result journaled before the next begins.
#pragma once

#include "core/exporters/container.h"
#include "core/pipeline/importance.h"
#include "core/pipeline/quantize.h"

#include <functional>

namespace bitsmith {

struct LayerRun {
    std::shared_ptr<const Model> model;
    const Plan& plan;
    const Engine& engine;
    const QuantizeOptions& options;
    CalibrationSamples samples; // empty: data-free
    std::string calibrationKey; // empty: data-free
    TensorStats imported;       // from an imatrix; empty: none
    std::function<Status(const TensorFinished&)> onFinished = {};
};

// Reports in order of the plan. Errors: NaN/Inf weights unless allowed; what the stages report.
Result<std::vector<LayerReport>> quantizeLayers(const LayerRun& run, QuantizationJournal& journal,
                                                RunContext& context);

} // namespace bitsmith
