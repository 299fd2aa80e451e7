// One tensor at one width, as all metrics quantize it.
#include "core/sensitivity/metric.h"

namespace bitsmith {

Result<Matrix> denseMatrix(const SensitivityInput& input, std::size_t tensor) {
    const std::string& name = input.tensors[tensor]->name;
    BITSMITH_TRY(const auto stored, input.model->matrix(name));
    Matrix values = decodeAll(*stored);
    input.model->release(name);
    return values;
}

Result<LayerResult> quantizedAt(const SensitivityInput& input, std::size_t tensor, int bits,
                                ConstMatrixView weights, RunContext& context) {
    const TensorInfo& info = *input.tensors[tensor];
    std::shared_ptr<const LayerStats> stats;
    if (input.stats) {
        BITSMITH_TRY(stats, input.stats(info));
    }
    return quantizeLayer({.name = info.name,
                          .weights = weights,
                          .stats = stats.get(),
                          .bits = bits,
                          .seed = input.seed},
                         *input.recipe, stats.get(), context);
}

} // namespace bitsmith
