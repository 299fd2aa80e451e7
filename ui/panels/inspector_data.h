// What the inspector computes of one tensor, off the GUI thread. Free functions of values.
#pragma once

#include "core/analysis/tensor_statistics.h"
#include "core/model/model.h"
#include "core/plan/plan.h"

#include <memory>
#include <string>
#include <vector>

namespace bitsmith::ui {

inline constexpr std::size_t InspectorBins = 160;
inline constexpr std::size_t HeatmapTiles = 256; // at most so many on a side

// How a tensor lies in the model's file. Quantized ones are decoded before anything is measured.
struct StoredAs {
    std::string type; // "BF16", "Q4_K"
    bool quantized = false;
};

struct WeightsResult {
    StoredAs stored;
    TensorStatistics statistics;
    std::vector<float> levels; // the grid's values in the first group of the first row; empty where
                               // the recipe transforms the weights before
    std::string grid;          // its id, and the width of its codes
    int bits = 0;
};

// plan: the tensor's row of the plan, null or without a recipe: no levels.
Result<WeightsResult> inspectWeights(const Model& model, const std::string& tensor,
                                     const TensorPlan* plan, RunContext& context);

enum class ErrorSource {
    Preview, // this tensor alone, on its recipe's grid, rounded to nearest, data-free
    LastRun  // from the container of the last quantization
};

struct ErrorResult {
    ErrorSource source = ErrorSource::Preview;
    std::size_t rows = 0, cols = 0;
    int bits = 0;
    double bitsPerWeight = 0; // 0: unknown
    StoredAs reference;       // what the error is measured against
    ErrorStatistics statistics;
};

// What the plan's row makes of this tensor alone: its recipe's grid, rounded to nearest, data-free.
// Errors (Usage): the row has no recipe; those of quantizeLayer.
Result<LayerResult> previewLayer(const Model& model, const std::string& tensor,
                                 const TensorPlan& plan, RunContext& context);

Result<ErrorResult> previewError(const Model& model, const std::string& tensor,
                                 const TensorPlan& plan, RunContext& context);
// Errors (Usage): the run rewrote the network before rounding (folded scales).
Result<ErrorResult> errorOfRun(const Model& model, const std::string& tensor,
                               const std::string& container, RunContext& context);

} // namespace bitsmith::ui
