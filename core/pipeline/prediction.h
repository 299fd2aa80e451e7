// What measured sensitivities say of a plan before it is run. They were measured one tensor at a
// time, so the sum leaves out what errors do to each other.
#pragma once

#include "core/plan/plan.h"
#include "core/sensitivity/metric.h"

#include <optional>
#include <string>
#include <vector>

namespace bitsmith {

struct Prediction {
    double kl = 0;         // nats per token, from the original model: the sum over the tensors
    double perplexity = 0; // on the tokens that the sensitivities were measured on
    double baselinePerplexity = 0; // of the original there
    std::size_t tensors = 0;       // that the plan quantizes
    std::size_t unknown = 0;       // of these, not measured (embedding, output head): left out
    std::string recipe;            // that was measured with
    bool otherRecipe = false;      // some tensors have another one in the plan
};

// From the newest table of measured divergence that covers the plan's tensors inside blocks, one
// measured with the plan's recipe where there is one. Nothing: no such table.
std::optional<Prediction> predictQuality(const Plan& plan,
                                         const std::vector<SensitivityTable>& tables);
// The same from a table that was chosen.
Prediction predictQuality(const Plan& plan, const SensitivityTable& table);

// Bits of a planned tensor as sensitivities count them: its width, or a lattice's rate.
double plannedWidth(const TensorPlan& planned);

// The recipe that most of the plan's tensors have; null: none.
std::shared_ptr<const Recipe> mainRecipe(const Plan& plan);
std::string mainRecipeId(const Plan* plan); // empty without a plan, too

} // namespace bitsmith
