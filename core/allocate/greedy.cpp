// From the smallest choices upwards along the lower convex hulls, always the step that saves most
// loss for a byte; a step that no longer fits ends its tensor's climb. Then single steps.
#include "core/allocate/merged_problem.h"
#include "core/allocate/no_params.h"

#include <queue>

namespace bitsmith {
namespace {

std::vector<std::size_t> climb(const MergedProblem& problem) {
    const auto& groups = problem.groups;
    std::vector<std::size_t> chosen = smallest(problem), at(groups.size(), 0); // of the hull
    std::uint64_t left = problem.room - problem.leastBytes();
    using Step = std::pair<double, std::size_t>; // gain, group counted down: the first one wins
    std::priority_queue<Step> steps;
    const auto push = [&](std::size_t g) {
        const AllocationGroup& group = groups[g];
        if (at[g] + 1 < group.hull.size())
            steps.emplace(
                gainPerByte(group.choices[group.hull[at[g]]], group.choices[group.hull[at[g] + 1]]),
                groups.size() - 1 - g);
    };
    for (std::size_t g = 0; g < groups.size(); ++g) push(g);
    while (!steps.empty()) {
        const std::size_t g = groups.size() - 1 - steps.top().second;
        steps.pop();
        const std::size_t next = groups[g].hull[at[g] + 1];
        const std::uint64_t more =
            groups[g].choices[next].bytes - groups[g].choices[chosen[g]].bytes;
        if (more > left) continue;
        left -= more;
        chosen[g] = next;
        ++at[g];
        push(g);
    }
    fill(problem, chosen);
    return chosen;
}

class GreedyAllocator final : public Allocator {
public:
    const AllocatorInfo& info() const override {
        static const AllocatorInfo Info{
            .id = "greedy",
            .title = "Greedy",
            .summary = "From the smallest widths up, always the step that saves most for a byte",
            .paper = "Westerink, Biemond, Boekee 1988, An optimal bit allocation algorithm for "
                     "sub-band coding"};
        return Info;
    }
    std::unique_ptr<Params> defaults() const override {
        return std::make_unique<ParamsOf<NoAllocatorParams>>();
    }

protected:
    Result<Selection> select(const MergedProblem& problem, const Params&) const override {
        return Selection{.chosen = climb(problem)};
    }
};

} // namespace

const Allocator& allocators_greedy() {
    static const GreedyAllocator Instance;
    return Instance;
}

} // namespace bitsmith
