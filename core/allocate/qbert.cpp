// Two widths: the tensors of the highest score get the larger one, as many as fit. The score is
// the caller's; Q-BERT's is |mean| + standard deviation of the top Hessian eigenvalue over subsets
// of the data. Sizes and losses are not looked at beyond the budget, which is what to compare.
#include "core/allocate/merged_problem.h"
#include "core/base/message.h"

#include <algorithm>
#include <numeric>

namespace bitsmith {
namespace {

struct QbertParams {
    double high = 0, low = 0;
    void describe(auto&& field) {
        field("high", high,
              {"Larger width",
               "Of the most sensitive tensors, in bits; 0: at least one more than the smaller", 0,
               64});
        field("low", low,
              {"Smaller width", "Of the others, in bits; 0: the largest that all can have", 0, 64});
    }
};

class QbertAllocator final : public Allocator {
public:
    const AllocatorInfo& info() const override {
        static const AllocatorInfo Info{
            .id = "qbert",
            .title = "Q-BERT",
            .summary = "The larger of two widths for the tensors of the highest scores",
            .paper = "Shen et al. 2019, Q-BERT: Hessian Based Ultra Low Precision Quantization of "
                     "BERT, arXiv 1909.05840",
            .ranksByScore = true};
        return Info;
    }
    std::unique_ptr<Params> defaults() const override {
        return std::make_unique<ParamsOf<QbertParams>>();
    }

protected:
    Result<Selection> select(const MergedProblem& problem, const Params& params) const override {
        QbertParams p = static_cast<const ParamsOf<QbertParams>&>(params).value;
        if (p.low == 0) p.low = uniformWidth(problem);
        if (p.high == 0) {
            const auto above = std::ranges::lower_bound(problem.widths, p.low + 1);
            p.high =
                above == problem.widths.end() ? std::max(p.low, problem.widths.back()) : *above;
        }
        if (p.high < p.low)
            return fail(ErrorCode::Usage, "qbert: the larger width ({}) is below the smaller ({})",
                        p.high, p.low);
        Selection out{.chosen = allAtMost(problem, p.low)};
        std::uint64_t bytes = bytesOf(problem, out.chosen);
        if (bytes > problem.room)
            return fail(ErrorCode::Usage,
                        "qbert: width {} for all needs {} bytes, {} more than there are; choose a "
                        "smaller `low`",
                        p.low, bytes, bytes - problem.room);
        std::vector<std::size_t> order(problem.groups.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::ranges::stable_sort(order, std::greater{},
                                 [&](std::size_t g) { return problem.groups[g].score; });
        std::size_t raised = 0;
        for (const std::size_t g : order) {
            const AllocationGroup& group = problem.groups[g];
            const std::size_t larger = choiceAtMost(group, p.high);
            const std::uint64_t now = group.choices[out.chosen[g]].bytes;
            const std::uint64_t then = group.choices[larger].bytes;
            if (larger == out.chosen[g] || bytes - now + then > problem.room) continue;
            bytes += then - now;
            out.chosen[g] = larger;
            ++raised;
        }
        if (raised == problem.groups.size() && bytes < problem.room)
            out.notes.push_back(
                "everything has width {}; {} bytes are left for a larger one"_message(
                    p.high, problem.room - bytes));
        return out;
    }
};

} // namespace

const Allocator& allocators_qbert() {
    static const QbertAllocator Instance;
    return Instance;
}

} // namespace bitsmith
