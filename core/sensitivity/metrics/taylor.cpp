// |<g, e>| + 1/2 <e^2, F>: what the loss changes by to second order when a matrix moves by its own
// rounding error e. TDMPQ (CPTQuant, arXiv 2412.03599) says Taylor, but its code
// perturbs by unit noise and takes the perturbed loss itself; LLM-MQ (NeurIPS workshop 2023) uses
// the first term.
// |.|: the first-order term is an error of the estimate as often as a gain, so it may not pay for
// the second.
#include "core/sensitivity/metrics/gradient_loss.h"

#include <cmath>

namespace bitsmith {
namespace {

class Taylor final : public SensitivityMetric {
public:
    const SensitivityInfo& info() const override {
        static const SensitivityInfo Info{.id = "taylor",
                                          .title = "Taylor (TDMPQ)",
                                          .summary =
                                              "Change of the loss to first and second order, from "
                                              "its gradient and Fisher information",
                                          .paper = "arXiv 2412.03599",
                                          .needsText = true};
        return Info;
    }
    Status measure(const SensitivityInput& input, const SensitivitySink& sink,
                   RunContext& context) const override {
        return measureGradientLoss(
            input, sink,
            {.fisher = true,
             .value = [](const LossChange& c) { return std::abs(c.first) + c.second; }},
            context);
    }
};

} // namespace

const SensitivityMetric& sensitivities_taylor() {
    static const Taylor Metric;
    return Metric;
}

} // namespace bitsmith
