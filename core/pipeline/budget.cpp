// The fast part of a budget: an allocation, as one edit of the plan.
#include "core/pipeline/budget.h"

#include "core/base/message.h"
#include "core/quant/recipe.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <map>

namespace bitsmith {
namespace {

// Coded sizes are met within 0.2 %. Of packed ones only the digits of errors and offsets in the
// container's directory are not known beforehand, a few bytes a tensor.
std::uint64_t safety(const BudgetProblem& problem, std::uint64_t bytes) {
    return problem.coded ? bytes / 1000 : 32 * problem.plan->tensors.size();
}

Result<std::uint64_t> roomFor(const BudgetProblem& problem, const Budget& budget) {
    if (budget.bytes == 0)
        return static_cast<std::uint64_t>(budget.bitsPerWeight *
                                          static_cast<double>(problem.weights) / 8);
    if (problem.otherBytes == 0)
        return fail(ErrorCode::Usage, "the sizes of kept tensors were not asked for; give the "
                                      "budget in bits per weight");
    const std::uint64_t other = problem.otherBytes + safety(problem, budget.bytes);
    if (budget.bytes <= other)
        return fail(ErrorCode::Usage,
                    "what is not quantized needs {} bytes already; the budget is {}", other,
                    budget.bytes);
    return budget.bytes - other;
}

void setLimits(AllocationProblem& problem, const Budget& budget) {
    if (budget.leastBits > 0) problem.leastWidth = budget.leastBits;
    if (budget.mostBits > 0) problem.mostWidth = budget.mostBits;
}

// A budget beyond what all tensors can use: said, as nobody means it.
void noteLargest(const AllocationProblem& problem, Allocation& found) {
    for (std::size_t i = 0; i < problem.items.size(); ++i) {
        const AllocationItem& item = problem.items[i];
        if (item.locked) continue;
        for (const Choice& choice : item.choices)
            if (choice.width <= problem.mostWidth &&
                choice.bytes > item.choices[found.chosen[i]].bytes)
                return;
    }
    if (problem.budget > found.bytes)
        found.notes.push_back(
            "every tensor has its largest width; {} bytes of the budget are left over"_message(
                problem.budget - found.bytes));
}

// Rates are not confined to the steps that were looked at: what a common one leaves raises it.
double commonRate(const BudgetProblem& problem, const AllocationProblem& allocation,
                  const Allocation& found) {
    double rate = 0, weights = 0;
    for (std::size_t i = 0; i < problem.rows.size(); ++i) {
        const AllocationItem& item = allocation.items[i];
        if (item.locked) continue;
        if (!problem.lattice[i]) return 0;
        rate = item.choices[found.chosen[i]].width;
        weights += item.weights;
    }
    const std::uint64_t left = allocation.budget - found.bytes;
    const std::uint64_t rounding = problem.rows.size(); // each tensor's bytes are rounded up
    const double more = left > rounding ? 8 * static_cast<double>(left - rounding) / weights : 0.0;
    return std::min({rate + more, MostRate, allocation.mostWidth});
}

// Rows that share a recipe share the one at another rate.
class Rates {
public:
    Result<std::shared_ptr<const Recipe>> recipe(const std::shared_ptr<const Recipe>& base,
                                                 double rate) {
        auto& known = m_known[{base.get(), rate}];
        if (!known) {
            BITSMITH_TRY(known, withParameters(*base, {{"grid", {{"rate", rate}}}}));
        }
        return known;
    }

private:
    std::map<std::pair<const Recipe*, double>, std::shared_ptr<const Recipe>> m_known;
};

Result<std::shared_ptr<const Plan>> applied(const BudgetProblem& problem,
                                            const AllocationProblem& allocation,
                                            const Allocation& found, double rateForAll) {
    std::vector<RowEdit> edits;
    Rates rates;
    for (std::size_t i = 0; i < problem.rows.size(); ++i) {
        const AllocationItem& item = allocation.items[i];
        if (item.locked) continue;
        const TensorPlan& row = *problem.plan->tensors[problem.rows[i]];
        const double width = item.choices[found.chosen[i]].width;
        RowEdit edit{.row = problem.rows[i], .edit = {}};
        if (!problem.formats.empty()) {
            const FormatChoice& chosen = problem.formats[i][found.chosen[i]];
            edit.edit.recipe = chosen.recipe;
            edit.edit.bits = chosen.bits;
        } else if (problem.lattice[i]) {
            BITSMITH_TRY(edit.edit.recipe,
                         rates.recipe(row.recipe, rateForAll > 0 ? rateForAll : width));
        } else if (row.bits == static_cast<int>(width)) {
            continue; // stays the same object
        } else {
            edit.edit.bits = static_cast<int>(width);
        }
        edits.push_back(std::move(edit));
    }
    return edited(*problem.plan, edits);
}

} // namespace

Result<AllocatedPlan> allocate(const BudgetProblem& problem, const Budget& budget) {
    BITSMITH_TRY(const Allocator* allocator, findAllocator(budget.allocator));
    if (problem.rows.empty())
        return fail(ErrorCode::Usage, "the plan has no tensor whose size could change");
    const bool uniform = allocator->info().id == "uniform";
    if (problem.lossless && !uniform)
        return fail(ErrorCode::Usage, "allocator '{}' needs losses, which were not measured",
                    budget.allocator);
    AllocationProblem allocation = problem.allocation;
    setLimits(allocation, budget);
    BITSMITH_TRY(allocation.budget, roomFor(problem, budget));
    AllocatedPlan out;
    auto found = budget.params ? allocator->allocate(allocation, *budget.params)
                               : allocator->allocate(allocation);
    if (!found && budget.bytes > 0)
        return fail(found.error().code, "{}. (Of the {} bytes, {} go to what is not quantized)",
                    found.error().message, budget.bytes, budget.bytes - allocation.budget);
    BITSMITH_TRY(out.allocation, std::move(found));
    const double rate = uniform ? commonRate(problem, allocation, out.allocation) : 0;
    if (rate == 0 && out.allocation.notes.empty()) noteLargest(allocation, out.allocation);
    BITSMITH_TRY(out.plan, applied(problem, allocation, out.allocation, rate));
    if (rate > 0) { // nothing is left over
        out.allocation.notes.clear();
        out.allocation.bytes = out.plan->quantizedBytes;
    }
    return out;
}

Result<std::vector<FormatChoice>> parseFormats(const std::string& text) {
    std::vector<FormatChoice> out;
    std::size_t at = 0;
    while (at <= text.size()) {
        const std::size_t end = std::min(text.find(',', at), text.size());
        const std::string word = text.substr(at, end - at);
        at = end + 1;
        const std::size_t colon = word.find(':');
        FormatChoice choice{.name = word, .recipe = nullptr};
        BITSMITH_TRY(choice.recipe, findRecipe(word.substr(0, colon)));
        choice.bits = choice.recipe->bits;
        if (colon != word.npos) {
            const std::string bits = word.substr(colon + 1);
            if (bits.size() != 1 || bits[0] < '1' || bits[0] > '9')
                return fail(ErrorCode::Usage, "'{}': write RECIPE or RECIPE:BITS, as in rtn:4",
                            word);
            choice.bits = bits[0] - '0';
        }
        if (const auto layout = predictLayout(1, 64, choice.bits, *choice.recipe); !layout)
            return fail(layout.error().code, "format '{}': {}", word, layout.error().message);
        for (const FormatChoice& other : out)
            if (other.recipe->id == choice.recipe->id && other.bits == choice.bits)
                return fail(ErrorCode::Usage, "the format '{}' is there twice", word);
        out.push_back(std::move(choice));
    }
    if (out.size() < 2)
        return fail(ErrorCode::Usage, "a choice needs two formats or more, as in bfp4,bfp6,mxfp4; "
                                      "for one alone give it as --recipe");
    return out;
}

Result<std::vector<CurvePoint>> budgetCurve(const BudgetProblem& problem, const Budget& limits,
                                            std::size_t mostPoints) {
    if (problem.rows.empty())
        return fail(ErrorCode::Usage, "the plan has no tensor whose size could change");
    AllocationProblem allocation = problem.allocation;
    setLimits(allocation, limits);
    return paretoCurve(allocation, mostPoints);
}

Result<std::shared_ptr<const Plan>> withBudget(const Model& model, const Plan& plan,
                                               const Budget& budget, RunContext& context) {
    BITSMITH_TRY(const Allocator* allocator, findAllocator(budget.allocator));
    BITSMITH_TRY(const BudgetProblem problem,
                 makeBudgetProblem(model, std::make_shared<const Plan>(plan),
                                   {.lossless = allocator->info().id == "uniform",
                                    .containerBytes = budget.bytes > 0},
                                   context));
    BITSMITH_TRY(const AllocatedPlan allocated, allocate(problem, budget));
    return allocated.plan;
}

Result<std::uint64_t> parseBytes(const std::string& text) {
    constexpr std::array<std::pair<const char*, double>, 8> Units{{{"", 1},
                                                                   {"b", 1},
                                                                   {"kb", 1e3},
                                                                   {"mb", 1e6},
                                                                   {"gb", 1e9},
                                                                   {"kib", 1024.0},
                                                                   {"mib", 1048576.0},
                                                                   {"gib", 1073741824.0}}};
    std::size_t end = 0;
    double value = -1;
    try {
        value = std::stod(text, &end);
    } catch (const std::exception&) {
        end = 0;
    }
    std::string unit;
    for (const char c : text.substr(end))
        if (c != ' ') unit += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const auto* known =
        std::ranges::find(Units, unit, [](const auto& u) { return std::string(u.first); });
    if (end == 0 || known == Units.end() || !(value > 0) || value * known->second > 1e15)
        return fail(ErrorCode::Usage, "'{}' is no size; write it as 1200000, 350MB, 1.2GB or 64MiB",
                    text);
    return static_cast<std::uint64_t>(value * known->second);
}

} // namespace bitsmith
