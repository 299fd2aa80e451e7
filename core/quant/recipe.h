// A recipe: a small JSON file that names a choice per stage. Built-in ones lie in resources/recipes
// and are compiled in.
//
//   {"id": "gptq", "title": "GPTQ", "summary": "...", "paper": "...", "bits": 4,
//    "stages": {"grid": {"id": "affine", "group_size": 128}, "round": {"id": "gptq", "act_order":
//    false}}}
//
// Stages: transform, grid, round, compensate, tune, encode; an absent stage is "none". transform
// and compensate may be a list of choices, done in this order. "activations": "int8:token" beside
// "stages" says what the inputs of the products are to be rounded to when the model runs
// (core/tensor/activation_scheme.h).
#pragma once

#include "core/base/params.h"
#include "core/base/result.h"
#include "core/quant/grid.h"
#include "core/quant/layer_task.h"
#include "core/quant/rounder.h"
#include "core/tensor/activation_scheme.h"

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bitsmith {

struct StageChoice {
    std::string stage;                    // "grid"
    std::string id;                       // "affine"
    std::shared_ptr<const Params> params; // validated, never null
};

// Immutable once made.
struct Recipe {
    std::string id, title, summary, paper;
    int bits = 4;                                  // the default width
    std::vector<StageChoice> stages;               // in pipeline order; at least grid and round
    std::optional<ActivationScheme> activations{}; // nothing: in full precision
    const StageChoice* stage(std::string_view name) const; // the first of several
    bool needsStats() const;
    bool wantsFisher() const; // measured where there is a calibration text
    // Whether calibration statistics must come from the already quantized predecessors
    // (true-sequential), which needs the calibration text while quantizing.
    bool sequential() const;
    // How far to aim at the outputs of full-precision inputs, 0 to 1 (asymmetric_target.h); needs
    // sequential statistics.
    double asymmetry() const;
    bool entropyCoded() const; // what is stored depends on the numbers, not on the shape alone
};

nlohmann::ordered_json toJson(const Recipe& recipe);
// Errors (Usage): unknown stage, choice or parameter; impossible combination, with the nearest
// possible one.
Result<std::shared_ptr<const Recipe>> recipeFromJson(const nlohmann::ordered_json& json);
// The recipe with some parameters changed: {"grid": {"group_size": 64}}.
Result<std::shared_ptr<const Recipe>> withParameters(const Recipe& recipe,
                                                     const nlohmann::ordered_json& changes);

// One parameter by its flat name, as a command line gives it ("group_size", "64"): finds the stage
// that has it; "round.damping" where two stages share a name. The name of a stage changes its
// choice ("encode", "rans"); "activations" takes a scheme or "none". Errors (Usage): no stage has
// it, with all names that exist; ambiguous; not a value of its kind.
Result<std::shared_ptr<const Recipe>> withSetting(const Recipe& recipe, std::string_view name,
                                                  std::string_view value);

const std::vector<std::shared_ptr<const Recipe>>& builtinRecipes(); // sorted by id
// Errors (Usage): unknown id, naming the known ones.
Result<std::shared_ptr<const Recipe>> findRecipe(std::string_view id);

// The short form that plans store: {"id": "gptq", "changes": {"grid": {"group_size": 64}}} for a
// built-in recipe, the whole recipe for any other. Reading it back gives an equal recipe.
nlohmann::ordered_json toReference(const Recipe& recipe);
Result<std::shared_ptr<const Recipe>> recipeFromReference(const nlohmann::ordered_json& json);

// The weight stages on one matrix. stats of the task may come from quantized predecessors;
// `reference` (may be null) are the full-precision statistics that outputError is measured with.
struct LayerResult {
    std::shared_ptr<const QuantizedMatrix> matrix;
    std::vector<std::byte> coded; // encodeMatrix(*matrix) where the recipe says so; else empty
    LayerReport report;
};
// original: what errors are measured from, where it is not the task's weights.
Result<LayerResult> quantizeLayer(const LayerTask& task, const Recipe& recipe,
                                  const LayerStats* reference, RunContext& context,
                                  const std::optional<ConstMatrixView>& original = {});

// What a matrix is after each stage that changes it: for looking. Called with the stage, its
// choice, what grid and rounder would get (before "round"), or what the codes and what is beside
// them stand for (from "round" on), and the bytes kept beside so far. Views are valid during the
// call.
using StageObserver = std::function<void(std::string_view stage, std::string_view choice,
                                         ConstMatrixView weights, const SideLayout& side)>;
// As quantizeLayer, observed; the last is the result's own.
Result<LayerResult> traceLayer(const LayerTask& task, const Recipe& recipe,
                               const LayerStats* reference, const StageObserver& observe,
                               RunContext& context);

// Layout and exact bytes of the result before any work. Errors (Usage): as quantizeLayer's.
Result<MatrixLayout> predictLayout(std::size_t rows, std::size_t cols, int bits,
                                   const Recipe& recipe);
Result<std::uint64_t> predictStoredBytes(std::size_t rows, std::size_t cols, int bits,
                                         const Recipe& recipe);
// Whether that prediction is exact. It is not where an entropy coder settles the size: then it is
// the rate that a lattice aims at, or the packed size, which codes of a fixed width stay below.
bool exactSize(const Recipe& recipe);

} // namespace bitsmith
