// Backward of rotary embeddings: (a, b) -> (a c - b s, b c + a s) is linear in (a, b); its
// transpose turns by minus the angle.
#include "core/base/parallel.h"
#include "core/compute/cpu/cpu_ops.h"
#include "core/compute/gradients.h"

namespace bitsmith::gradients {

void rotary(MatrixView gradient, std::size_t headDim, const RotaryTable& table, std::size_t first) {
    assert(headDim > 0 && gradient.cols % headDim == 0 && 2 * table.pairs <= headDim);
    assert((first + gradient.rows) * table.pairs <= table.cosines.size());
    const std::size_t pairs = table.pairs;
    parallelFor(gradient.rows, cpu::rowGrain(gradient.cols),
                [&](std::size_t begin, std::size_t end) {
                    for (std::size_t t = begin; t < end; ++t) {
                        const float* cosines = table.cosines.data() + (first + t) * pairs;
                        const float* sines = table.sines.data() + (first + t) * pairs;
                        for (std::size_t start = 0; start < gradient.cols; start += headDim) {
                            float *low = gradient.row(t).data() + start, *high = low + pairs;
                            for (std::size_t i = 0; i < pairs; ++i) {
                                const float a = low[i], b = high[i];
                                low[i] = a * cosines[i] + b * sines[i];
                                high[i] = b * cosines[i] - a * sines[i];
                            }
                        }
                    }
                });
}

} // namespace bitsmith::gradients
