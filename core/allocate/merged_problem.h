// An allocation problem as allocators see it: tied items are one group, choices beyond the limits
// are gone, what is locked is paid for. Also what allocators share: the lower convex hull of a
// group, filling up what a budget leaves, and a selection's totals.
#pragma once

#include "core/allocate/allocator.h"

#include <string>
#include <vector>

namespace bitsmith {

// Items that are chosen for together, usually one.
struct AllocationGroup {
    std::vector<std::size_t> items;
    // Sums over the items; by rising bytes, then rising loss. Equal bytes are possible, and a
    // larger choice may lose more.
    std::vector<Choice> choices;
    std::vector<std::uint32_t> picks; // of each choice, for each item: which of the item's own
    // Choices that no other one beats in both bytes and loss: rising bytes, falling loss.
    std::vector<std::size_t> front;
    // The part of the front that some price of a byte leads to: its lower convex hull.
    std::vector<std::size_t> hull;
    double score = 0; // the largest of the items', NaN where none has one
    double weights = 0;

    std::size_t pick(std::size_t choice, std::size_t member) const {
        return picks[choice * items.size() + member];
    }
};

struct MergedProblem {
    std::vector<AllocationGroup> groups;
    std::uint64_t room = 0; // the budget less what locked items take
    std::uint64_t lockedBytes = 0;
    double lockedLoss = 0;
    std::vector<double> widths; // all that occur, rising

    std::uint64_t leastBytes() const; // of the groups
};

// Errors: as Allocator::allocate, the budget's included unless `unlimited`.
Result<MergedProblem> mergeProblem(const AllocationProblem& problem, bool unlimited = false);

// One choice for each group.
struct Selection {
    std::vector<std::size_t> chosen;
    double leastLoss = -std::numeric_limits<double>::infinity(); // proven bound; of the groups
    std::vector<std::string> notes{};
};

std::uint64_t bytesOf(const MergedProblem& problem, const std::vector<std::size_t>& chosen);
double lossOf(const MergedProblem& problem, const std::vector<std::size_t>& chosen);

// Loss that a step from one choice to a larger one saves for a byte.
double gainPerByte(const Choice& from, const Choice& to);

// The largest choice of at most that width (the largest of these where bytes say otherwise), or the
// smallest of all.
std::size_t choiceAtMost(const AllocationGroup& group, double width);

// That for every group.
std::vector<std::size_t> allAtMost(const MergedProblem& problem, double width);
// The largest of the problem's widths for which allAtMost fits; below all widths where none does,
// at which everything is at its smallest.
double uniformWidth(const MergedProblem& problem);

// The smallest choice of each group.
std::vector<std::size_t> smallest(const MergedProblem& problem);

// What the common price of a byte buys: its hull's choice of each group, and the price itself.
struct PricedSelection {
    std::vector<std::size_t> chosen; // fits the room
    double price = 0;                // 0 where everything fits
    // No selection that fits the room loses less (weak duality).
    double leastLoss = 0;
};
PricedSelection atBestPrice(const MergedProblem& problem);

// Spends what is left on steps to larger choices that lose less, most loss saved for a byte first.
void fill(const MergedProblem& problem, std::vector<std::size_t>& chosen);

} // namespace bitsmith
