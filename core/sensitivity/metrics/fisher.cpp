// 1/2 <e^2, F>: the second-order change of the loss with the diagonal of the empirical Fisher
// information for its Hessian (as SqueezeLLM weighs its codebooks, arXiv 2306.07629). For a trained
// model the first-order term is small, and this one is never negative.
#include "core/sensitivity/metrics/gradient_loss.h"

namespace bitsmith {
namespace {

class Fisher final : public SensitivityMetric {
public:
    const SensitivityInfo& info() const override {
        static const SensitivityInfo Info{
            .id = "fisher",
            .title = "Fisher information",
            .summary =
                "Second-order change of the loss, its curvature taken from squared gradients",
            .paper = "arXiv 2306.07629",
            .needsText = true};
        return Info;
    }
    Status measure(const SensitivityInput& input, const SensitivitySink& sink,
                   RunContext& context) const override {
        return measureGradientLoss(
            input, sink, {.fisher = true, .value = [](const LossChange& c) { return c.second; }},
            context);
    }
};

} // namespace

const SensitivityMetric& sensitivities_fisher() {
    static const Fisher Metric;
    return Metric;
}

} // namespace bitsmith
