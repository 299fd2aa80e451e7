// One price for a byte, the same for all tensors: each takes the choice that is cheapest with its
// bytes paid for. The price is the least that keeps within the budget; what it leaves goes to
// single steps. Optimal where the budget is one that the price can hit, else close.
#include "core/allocate/merged_problem.h"
#include "core/allocate/no_params.h"

namespace bitsmith {
namespace {

class LagrangeAllocator final : public Allocator {
public:
    const AllocatorInfo& info() const override {
        static const AllocatorInfo Info{
            .id = "lagrange",
            .title = "Lagrangian",
            .summary = "One price of a byte for all tensors, then fills up what is left",
            .paper = "Shoham and Gersho 1988, Efficient bit allocation for an arbitrary set of "
                     "quantizers"};
        return Info;
    }
    std::unique_ptr<Params> defaults() const override {
        return std::make_unique<ParamsOf<NoAllocatorParams>>();
    }

protected:
    Result<Selection> select(const MergedProblem& problem, const Params&) const override {
        PricedSelection priced = atBestPrice(problem);
        fill(problem, priced.chosen);
        return Selection{.chosen = std::move(priced.chosen), .leastLoss = priced.leastLoss};
    }
};

} // namespace

const Allocator& allocators_lagrange() {
    static const LagrangeAllocator Instance;
    return Instance;
}

} // namespace bitsmith
