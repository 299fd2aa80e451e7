// AWQ: input columns with strong activations are scaled up before rounding, the factor searched as
// a power of the mean activation; then, where wanted, ranges that shrink.
// Source: Lin et al. 2023 (arXiv 2306.00978, sections 3.2 and 3.3) and the authors' code. Unlike
// there, errors are those of each layer's own outputs, and salience is at least a 10000th of its
// mean, so that dead inputs do not shift all others.
#include "core/quant/transform/clip_search.h"
#include "core/quant/transform/column_scaling.h"
#include "core/quant/transform/scale_search.h"

namespace bitsmith {
namespace {

struct AwqParams {
    bool fold = false;
    int steps = 20;
    int searchRows = 256;
    bool clip = false;
    void describe(auto&& field) {
        field("fold", fold,
              {"Fold into the network",
               "Rewrites norms and layers before, so that no factors are stored; layers where that "
               "is impossible stay as they are"});
        field("alpha_steps", steps,
              {"Strengths", "Powers of the mean activation that are tried, 0 among them", 1, 100});
        field("search_rows", searchRows,
              {"Rows tried", "Rows of each matrix that a strength is tried on", 1, 1 << 20});
        field("clip", clip,
              {"Search ranges", "Cuts off each group's largest weights where that "
                                "pays, down to half of the range"});
    }
};

const AwqParams& own(const Params& params) {
    return dynamic_cast<const ParamsOf<AwqParams>&>(params).value;
}

class Awq final : public ColumnScaling {
public:
    const ChoiceInfo& info() const override {
        static const ChoiceInfo Info{
            .id = "awq",
            .title = "Activation-aware scales",
            .summary = "Scales inputs with strong activations up before rounding, as strongly as "
                       "the least output error wants",
            .paper = "Lin et al. 2023, AWQ, arXiv 2306.00978",
            .needsStats = true};
        return Info;
    }
    std::unique_ptr<Params> defaults() const override {
        return std::make_unique<ParamsOf<AwqParams>>();
    }
    bool folded(const Params& params) const override { return own(params).fold; }
    Result<std::vector<float>> choose(std::span<const LayerTask> sharing, const Recipe& recipe,
                                      const Params& params, std::span<const std::uint32_t> tied,
                                      RunContext& context) const override {
        return searchScales(sharing, recipe, salienceOf(*sharing.front().stats, tied),
                            {own(params).steps, static_cast<std::size_t>(own(params).searchRows)},
                            context);
    }
    Status before(LayerWork& work, const Params& params) const override {
        BITSMITH_CHECK(ColumnScaling::before(work, params));
        if (!own(params).clip) return {};
        return clipGroups(work.weights, work.inner(), work.recipe, {}, work.context);
    }
};

} // namespace

const LayerStage& transforms_awq() {
    static const Awq Instance;
    return Instance;
}

} // namespace bitsmith
