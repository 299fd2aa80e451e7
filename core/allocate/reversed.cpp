// A control: the most sensitive tensor is taken for the least sensitive one and so on, the rest as
// the default allocator does it. A sensitivity measure that does not beat this one says nothing.
#include "core/allocate/no_params.h"
#include "core/allocate/swapped_losses.h"

namespace bitsmith {
namespace {

class ReversedAllocator final : public Allocator {
public:
    const AllocatorInfo& info() const override {
        static const AllocatorInfo Info{
            .id = "reversed",
            .title = "Reversed",
            .summary = "Control: the most sensitive tensors are taken for the least sensitive",
            .paper = "",
            .control = true};
        return Info;
    }
    std::unique_ptr<Params> defaults() const override {
        return std::make_unique<ParamsOf<NoAllocatorParams>>();
    }

protected:
    Result<Selection> select(const MergedProblem& problem, const Params&) const override {
        const std::vector<std::size_t> order = bySensitivity(problem);
        std::vector<std::size_t> like(order.size());
        for (std::size_t k = 0; k < like.size(); ++k) like[k] = like.size() - 1 - k;
        return selectAsIf(problem, order, like);
    }
};

} // namespace

const Allocator& allocators_reversed() {
    static const ReversedAllocator Instance;
    return Instance;
}

} // namespace bitsmith
