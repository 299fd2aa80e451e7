// ||W - Wq||_F^2 / ||W||_F^2: what every width costs in weights. Needs no text; other metrics are
// multiplied with it.
#include "core/quant/layer_errors.h"
#include "core/sensitivity/metrics/layer_error.h"

namespace bitsmith {
namespace {

class WeightError final : public SensitivityMetric {
public:
    const SensitivityInfo& info() const override {
        static const SensitivityInfo Info{
            .id = "weight_error",
            .title = "Weight error",
            .summary = "Relative squared error of the weights; knows nothing of the data"};
        return Info;
    }
    Status measure(const SensitivityInput& input, const SensitivitySink& sink,
                   RunContext& context) const override {
        return measureLayers(
            input, sink,
            [](ConstMatrixView weights, const LayerResult& result) -> Result<SensitivityValue> {
                return SensitivityValue{.value = result.report.weightError,
                                        .details = {{"signal", sumOfSquares(weights)}}};
            },
            context);
    }
};

} // namespace

const SensitivityMetric& sensitivities_weight_error() {
    static const WeightError Metric;
    return Metric;
}

} // namespace bitsmith
