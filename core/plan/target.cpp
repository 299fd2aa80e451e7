#include "core/plan/target.h"

namespace bitsmith {

#define BITSMITH_ENTRY(id) const Target& targets_##id();
#include "registered_targets.inc"
#undef BITSMITH_ENTRY

std::span<const Target* const> allTargets() {
    static const Target* const All[] = {
#define BITSMITH_ENTRY(id) &targets_##id(),
#include "registered_targets.inc"
#undef BITSMITH_ENTRY
    };
    return All;
}

Result<const Target*> findTarget(std::string_view id) {
    std::string known;
    for (const Target* target : allTargets()) {
        if (target->info().id == id) return target;
        known += fmt::format("{}{}", known.empty() ? "" : ", ", target->info().id);
    }
    return fail(ErrorCode::Usage, "unknown target '{}'; known: {}", id, known);
}

namespace {

// Block types fall back to others where a row is no multiple of their block; 256 is one of all.
std::string wantedFormat(const MatrixLayout& layout, const TensorPlan& row) {
    if (layout.grid != "gguf") return "";
    const auto wanted = predictLayout(layout.rows, 256, row.bits, *row.recipe);
    return wanted && wanted->format != layout.format ? wanted->format : "";
}

} // namespace

TargetModel targetModel(const Plan& plan, std::string_view family) {
    TargetModel model{.family = std::string(family), .tensors = {}};
    model.tensors.reserve(plan.tensors.size());
    for (std::size_t i = 0; i < plan.tensors.size(); ++i) {
        const PlanTensor& tensor = plan.model_tensors[i];
        const TensorPlan& row = *plan.tensors[i];
        TargetTensor seen{.name = tensor.name,
                          .role = tensor.role,
                          .block = tensor.block,
                          .rows = tensor.rows,
                          .cols = tensor.cols,
                          .layout = {},
                          .quantizable = tensor.canQuantize(),
                          .wantedFormat = {}};
        if (row.recipe)
            // The plan predicted the row's bytes from the same layout: it exists.
            if (auto layout = predictLayout(tensor.rows, tensor.cols, row.bits, *row.recipe)) {
                seen.wantedFormat = wantedFormat(*layout, row);
                seen.layout = *std::move(layout);
            }
        model.tensors.push_back(std::move(seen));
    }
    return model;
}

Result<std::shared_ptr<const Plan>> withFixes(const Plan& plan,
                                              std::span<const TargetProblem> problems) {
    auto next = std::make_shared<const Plan>(plan);
    for (const TargetProblem& problem : problems)
        for (const std::string& setting : problem.fix) {
            BITSMITH_TRY(next, withSetting(*next, setting));
        }
    return next;
}

Result<std::shared_ptr<const Plan>> fixedForTarget(const Plan& plan, std::string_view family,
                                                   const Target& target) {
    constexpr int Rounds = 4;
    auto next = std::make_shared<const Plan>(plan);
    for (int round = 0; round < Rounds; ++round) {
        const auto problems = target.check(targetModel(*next, family));
        bool any = false;
        for (const TargetProblem& problem : problems) any = any || !problem.fix.empty();
        if (!any) break;
        BITSMITH_TRY(next, withFixes(*next, problems));
    }
    return next;
}

} // namespace bitsmith
