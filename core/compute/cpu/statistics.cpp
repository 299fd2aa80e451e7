// Sums over tokens (Gram matrix, channel statistics) and log-probabilities.
#include "core/compute/cpu/simd_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/compute/cpu/statistics.cpp"
#include <hwy/foreach_target.h>

#include "core/compute/cpu/vector_math_inl.h"

#include "core/base/parallel.h"
#include "core/compute/cpu/cpu_ops.h"

#include <cmath>

HWY_BEFORE_NAMESPACE();
namespace bitsmith::cpu {
namespace HWY_NAMESPACE {

// maxAbs[i] = max(maxAbs[i], |x[i]|), NaN ignored; sums in double, so that a long calibration does
// not lose small channels.
void channelStatsRow(const float* x, std::size_t count, double* sumAbs, float* maxAbs) {
    const FloatTag d;
    const hn::ScalableTag<double> dd;
    const hn::Rebind<float, decltype(dd)> half;
    const std::size_t lanes = hn::Lanes(d), doubles = hn::Lanes(dd);
    std::size_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        const auto magnitude = hn::Abs(hn::LoadU(d, x + i));
        const auto top = hn::LoadU(d, maxAbs + i);
        hn::StoreU(hn::IfThenElse(hn::Gt(magnitude, top), magnitude, top), d, maxAbs + i);
        for (std::size_t k = i; k < i + lanes; k += doubles) {
            const auto wide = hn::PromoteTo(dd, hn::Abs(hn::LoadU(half, x + k)));
            hn::StoreU(hn::Add(hn::LoadU(dd, sumAbs + k), wide), dd, sumAbs + k);
        }
    }
    for (; i < count; ++i) {
        const float magnitude = std::abs(x[i]);
        sumAbs[i] += magnitude;
        maxAbs[i] = std::max(maxAbs[i], magnitude);
    }
}

struct ExpFrom {
    float top;
    HWY_INLINE FloatVec operator()(FloatVec x) const {
        return expV(hn::Sub(x, hn::Set(FloatTag(), top)));
    }
};
struct Shifted {
    float shift;
    HWY_INLINE FloatVec operator()(FloatVec x) const {
        return hn::Sub(x, hn::Set(FloatTag(), shift));
    }
};
// Two subtractions: top may be large where the logarithm is small.
void logSoftmaxRow(float* x, std::size_t count) {
    const float top = maxRow(x, count);
    const double sum = sumRow(x, count, ExpFrom{top});
    mapRow(x, count, Shifted{top});
    mapRow(x, count, Shifted{static_cast<float>(std::log(sum))});
}

} // namespace HWY_NAMESPACE
} // namespace bitsmith::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bitsmith::cpu {

HWY_EXPORT(channelStatsRow);
HWY_EXPORT(logSoftmaxRow);

void channelStats(ConstMatrixView x, std::span<double> sumAbs, std::span<float> maxAbs) {
    assert(sumAbs.size() == x.cols && maxAbs.size() == x.cols);
    constexpr std::size_t Columns = 512; // per task; each column is summed by one task, in order
    const auto kernel = HWY_DYNAMIC_DISPATCH(channelStatsRow);
    parallelFor(x.cols, Columns, [&](std::size_t first, std::size_t last) {
        for (std::size_t t = 0; t < x.rows; ++t)
            kernel(x.row(t).data() + first, last - first, sumAbs.data() + first,
                   maxAbs.data() + first);
    });
}

void logSoftmax(MatrixView x) {
    const auto kernel = HWY_DYNAMIC_DISPATCH(logSoftmaxRow);
    parallelFor(x.rows, rowGrain(x.cols), [&](std::size_t first, std::size_t last) {
        for (std::size_t t = first; t < last; ++t) kernel(x.row(t).data(), x.cols);
    });
}

} // namespace bitsmith::cpu
#endif
