#include "core/quant/grid/half_quadratic.h"

#include <algorithm>
#include <cmath>

namespace bitsmith {

constexpr double Norm = 0.7;

HalfQuadraticSums& HalfQuadraticSums::operator+=(const HalfQuadraticSums& other) {
    error += other.error;
    count += other.count;
    q += other.q;
    qq += other.qq;
    t += other.t;
    qt += other.qt;
    return *this;
}

HalfQuadraticSums halfQuadraticSums(std::span<const float> weights, const AffineGroup& group,
                                    int bits, double beta) {
    HalfQuadraticSums out;
    out.count = static_cast<double>(weights.size());
    const double scale = static_cast<double>(group.scale);
    const float top = static_cast<float>((1 << bits) - 1), zero = group.zero;
    for (const float w : weights) {
        const float q = std::clamp(std::nearbyint(w / group.scale) + zero, 0.0F, top);
        const double steps = static_cast<double>(w) / scale;
        const double e = steps - static_cast<double>(q - zero);
        double kept = 0; // of the error, in steps, as an outlier's
        if (const double size = std::abs(e); size > 0) {
            const double power = std::pow(size, Norm - 1);
            out.error += size * power;
            kept = std::copysign(std::max(0.0, size - power / beta), e);
        }
        const double t = steps - kept, code = static_cast<double>(q);
        out.q += code;
        out.qq += code * code;
        out.t += t;
        out.qt += code * t;
    }
    out.error *= std::pow(scale, Norm);
    out.t *= scale;
    out.qt *= scale;
    return out;
}

AffineGroup halfQuadraticStep(const HalfQuadraticSums& sums, const AffineGroup& group, int bits,
                              bool symmetric) {
    const double n = sums.count, spread = sums.qq - sums.q * sums.q / n;
    double zero = group.zero;
    if (!symmetric && spread > 0) {
        const double scale = (sums.qt - sums.q * sums.t / n) / spread;
        if (scale > 0)
            zero = std::clamp(std::nearbyint((sums.q - sums.t / scale) / n), 0.0,
                              static_cast<double>((1 << bits) - 1));
    }
    // The best scale of this zero.
    const double kk = sums.qq - 2 * zero * sums.q + zero * zero * n;
    const double kt = sums.qt - zero * sums.t;
    if (!(kk > 0 && kt > 0)) return group;
    return affineGroupOf(kt / kk, static_cast<int>(zero));
}

} // namespace bitsmith
