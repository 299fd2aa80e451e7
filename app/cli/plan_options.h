// The options that make a plan, shared by `plan` and `quantize`.
#pragma once

#include "app/cli/session.h"
#include "app/cli/target_options.h"
#include "core/pipeline/budget.h"
#include "core/pipeline/prediction.h"
#include "core/pipeline/sensitivity.h"

#include <optional>
#include <string>
#include <vector>

namespace bitsmith::cli {

struct PlannedBudget {
    std::shared_ptr<const Plan> plan;
    std::optional<Allocation> allocation; // where there was a budget
    std::string allocator, losses;
};

struct PlanOptions {
    std::string recipe = "rtn";
    std::string preset;                  // of llama.cpp, instead of recipe and bits; empty: none
    int bits = 0;                        // 0: the recipe's own
    int groupSize = -1;                  // -1: the recipe's own; 0: one group per row
    std::vector<std::string> settings;   // GLOB:key=value,...
    std::vector<std::string> parameters; // key=value for all
    double budgetBits = 0;               // bits per weight; 0: none
    std::string budgetSize;              // of the container; empty: none
    double memoryDensity = 0;            // 32 / bits per weight, instead of a budget; 0: none
    std::string formats; // RECIPE[:BITS],... that a budget chooses from; empty: none
    std::string allocator{DefaultAllocator};
    std::vector<std::string> allocatorParameters; // key=value
    double leastBits = 0, mostBits = 0;           // 0: no limit
    std::vector<std::string> locks;               // GLOB
    std::string sensitivity = "auto";             // what a budget is spent by, as lossesFor()
    SensitivityOptions measuring;                 // the text and so on, where it has to be measured

    void declare(CLI::App& app);
    bool budgeted() const { return budgetBits > 0 || !budgetSize.empty() || memoryDensity > 0; }
    // Recipe, bits and settings, mended for the target where asked for; without the budget.
    Result<std::shared_ptr<const Plan>> base(const Model& model, const TargetOptions& target) const;
    Result<Budget> budget() const;
    // Everything that does not depend on the budget.
    Result<BudgetProblem> problem(const std::shared_ptr<const Model>& model,
                                  std::shared_ptr<const Plan> plan, const TargetOptions& target,
                                  bool containerBytes, const Session& session) const;
    // With the budget, met with widths that the target loads.
    Result<PlannedBudget> make(const std::shared_ptr<const Model>& model,
                               const TargetOptions& target, const Session& session) const;
};

Json budgetJson(const PlannedBudget& planned);
std::string budgetText(const PlannedBudget& planned); // empty without a budget

// What the store's sensitivities say of the plan; nothing where there are none, or no store.
std::optional<Prediction> predictionFor(const Model& model, const Plan& plan,
                                        const Session& session);
std::string predictionText(const std::optional<Prediction>& prediction); // empty without one

// A plan file for this model.
Result<std::shared_ptr<const Plan>> readPlan(const std::filesystem::path& file, const Model& model);

std::string planText(const Plan& plan);

} // namespace bitsmith::cli
