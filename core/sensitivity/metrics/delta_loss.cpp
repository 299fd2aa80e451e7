// sum |g e| (auto-round's AutoScheme): the first-order change of the loss if no two weights' errors
// cancelled. An upper bound of |<g, e>| that, unlike it, cannot be near zero by chance.
#include "core/sensitivity/metrics/gradient_loss.h"

namespace bitsmith {
namespace {

class DeltaLoss final : public SensitivityMetric {
public:
    const SensitivityInfo& info() const override {
        static const SensitivityInfo Info{.id = "delta_loss",
                                          .title = "Delta loss",
                                          .summary = "Sum of |gradient x rounding error| over the "
                                                     "weights: a first-order bound on the loss",
                                          .paper = "auto-round, AutoScheme",
                                          .needsText = true};
        return Info;
    }
    Status measure(const SensitivityInput& input, const SensitivitySink& sink,
                   RunContext& context) const override {
        return measureGradientLoss(
            input, sink, {.fisher = false, .value = [](const LossChange& c) { return c.absolute; }},
            context);
    }
};

} // namespace

const SensitivityMetric& sensitivities_delta_loss() {
    static const DeltaLoss Metric;
    return Metric;
}

} // namespace bitsmith
