// The main job: a plan over a model, tensor by tensor, journaled, into a container, recorded in the
// store.
#pragma once

#include "core/calibration/calibrate.h"
#include "core/model/model.h"
#include "core/pipeline/engine.h"
#include "core/plan/plan.h"

#include <filesystem>
#include <optional>

namespace bitsmith {

// A model's tensors as plans want them.
std::vector<PlanTensor> planTensors(const Model& model);

struct QuantizeOptions {
    std::filesystem::path output;          // container folder
    std::filesystem::path calibrationText; // empty: data-free
    // Instead of a text: an importance matrix of llama.cpp's tools or of `bitsmith calibrate`. Has
    // no Gram matrices, so recipes that need calibration refuse it.
    std::filesystem::path imatrix;
    CalibrationOptions calibration;
    bool resume = false;
    bool allowNonFinite = false; // quantize tensors with NaN/Inf (they count as 0)
    std::uint64_t seed = 0;
};

// Published to the context's feed after each tensor.
struct TensorFinished {
    std::size_t index = 0, count = 0; // of the quantized tensors
    LayerReport report;
    bool resumed = false;
};

struct QuantizeResult {
    std::optional<ExperimentId> experiment; // none without a store
    double bitsPerWeight = 0;               // over the quantized tensors
    std::uint64_t bytes = 0;                // of the container's files
    std::uint64_t originalBytes = 0;
    double seconds = 0;
    std::uint64_t peakRssBytes = 0;
    std::vector<LayerReport> tensors;
    std::filesystem::path output;
};

// Errors: a recipe that needs calibration without a text; NaN/Inf weights (named); output problems;
// everything the stages report. On cancel the journal stays: run again with resume.
Result<QuantizeResult> quantize(std::shared_ptr<const Model> model,
                                std::shared_ptr<const Plan> plan, const QuantizeOptions& options,
                                const Engine& engine, RunContext& context);

} // namespace bitsmith
