// The inner loop of GPTQ, vectorised for the CPU at hand.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/quant/round/add_errors.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "core/quant/round/gptq_panel.h"

#include <cassert>

HWY_BEFORE_NAMESPACE();
namespace bitsmith::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void AddErrors(std::size_t rows, const float* base, const float* errors, const float* factors,
               std::size_t count, float* out) {
    // At most 16 lanes, so that every width divides the panel; four vectors hide the latency of
    // the multiply-add.
    const hn::CappedTag<float, 16> d;
    const std::size_t lanes = hn::Lanes(d), step = 4 * lanes;
    for (std::size_t i = 0; i < rows; i += step) {
        auto a = hn::LoadU(d, base + i), b = hn::LoadU(d, base + i + lanes),
             c = hn::LoadU(d, base + i + 2 * lanes), e = hn::LoadU(d, base + i + 3 * lanes);
        const float* column = errors + i;
        for (std::size_t k = 0; k < count; ++k, column += rows) {
            const auto factor = hn::Set(d, factors[k]);
            a = hn::MulAdd(hn::LoadU(d, column), factor, a);
            b = hn::MulAdd(hn::LoadU(d, column + lanes), factor, b);
            c = hn::MulAdd(hn::LoadU(d, column + 2 * lanes), factor, c);
            e = hn::MulAdd(hn::LoadU(d, column + 3 * lanes), factor, e);
        }
        hn::StoreU(a, d, out + i);
        hn::StoreU(b, d, out + i + lanes);
        hn::StoreU(c, d, out + i + 2 * lanes);
        hn::StoreU(e, d, out + i + 3 * lanes);
    }
}

} // namespace bitsmith::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bitsmith {

HWY_EXPORT(AddErrors);

void addErrors(std::size_t rows, const float* base, const float* errors, const float* factors,
               std::size_t count, float* out) {
    assert(rows % 64 == 0);
    HWY_DYNAMIC_DISPATCH(AddErrors)(rows, base, errors, factors, count, out);
}

} // namespace bitsmith
#endif
