// How long an analysis will take, from a short run of the model on this machine: good to a factor
// of two or so, enough to choose between kl now and kl tonight. The job itself knows better soon.
#pragma once

#include "core/pipeline/sensitivity.h"

#include <memory>

namespace bitsmith::ui {

struct AnalysisCost {
    double secondsPerToken = 0;  // through the whole model, output head included
    double secondsPerWeight = 0; // quantizing; 0: not known (the recipe needs a text)
};
// Runs a few hundred tokens through the model and quantizes one matrix. Errors: of the model.
Result<AnalysisCost> measureAnalysisCost(const std::shared_ptr<const Model>& model,
                                         const std::shared_ptr<const Recipe>& recipe,
                                         const Engine& engine, RunContext& context);

struct AnalysisEstimate {
    double seconds = 0;
    std::size_t measurements = 0; // values that are measured if none is known
};
// Of one metric, calibration included where it has to be done; all: of every metric.
AnalysisEstimate estimateAnalysis(const Model& model, const SensitivityOptions& options, bool all,
                                  const AnalysisCost& cost);

} // namespace bitsmith::ui
