// The whole size/loss curve: all steps of all hulls, the one that saves most for a byte first.
#include "core/allocate/merged_problem.h"

#include <algorithm>

namespace bitsmith {
namespace {

struct HullStep {
    double gain = 0;
    std::uint32_t group = 0, to = 0; // place on the group's hull
};

std::vector<HullStep> sortedSteps(const MergedProblem& problem) {
    std::vector<HullStep> steps;
    for (std::size_t g = 0; g < problem.groups.size(); ++g) {
        const AllocationGroup& group = problem.groups[g];
        for (std::size_t h = 1; h < group.hull.size(); ++h)
            steps.push_back(
                {gainPerByte(group.choices[group.hull[h - 1]], group.choices[group.hull[h]]),
                 static_cast<std::uint32_t>(g), static_cast<std::uint32_t>(h)});
    }
    // Within a group gains fall, so equal ones are of different groups: in their order.
    std::ranges::stable_sort(steps, std::greater{}, &HullStep::gain);
    return steps;
}

// Evenly in bytes, both ends kept.
std::vector<CurvePoint> thinned(const std::vector<CurvePoint>& all, std::size_t most) {
    if (most == 0 || all.size() <= most) return all;
    if (most == 1) return {all.back()};
    std::vector<CurvePoint> out{all.front()};
    const double first = static_cast<double>(all.front().bytes);
    const double range = static_cast<double>(all.back().bytes) - first;
    for (std::size_t k = 1, next = 1; k + 1 < all.size() && out.size() + 1 < most; ++k) {
        const double share = (static_cast<double>(all[k].bytes) - first) / range;
        if (share * static_cast<double>(most - 1) < static_cast<double>(next)) continue;
        out.push_back(all[k]);
        next = static_cast<std::size_t>(share * static_cast<double>(most - 1)) + 1;
    }
    out.push_back(all.back());
    return out;
}

} // namespace

Result<std::vector<CurvePoint>> paretoCurve(const AllocationProblem& problem,
                                            std::size_t mostPoints) {
    BITSMITH_TRY(const MergedProblem merged, mergeProblem(problem, true));
    double weights = 0;
    for (const AllocationItem& item : problem.items) weights += item.weights;
    const bool alike = weights <= 0;
    if (alike) weights = static_cast<double>(problem.items.size());
    double widths = 0; // times weights
    for (const AllocationItem& item : problem.items)
        if (item.locked) widths += (alike ? 1 : item.weights) * item.choices[item.chosen].width;
    const auto share = [&](const AllocationGroup& group) {
        return alike ? static_cast<double>(group.items.size()) : group.weights;
    };
    CurvePoint now{.bytes = merged.lockedBytes + merged.leastBytes(),
                   .loss = merged.lockedLoss,
                   .price = std::numeric_limits<double>::infinity()};
    for (const AllocationGroup& group : merged.groups) {
        now.loss += group.choices.front().loss;
        widths += share(group) * group.choices.front().width;
    }
    now.meanWidth = widths / weights;
    std::vector<CurvePoint> points{now};
    for (const HullStep& step : sortedSteps(merged)) {
        const AllocationGroup& group = merged.groups[step.group];
        const Choice& from = group.choices[group.hull[step.to - 1]];
        const Choice& to = group.choices[group.hull[step.to]];
        now.bytes += to.bytes - from.bytes;
        now.loss += to.loss - from.loss;
        now.price = step.gain;
        widths += share(group) * (to.width - from.width);
        now.meanWidth = widths / weights;
        points.push_back(now);
    }
    return thinned(points, mostPoints);
}

} // namespace bitsmith
