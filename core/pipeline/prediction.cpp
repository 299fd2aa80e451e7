#include "core/pipeline/prediction.h"

#include "core/pipeline/sensitivity.h"

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>
#include <unordered_map>

namespace bitsmith {

double plannedWidth(const TensorPlan& planned) {
    const StageChoice* grid = planned.recipe->stage("grid");
    const Grid* found = findGrid(grid->id);
    if (!found->unbounded()) return planned.bits;
    return found->rate(planned.bits, *grid->params);
}

std::shared_ptr<const Recipe> mainRecipe(const Plan& plan) {
    // Rows that were given a recipe together share the object.
    std::map<std::shared_ptr<const Recipe>, std::size_t> counts;
    std::shared_ptr<const Recipe> best;
    for (const auto& row : plan.tensors)
        if (row->recipe) ++counts[row->recipe];
    for (const auto& row : plan.tensors) // in the plan's order: the same wherever objects lie
        if (row->recipe && (!best || counts[row->recipe] > counts[best])) best = row->recipe;
    return best;
}

std::string mainRecipeId(const Plan* plan) {
    const auto recipe = plan ? mainRecipe(*plan) : nullptr;
    return recipe ? recipe->id : "";
}

Prediction predictQuality(const Plan& plan, const SensitivityTable& table) {
    Prediction p{.recipe = table.recipe};
    std::unordered_map<std::string_view, const SensitivityRow*> rows;
    for (const SensitivityRow& row : table.rows) rows.emplace(row.tensor, &row);
    double nll = 0;
    for (const auto& row : plan.tensors) {
        if (!row->recipe) continue;
        ++p.tensors;
        const auto known = rows.find(row->tensor);
        const double width = plannedWidth(*row);
        const double loss = known == rows.end() ? std::nan("") : table.loss(*known->second, width);
        if (std::isnan(loss)) {
            ++p.unknown;
            continue;
        }
        p.otherRecipe = p.otherRecipe || row->recipe->id != table.recipe;
        p.kl += loss;
        const double delta = table.nllDelta(*known->second, width);
        nll += std::isnan(delta) ? loss : delta;
    }
    p.baselinePerplexity = std::exp(table.baselineNll);
    p.perplexity = std::exp(table.baselineNll + nll);
    return p;
}

std::optional<Prediction> predictQuality(const Plan& plan,
                                         const std::vector<SensitivityTable>& tables) {
    std::vector<std::string> inBlocks;
    for (std::size_t i = 0; i < plan.tensors.size(); ++i)
        if (plan.tensors[i]->recipe && plan.model_tensors[i].block >= 0)
            inBlocks.push_back(plan.tensors[i]->tensor);
    if (inBlocks.empty()) return std::nullopt;
    const auto table = bestTable(tables, "kl", toReference(*mainRecipe(plan)).dump(), inBlocks);
    if (!table) return std::nullopt;
    return predictQuality(plan, *table);
}

} // namespace bitsmith
