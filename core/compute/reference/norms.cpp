#include "core/compute/reference/reference_ops.h"

#include <cmath>

namespace bitsmith::reference {

void rmsNorm(ConstMatrixView x, std::span<const float> weight, float eps, MatrixView y) {
    assert(weight.size() == x.cols && y.rows == x.rows && y.cols == x.cols);
    for (std::size_t t = 0; t < x.rows; ++t) {
        double squares = 0;
        for (std::size_t c = 0; c < x.cols; ++c) squares += double(x(t, c)) * x(t, c);
        const double scale = 1.0 / std::sqrt(squares / double(x.cols) + eps);
        for (std::size_t c = 0; c < x.cols; ++c)
            y(t, c) = static_cast<float>(x(t, c) * scale * weight[c]);
    }
}

void layerNorm(ConstMatrixView x, std::span<const float> weight, std::span<const float> bias,
               float eps, MatrixView y) {
    assert(weight.size() == x.cols && y.rows == x.rows && y.cols == x.cols);
    assert(bias.empty() || bias.size() == x.cols);
    for (std::size_t t = 0; t < x.rows; ++t) {
        double mean = 0, variance = 0;
        for (std::size_t c = 0; c < x.cols; ++c) mean += x(t, c);
        mean /= double(x.cols);
        for (std::size_t c = 0; c < x.cols; ++c) variance += (x(t, c) - mean) * (x(t, c) - mean);
        const double scale = 1.0 / std::sqrt(variance / double(x.cols) + eps);
        for (std::size_t c = 0; c < x.cols; ++c)
            y(t, c) = static_cast<float>((x(t, c) - mean) * scale * weight[c] +
                                         (bias.empty() ? 0.0 : bias[c]));
    }
}

} // namespace bitsmith::reference
