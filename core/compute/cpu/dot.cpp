#include "core/compute/cpu/simd_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/compute/cpu/dot.cpp"
#include <hwy/foreach_target.h>

#include "core/compute/cpu/vector_math_inl.h"

#include "core/compute/cpu/dot.h"

#include <cmath>

HWY_BEFORE_NAMESPACE();
namespace bitsmith::cpu {
namespace HWY_NAMESPACE {

HWY_INLINE float dot(const float* a, const float* b, std::size_t count) {
    const FloatTag d;
    const std::size_t lanes = hn::Lanes(d);
    auto s0 = hn::Zero(d), s1 = hn::Zero(d), s2 = hn::Zero(d), s3 = hn::Zero(d);
    std::size_t i = 0;
    for (; i + 4 * lanes <= count; i += 4 * lanes) {
        s0 = hn::MulAdd(hn::LoadU(d, a + i), hn::LoadU(d, b + i), s0);
        s1 = hn::MulAdd(hn::LoadU(d, a + i + lanes), hn::LoadU(d, b + i + lanes), s1);
        s2 = hn::MulAdd(hn::LoadU(d, a + i + 2 * lanes), hn::LoadU(d, b + i + 2 * lanes), s2);
        s3 = hn::MulAdd(hn::LoadU(d, a + i + 3 * lanes), hn::LoadU(d, b + i + 3 * lanes), s3);
    }
    for (; i + lanes <= count; i += lanes)
        s0 = hn::MulAdd(hn::LoadU(d, a + i), hn::LoadU(d, b + i), s0);
    float sum = sumOf(hn::Add(hn::Add(s0, s1), hn::Add(s2, s3)));
    for (; i < count; ++i) sum += a[i] * b[i];
    return sum;
}

void dotRowsKernel(const float* rows, std::size_t stride, std::size_t count, std::size_t cols,
                   const float* x, float scale, float* out) {
    for (std::size_t r = 0; r < count; ++r) out[r] = scale * dot(rows + r * stride, x, cols);
}

void weightedSumKernel(const float* rows, std::size_t stride, std::size_t count, std::size_t cols,
                       const float* weights, float* out) {
    const FloatTag d;
    const std::size_t lanes = hn::Lanes(d);
    std::size_t c = 0;
    for (; c + 4 * lanes <= cols; c += 4 * lanes) {
        auto s0 = hn::LoadU(d, out + c), s1 = hn::LoadU(d, out + c + lanes);
        auto s2 = hn::LoadU(d, out + c + 2 * lanes), s3 = hn::LoadU(d, out + c + 3 * lanes);
        for (std::size_t r = 0; r < count; ++r) {
            const float* row = rows + r * stride + c;
            const auto w = hn::Set(d, weights[r]);
            s0 = hn::MulAdd(w, hn::LoadU(d, row), s0);
            s1 = hn::MulAdd(w, hn::LoadU(d, row + lanes), s1);
            s2 = hn::MulAdd(w, hn::LoadU(d, row + 2 * lanes), s2);
            s3 = hn::MulAdd(w, hn::LoadU(d, row + 3 * lanes), s3);
        }
        hn::StoreU(s0, d, out + c);
        hn::StoreU(s1, d, out + c + lanes);
        hn::StoreU(s2, d, out + c + 2 * lanes);
        hn::StoreU(s3, d, out + c + 3 * lanes);
    }
    for (; c + lanes <= cols; c += lanes) {
        auto s = hn::LoadU(d, out + c);
        for (std::size_t r = 0; r < count; ++r)
            s = hn::MulAdd(hn::Set(d, weights[r]), hn::LoadU(d, rows + r * stride + c), s);
        hn::StoreU(s, d, out + c);
    }
    for (; c < cols; ++c)
        for (std::size_t r = 0; r < count; ++r) out[c] += weights[r] * rows[r * stride + c];
}

struct ExpMinus {
    float top;
    HWY_INLINE FloatVec operator()(FloatVec x) const {
        return expV(hn::Sub(x, hn::Set(FloatTag(), top)));
    }
};
struct Same {
    HWY_INLINE FloatVec operator()(FloatVec x) const { return x; }
};

float softmaxStepKernel(float* scores, std::size_t count, float* top, double* sum) {
    const float highest = std::max(*top, maxRow(scores, count));
    mapRow(scores, count, ExpMinus{highest});
    // Nothing accumulated yet: 0, also where both maxima are -infinity.
    const float factor = *sum == 0 ? 0.0f : std::exp(*top - highest);
    *sum = *sum * factor + sumRow(scores, count, Same());
    *top = highest;
    return factor;
}

struct Times {
    float factor;
    HWY_INLINE FloatVec operator()(FloatVec x) const {
        return hn::Mul(x, hn::Set(FloatTag(), factor));
    }
};
void scaleRowKernel(float* x, std::size_t count, float factor) { mapRow(x, count, Times{factor}); }

} // namespace HWY_NAMESPACE
} // namespace bitsmith::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bitsmith::cpu {

HWY_EXPORT(dotRowsKernel);
HWY_EXPORT(weightedSumKernel);
HWY_EXPORT(softmaxStepKernel);
HWY_EXPORT(scaleRowKernel);

void dotRows(const float* rows, std::size_t stride, std::size_t count, std::size_t cols,
             const float* x, float scale, float* out) {
    const auto kernel = HWY_DYNAMIC_DISPATCH(dotRowsKernel);
    kernel(rows, stride, count, cols, x, scale, out);
}

void weightedSum(const float* rows, std::size_t stride, std::size_t count, std::size_t cols,
                 const float* weights, float* out) {
    const auto kernel = HWY_DYNAMIC_DISPATCH(weightedSumKernel);
    kernel(rows, stride, count, cols, weights, out);
}

float softmaxStep(float* scores, std::size_t count, float* top, double* sum) {
    const auto kernel = HWY_DYNAMIC_DISPATCH(softmaxStepKernel);
    return kernel(scores, count, top, sum);
}

void scaleRow(float* x, std::size_t count, float factor) {
    const auto kernel = HWY_DYNAMIC_DISPATCH(scaleRowKernel);
    kernel(x, count, factor);
}

} // namespace bitsmith::cpu
#endif
