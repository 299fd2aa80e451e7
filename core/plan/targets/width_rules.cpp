// What a target's rules leave an allocator: which rows go together, and which widths it may give
// them. The rules themselves stay where they are; they are asked about plans.
#include "core/plan/targets/findings.h"

#include <algorithm>
#include <map>

namespace bitsmith {
namespace {

bool hasWidth(const Plan& plan, std::size_t row, int bits) {
    const PlanTensor& tensor = plan.model_tensors[row];
    return predictLayout(tensor.rows, tensor.cols, bits, *plan.tensors[row]->recipe).has_value();
}

} // namespace

std::vector<std::vector<std::size_t>> fusedRows(const Plan& plan, std::string_view family,
                                                const Target& target) {
    std::vector<std::vector<std::size_t>> sets;
    if (!target.fuses()) return sets;
    for (FusedSet& set : fusedSets(targetModel(plan, family))) {
        std::erase_if(set, [&](std::size_t row) { return !plan.tensors[row]->recipe; });
        if (set.size() > 1) sets.push_back(std::move(set));
    }
    return sets;
}

// Some rules are about widths beside others ("2 bits only where the whole model has them"). So for
// each width two plans are asked about: every second set of rows has it, the others the largest.
Result<std::vector<std::vector<int>>> loadableBits(const Plan& plan, std::string_view family,
                                                   const Target& target, int least, int most) {
    std::vector<int> half(plan.tensors.size(), -1); // -1: nothing to choose
    std::map<std::string_view, std::size_t> rowOf;
    std::vector<std::vector<int>> bits(plan.tensors.size());
    std::size_t sets = 0;
    for (const auto& set : fusedRows(plan, family, target)) {
        for (const std::size_t row : set) half[row] = static_cast<int>(sets % 2);
        ++sets;
    }
    for (std::size_t row = 0; row < plan.tensors.size(); ++row) {
        if (!plan.tensors[row]->recipe) continue;
        if (half[row] < 0) half[row] = static_cast<int>(sets++ % 2);
        rowOf[plan.tensors[row]->tensor] = row;
    }
    for (int b = least; b <= most; ++b)
        for (int asked = 0; asked < 2; ++asked) {
            std::vector<RowEdit> edits;
            std::vector<bool> loads(plan.tensors.size());
            for (std::size_t row = 0; row < half.size(); ++row) {
                if (half[row] < 0) continue;
                const int wanted = half[row] == asked ? b : most;
                if (!hasWidth(plan, row, wanted)) continue;
                edits.push_back({row, {.bits = wanted}});
                loads[row] = half[row] == asked;
            }
            BITSMITH_TRY(const auto next, edited(plan, edits));
            for (const TargetProblem& problem : target.check(targetModel(*next, family)))
                if (const auto row = rowOf.find(problem.tensor);
                    problem.blocks && row != rowOf.end())
                    loads[row->second] = false;
            for (std::size_t row = 0; row < loads.size(); ++row)
                if (loads[row]) bits[row].push_back(b);
        }
    return bits;
}

} // namespace bitsmith
