#include "core/compute/cpu/simd_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/compute/cpu/rotary.cpp"
#include <hwy/foreach_target.h>

#include "core/compute/cpu/vector_math_inl.h"

#include "core/base/parallel.h"
#include "core/compute/cpu/cpu_ops.h"

HWY_BEFORE_NAMESPACE();
namespace bitsmith::cpu {
namespace HWY_NAMESPACE {

// Turns the points (low[i], high[i]) by the angles given as cosines and sines.
void rotatePairs(float* low, float* high, const float* cosines, const float* sines,
                 std::size_t pairs) {
    const FloatTag d;
    const std::size_t lanes = hn::Lanes(d);
    std::size_t i = 0;
    for (; i + lanes <= pairs; i += lanes) {
        const auto a = hn::LoadU(d, low + i), b = hn::LoadU(d, high + i);
        const auto c = hn::LoadU(d, cosines + i), s = hn::LoadU(d, sines + i);
        hn::StoreU(hn::NegMulAdd(b, s, hn::Mul(a, c)), d, low + i);
        hn::StoreU(hn::MulAdd(a, s, hn::Mul(b, c)), d, high + i);
    }
    for (; i < pairs; ++i) {
        const float a = low[i], b = high[i];
        low[i] = a * cosines[i] - b * sines[i];
        high[i] = b * cosines[i] + a * sines[i];
    }
}

} // namespace HWY_NAMESPACE
} // namespace bitsmith::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bitsmith::cpu {

HWY_EXPORT(rotatePairs);

void rotary(MatrixView x, std::size_t headDim, const RotaryTable& table, std::size_t first) {
    assert(headDim > 0 && x.cols % headDim == 0 && 2 * table.pairs <= headDim);
    assert((first + x.rows) * table.pairs <= table.cosines.size());
    const auto kernel = HWY_DYNAMIC_DISPATCH(rotatePairs);
    parallelFor(x.rows, rowGrain(x.cols), [&](std::size_t begin, std::size_t end) {
        for (std::size_t t = begin; t < end; ++t) {
            const float* cosines = table.cosines.data() + (first + t) * table.pairs;
            const float* sines = table.sines.data() + (first + t) * table.pairs;
            float* row = x.row(t).data();
            for (std::size_t start = 0; start < x.cols; start += headDim)
                kernel(row + start, row + start + table.pairs, cosines, sines, table.pairs);
        }
    });
}

} // namespace bitsmith::cpu
#endif
