// The same width for all tensors: the largest that fits. The baseline of every mixed allocation.
#include "core/allocate/merged_problem.h"
#include "core/allocate/no_params.h"
#include "core/base/message.h"

namespace bitsmith {
namespace {

class UniformAllocator final : public Allocator {
public:
    const AllocatorInfo& info() const override {
        static const AllocatorInfo Info{.id = "uniform",
                                        .title = "Uniform",
                                        .summary = "The largest common width that fits",
                                        .paper = ""};
        return Info;
    }
    std::unique_ptr<Params> defaults() const override {
        return std::make_unique<ParamsOf<NoAllocatorParams>>();
    }

protected:
    Result<Selection> select(const MergedProblem& problem, const Params&) const override {
        const double width = uniformWidth(problem);
        Selection out{.chosen = allAtMost(problem, width)};
        if (const std::uint64_t left = problem.room - bytesOf(problem, out.chosen); left > 0)
            out.notes.push_back(
                width < problem.widths.front()
                    ? "the smallest choice for all leaves {} bytes of the budget unused"_message(
                          left)
                    : "width {} for all leaves {} bytes of the budget unused"_message(width, left));
        return out;
    }
};

} // namespace

const Allocator& allocators_uniform() {
    static const UniformAllocator Instance;
    return Instance;
}

} // namespace bitsmith
