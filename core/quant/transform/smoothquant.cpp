// SmoothQuant: large activations of single channels move into the weights, so that both can be
// rounded: s_j = max|x_j|^alpha / max|W_j|^(1 - alpha).
// Source: Xiao et al. 2022 (arXiv 2211.10438, section 4, equation 4).
#include "core/quant/transform/column_scaling.h"

#include <algorithm>
#include <cmath>

namespace bitsmith {
namespace {

struct SmoothQuantParams {
    double strength = 0.5;
    bool fold = false;
    void describe(auto&& field) {
        field("smooth_strength", strength,
              {"Strength",
               "alpha: 0 leaves all differences to the inputs, 1 moves all of them "
               "into the weights",
               0, 1});
        field("fold", fold,
              {"Fold into the network",
               "Rewrites the norms before, so that no factors are stored; layers that follow no "
               "norm stay as they are"});
    }
};

const SmoothQuantParams& own(const Params& params) {
    return dynamic_cast<const ParamsOf<SmoothQuantParams>&>(params).value;
}

class SmoothQuant final : public ColumnScaling {
public:
    const ChoiceInfo& info() const override {
        static const ChoiceInfo Info{
            .id = "smoothquant",
            .title = "SmoothQuant",
            .summary = "Moves outlier channels of the inputs into the weights, for 8-bit inputs",
            .paper = "Xiao et al. 2022, SmoothQuant, arXiv 2211.10438",
            .needsStats = true};
        return Info;
    }
    std::unique_ptr<Params> defaults() const override {
        return std::make_unique<ParamsOf<SmoothQuantParams>>();
    }
    bool folded(const Params& params) const override { return own(params).fold; }
    bool normsOnly() const override { return true; }
    Result<std::vector<float>> choose(std::span<const LayerTask> sharing, const Recipe&,
                                      const Params& params, std::span<const std::uint32_t> tied,
                                      RunContext& context) const override {
        const LayerStats& stats = *sharing.front().stats;
        const std::size_t n = stats.gram.cols();
        std::vector<float> inputs = stats.maxAbs, weights(n);
        if (inputs.empty())
            return fail(ErrorCode::Usage,
                        "SmoothQuant needs the largest inputs, which these statistics lack; "
                        "calibrate with a text");
        for (const LayerTask& task : sharing) {
            context.checkpoint();
            for (std::size_t r = 0; r < task.weights.rows; ++r)
                for (std::size_t c = 0; c < n; ++c)
                    weights[c] = std::max(weights[c], std::abs(task.weights(r, c)));
        }
        tieLargest(inputs, tied);
        tieLargest(weights, tied);
        std::vector<float> s(n, 1.0F);
        for (std::size_t c = 0; c < n; ++c) {
            // Nothing comes in, or nothing goes out: any factor will do.
            if (!(inputs[c] > 0) || !(weights[c] > 0)) continue;
            const double alpha = own(params).strength;
            s[c] = 1 / storedFactor(static_cast<float>(std::pow(inputs[c], alpha) /
                                                       std::pow(weights[c], 1 - alpha)));
        }
        return s;
    }
};

} // namespace

const LayerStage& transforms_smoothquant() {
    static const SmoothQuant Instance;
    return Instance;
}

} // namespace bitsmith
