#include "core/quant/grid/least_squares.h"

#include <algorithm>
#include <cmath>

namespace bitsmith {

LeastSquaresSums& LeastSquaresSums::operator+=(const LeastSquaresSums& other) {
    error += other.error;
    kk += other.kk;
    kw += other.kw;
    return *this;
}

LeastSquaresSums leastSquaresSums(std::span<const float> weights, std::span<const float> importance,
                                  const AffineGroup& group, int bits) {
    LeastSquaresSums out;
    const float top = static_cast<float>((1 << bits) - 1), zero = group.zero;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const double h = importance.empty() ? 1.0 : static_cast<double>(importance[i]);
        const auto k = static_cast<double>(
            std::clamp(std::nearbyint(weights[i] / group.scale) + zero, 0.0F, top) - zero);
        const auto w = static_cast<double>(weights[i]);
        const double e = w - k * static_cast<double>(group.scale);
        out.error += h * e * e;
        out.kk += h * k * k;
        out.kw += h * k * w;
    }
    return out;
}

} // namespace bitsmith
