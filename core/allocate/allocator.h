// Allocator: which of its possible widths each tensor gets, so that all together fit a budget of
// bytes and lose little. Knows tensors only as lists of choices with their bytes and losses; where
// these come from (a measured sensitivity, a data-free error) is the caller's business. One file
// per allocator, registered by one word.
#pragma once

#include "core/base/params.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bitsmith {

struct Choice {
    std::uint64_t bytes = 0; // everything stored
    double loss = 0;         // what the sum of is to be small; finite, may be negative
    double width = 0;        // bits, or the rate of an entropy-coded one
};

struct AllocationItem {
    std::string name;                                        // for messages; empty: "item 3"
    std::vector<Choice> choices;                             // at least one, in any order
    double score = std::numeric_limits<double>::quiet_NaN(); // sensitivity, where it is ranked by
    double weights = 0;                                      // how many; for averages
    bool locked = false;                                     // keeps `chosen`, whatever the limits
    std::size_t chosen = 0;
};

struct AllocationProblem {
    std::vector<AllocationItem> items;
    // Sets of items that must take the same width: runtimes join q, k and v. Sets that share an
    // item are one. Widths of a tied item's choices must differ.
    std::vector<std::vector<std::size_t>> tied;
    std::uint64_t budget = 0; // of all items together, locked ones included
    double leastWidth = 0, mostWidth = std::numeric_limits<double>::infinity();
};

struct Allocation {
    std::vector<std::size_t> chosen; // an index into each item's choices
    std::uint64_t bytes = 0;         // at most the budget
    double loss = 0;                 // sum over all items
    // No allocation within the budget, limits and ties has a smaller loss: the Lagrangian bound, or
    // a tighter one that the allocator proved. `loss` itself where it is proven to be the least.
    double leastLoss = 0;
    bool optimal = false;           // proven; else the loss is at most gap() above the optimum
    std::vector<std::string> notes; // for people: limits that were met, bytes left over
    double gap() const { return loss - leastLoss; }
};

struct AllocatorInfo {
    std::string_view id, title, summary, paper;
    bool ranksByScore = false; // refuses items without a score
    bool control = false;      // deliberately bad, to compare with
};

struct MergedProblem; // merged_problem.h: one group per set of tied items, locked ones taken out
struct Selection;     // of one choice for each group

class Allocator {
public:
    virtual ~Allocator() = default;
    virtual const AllocatorInfo& info() const = 0;
    virtual std::unique_ptr<Params> defaults() const = 0;
    // Errors (Usage), with numbers and names: the budget is below what the least widths need; all
    // items are locked; no width that tied items have in common, or within the limits; a loss that
    // is no number; a missing score. Same problem and parameters, same allocation.
    Result<Allocation> allocate(const AllocationProblem& problem, const Params& params) const;
    Result<Allocation> allocate(const AllocationProblem& problem) const {
        return allocate(problem, *defaults());
    }

protected:
    // Of a problem whose least choices fit; there is at least one group.
    virtual Result<Selection> select(const MergedProblem& problem, const Params& params) const = 0;
};

std::span<const Allocator* const> allAllocators();
// Errors (Usage): unknown, naming the known ones.
Result<const Allocator*> findAllocator(std::string_view id);
inline constexpr std::string_view DefaultAllocator = "lagrange";

// Size against loss, the whole curve at once: what the Lagrangian reaches as the price of a byte
// falls. Every point is an allocation; in between, exact allocators find others above the line
// through the points, none finds one below it.
struct CurvePoint {
    std::uint64_t bytes = 0; // of all items, locked ones included
    double loss = 0;
    double price = 0;     // loss per byte of the step that led here; infinite for the first
    double meanWidth = 0; // over the items' weights (each counts once where none has any)
};
// From the smallest allocation to the one of least loss. The problem's budget is not looked at.
// mostPoints: thinned evenly in bytes, both ends kept; 0: all breakpoints. Errors: as allocate.
Result<std::vector<CurvePoint>> paretoCurve(const AllocationProblem& problem,
                                            std::size_t mostPoints = 0);

} // namespace bitsmith
