// Random Hadamard rotation of the inputs: W x = (W R) (R^T x). Outliers of a row spread over all of
// it, so that one scale fits the row better; nothing is stored but a seed.
// Source: QuIP# (arXiv 2402.04396, section 3), QuaRot (arXiv 2404.00456).
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/quant/layer_stage.h"
#include "core/tensor/rotation.h"

namespace bitsmith {
namespace {

constexpr std::size_t RowsAtOnce = 16;

struct HadamardParams {
    int seed = 0;
    void describe(auto&& field) {
        field("rotation_seed", seed, {"Seed", "Of the rotation's random signs", 0, 1 << 30});
    }
};

class Hadamard final : public LayerStage {
public:
    const ChoiceInfo& info() const override {
        static const ChoiceInfo Info{
            .id = "hadamard",
            .title = "Hadamard rotation",
            .summary = "Spreads outliers over all inputs by a random rotation; costs a seed",
            .paper = "Tseng et al. 2024, QuIP#, arXiv 2402.04396"};
        return Info;
    }
    std::unique_ptr<Params> defaults() const override {
        return std::make_unique<ParamsOf<HadamardParams>>();
    }
    Status predict(SideLayout& side, std::size_t, std::size_t, const Params&) const override {
        side.rotated = true;
        return {};
    }
    Status before(LayerWork& work, const Params& params) const override {
        const auto& own = dynamic_cast<const ParamsOf<HadamardParams>&>(params).value;
        // Tensors that share an input need not share its signs: each has its own name.
        const std::uint64_t seed =
            Rng(static_cast<std::uint64_t>(own.seed), work.task.name, "hadamard").next();
        const Rotation rotation(work.weights.cols(), seed);
        const auto change = [&](MatrixView rows) { rotation.apply(rows); };
        parallelFor(work.weights.rows(), RowsAtOnce, [&](std::size_t first, std::size_t last) {
            change(work.weights.view().rowRange(first, last - first));
        });
        if (work.stats) work.stats = changedStats(*work.stats, change);
        work.fisher = {};
        work.side.rotationSeed = seed;
        return {};
    }
};

} // namespace

const LayerStage& transforms_hadamard() {
    static const Hadamard Instance;
    return Instance;
}

} // namespace bitsmith
