// The walk of quantize(): every planned tensor in order of use, with the statistics that its recipe
// asks for, each result journaled before the next begins.
#pragma once

#include "core/exporters/container.h"
#include "core/pipeline/importance.h"
#include "core/pipeline/quantize.h"
#include "core/pipeline/rewrite.h"

#include <functional>

namespace bitsmith {

struct LayerRun {
    std::shared_ptr<const Model> model;
    std::shared_ptr<const Model> original; // what it was rewritten from, or the same
    const Plan& plan;
    const Engine& engine;
    const QuantizeOptions& options;
    CalibrationSamples samples; // empty: data-free
    std::string calibrationKey; // of the original; empty: data-free
    InputScales scales;         // of a rewritten model
    TensorStats imported;       // from an imatrix; empty: none
    std::function<Status(const TensorFinished&)> onFinished = {};
};

// Reports in order of the plan. Errors: NaN/Inf weights unless allowed; what the stages report.
Result<std::vector<LayerReport>> quantizeLayers(const LayerRun& run, QuantizationJournal& journal,
                                                RunContext& context);

} // namespace bitsmith
