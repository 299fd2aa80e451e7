// A plan that meets a size: how many bits each tensor gets, counted in the bytes that will really
// be written, coded ones where the recipe has an entropy coder. In two parts: what each tensor
// weighs and loses at each width is found once (minutes for a large model); any budget is then met
// from it at once (milliseconds), as often as a slider moves.
#pragma once

#include "core/allocate/allocator.h"
#include "core/base/run_context.h"
#include "core/model/model.h"
#include "core/plan/plan.h"
#include "core/plan/target.h"

#include <string>

namespace bitsmith {

// The widths that are looked at: bits of codes, and bits per weight of entropy-coded lattices.
inline constexpr int LeastBits = 2, MostBits = 8;
inline constexpr double LeastRate = 1, MostRate = 10;

struct Budget {
    double bitsPerWeight = 0; // of the quantized tensors, everything stored counted; 0: not given
    std::uint64_t bytes = 0;  // of all files of the container; 0: not given
    std::string allocator{DefaultAllocator};
    std::shared_ptr<const Params> params{}; // of the allocator; null: its defaults
    double leastBits = 0, mostBits = 0;     // widths (or rates) of unlocked tensors; 0: no limit
};

// What tensors lose at each width, measured somehow.
class LossSource {
public:
    virtual ~LossSource() = default;
    virtual std::string name() const = 0; // for people: "KL divergence, 8192 tokens"
    // Of a row of the plan that it was measured for, at each of the widths (bits, or rates).
    // Errors (Usage): was not measured.
    virtual Result<std::vector<double>> losses(std::size_t row,
                                               std::span<const double> widths) const = 0;
    // Sensitivity for the allocators that rank by it. NaN: the loss at the least width counts.
    virtual double score(std::size_t row) const {
        (void)row;
        return std::numeric_limits<double>::quiet_NaN();
    }
};

// A recipe at one width: what a search over formats chooses from for each tensor.
struct FormatChoice {
    std::string name; // "bfp6", "rtn:3"
    std::shared_ptr<const Recipe> recipe;
    int bits = 0;
};
// "RECIPE" or "RECIPE:BITS", several joined by commas. Errors (Usage): unknown recipe, a width that
// it does not have, the same twice, fewer than two.
Result<std::vector<FormatChoice>> parseFormats(const std::string& text);

struct BudgetProblemOptions {
    // Null: the relative squared error of the weights, rounded to nearest without data; errors of
    // calibrated rounding go the same way.
    const LossSource* losses = nullptr;
    bool lossless = false;       // sizes alone, for `uniform`, which looks at nothing else
    bool containerBytes = false; // for budgets in bytes: codes kept tensors, a second a gigabyte
    // Of the target, whose joined tensors get one width, and one that it loads; null: none.
    const Target* target = nullptr;
    // Not widths of each row's recipe but these, for all rows that are not locked. Losses then come
    // from formatLosses, one for each; where that is empty, from the error of the weights.
    std::vector<FormatChoice> formats = {};
    std::vector<std::shared_ptr<const LossSource>> formatLosses = {};
};

struct BudgetProblem {
    std::shared_ptr<const Plan> plan;
    AllocationProblem allocation;  // an item for each row with a recipe; no budget yet
    std::vector<std::size_t> rows; // of each item
    std::vector<bool> lattice;     // of each item: its widths are rates
    // Of each item, what its choices stand for; empty: widths of the row's recipe. Widths are then
    // bits per weight, everything stored counted.
    std::vector<std::vector<FormatChoice>> formats = {};
    std::uint64_t weights = 0;    // of all items
    std::uint64_t otherBytes = 0; // of the container, beside the items; 0: not asked for
    bool coded = false;           // some sizes are predictions
    bool lossless = false;
    std::string losses; // what they are
};

// Locked rows are items too, with the width they have. Errors: those of reading the model; a row
// whose recipe has one size only; those of the losses.
Result<BudgetProblem> makeBudgetProblem(const Model& model, std::shared_ptr<const Plan> plan,
                                        const BudgetProblemOptions& options, RunContext& context);

struct AllocatedPlan {
    std::shared_ptr<const Plan> plan;
    Allocation allocation; // of the problem's items
};
// The plan's recipes at other widths (rates, on a lattice); locked and kept tensors stay. By
// prediction at most the budget; coded tensors come within 0.5 % of it when written. Errors
// (Usage): as Allocator::allocate; no losses for an allocator that needs them.
Result<AllocatedPlan> allocate(const BudgetProblem& problem, const Budget& budget);

// Size against loss for all budgets (see paretoCurve); bytes are those of the items.
Result<std::vector<CurvePoint>> budgetCurve(const BudgetProblem& problem, const Budget& limits,
                                            std::size_t mostPoints = 0);

// Both parts in one.
Result<std::shared_ptr<const Plan>> withBudget(const Model& model, const Plan& plan,
                                               const Budget& budget, RunContext& context);

// "1.2GB", "350 MB", "64KiB", "123456": bytes. Errors (Usage).
Result<std::uint64_t> parseBytes(const std::string& text);

} // namespace bitsmith
