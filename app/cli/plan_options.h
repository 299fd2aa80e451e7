// The options that make a plan, shared by `plan` and `quantize`.
#pragma once

#include "app/cli/session.h"
#include "core/plan/plan.h"

#include <string>
#include <vector>

namespace bitsmith::cli {

struct PlanOptions {
    std::string recipe = "rtn";
    std::string preset;                  // of llama.cpp, instead of recipe and bits; empty: none
    int bits = 0;                        // 0: the recipe's own
    int groupSize = -1;                  // -1: the recipe's own; 0: one group per row
    std::vector<std::string> settings;   // GLOB:key=value,...
    std::vector<std::string> parameters; // key=value for all
    double budgetBits = 0;               // bits per weight; 0: none
    std::string budgetSize;              // of the container; empty: none
    std::string allocator = "lagrange";

    void declare(CLI::App& app);
    Result<std::shared_ptr<const Plan>> make(const Model& model, const Session& session) const;
};

// A plan file for this model.
Result<std::shared_ptr<const Plan>> readPlan(const std::filesystem::path& file, const Model& model);

std::string planText(const Plan& plan);

} // namespace bitsmith::cli
