// What the inspector's Pipeline page computes: the active tensor after each stage of its recipe,
// off the GUI thread.
#pragma once

#include "core/pipeline/engine.h"
#include "core/quant/recipe.h"
#include "ui/panels/inspector_data.h"

namespace bitsmith::ui {

// Larger matrices are shown by some of their rows, evenly spread.
inline constexpr std::size_t PipelineWeights = 4'000'000;

struct PipelineRequest {
    std::shared_ptr<const Model> model;
    std::shared_ptr<const TensorPlan> row; // with a recipe
    std::string calibration;               // StatsCache's key; empty: none
    bool operator==(const PipelineRequest&) const = default;
};

struct StageLook {
    std::string stage, choice;   // "original" first, without a choice
    double deviation = 0;        // standard deviation
    double peak = 0;             // largest |w| in deviations
    double kurtosis = 0;         // 3 for a normal distribution
    double weightError = -1;     // relative; -1 before rounding
    std::uint64_t sideBytes = 0; // kept beside the codes so far
    double histogramMin = 0, histogramMax = 0;
    std::vector<std::uint64_t> histogram;
};

struct PipelineView {
    std::vector<StageLook> looks;
    LayerReport report;
    std::size_t rows = 0, ofRows = 0; // looked at, of the matrix
};

// Errors (Usage): the recipe needs statistics and there are none; those of quantizeLayer.
Result<PipelineView> pipelineView(const PipelineRequest& request, const Engine& engine,
                                  RunContext& context);

} // namespace bitsmith::ui
