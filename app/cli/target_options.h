// --target and --fix, shared by `plan` and `quantize`, and problems for people and programs.
#pragma once

#include "app/cli/session.h"
#include "core/plan/target.h"

#include <memory>
#include <string>
#include <vector>

namespace bitsmith::cli {

// A plan checked for a target; without one there are no problems.
struct CheckedPlan {
    std::shared_ptr<const Plan> plan;
    const Target* target = nullptr;      // null: none given
    std::vector<TargetProblem> problems; // what is left
    std::size_t blocking() const;
};

struct TargetOptions {
    std::string target; // empty: none
    bool fix = false;

    void declare(CLI::App& app);
    Result<const Target*> find() const; // null: none given
    // With --fix the plan as the target loads it, else the plan.
    Result<std::shared_ptr<const Plan>> mended(std::shared_ptr<const Plan> plan,
                                               const Model& model) const;
    Result<CheckedPlan> check(std::shared_ptr<const Plan> plan, const Model& model) const;
};

Json problemsJson(const std::vector<TargetProblem>& problems);
// Equal problems of several tensors are told once. Empty without a target.
std::string problemsText(const CheckedPlan& checked);
// The error for a plan that its target cannot load.
Status refuseBlocked(const CheckedPlan& checked);

} // namespace bitsmith::cli
