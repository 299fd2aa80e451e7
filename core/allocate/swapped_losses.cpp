#include "core/allocate/swapped_losses.h"

#include <algorithm>
#include <numeric>

namespace bitsmith {
namespace {

double weightsOf(const AllocationGroup& group) {
    return group.weights > 0 ? group.weights : static_cast<double>(group.choices.back().bytes) + 1;
}

double range(const AllocationGroup& group) {
    return group.choices[group.front.front()].loss - group.choices[group.front.back()].loss;
}

double sensitivity(const AllocationGroup& group) { return range(group) / weightsOf(group); }

} // namespace

std::vector<std::size_t> bySensitivity(const MergedProblem& problem) {
    std::vector<std::size_t> order(problem.groups.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {},
                             [&](std::size_t g) { return sensitivity(problem.groups[g]); });
    return order;
}

Selection selectAsIf(const MergedProblem& problem, const std::vector<std::size_t>& order,
                     const std::vector<std::size_t>& like) {
    MergedProblem swapped = problem;
    for (std::size_t k = 0; k < order.size(); ++k) {
        const AllocationGroup& truth = problem.groups[order[k]];
        if (range(truth) <= 0) continue; // nothing to scale: its smallest choice is its best
        const double factor =
            sensitivity(problem.groups[order[like[k]]]) * weightsOf(truth) / range(truth);
        for (Choice& choice : swapped.groups[order[k]].choices) choice.loss *= factor;
    }
    Selection out{.chosen = atBestPrice(swapped).chosen};
    fill(swapped, out.chosen);
    fill(problem, out.chosen); // what no tensor seemed to need, for equal bytes
    return out;
}

} // namespace bitsmith
