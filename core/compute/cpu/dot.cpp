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

// y(t, r) = <x[t], rows[r]> for Rows rows and Tokens tokens at once: each loaded value is used
// several times, and Rows * Tokens sums run side by side.
template <std::size_t Rows, std::size_t Tokens>
HWY_INLINE void dotBlock(const float* rows, std::size_t stride, std::size_t cols, const float* x,
                         std::size_t xStride, float* y, std::size_t yStride) {
    const FloatTag d;
    const std::size_t lanes = hn::Lanes(d);
    FloatVec sums[Rows][Tokens];
    BITSMITH_UNROLL
    for (std::size_t r = 0; r < Rows; ++r) {
        BITSMITH_UNROLL
        for (std::size_t t = 0; t < Tokens; ++t) sums[r][t] = hn::Zero(d);
    }
    std::size_t i = 0;
    for (; i + lanes <= cols; i += lanes) {
        FloatVec values[Tokens];
        BITSMITH_UNROLL
        for (std::size_t t = 0; t < Tokens; ++t) values[t] = hn::LoadU(d, x + t * xStride + i);
        BITSMITH_UNROLL
        for (std::size_t r = 0; r < Rows; ++r) {
            const auto w = hn::LoadU(d, rows + r * stride + i);
            BITSMITH_UNROLL
            for (std::size_t t = 0; t < Tokens; ++t)
                sums[r][t] = hn::MulAdd(w, values[t], sums[r][t]);
        }
    }
    BITSMITH_UNROLL
    for (std::size_t r = 0; r < Rows; ++r) {
        BITSMITH_UNROLL
        for (std::size_t t = 0; t < Tokens; ++t) {
            float sum = sumOf(sums[r][t]);
            for (std::size_t k = i; k < cols; ++k) sum += rows[r * stride + k] * x[t * xStride + k];
            y[t * yStride + r] = sum;
        }
    }
}

template <std::size_t Rows, std::size_t Tokens>
HWY_INLINE void dotTokens(const float* rows, std::size_t stride, std::size_t count,
                          ConstMatrixView x, MatrixView y) {
    std::size_t r = 0;
    for (; r + Rows <= count; r += Rows)
        dotBlock<Rows, Tokens>(rows + r * stride, stride, x.cols, x.data, x.stride, y.data + r,
                               y.stride);
    for (; r < count; ++r)
        dotBlock<1, Tokens>(rows + r * stride, stride, x.cols, x.data, x.stride, y.data + r,
                            y.stride);
}

void dotRowsKernel(const float* rows, std::size_t stride, std::size_t count, ConstMatrixView x,
                   MatrixView y) {
    std::size_t t = 0;
    for (; t + 4 <= x.rows; t += 4)
        dotTokens<2, 4>(rows, stride, count, x.rowRange(t, 4), y.rowRange(t, 4));
    for (; t + 2 <= x.rows; t += 2)
        dotTokens<4, 2>(rows, stride, count, x.rowRange(t, 2), y.rowRange(t, 2));
    for (; t < x.rows; ++t)
        dotTokens<4, 1>(rows, stride, count, x.rowRange(t, 1), y.rowRange(t, 1));
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

void dotRows(const float* rows, std::size_t stride, std::size_t count, ConstMatrixView x,
             MatrixView y) {
    const auto kernel = HWY_DYNAMIC_DISPATCH(dotRowsKernel);
    kernel(rows, stride, count, x, y);
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
