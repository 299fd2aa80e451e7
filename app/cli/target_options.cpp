#include "app/cli/target_options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>

namespace bitsmith::cli {
namespace {

constexpr std::size_t MostShown = 20; // --json has them all

struct Told {
    const TargetProblem* problem;
    std::size_t tensors = 0;
};

std::vector<Told> grouped(const std::vector<TargetProblem>& problems) {
    std::vector<Told> groups;
    for (const TargetProblem& problem : problems) {
        const auto same = std::ranges::find_if(groups, [&](const Told& told) {
            return told.problem->message == problem.message &&
                   told.problem->remedy == problem.remedy;
        });
        if (same == groups.end())
            groups.push_back({&problem, 1});
        else
            ++same->tensors;
    }
    std::ranges::stable_partition(groups, [](const Told& told) { return told.problem->blocks; });
    return groups;
}

std::string where(const Told& told) {
    if (told.problem->tensor.empty()) return "the model";
    return told.tensors == 1
               ? told.problem->tensor
               : fmt::format("{} and {} more", told.problem->tensor, told.tensors - 1);
}

} // namespace

std::size_t CheckedPlan::blocking() const {
    return static_cast<std::size_t>(std::ranges::count_if(problems, &TargetProblem::blocks));
}

void TargetOptions::declare(CLI::App& app) {
    auto* option = app.add_option(
        "--target", target,
        "The program that will load the result: its rules are checked (see `bitsmith targets`)");
    app.add_flag("--fix", fix, "Change the plan so that the target loads it")->needs(option);
}

Result<const Target*> TargetOptions::find() const {
    return target.empty() ? Result<const Target*>(nullptr) : findTarget(target);
}

Result<std::shared_ptr<const Plan>> TargetOptions::mended(std::shared_ptr<const Plan> plan,
                                                          const Model& model) const {
    BITSMITH_TRY(const Target* wanted, find());
    if (!fix || !wanted) return plan;
    return fixedForTarget(*plan, model.family(), *wanted);
}

Result<CheckedPlan> TargetOptions::check(std::shared_ptr<const Plan> plan,
                                         const Model& model) const {
    CheckedPlan checked{.plan = std::move(plan), .target = nullptr, .problems = {}};
    BITSMITH_TRY(checked.target, find());
    if (checked.target)
        checked.problems = checked.target->check(targetModel(*checked.plan, model.family()));
    return checked;
}

Json problemsJson(const std::vector<TargetProblem>& problems) {
    Json all = Json::array();
    for (const TargetProblem& p : problems)
        all.push_back({{"tensor", p.tensor},
                       {"message", p.message},
                       {"remedy", p.remedy},
                       {"blocks", p.blocks},
                       {"fix", p.fix}});
    return all;
}

std::string problemsText(const CheckedPlan& checked) {
    if (!checked.target) return "";
    const std::size_t all = checked.problems.size(), blocking = checked.blocking();
    if (all == 0) return fmt::format("\n{} loads this plan.\n", checked.target->info().title);
    std::string text = fmt::format(
        "\n{}: {} problem{}, {}\n", checked.target->info().title, all, all == 1 ? "" : "s",
        blocking == 0 ? "none of which stops it" : fmt::format("{} of which block", blocking));
    std::size_t shown = 0, tensors = 0;
    bool fixable = false;
    for (const Told& told : grouped(checked.problems)) {
        fixable = fixable || !told.problem->fix.empty();
        if (shown == MostShown) {
            tensors += told.tensors;
            continue;
        }
        ++shown;
        text += fmt::format("\n{} {}\n    {}\n    {}\n", told.problem->blocks ? "!" : "-",
                            where(told), told.problem->message, told.problem->remedy);
    }
    if (tensors > 0) text += fmt::format("\n... and {} more; --json lists all\n", tensors);
    if (fixable) text += "\n--fix changes the plan accordingly.\n";
    return text;
}

Status refuseBlocked(const CheckedPlan& checked) {
    const auto first = std::ranges::find_if(checked.problems, &TargetProblem::blocks);
    if (first == checked.problems.end()) return {};
    const std::size_t more = checked.blocking() - 1;
    const bool fixable = std::ranges::any_of(
        checked.problems, [](const TargetProblem& p) { return p.blocks && !p.fix.empty(); });
    return fail(ErrorCode::Usage, "{} cannot load this plan: {}{}. {}{}{}",
                checked.target->info().title,
                first->tensor.empty() ? "" : fmt::format("{}: ", first->tensor), first->message,
                first->remedy,
                more == 0 ? "" : fmt::format(" And {} more (`bitsmith plan` lists them).", more),
                fixable ? " --fix changes the plan so that it loads." : "");
}

} // namespace bitsmith::cli
