// RMSNorm and LayerNorm: two passes over a row, sums joined in double.
#include "core/compute/cpu/simd_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/compute/cpu/norms.cpp"
#include <hwy/foreach_target.h>

#include "core/compute/cpu/vector_math_inl.h"

#include "core/base/parallel.h"
#include "core/compute/cpu/cpu_ops.h"

#include <cmath>

HWY_BEFORE_NAMESPACE();
namespace bitsmith::cpu {
namespace HWY_NAMESPACE {

struct Square {
    HWY_INLINE FloatVec operator()(FloatVec x) const { return hn::Mul(x, x); }
};
struct Identity {
    HWY_INLINE FloatVec operator()(FloatVec x) const { return x; }
};
struct SquaredDistance {
    float centre;
    HWY_INLINE FloatVec operator()(FloatVec x) const {
        const auto distance = hn::Sub(x, hn::Set(FloatTag(), centre));
        return hn::Mul(distance, distance);
    }
};

// y = (x - shift) * scale * weight + bias; y may be x.
void scaleRow(const float* x, std::size_t count, float shift, float scale, const float* weight,
              const float* bias, float* y) {
    const FloatTag d;
    const std::size_t lanes = hn::Lanes(d);
    const auto shiftV = hn::Set(d, shift), scaleV = hn::Set(d, scale);
    std::size_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        const auto scaled = hn::Mul(hn::Mul(hn::Sub(hn::LoadU(d, x + i), shiftV), scaleV),
                                    hn::LoadU(d, weight + i));
        hn::StoreU(bias ? hn::Add(scaled, hn::LoadU(d, bias + i)) : scaled, d, y + i);
    }
    for (; i < count; ++i) y[i] = (x[i] - shift) * scale * weight[i] + (bias ? bias[i] : 0.0f);
}

void rmsNormRow(const float* x, std::size_t count, const float* weight, float eps, float* y) {
    const double mean = sumRow(x, count, Square()) / double(count);
    scaleRow(x, count, 0.0f, static_cast<float>(1.0 / std::sqrt(mean + eps)), weight, nullptr, y);
}

void layerNormRow(const float* x, std::size_t count, const float* weight, const float* bias,
                  float eps, float* y) {
    const float mean = static_cast<float>(sumRow(x, count, Identity()) / double(count));
    const double variance = sumRow(x, count, SquaredDistance{mean}) / double(count);
    scaleRow(x, count, mean, static_cast<float>(1.0 / std::sqrt(variance + eps)), weight, bias, y);
}

} // namespace HWY_NAMESPACE
} // namespace bitsmith::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bitsmith::cpu {

HWY_EXPORT(rmsNormRow);
HWY_EXPORT(layerNormRow);

void rmsNorm(ConstMatrixView x, std::span<const float> weight, float eps, MatrixView y) {
    assert(weight.size() == x.cols && y.rows == x.rows && y.cols == x.cols);
    const auto kernel = HWY_DYNAMIC_DISPATCH(rmsNormRow);
    parallelFor(x.rows, rowGrain(x.cols), [&](std::size_t first, std::size_t last) {
        for (std::size_t t = first; t < last; ++t)
            kernel(x.row(t).data(), x.cols, weight.data(), eps, y.row(t).data());
    });
}

void layerNorm(ConstMatrixView x, std::span<const float> weight, std::span<const float> bias,
               float eps, MatrixView y) {
    assert(weight.size() == x.cols && y.rows == x.rows && y.cols == x.cols);
    assert(bias.empty() || bias.size() == x.cols);
    const auto kernel = HWY_DYNAMIC_DISPATCH(layerNormRow);
    parallelFor(x.rows, rowGrain(x.cols), [&](std::size_t first, std::size_t last) {
        for (std::size_t t = first; t < last; ++t)
            kernel(x.row(t).data(), x.cols, weight.data(), bias.empty() ? nullptr : bias.data(),
                   eps, y.row(t).data());
    });
}

} // namespace bitsmith::cpu
#endif
