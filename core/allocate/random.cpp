// A control: sensitivities dealt out at random, the rest as the default allocator does it.
#include "core/base/random.h"
#include "core/allocate/swapped_losses.h"

#include <numeric>
#include <utility>

namespace bitsmith {
namespace {

struct RandomParams {
    int seed = 0;
    void describe(auto&& field) {
        field("seed", seed, {"Seed", "Another seed, another deal", 0, 1 << 30});
    }
};

class RandomAllocator final : public Allocator {
public:
    const AllocatorInfo& info() const override {
        static const AllocatorInfo Info{
            .id = "random",
            .title = "Random",
            .summary = "Control: every tensor gets the sensitivity of a random other one",
            .paper = "",
            .control = true};
        return Info;
    }
    std::unique_ptr<Params> defaults() const override {
        return std::make_unique<ParamsOf<RandomParams>>();
    }

protected:
    Result<Selection> select(const MergedProblem& problem, const Params& params) const override {
        const auto& p = static_cast<const ParamsOf<RandomParams>&>(params).value;
        const std::vector<std::size_t> order = bySensitivity(problem);
        std::vector<std::size_t> like(order.size());
        std::iota(like.begin(), like.end(), std::size_t{0});
        Rng rng(static_cast<std::uint64_t>(p.seed), "sensitivities", "random allocator");
        for (std::size_t k = like.size(); k > 1; --k) std::swap(like[k - 1], like[rng.below(k)]);
        return selectAsIf(problem, order, like);
    }
};

} // namespace

const Allocator& allocators_random() {
    static const RandomAllocator Instance;
    return Instance;
}

} // namespace bitsmith
