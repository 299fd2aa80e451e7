// Recipes side by side on a model's tensors, without writing anything: what each costs and what it
// gives, beside plain rounding at the same exact bits per weight. Two-sided: a recipe that loses to
// the strongest cheap method is said to lose.
#pragma once

#include "core/pipeline/tensor_study.h"
#include "core/quant/recipe.h"

namespace bitsmith {

struct RecipeCandidate {
    std::shared_ptr<const Recipe> recipe;
    int bits = 0; // 0: the recipe's own
};

// Over tensors each counts with its number of weights.
struct RecipeFigures {
    double bitsPerWeight = 0; // exact, everything counted
    double weightError = 0;   // ||W - Wq||^2 / ||W||^2
    double outputError = -1;  // of the layer's output on the calibration text; -1: no text
    double seconds = 0;
    double divergence = -1; // mean KL to the original on the held-out text, nats; -1: not measured
    double perplexity = 0;  // there; 0: not measured
    double error() const {
        return divergence >= 0 ? divergence : outputError >= 0 ? outputError : weightError;
    }
};

struct RecipeOutcome {
    std::string recipe, title; // its id and title
    int bits = 0;
    std::vector<RecipeFigures> tensors; // in the order of RecipeStudy::tensors; fewer while it runs
    RecipeFigures all;
    std::string problem; // why it could not; empty: it could
    // Errors of plain rounding (rtn) and of the best cheap method (cheapRecipes()) at the same bits
    // per weight, interpolated between their own points; NaN beyond those.
    double plain = 0, cheap = 0;
    // By more than interpolation can say; false where cheap is NaN.
    bool loses() const { return all.error() > 1.005 * cheap; }
};

struct RecipePoint {
    std::string label; // "rtn_mse 3 bits g64"
    double bitsPerWeight = 0, error = 0;
};

struct RecipeStudy {
    std::string model;
    bool hasText = false; // errors are of outputs
    bool onModel = false; // errors are divergences of the whole model; no tensors
    std::vector<std::string> tensors;
    std::vector<RecipeOutcome> recipes;
    std::vector<RecipePoint> plain, cheap; // what the baselines were interpolated from, by bits
    double seconds = 0;
};

struct RecipeStudyOptions : TensorStudyOptions {
    std::vector<RecipeCandidate> candidates; // at least one
    // Held-out text: the whole model is quantized each time and its divergence measured there, as a
    // sweep does; every point is an experiment in the store. Empty: errors of single tensors.
    std::filesystem::path evalText;
    std::uint64_t evalTokens = 0; // at most; 0: all
};

// Data-free or nearly so, a second or less a tensor: rtn, rtn_mse, hqq.
std::span<const std::string_view> cheapRecipes();

// Rows are kept in the store, so that an interrupted study goes on. A candidate that cannot is a
// row that says why. Publishes a RecipeStudy after each candidate.
// Errors (Usage): no candidate; those of TensorStudy.
Result<RecipeStudy> studyRecipes(const std::shared_ptr<const Model>& model,
                                 const RecipeStudyOptions& options, const Engine& engine,
                                 RunContext& context);

// log(error) on the lower convex outline of points, at `bits`; NaN outside. For tests and charts.
double errorAt(std::span<const RecipePoint> outline, double bits);
std::vector<RecipePoint> lowerOutline(std::vector<RecipePoint> points);

} // namespace bitsmith
