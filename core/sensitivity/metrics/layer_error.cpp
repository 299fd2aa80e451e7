#include "core/sensitivity/metrics/layer_error.h"

#include <chrono>

namespace bitsmith {

Status measureLayers(const SensitivityInput& input, const SensitivitySink& sink,
                     const LayerLoss& loss, RunContext& context) {
    const double total = static_cast<double>(input.tensors.size() * input.widths.size());
    for (std::size_t t = 0; t < input.tensors.size(); ++t) {
        Matrix weights;
        for (std::size_t w = 0; w < input.widths.size(); ++w) {
            context.checkpoint(static_cast<double>(t * input.widths.size() + w) / total);
            const int bits = input.widths[w];
            if (!sink.wanted(t, bits)) continue;
            const auto start = std::chrono::steady_clock::now();
            if (weights.values().empty()) {
                BITSMITH_TRY(weights, denseMatrix(input, t));
            }
            BITSMITH_TRY(const LayerResult result,
                         quantizedAt(input, t, bits, weights.view(), context));
            BITSMITH_TRY(SensitivityValue value, loss(weights.view(), result));
            value.tensor = t;
            value.bits = bits;
            value.seconds =
                std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
            BITSMITH_CHECK(sink.put(std::move(value)));
        }
    }
    return {};
}

} // namespace bitsmith
