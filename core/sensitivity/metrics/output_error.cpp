// tr((W - Wq) G (W - Wq)^T) / tr(W G W^T), G = sum of x^T x over the calibration tokens: the
// relative squared error of a layer's output (the objective of GPTQ, Frantar et al. 2023, eq. 1).
#include "core/sensitivity/metrics/layer_error.h"

namespace bitsmith {
namespace {

class OutputError final : public SensitivityMetric {
public:
    const SensitivityInfo& info() const override {
        static const SensitivityInfo Info{
            .id = "output_error",
            .title = "Output error",
            .summary = "Relative squared error of the layer's output on the calibration text",
            .paper = "arXiv 2210.17323",
            .needsText = true};
        return Info;
    }
    Status measure(const SensitivityInput& input, const SensitivitySink& sink,
                   RunContext& context) const override {
        return measureLayers(
            input, sink,
            [](ConstMatrixView, const LayerResult& result) -> Result<SensitivityValue> {
                if (!(result.report.outputError >= 0)) // NaN, too
                    return fail(ErrorCode::Failed,
                                "'{}': its Gram matrix is missing or not finite, so the output "
                                "error cannot be computed. Calibrate again (the weights may hold "
                                "NaN or Inf), or use the metric weight_error",
                                result.report.name);
                return SensitivityValue{.value = result.report.outputError,
                                        .details = {{"weight_error", result.report.weightError}}};
            },
            context);
    }
};

} // namespace

const SensitivityMetric& sensitivities_output_error() {
    static const OutputError Metric;
    return Metric;
}

} // namespace bitsmith
