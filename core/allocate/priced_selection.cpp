// One price of a byte for all groups, and filling up what it leaves. A group's choice at a price is
// where its hull's slope falls to it, so only the hulls' slopes matter as prices: the best one is
// found among them by halving the candidates, in time linear in their number.
#include "core/allocate/merged_problem.h"

#include <algorithm>
#include <queue>

namespace bitsmith {
namespace {

// The slopes of all hulls; falling within each group.
class Slopes {
public:
    explicit Slopes(const MergedProblem& problem) : m_problem(problem) {
        m_first.reserve(problem.groups.size() + 1);
        for (const AllocationGroup& group : problem.groups) {
            m_first.push_back(m_slopes.size());
            for (std::size_t h = 1; h < group.hull.size(); ++h)
                m_slopes.push_back(
                    gainPerByte(group.choices[group.hull[h - 1]], group.choices[group.hull[h]]));
        }
        m_first.push_back(m_slopes.size());
    }

    const std::vector<double>& all() const { return m_slopes; }

    // The choice that goes on while a byte saves more than its price.
    std::size_t choiceAt(std::size_t g, double price) const {
        const auto begin = m_slopes.begin() + static_cast<std::ptrdiff_t>(m_first[g]);
        const auto end = m_slopes.begin() + static_cast<std::ptrdiff_t>(m_first[g + 1]);
        const auto steps = std::partition_point(begin, end, [&](double s) { return s > price; });
        return m_problem.groups[g].hull[static_cast<std::size_t>(steps - begin)];
    }

    std::uint64_t bytesAt(double price) const {
        std::uint64_t bytes = 0;
        for (std::size_t g = 0; g < m_problem.groups.size(); ++g)
            bytes += m_problem.groups[g].choices[choiceAt(g, price)].bytes;
        return bytes;
    }

private:
    const MergedProblem& m_problem;
    std::vector<double> m_slopes;
    std::vector<std::size_t> m_first;
};

struct Step {
    double gain = 0;
    std::size_t group = 0, to = 0;
    std::uint64_t bytes = 0;                  // more
    bool operator<(const Step& other) const { // of equal gains the first group
        return gain != other.gain ? gain < other.gain : group > other.group;
    }
};

// The best step of a group that costs at most `left`; gain 0: none.
Step bestStep(const MergedProblem& problem, std::size_t g, std::size_t now, std::uint64_t left) {
    const AllocationGroup& group = problem.groups[g];
    const Choice& from = group.choices[now];
    Step best{.group = g};
    for (const std::size_t c : group.front) {
        const Choice& to = group.choices[c];
        if (to.bytes <= from.bytes) continue;
        if (to.bytes - from.bytes > left) break;
        if (const double gain = gainPerByte(from, to); gain > best.gain)
            best = {gain, g, c, to.bytes - from.bytes};
    }
    return best;
}

} // namespace

PricedSelection atBestPrice(const MergedProblem& problem) {
    const Slopes slopes(problem);
    PricedSelection out;
    if (slopes.bytesAt(0) > problem.room) {
        // The least price that fits; the greatest slope does, as nothing is bought at it.
        std::vector<double> candidates = slopes.all();
        auto first = candidates.begin(), last = candidates.end();
        out.price = *std::ranges::max_element(candidates);
        while (first != last) {
            const auto middle = first + (last - first) / 2;
            std::nth_element(first, middle, last);
            if (slopes.bytesAt(*middle) <= problem.room) {
                out.price = std::min(out.price, *middle);
                last = middle;
            } else {
                first = middle + 1;
            }
        }
    }
    for (std::size_t g = 0; g < problem.groups.size(); ++g)
        out.chosen.push_back(slopes.choiceAt(g, out.price));
    const std::uint64_t left = problem.room - bytesOf(problem, out.chosen);
    out.leastLoss =
        lossOf(problem, out.chosen) - (out.price > 0 ? out.price * static_cast<double>(left) : 0.0);
    return out;
}

void fill(const MergedProblem& problem, std::vector<std::size_t>& chosen) {
    std::uint64_t left = problem.room - bytesOf(problem, chosen);
    std::priority_queue<Step> steps;
    const auto push = [&](std::size_t g) {
        if (const Step step = bestStep(problem, g, chosen[g], left); step.gain > 0)
            steps.push(step);
    };
    for (std::size_t g = 0; g < chosen.size(); ++g) push(g);
    while (!steps.empty()) {
        const Step step = steps.top();
        steps.pop();
        if (step.bytes <= left) { // else another one of the group may still fit
            left -= step.bytes;
            chosen[step.group] = step.to;
        }
        push(step.group);
    }
}

} // namespace bitsmith
