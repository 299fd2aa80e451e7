// Random allocation problems, with everything that may be odd about them, and the best solution of
// small ones by trying everything.
#pragma once

#include "core/allocate/allocator.h"
#include "core/base/random.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace bitsmith::test {

enum class Losses { Convex, Random, Steps, Flat, Linear };

// Choices whose losses fall as quantization errors do, or not at all like them; equal bytes, zero
// losses and choices that lose more for more bytes included.
inline AllocationItem randomItem(Rng& rng, std::size_t choices, Losses kind) {
    AllocationItem item;
    item.weights = static_cast<double>(8 + rng.below(200));
    item.score = rng.normal();
    const double scale = std::exp2(4 * rng.uniform());
    for (std::size_t c = 0; c < choices; ++c) {
        Choice choice;
        choice.width = 2 + static_cast<double>(c);
        choice.bytes = static_cast<std::uint64_t>(item.weights * choice.width / 8);
        switch (kind) {
        case Losses::Convex:
            choice.loss = scale * std::exp2(-2 * choice.width);
            break;
        case Losses::Random:
            choice.loss = rng.uniform() - 0.2;
            choice.bytes = rng.below(60);
            break;
        case Losses::Steps:
            choice.loss = static_cast<double>(rng.below(4));
            break;
        case Losses::Flat:
            choice.loss = 0;
            break;
        case Losses::Linear:
            choice.loss = 100 - static_cast<double>(choice.bytes);
            break;
        }
        item.choices.push_back(choice);
    }
    return item;
}

struct ProblemShape {
    std::size_t mostItems = 6, mostChoices = 5;
    bool ties = true, locks = true;
};

// The budget lies between what the least and the largest choices take.
inline AllocationProblem randomProblem(std::uint64_t seed, const ProblemShape& shape = {}) {
    Rng rng(seed, "problem", "allocators");
    AllocationProblem problem;
    const std::size_t items = 1 + rng.below(shape.mostItems);
    const bool mixed = rng.below(3) == 0;
    const auto one = static_cast<Losses>(rng.below(5));
    for (std::size_t i = 0; i < items; ++i) {
        const auto kind = mixed ? static_cast<Losses>(rng.below(5)) : one;
        problem.items.push_back(randomItem(rng, 1 + rng.below(shape.mostChoices), kind));
        AllocationItem& item = problem.items.back();
        item.chosen = rng.below(item.choices.size());
        item.locked = shape.locks && i > 0 && rng.below(5) == 0;
    }
    if (shape.ties && items > 1)
        for (std::size_t k = rng.below(3); k > 0; --k)
            problem.tied.push_back({rng.below(items), rng.below(items)});
    for (const auto& set : problem.tied) { // locks that contradict a tie are another test's
        const AllocationItem &a = problem.items[set[0]], &b = problem.items[set[1]];
        if (a.locked && a.choices[a.chosen].width != b.choices[b.chosen].width)
            problem.items[set[1]].locked = false;
    }
    if (rng.below(4) == 0) problem.mostWidth = 4;
    std::uint64_t least = 0, most = 0;
    for (const AllocationItem& item : problem.items) {
        const auto [low, high] =
            std::ranges::minmax(item.choices, {}, [](const Choice& c) { return c.bytes; });
        least += item.locked ? item.choices[item.chosen].bytes : low.bytes;
        most += item.locked ? item.choices[item.chosen].bytes : high.bytes;
    }
    problem.budget = least + rng.below(most - least + 2);
    return problem;
}

// Whether an allocation keeps to budget, locks, limits and ties, looked at without the module.
inline bool allowed(const AllocationProblem& problem, const std::vector<std::size_t>& chosen) {
    std::uint64_t bytes = 0;
    std::vector<bool> decided(problem.items.size()); // by a lock, its own or of what it is tied to
    for (std::size_t i = 0; i < decided.size(); ++i) decided[i] = problem.items[i].locked;
    for (std::size_t round = 0; round < problem.tied.size(); ++round)
        for (const auto& set : problem.tied)
            if (std::ranges::any_of(set, [&](std::size_t i) { return decided[i]; }))
                for (const std::size_t i : set) decided[i] = true;
    for (std::size_t i = 0; i < chosen.size(); ++i) {
        const AllocationItem& item = problem.items[i];
        if (chosen[i] >= item.choices.size()) return false;
        const Choice& choice = item.choices[chosen[i]];
        bytes += choice.bytes;
        if (item.locked && chosen[i] != item.chosen) return false;
        if (!decided[i] && (choice.width < problem.leastWidth || choice.width > problem.mostWidth))
            return false;
    }
    for (const auto& set : problem.tied)
        for (const std::size_t i : set)
            if (problem.items[i].choices[chosen[i]].width !=
                problem.items[set[0]].choices[chosen[set[0]]].width)
                return false;
    return bytes <= problem.budget;
}

inline double lossOf(const AllocationProblem& problem, const std::vector<std::size_t>& chosen) {
    double loss = 0;
    for (std::size_t i = 0; i < chosen.size(); ++i)
        loss += problem.items[i].choices[chosen[i]].loss;
    return loss;
}

// By trying everything; empty: nothing is allowed.
inline std::optional<double> leastLoss(const AllocationProblem& problem) {
    std::vector<std::size_t> chosen(problem.items.size());
    std::optional<double> least;
    for (;;) {
        if (allowed(problem, chosen)) {
            const double loss = lossOf(problem, chosen);
            least = std::min(least.value_or(loss), loss);
        }
        std::size_t i = 0;
        while (i < chosen.size() && ++chosen[i] == problem.items[i].choices.size()) chosen[i++] = 0;
        if (i == chosen.size()) return least;
    }
}

} // namespace bitsmith::test
