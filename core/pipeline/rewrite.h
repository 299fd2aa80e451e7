// The same network in other weights, easier to quantize: factors of input features moved into the
// layer before (AWQ, SmoothQuant), the residual stream rotated (QuaRot without its parts at run
// time). Nothing is stored beside the weights, so that every format and every program can have it.
#pragma once

#include "core/calibration/calibrate.h"
#include "core/model/model.h"
#include "core/pipeline/engine.h"
#include "core/plan/plan.h"
#include "core/tensor/dtype.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace bitsmith {

// What happened to one input of a block. Published to the context's feed.
struct FoldedInput {
    std::string input;          // "blocks.3.attn_in"
    double least = 1, most = 1; // of the factors s
    std::string reason;         // why nothing was folded; empty: it was
};

// Factors s by the name of the input ("blocks.3.attn_in"): the rewritten network sees x / s there.
using InputScales = std::map<std::string, std::vector<float>, std::less<>>;

struct RewriteResult {
    std::shared_ptr<const Model> model; // the given one where nothing is to be folded
    std::vector<FoldedInput> inputs;
    InputScales scales;
};

// Folds the scales of every recipe of the plan that asks for it ("fold"); matrices that share an
// input get the same. type: of the changed tensors; nullopt: as they were, F32 where the plan
// quantizes them. samples: calibration of
// this model. Errors (Usage): the architecture is not known; two such transforms in one recipe.
Result<RewriteResult> foldScales(const std::shared_ptr<const Model>& model, const Plan& plan,
                                 const CalibrationSamples& samples, std::optional<DType> type,
                                 const Engine& engine, RunContext& context);
// Whether some recipe of the plan asks for folding.
bool foldsScales(const Plan& plan);

// Rotates the residual stream by a random Hadamard rotation, the weights of norms folded into the
// layers behind them; a tied output head becomes a tensor of its own.
// Source: QuaRot (arXiv 2404.00456, section 4, stage 1a). Errors (Unsupported): norms that are no
// RMS norms, or that stand behind the layers.
Result<std::shared_ptr<const Model>> rotatedModel(const std::shared_ptr<const Model>& model,
                                                  std::uint64_t seed, std::optional<DType> type);

// One of the above on a model, written as a dense folder.
struct RewriteOptions {
    std::string transform;               // "awq", "smoothquant", "hadamard"
    std::vector<std::string> parameters; // KEY=VALUE of the transform or the grid
    std::string recipe = "rtn";          // whose grid AWQ's search rounds with
    int bits = 4;
    int groupSize = -1;                    // -1: the recipe's own
    std::filesystem::path calibrationText; // not for hadamard
    CalibrationOptions calibration;
    std::string type = "same"; // of the weights: "same", "F32", "F16", "BF16"
    std::filesystem::path output;
};
struct RewriteReport {
    std::vector<FoldedInput> inputs;
    std::uint64_t bytes = 0;
    std::vector<std::string> notes;
};
// Errors (Usage): an unknown transform or parameter, no text, nothing that could be folded; those
// of exportModel().
Result<RewriteReport> rewriteModel(const std::shared_ptr<const Model>& model,
                                   const RewriteOptions& options, const Engine& engine,
                                   RunContext& context);

} // namespace bitsmith
