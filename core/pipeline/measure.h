// Evaluation and generation as use cases: open what is needed, run, record the metric with the
// experiment that made the model.
#pragma once

#include "core/calibration/calibrate.h"
#include "core/eval/evaluate.h"
#include "core/model/generate.h"
#include "core/pipeline/engine.h"

namespace bitsmith {

// How a model is run, and what static activations are measured on where the model itself does not
// say.
struct ModelPrecision {
    RunPrecision run;
    std::filesystem::path calibrationText{}; // for static activations alone; empty: none
    CalibrationOptions calibration{};
};
// Sets it. Errors (Usage): static activations without a text or ranges of the model's own; those of
// the text.
Status applyPrecision(ForwardPass& pass, const ModelPrecision& precision, RunContext& context);

// Records perplexity (and KL figures) with the experiment whose container `model` is, if any.
// precision: of the model; the baseline is run in full precision.
Result<EvalResult> evaluateModel(const std::shared_ptr<const Model>& model,
                                 const std::shared_ptr<const Model>& baseline,
                                 const std::filesystem::path& text, const EvalOptions& options,
                                 const Engine& engine, RunContext& context,
                                 const ModelPrecision& precision = {});

// imatrix: also writes an importance matrix there; empty: none.
Result<CalibrationResult> calibrateModel(const std::shared_ptr<const Model>& model,
                                         const std::filesystem::path& text,
                                         const CalibrationOptions& options,
                                         const std::filesystem::path& imatrix, const Engine& engine,
                                         RunContext& context);

// The key of statistics that the cache has for every block input already; empty: some are missing.
// Reads and tokenizes the text. Errors: those of reading it and of drawing samples.
Result<std::string> cachedCalibration(const Model& model, const std::filesystem::path& text,
                                      const CalibrationOptions& options, const Engine& engine);

} // namespace bitsmith
