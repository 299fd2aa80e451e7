// Backward of RMSNorm and LayerNorm. Everything about a row is recomputed from x: two means cost
// less than storing them would.
#include "core/base/parallel.h"
#include "core/compute/cpu/cpu_ops.h"
#include "core/compute/gradients.h"

#include <cmath>

namespace bitsmith::gradients {

void rmsNorm(ConstMatrixView x, std::span<const float> weight, float eps, ConstMatrixView dy,
             MatrixView dx) {
    assert(weight.size() == x.cols && dy.rows == x.rows && dy.cols == x.cols);
    assert(dx.rows == x.rows && dx.cols == x.cols && dx.data != x.data);
    const double n = static_cast<double>(x.cols);
    parallelFor(x.rows, cpu::rowGrain(x.cols), [&](std::size_t first, std::size_t last) {
        for (std::size_t t = first; t < last; ++t) {
            const float *in = x.row(t).data(), *grad = dy.row(t).data();
            float* out = dx.row(t).data();
            double squares = 0, dot = 0;
            for (std::size_t c = 0; c < x.cols; ++c) {
                squares += static_cast<double>(in[c]) * in[c];
                dot += static_cast<double>(weight[c]) * grad[c] * in[c];
            }
            const double inverse = 1 / std::sqrt(squares / n + eps);
            const double along = dot / n * inverse * inverse;
            for (std::size_t c = 0; c < x.cols; ++c)
                out[c] = static_cast<float>(
                    (static_cast<double>(weight[c]) * grad[c] - in[c] * along) * inverse);
        }
    });
}

void layerNorm(ConstMatrixView x, std::span<const float> weight, float eps, ConstMatrixView dy,
               MatrixView dx) {
    assert(weight.size() == x.cols && dy.rows == x.rows && dy.cols == x.cols);
    assert(dx.rows == x.rows && dx.cols == x.cols && dx.data != x.data);
    const double n = static_cast<double>(x.cols);
    parallelFor(x.rows, cpu::rowGrain(x.cols), [&](std::size_t first, std::size_t last) {
        for (std::size_t t = first; t < last; ++t) {
            const float *in = x.row(t).data(), *grad = dy.row(t).data();
            float* out = dx.row(t).data();
            double mean = 0, variance = 0;
            for (std::size_t c = 0; c < x.cols; ++c) mean += in[c];
            mean /= n;
            double sum = 0, dot = 0; // of t = weight dy, and of t (x - mean)
            for (std::size_t c = 0; c < x.cols; ++c) {
                const double centred = in[c] - mean;
                const double scaled = static_cast<double>(weight[c]) * grad[c];
                variance += centred * centred;
                sum += scaled;
                dot += scaled * centred;
            }
            const double inverse = 1 / std::sqrt(variance / n + eps);
            const double shift = sum / n, along = dot / n * inverse * inverse;
            for (std::size_t c = 0; c < x.cols; ++c)
                out[c] = static_cast<float>(
                    (static_cast<double>(weight[c]) * grad[c] - shift - (in[c] - mean) * along) *
                    inverse);
        }
    });
}

} // namespace bitsmith::gradients
