#include "core/allocate/merged_problem.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace bitsmith {
namespace {

std::string nameOf(const AllocationProblem& problem, std::size_t i) {
    const std::string& name = problem.items[i].name;
    return name.empty() ? fmt::format("item {}", i) : fmt::format("'{}'", name);
}

std::string widthsOf(const AllocationItem& item) {
    std::vector<double> widths;
    for (const Choice& c : item.choices) widths.push_back(c.width);
    std::ranges::sort(widths);
    widths.erase(std::ranges::unique(widths).begin(), widths.end());
    if (widths.size() > 10)
        return fmt::format("{} widths from {} to {}", widths.size(), widths.front(), widths.back());
    return fmt::format("{}", fmt::join(widths, ", "));
}

Status checkItems(const AllocationProblem& problem) {
    for (std::size_t i = 0; i < problem.items.size(); ++i) {
        const AllocationItem& item = problem.items[i];
        if (item.choices.empty())
            return fail(ErrorCode::Usage, "item {} ({}) has no choice of width", i,
                        nameOf(problem, i));
        if (item.locked && item.chosen >= item.choices.size())
            return fail(ErrorCode::Usage, "item {} ({}) is locked to choice {}, but has {}", i,
                        nameOf(problem, i), item.chosen, item.choices.size());
        for (std::size_t c = 0; c < item.choices.size(); ++c)
            if (!std::isfinite(item.choices[c].loss) || !std::isfinite(item.choices[c].width))
                return fail(ErrorCode::Usage,
                            "item {} ({}): the loss of its choice {} (width {}) is {}; measure it "
                            "again, or lock the item",
                            i, nameOf(problem, i), c, item.choices[c].width, item.choices[c].loss);
    }
    for (const auto& set : problem.tied)
        for (const std::size_t i : set)
            if (i >= problem.items.size())
                return fail(ErrorCode::Usage, "a tied set names item {}; there are {}", i,
                            problem.items.size());
    return {};
}

// The items of each group, by their first item. Sets that share an item are one.
std::vector<std::vector<std::size_t>> tiedGroups(const AllocationProblem& problem) {
    std::vector<std::size_t> parent(problem.items.size());
    std::iota(parent.begin(), parent.end(), std::size_t{0});
    const auto root = [&](std::size_t i) {
        while (parent[i] != i) i = parent[i] = parent[parent[i]];
        return i;
    };
    for (const auto& set : problem.tied)
        for (const std::size_t i : set) {
            const std::size_t a = root(set.front()), b = root(i);
            parent[std::max(a, b)] = std::min(a, b);
        }
    std::vector<std::size_t> place(problem.items.size());
    std::vector<std::vector<std::size_t>> groups;
    for (std::size_t i = 0; i < problem.items.size(); ++i) {
        const std::size_t first = root(i);
        if (first == i) {
            place[i] = groups.size();
            groups.emplace_back();
        }
        groups[place[first]].push_back(i);
    }
    return groups;
}

struct Candidate {
    double width = 0;
    std::vector<std::uint32_t> picks; // one per item so far
};

// The widths that all items of a group can have, with each one's choice of it.
Result<std::vector<Candidate>> commonWidths(const AllocationProblem& problem,
                                            const std::vector<std::size_t>& items) {
    std::vector<Candidate> common;
    for (std::size_t m = 0; m < items.size(); ++m) {
        const AllocationItem& item = problem.items[items[m]];
        std::vector<std::pair<double, std::uint32_t>> widths;
        for (std::size_t c = 0; c < item.choices.size(); ++c)
            if (!item.locked || item.chosen == c)
                widths.emplace_back(item.choices[c].width, static_cast<std::uint32_t>(c));
        std::ranges::sort(widths);
        for (std::size_t k = 1; k < widths.size(); ++k)
            if (widths[k].first == widths[k - 1].first)
                return fail(ErrorCode::Usage,
                            "{} is tied to {} and has two choices of width {}; tied items need "
                            "one of each width",
                            nameOf(problem, items[m]), nameOf(problem, items[m == 0]),
                            widths[k].first);
        if (m == 0) {
            for (const auto& [width, c] : widths) common.push_back({width, {c}});
            continue;
        }
        std::vector<Candidate> both;
        for (Candidate& candidate : common) {
            const auto same = std::ranges::lower_bound(widths, candidate.width, {},
                                                       &std::pair<double, std::uint32_t>::first);
            if (same == widths.end() || same->first != candidate.width) continue;
            candidate.picks.push_back(same->second);
            both.push_back(std::move(candidate));
        }
        common = std::move(both);
        if (common.empty())
            return fail(ErrorCode::Usage,
                        "{} ({}{}) and {} ({}{}) are tied, but have no width in common; unlock "
                        "one of them, or give them the same recipe",
                        nameOf(problem, items[0]),
                        problem.items[items[0]].locked ? "locked; of " : "",
                        widthsOf(problem.items[items[0]]), nameOf(problem, items[m]),
                        item.locked ? "locked; of " : "", widthsOf(item));
    }
    return common;
}

// Front and hull of choices that are sorted.
void findHull(AllocationGroup& group) {
    const auto& choices = group.choices;
    for (std::size_t c = 0; c < choices.size(); ++c)
        if (group.front.empty() || choices[c].loss < choices[group.front.back()].loss)
            group.front.push_back(c); // of equal bytes the least loss comes first
    for (const std::size_t c : group.front) {
        auto& hull = group.hull;
        while (hull.size() > 1 &&
               gainPerByte(choices[hull[hull.size() - 2]], choices[hull.back()]) <=
                   gainPerByte(choices[hull.back()], choices[c]))
            hull.pop_back();
        hull.push_back(c);
    }
}

Result<AllocationGroup> makeGroup(const AllocationProblem& problem,
                                  std::vector<std::size_t> items) {
    AllocationGroup group;
    group.items = std::move(items);
    const std::size_t members = group.items.size();
    bool decided = false; // a locked item's width holds, whatever the limits
    group.score = std::numeric_limits<double>::quiet_NaN();
    for (const std::size_t i : group.items) {
        const AllocationItem& item = problem.items[i];
        decided = decided || item.locked;
        group.weights += item.weights;
        group.score = std::fmax(group.score, item.score); // fmax ignores NaN
    }
    const auto within = [&](double width) {
        return decided || (width >= problem.leastWidth && width <= problem.mostWidth);
    };
    std::vector<Choice> sums;
    std::vector<std::uint32_t> picks;
    if (members == 1) {
        const auto& own = problem.items[group.items[0]].choices;
        for (std::size_t c = 0; c < own.size(); ++c) {
            if (!within(own[c].width)) continue;
            sums.push_back(own[c]);
            picks.push_back(static_cast<std::uint32_t>(c));
        }
    } else {
        BITSMITH_TRY(const auto common, commonWidths(problem, group.items));
        for (const Candidate& candidate : common) {
            if (!within(candidate.width)) continue;
            Choice sum{.width = candidate.width};
            for (std::size_t m = 0; m < members; ++m) {
                const Choice& own = problem.items[group.items[m]].choices[candidate.picks[m]];
                sum.bytes += own.bytes;
                sum.loss += own.loss;
            }
            sums.push_back(sum);
            picks.insert(picks.end(), candidate.picks.begin(), candidate.picks.end());
        }
    }
    if (sums.empty())
        return fail(ErrorCode::Usage,
                    "{}{} has no width from {} to {}: there are {}. Widen the limits, or lock it",
                    nameOf(problem, group.items[0]), members > 1 ? " with what is tied to it" : "",
                    problem.leastWidth, problem.mostWidth, widthsOf(problem.items[group.items[0]]));
    std::vector<std::size_t> order(sums.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto size = [&](std::size_t k) { return std::pair(sums[k].bytes, sums[k].loss); };
    if (!std::ranges::is_sorted(order, {}, size)) std::ranges::stable_sort(order, {}, size);
    group.choices.reserve(sums.size());
    group.picks.reserve(picks.size());
    for (const std::size_t k : order) {
        group.choices.push_back(sums[k]);
        for (std::size_t m = 0; m < members; ++m) group.picks.push_back(picks[k * members + m]);
    }
    findHull(group);
    return group;
}

// What the least widths need, and the tensors that need most of it.
Status checkBudget(const AllocationProblem& problem, const MergedProblem& merged) {
    const std::uint64_t least = merged.leastBytes();
    if (merged.lockedBytes + least <= problem.budget) return {};
    std::vector<std::pair<std::uint64_t, std::size_t>> largest;
    for (const AllocationGroup& group : merged.groups)
        for (std::size_t m = 0; m < group.items.size(); ++m) {
            const std::size_t i = group.items[m];
            largest.emplace_back(problem.items[i].choices[group.pick(0, m)].bytes, i);
        }
    const std::size_t shown = std::min<std::size_t>(3, largest.size());
    std::ranges::partial_sort(largest, largest.begin() + static_cast<std::ptrdiff_t>(shown),
                              std::greater{});
    std::vector<std::string> names;
    for (std::size_t k = 0; k < shown; ++k)
        names.push_back(
            fmt::format("{} ({})", nameOf(problem, largest[k].second), largest[k].first));
    return fail(ErrorCode::Usage,
                "the quantized tensors need at least {} bytes, {} more than the budget leaves for "
                "them ({}): {} at their least widths{}. The largest are {}. Raise the budget, "
                "allow smaller widths{}",
                merged.lockedBytes + least, merged.lockedBytes + least - problem.budget,
                problem.budget, least,
                merged.lockedBytes > 0 ? fmt::format(" and {} locked", merged.lockedBytes) : "",
                fmt::join(names, ", "), merged.lockedBytes > 0 ? " or unlock tensors" : "");
}

} // namespace

Result<MergedProblem> mergeProblem(const AllocationProblem& problem, bool unlimited) {
    BITSMITH_CHECK(checkItems(problem));
    MergedProblem merged;
    for (auto& items : tiedGroups(problem)) {
        if (std::ranges::all_of(items, [&](std::size_t i) { return problem.items[i].locked; })) {
            for (const std::size_t i : items) {
                const Choice& choice = problem.items[i].choices[problem.items[i].chosen];
                merged.lockedBytes += choice.bytes;
                merged.lockedLoss += choice.loss;
            }
            continue;
        }
        BITSMITH_TRY(AllocationGroup group, makeGroup(problem, std::move(items)));
        merged.groups.push_back(std::move(group));
    }
    if (merged.groups.empty())
        return fail(ErrorCode::Usage,
                    "all {} tensors are locked ({} bytes): nothing is left to choose. Unlock some, "
                    "or leave the budget out",
                    problem.items.size(), merged.lockedBytes);
    for (const AllocationGroup& group : merged.groups)
        for (const Choice& choice : group.choices) merged.widths.push_back(choice.width);
    std::ranges::sort(merged.widths);
    merged.widths.erase(std::ranges::unique(merged.widths).begin(), merged.widths.end());
    if (unlimited) {
        merged.room = std::numeric_limits<std::uint64_t>::max();
        return merged;
    }
    BITSMITH_CHECK(checkBudget(problem, merged));
    merged.room = problem.budget - merged.lockedBytes;
    return merged;
}

std::uint64_t MergedProblem::leastBytes() const {
    std::uint64_t bytes = 0;
    for (const AllocationGroup& group : groups) bytes += group.choices.front().bytes;
    return bytes;
}

std::uint64_t bytesOf(const MergedProblem& problem, const std::vector<std::size_t>& chosen) {
    std::uint64_t bytes = 0;
    for (std::size_t g = 0; g < chosen.size(); ++g)
        bytes += problem.groups[g].choices[chosen[g]].bytes;
    return bytes;
}

double lossOf(const MergedProblem& problem, const std::vector<std::size_t>& chosen) {
    double loss = 0;
    for (std::size_t g = 0; g < chosen.size(); ++g)
        loss += problem.groups[g].choices[chosen[g]].loss;
    return loss;
}

double gainPerByte(const Choice& from, const Choice& to) {
    return (from.loss - to.loss) / static_cast<double>(to.bytes - from.bytes);
}

std::size_t choiceAtMost(const AllocationGroup& group, double width) {
    std::size_t best = group.choices.size();
    for (std::size_t c = 0; c < group.choices.size(); ++c)
        if (group.choices[c].width <= width &&
            (best == group.choices.size() || group.choices[c].width > group.choices[best].width))
            best = c; // of equal widths the smallest
    return best == group.choices.size() ? 0 : best;
}

std::vector<std::size_t> allAtMost(const MergedProblem& problem, double width) {
    std::vector<std::size_t> chosen;
    for (const AllocationGroup& group : problem.groups)
        chosen.push_back(choiceAtMost(group, width));
    return chosen;
}

double uniformWidth(const MergedProblem& problem) {
    const std::vector<double>& widths = problem.widths;
    // What each width adds to the one before; one pass over all choices.
    std::vector<std::int64_t> more(widths.size());
    std::int64_t bytes = 0;
    for (const AllocationGroup& group : problem.groups) {
        std::vector<std::size_t> order(group.choices.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        const auto width = [&](std::size_t c) { return group.choices[c].width; };
        if (!std::ranges::is_sorted(order, {}, width)) std::ranges::stable_sort(order, {}, width);
        std::int64_t now = static_cast<std::int64_t>(group.choices.front().bytes);
        bytes += now;
        for (std::size_t k = 0; k < order.size(); ++k) {
            const Choice& choice = group.choices[order[k]];
            if (k > 0 && choice.width == group.choices[order[k - 1]].width) continue;
            const auto at = std::ranges::lower_bound(widths, choice.width) - widths.begin();
            more[static_cast<std::size_t>(at)] += static_cast<std::int64_t>(choice.bytes) - now;
            now = static_cast<std::int64_t>(choice.bytes);
        }
    }
    double best = std::nextafter(widths.front(), -std::numeric_limits<double>::infinity());
    for (std::size_t w = 0; w < widths.size(); ++w) {
        bytes += more[w];
        if (static_cast<std::uint64_t>(bytes) <= problem.room) best = widths[w];
    }
    return best;
}

std::vector<std::size_t> smallest(const MergedProblem& problem) {
    return std::vector<std::size_t>(problem.groups.size(), 0);
}

} // namespace bitsmith
