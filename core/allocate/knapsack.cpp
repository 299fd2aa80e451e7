// The exact solution: a multiple-choice knapsack (one choice of each group, least loss, at most so
// many bytes). Start from the Lagrangian's selection. Of any other one,
//
//     loss = bound + regret + price * slack,      regret = sum of (loss + price * bytes) over what
//                                                 the price would have bought, never negative;
//
// slack are the bytes left over. So only selections whose regret and slack cost less than the gap
// of the best one known are worth a look: choices with more regret are out, and the rest is dynamic
// programming over the groups with states (bytes, regret), of which all are dropped that another
// one beats in both bytes and loss, or whose bound is no better than the best known. Groups with
// the cheapest deviations come first, which closes the gap after a few of them as a rule (the core;
// Pisinger 1995, A minimal algorithm for the multiple-choice knapsack problem, does the same with
// gradients). Where states grow beyond the limit the worst are dropped and the least bound among
// these is remembered: what is found is then proven only up to it.
#include "core/allocate/merged_problem.h"
#include "core/base/message.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

namespace bitsmith {
namespace {

struct KnapsackParams {
    int work = 2'000'000;
    void describe(auto&& field) {
        field("work", work,
              {"Most work",
               "States that may be looked at, about 20 million a second; beyond it the result "
               "says how far from the optimum it may be",
               1000, 2'000'000'000});
    }
};

constexpr double Infinite = std::numeric_limits<double>::infinity();

// A choice as a deviation from what the price buys.
struct Deviation {
    std::int64_t bytes = 0;
    double regret = 0;
    std::uint32_t choice = 0;
};

struct CoreGroup {
    std::size_t group = 0;
    std::vector<Deviation> deviations; // all but the base choice, by bytes
    double cheapest = Infinite;        // regret per byte moved
    // Over this and all later groups: regret per byte that is added (up) or given back (down), and
    // how much can be given back at most.
    double up = Infinite, down = Infinite;
    std::int64_t mostBack = 0;
};

// Deviations made so far, as a chain.
struct Node {
    std::uint32_t parent = 0;
    std::uint32_t group = 0, choice = 0;
};

struct State {
    std::int64_t bytes = 0; // over the base's
    double regret = 0;
    std::uint32_t node = 0;
    std::uint32_t choice = 0; // of the group being added; None: the base's
};
constexpr std::uint32_t None = ~std::uint32_t{0};

class Search {
public:
    Search(const MergedProblem& problem, const PricedSelection& base, std::uint64_t work)
        : m_problem(problem), m_base(base), m_work(work) {
        m_room = static_cast<std::int64_t>(problem.room - bytesOf(problem, base.chosen));
        double scale = 0;
        for (const AllocationGroup& group : problem.groups)
            scale += std::max(std::abs(group.choices[group.front.front()].loss),
                              std::abs(group.choices[group.front.back()].loss));
        m_tiny = 1e-14 * scale; // sums of losses are no more exact
    }

    // A selection that is known; the best one is to be beaten.
    void known(const std::vector<std::size_t>& chosen) {
        double cost =
            m_base.price * static_cast<double>(m_problem.room - bytesOf(m_problem, chosen));
        for (std::size_t g = 0; g < chosen.size(); ++g)
            if (chosen[g] != m_base.chosen[g]) cost += deviation(g, chosen[g]).regret;
        if (cost >= m_best) return;
        m_best = cost;
        m_chosen = chosen;
    }

    Selection run() {
        collect();
        if (m_core.empty() || m_best <= m_tiny) return finished();
        std::vector<State> states{State{}};
        m_nodes.assign(1, Node{});
        for (std::size_t k = 0; k < m_core.size() && !states.empty(); ++k) {
            const std::uint64_t left = m_work - std::min(m_work, m_looked);
            const std::uint64_t most = std::max<std::uint64_t>(
                32, left / (m_core.size() - k) / (m_core[k].deviations.size() + 1));
            if (states.size() > most) drop(states, most, k);
            add(k, states);
        }
        return finished();
    }

private:
    Deviation deviation(std::size_t g, std::size_t c) const {
        const AllocationGroup& group = m_problem.groups[g];
        const Choice &from = group.choices[m_base.chosen[g]], &to = group.choices[c];
        const auto bytes =
            static_cast<std::int64_t>(to.bytes) - static_cast<std::int64_t>(from.bytes);
        return {bytes,
                std::max(0.0, (to.loss - from.loss) + m_base.price * static_cast<double>(bytes)),
                static_cast<std::uint32_t>(c)};
    }

    // Groups that may deviate, the cheapest first, and what all later ones can do.
    void collect() {
        std::uint64_t divisor = 0;
        for (std::size_t g = 0; g < m_problem.groups.size(); ++g) {
            CoreGroup core;
            core.group = g;
            for (const std::size_t c : m_problem.groups[g].front) {
                if (c == m_base.chosen[g]) continue;
                const Deviation d = deviation(g, c);
                if (d.regret >= m_best - m_tiny) continue;
                const auto moved = static_cast<std::uint64_t>(std::abs(d.bytes));
                divisor = std::gcd(divisor, moved);
                core.cheapest = std::min(core.cheapest, d.regret / static_cast<double>(moved));
                core.deviations.push_back(d);
            }
            if (!core.deviations.empty()) m_core.push_back(std::move(core));
        }
        // No sum of deviations meets a remainder: that much of the room stays empty in any case.
        if (divisor > 1) {
            const std::int64_t rest = m_room % static_cast<std::int64_t>(divisor);
            m_room -= rest;
            m_best -= m_base.price * static_cast<double>(rest);
        }
        std::ranges::stable_sort(m_core, {}, &CoreGroup::cheapest);
        double up = Infinite, down = Infinite;
        std::int64_t back = 0;
        for (std::size_t k = m_core.size(); k-- > 0;) {
            std::int64_t most = 0;
            for (const Deviation& d : m_core[k].deviations) {
                const double each = d.regret / static_cast<double>(std::abs(d.bytes));
                (d.bytes > 0 ? up : down) = std::min(d.bytes > 0 ? up : down, each);
                most = std::max(most, -d.bytes);
            }
            back += most;
            m_core[k].up = up;
            m_core[k].down = down;
            m_core[k].mostBack = back;
        }
    }

    // No completion of the state by groups from k on costs less.
    double bound(std::int64_t bytes, double regret, std::size_t k) const {
        const bool end = k == m_core.size();
        if (bytes <= m_room) {
            const double each = end ? m_base.price : std::min(m_base.price, m_core[k].up);
            return regret + each * static_cast<double>(m_room - bytes);
        }
        if (end || bytes - m_room > m_core[k].mostBack) return Infinite;
        return regret + m_core[k].down * static_cast<double>(bytes - m_room);
    }

    void take(const State& state, std::size_t k) {
        if (state.bytes > m_room) return;
        const double cost = state.regret + m_base.price * static_cast<double>(m_room - state.bytes);
        if (cost >= m_best - m_tiny) return;
        m_best = cost;
        m_chosen = m_base.chosen;
        if (state.choice != None) m_chosen[m_core[k].group] = state.choice;
        for (std::uint32_t n = state.node; n != 0; n = m_nodes[n].parent)
            m_chosen[m_nodes[n].group] = m_nodes[n].choice;
    }

    void add(std::size_t k, std::vector<State>& states) {
        const CoreGroup& core = m_core[k];
        m_next.clear();
        m_runs.assign(1, 0);
        const auto shifted = [&](const Deviation& d) {
            for (const State& s : states) {
                const State next{s.bytes + d.bytes, s.regret + d.regret, s.node, d.choice};
                // A selection in itself costs no less than its bound.
                if (bound(next.bytes, next.regret, k + 1) >= m_best - m_tiny) continue;
                take(next, k);
                m_next.push_back(next);
            }
            m_runs.push_back(m_next.size());
        };
        shifted({.choice = None});
        for (const Deviation& d : core.deviations) shifted(d);
        m_looked += states.size() * (core.deviations.size() + 1);
        mergeRuns();
        // Only states that lose less than all of fewer bytes.
        states.clear();
        double least = Infinite;
        for (State& s : m_next) {
            const double loss = s.regret - m_base.price * static_cast<double>(s.bytes);
            if (loss >= least || bound(s.bytes, s.regret, k + 1) >= m_best - m_tiny) continue;
            least = loss;
            if (s.choice != None) {
                m_nodes.push_back({s.node, static_cast<std::uint32_t>(core.group), s.choice});
                s.node = static_cast<std::uint32_t>(m_nodes.size() - 1);
                s.choice = None;
            }
            states.push_back(s);
        }
    }

    // The runs of m_next, each sorted by bytes, into one.
    void mergeRuns() {
        const auto before = [](const State& a, const State& b) {
            return a.bytes != b.bytes ? a.bytes < b.bytes : a.regret < b.regret;
        };
        while (m_runs.size() > 2) {
            m_merged.resize(m_next.size());
            std::vector<std::size_t> ends{0};
            for (std::size_t r = 0; r + 1 < m_runs.size(); r += 2) {
                const auto at = [&](std::size_t run) {
                    return m_next.begin() +
                           static_cast<std::ptrdiff_t>(m_runs[std::min(run, m_runs.size() - 1)]);
                };
                std::merge(at(r), at(r + 1), at(r + 1), at(r + 2),
                           m_merged.begin() + static_cast<std::ptrdiff_t>(m_runs[r]), before);
                ends.push_back(m_runs[std::min(r + 2, m_runs.size() - 1)]);
            }
            m_next.swap(m_merged);
            m_runs = std::move(ends);
        }
    }

    // Keeps the `most` states of the least bounds; of equal ones those that fill the room best.
    void drop(std::vector<State>& states, std::uint64_t most, std::size_t k) {
        using Rank = std::tuple<double, std::int64_t, std::size_t>;
        std::vector<Rank> ranks;
        for (std::size_t i = 0; i < states.size(); ++i)
            ranks.emplace_back(bound(states[i].bytes, states[i].regret, k),
                               std::abs(m_room - states[i].bytes), i);
        std::vector<Rank> sorted = ranks;
        const auto last = sorted.begin() + static_cast<std::ptrdiff_t>(most);
        std::nth_element(sorted.begin(), last, sorted.end());
        m_dropped = std::min(m_dropped, std::get<0>(*last));
        std::size_t kept = 0;
        for (std::size_t i = 0; i < states.size(); ++i)
            if (ranks[i] < *last) states[kept++] = states[i];
        states.resize(kept);
    }

    Selection finished() const {
        Selection out{.chosen = m_chosen};
        const double loss = lossOf(m_problem, m_chosen);
        const bool proven = m_dropped >= m_best - m_tiny;
        out.leastLoss = proven ? loss : loss - (m_best - m_dropped);
        if (!proven)
            out.notes.push_back(
                "the least loss is not proven: stopped after looking at {} states; it is at most "
                "{:.3g} ({:.2g} %) lower. A larger `work` goes on"_message(
                    m_looked, m_best - m_dropped,
                    100 * (m_best - m_dropped) / std::max(std::abs(loss), 1e-300)));
        return out;
    }

    const MergedProblem& m_problem;
    const PricedSelection& m_base;
    std::uint64_t m_work, m_looked = 0;
    std::int64_t m_room = 0; // bytes that the base leaves
    double m_tiny = 0;
    double m_best = Infinite, m_dropped = Infinite; // costs: regret + price * slack
    std::vector<std::size_t> m_chosen;
    std::vector<CoreGroup> m_core;
    std::vector<Node> m_nodes;
    std::vector<State> m_next, m_merged;
    std::vector<std::size_t> m_runs;
};

class KnapsackAllocator final : public Allocator {
public:
    const AllocatorInfo& info() const override {
        static const AllocatorInfo Info{
            .id = "knapsack",
            .title = "Exact",
            .summary = "The least loss within the budget, proven: dynamic programming around the "
                       "Lagrangian's solution",
            .paper = "Pisinger 1995, A minimal algorithm for the multiple-choice knapsack problem"};
        return Info;
    }
    std::unique_ptr<Params> defaults() const override {
        return std::make_unique<ParamsOf<KnapsackParams>>();
    }

protected:
    Result<Selection> select(const MergedProblem& problem, const Params& params) const override {
        const PricedSelection base = atBestPrice(problem);
        if (base.price == 0) return Selection{.chosen = base.chosen, .leastLoss = base.leastLoss};
        Search search(problem, base,
                      static_cast<std::uint64_t>(
                          static_cast<const ParamsOf<KnapsackParams>&>(params).value.work));
        std::vector<std::size_t> filled = base.chosen;
        fill(problem, filled);
        search.known(filled);
        return search.run();
    }
};

} // namespace

const Allocator& allocators_knapsack() {
    static const KnapsackAllocator Instance;
    return Instance;
}

} // namespace bitsmith
