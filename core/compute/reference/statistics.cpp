#include "core/compute/reference/reference_ops.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace bitsmith::reference {

void gram(ConstMatrixView x, MatrixView gram) {
    assert(gram.rows == x.cols && gram.cols == x.cols);
    for (std::size_t i = 0; i < x.cols; ++i)
        for (std::size_t j = 0; j < x.cols; ++j) {
            double sum = gram(i, j);
            for (std::size_t t = 0; t < x.rows; ++t) sum += double(x(t, i)) * x(t, j);
            gram(i, j) = static_cast<float>(sum);
        }
}

void channelStats(ConstMatrixView x, std::span<double> sumAbs, std::span<float> maxAbs) {
    assert(sumAbs.size() == x.cols && maxAbs.size() == x.cols);
    for (std::size_t t = 0; t < x.rows; ++t)
        for (std::size_t c = 0; c < x.cols; ++c) {
            const float magnitude = std::abs(x(t, c));
            sumAbs[c] += magnitude;
            maxAbs[c] = std::max(maxAbs[c], magnitude); // a NaN leaves the maximum as it is
        }
}

void logSoftmax(MatrixView x) {
    for (std::size_t t = 0; t < x.rows; ++t) {
        double top = -std::numeric_limits<double>::infinity(), sum = 0;
        for (const float value : x.row(t)) top = std::max(top, double(value));
        for (const float value : x.row(t)) sum += std::exp(value - top);
        const double shift = top + std::log(sum);
        for (float& value : x.row(t)) value = static_cast<float>(value - shift);
    }
}

} // namespace bitsmith::reference
