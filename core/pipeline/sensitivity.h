// Sensitivities of a model's tensors as a use case: measured once, kept in the store row by row, so
// that an interrupted measurement goes on and any later plan finds them again.
#pragma once

#include "core/pipeline/engine.h"
#include "core/sensitivity/metric.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace bitsmith {

struct SensitivityOptions {
    std::string metric = "kl";
    std::shared_ptr<const Recipe> recipe; // that the tensors are quantized with; null: rtn
    std::vector<int> widths = {2, 3, 4, 5, 6, 8};
    std::vector<std::string> tensors; // globs of names or "block.role"; empty: all inside blocks
    std::filesystem::path text;       // calibration; empty: none
    CalibrationOptions calibration;
    // The model is run on so many of the samples' tokens, whole sequences, at least one; 0: all of
    // them. Statistics always come from all samples.
    std::uint64_t tokens = 0;
    bool again = false; // measure what the store has, too
};

// Every wanted value, from the store or measured now; without a store nothing is kept. Publishes a
// SensitivityTable (shared_ptr<const>) now and then. A Curvature or Score metric also needs the
// weight errors of all widths, which are measured and kept the same way.
// Errors (Usage): unknown metric; a metric or recipe that needs a text without one; nothing to
// measure; a width that the recipe does not have for any tensor.
Result<SensitivityTable> measureSensitivity(const std::shared_ptr<const Model>& model,
                                            const SensitivityOptions& options, const Engine& engine,
                                            RunContext& context);

// What the store has of a model, newest first; incomplete tables included. Empty without a store.
Result<std::vector<SensitivityTable>> knownSensitivities(const Model& model, const Engine& engine);
// The newest complete table of a metric that covers all `tensors`; measured with `recipe` if there
// is one, with the same parameters before all others, otherwise with any. recipe: an id, or a
// recipe as plans store it. Null: none.
std::shared_ptr<const SensitivityTable> bestTable(const std::vector<SensitivityTable>& tables,
                                                  std::string_view metric, std::string_view recipe,
                                                  const std::vector<std::string>& tensors);

} // namespace bitsmith
