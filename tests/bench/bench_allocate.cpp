// Allocating 1000 tensors of 8 widths, as a slider moves: the time that counts is the row's own, in
// milliseconds. Beside it what no allocator that ranks choices goes below: sorting as many numbers.
#include "core/allocate/allocator.h"
#include "core/base/random.h"
#include "tests/bench/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <stdexcept>

namespace bitsmith::bench {
namespace {

// Sizes of a transformer's matrices, losses that fall by about a quarter a bit, sensitivities over
// six powers of two.
AllocationProblem thousandTensors() {
    constexpr double Sizes[] = {16777216, 4194304, 4194304, 16777216, 58720256, 58720256, 58720256};
    Rng rng(1, "losses", "benchmark");
    AllocationProblem problem;
    double weights = 0;
    for (std::size_t i = 0; i < 1000; ++i) {
        AllocationItem item;
        item.weights = Sizes[i % std::size(Sizes)];
        item.score = std::exp2(6 * rng.uniform());
        const double fall = 2 + 0.2 * rng.normal();
        for (int bits = 2; bits < 10; ++bits)
            item.choices.push_back({static_cast<std::uint64_t>(item.weights * (bits + 0.25) / 8),
                                    item.score * std::exp2(-fall * bits),
                                    static_cast<double>(bits)});
        weights += item.weights;
        problem.items.push_back(std::move(item));
    }
    problem.budget = static_cast<std::uint64_t>(weights * 4.5 / 8);
    return problem;
}

} // namespace

void addAllocateBenches() {
    const auto problem = std::make_shared<const AllocationProblem>(thousandTensors());
    const auto numbers = std::make_shared<std::vector<double>>();
    for (const AllocationItem& item : problem->items)
        for (const Choice& choice : item.choices) numbers->push_back(choice.loss);
    const double bytes =
        static_cast<double>(numbers->size() * sizeof(Choice)); // that are looked at
    for (const Allocator* allocator : allAllocators()) {
        if (const auto found = allocator->allocate(*problem); !found)
            throw std::runtime_error(found.error().message);
        compare(fmt::format("allocate_1000x8_{}", allocator->info().id),
                {bytes, [=] { benchmark::DoNotOptimize(allocator->allocate(*problem)->bytes); }},
                "sort the losses", {bytes, [=] {
                                        auto copy = *numbers;
                                        std::ranges::sort(copy);
                                        benchmark::DoNotOptimize(copy.data());
                                    }});
    }
}

} // namespace bitsmith::bench
