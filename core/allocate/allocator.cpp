// What all allocators have in common: merging, unmerging and the bound on what could be better; and
// the table of them, written by bitsmith_register in this folder's CMakeLists.txt.
#include "core/allocate/allocator.h"

#include "core/allocate/merged_problem.h"

#include <algorithm>
#include <cassert>

namespace bitsmith {

#define BITSMITH_ENTRY(id) const Allocator& allocators_##id();
#include "registered_allocators.inc"
#undef BITSMITH_ENTRY

std::span<const Allocator* const> allAllocators() {
    static const Allocator* const All[] = {
#define BITSMITH_ENTRY(id) &allocators_##id(),
#include "registered_allocators.inc"
#undef BITSMITH_ENTRY
    };
    return All;
}

Result<const Allocator*> findAllocator(std::string_view id) {
    std::string known;
    for (const Allocator* allocator : allAllocators()) {
        if (allocator->info().id == id) return allocator;
        known += fmt::format("{}{}", known.empty() ? "" : ", ", allocator->info().id);
    }
    return fail(ErrorCode::Usage, "unknown allocator '{}'; known: {}", id, known);
}

namespace {

Status checkScores(const AllocationProblem& problem, const AllocatorInfo& info) {
    std::size_t missing = 0, first = 0;
    for (std::size_t i = problem.items.size(); i-- > 0;)
        if (!problem.items[i].locked && !std::isfinite(problem.items[i].score)) {
            ++missing;
            first = i;
        }
    if (missing == 0) return {};
    return fail(ErrorCode::Usage,
                "allocator '{}' ranks tensors by a sensitivity score, which {} of {} do not have "
                "(item {}{}{} is the first). Measure their sensitivity, or use '{}'",
                info.id, missing, problem.items.size(), first,
                problem.items[first].name.empty() ? "" : ", ", problem.items[first].name,
                DefaultAllocator);
}

} // namespace

Result<Allocation> Allocator::allocate(const AllocationProblem& problem,
                                       const Params& params) const {
    BITSMITH_TRY(const MergedProblem merged, mergeProblem(problem));
    if (info().ranksByScore) BITSMITH_CHECK(checkScores(problem, info()));
    BITSMITH_TRY(Selection selection, select(merged, params));
    assert(bytesOf(merged, selection.chosen) <= merged.room);
    if (std::isinf(selection.leastLoss)) selection.leastLoss = atBestPrice(merged).leastLoss;

    Allocation out;
    out.chosen.resize(problem.items.size());
    for (std::size_t i = 0; i < problem.items.size(); ++i) out.chosen[i] = problem.items[i].chosen;
    for (std::size_t g = 0; g < merged.groups.size(); ++g) {
        const AllocationGroup& group = merged.groups[g];
        for (std::size_t m = 0; m < group.items.size(); ++m)
            out.chosen[group.items[m]] = group.pick(selection.chosen[g], m);
    }
    // One order of summation for all allocators: the same allocation has the same loss to the bit.
    for (std::size_t i = 0; i < problem.items.size(); ++i) {
        out.bytes += problem.items[i].choices[out.chosen[i]].bytes;
        out.loss += problem.items[i].choices[out.chosen[i]].loss;
    }
    const double own = lossOf(merged, selection.chosen);
    out.optimal = own <= selection.leastLoss;
    out.leastLoss = out.optimal ? out.loss : out.loss - (own - selection.leastLoss);
    out.notes = std::move(selection.notes);
    return out;
}

} // namespace bitsmith
