// Softmax cross entropy and its gradient, in place over rows of logits.
#include "core/base/parallel.h"
#include "core/compute/cpu/cpu_ops.h"
#include "core/compute/gradients.h"

#include <algorithm>
#include <cmath>

namespace bitsmith::gradients {

void crossEntropy(MatrixView logits, std::span<const std::int32_t> targets,
                  std::span<const float> scales, std::span<double> losses) {
    assert(targets.size() == logits.rows && scales.size() == logits.rows);
    assert(losses.size() == logits.rows);
    parallelFor(logits.rows, cpu::rowGrain(logits.cols), [&](std::size_t first, std::size_t last) {
        for (std::size_t t = first; t < last; ++t) {
            const std::span<float> row = logits.row(t);
            const auto target = static_cast<std::size_t>(targets[t]);
            assert(target < row.size());
            const float top = *std::ranges::max_element(row);
            double sum = 0;
            const double wanted = static_cast<double>(row[target]) - top;
            for (float& value : row) {
                const double e = std::exp(static_cast<double>(value) - top);
                value = static_cast<float>(e);
                sum += e;
            }
            losses[t] = std::log(sum) - wanted;
            const double scale = scales[t] / sum;
            // The target's own entry, p - 1, is minus the others' sum where p is near 1.
            double others = 0;
            for (std::size_t v = 0; v < row.size(); ++v) {
                if (v != target) others += row[v];
                row[v] = static_cast<float>(row[v] * scale);
            }
            row[target] = static_cast<float>(-others * scale);
        }
    });
}

} // namespace bitsmith::gradients
