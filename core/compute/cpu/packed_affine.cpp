// Codes of affine grids, 2 to 8 bits: core/tensor/bit_packing.h has their order.
#include "core/compute/cpu/simd_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/compute/cpu/packed_affine.cpp"
#include <hwy/foreach_target.h>

#include "core/compute/cpu/packed_integer_inl.h"
#include "core/compute/cpu/packed_words_inl.h"

HWY_BEFORE_NAMESPACE();
namespace bitsmith::cpu {
namespace HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR

// Rows without gaps: 4 bits, the first of two codes the lower half; or bytes.
struct AffinePlain {
    using Tag = FloatTag;
    using Codes = hn::Vec<hn::Repartition<std::int16_t, FloatTag>>;
    struct Table {};
    static constexpr std::size_t StripeBytes = MaxFloats * 4, ReadBytes = StripeBytes;
    static HWY_INLINE Table tableOf(const float*) { return {}; }
    static HWY_INLINE Codes load(const std::uint8_t* at) {
        const hn::Repartition<std::uint8_t, FloatTag> bytes;
        return hn::BitCast(hn::Repartition<std::int16_t, FloatTag>(), hn::LoadU(bytes, at));
    }
};
struct AffineHalves : AffinePlain {
    template <std::size_t Rows, std::size_t Tokens>
    using Sums = IntegerSums<AffineHalves, Rows, Tokens>;
    static constexpr std::size_t Fields = 8;
    template <std::size_t P>
    static HWY_INLINE auto dot(Codes codes, const std::int16_t* x) {
        return dotHalves<AffineHalves>(codes, x);
    }
    static constexpr std::size_t column(std::size_t v, std::size_t lane) {
        return lane * 4 + v % 2 * 2 + v / 2;
    }
};
struct AffineBytes : AffinePlain {
    template <std::size_t Rows, std::size_t Tokens>
    using Sums = IntegerSums<AffineBytes, Rows, Tokens>;
    static constexpr std::size_t Fields = 4;
    template <std::size_t P>
    static HWY_INLINE auto dot(Codes codes, const std::int16_t* x) {
        return dotBytes<AffineBytes, 0>(codes, x);
    }
    static constexpr std::size_t column(std::size_t v, std::size_t lane) { return lane * 2 + v; }
};

#endif

PackedKernel AffineKernel([[maybe_unused]] int bits) {
#if HWY_TARGET == HWY_SCALAR
    return {};
#else
    switch (bits) {
    case 2:
        return kernelOf<AffineWords<2>>();
    case 3:
        return kernelOf<AffineWords<3>>();
    case 4:
        return integerKernelOf<AffineHalves>();
    case 5:
        return kernelOf<AffineWords<5>>();
    case 6:
        return kernelOf<AffineWords<6>>();
    case 7:
        return kernelOf<AffineWords<7>>();
    case 8:
        return integerKernelOf<AffineBytes>();
    default:
        return {};
    }
#endif
}

// One token's table of a row: scales times factors. Returns the sum over groups of what to take off
// times the vector's sums.
template <class OffsetOf>
float termsOf(const PackedTerms& terms, const float* scales, const float* sums,
              const float* factors, float* to, OffsetOf offsetOf) {
    const FloatTag d;
    const std::size_t lanes = hn::Lanes(d);
    auto total = hn::Zero(d);
    std::size_t g = 0;
    for (; g + lanes <= terms.groups; g += lanes) {
        const auto scale = hn::LoadU(d, scales + g);
        total = hn::MulAdd(offsetOf(d, scale, g), hn::LoadU(d, sums + g), total);
        if (factors) hn::StoreU(hn::Mul(scale, hn::LoadU(d, factors + g)), d, to + g);
    }
    float rest = 0;
    const hn::CappedTag<float, 1> one;
    for (; g < terms.groups; ++g) {
        rest += hn::GetLane(offsetOf(one, hn::Set(one, scales[g]), g)) * sums[g];
        if (factors) to[g] = scales[g] * factors[g];
    }
    return sumOf(total) + rest;
}

void Terms(const PackedTerms& terms, float* taken) {
    const std::size_t tokens = terms.sums.rows, repeats = terms.repeats;
    const float* factors = repeats == 1 ? terms.factors : nullptr;
    for (std::size_t r = 0; r < terms.count; ++r) {
        float* scales = terms.scales + r * terms.tables * terms.scaleStride;
        for (std::size_t t = tokens; t-- > 0;) { // the first table last: it is the source
            const auto with = [&](auto offsetOf) HWY_ATTR {
                return termsOf(terms, scales, terms.sums.row(t).data(),
                               factors ? factors + t * terms.groups : nullptr,
                               scales + t * terms.scaleStride, offsetOf);
            };
            float& sum = taken[r * tokens + t];
            if (terms.zeros) {
                const std::uint8_t* zeros = terms.zeros + r * terms.zeroStride;
                sum = with([&](auto d, auto scale, std::size_t g) HWY_ATTR {
                    const hn::Rebind<std::uint8_t, decltype(d)> bytes;
                    const hn::RebindToSigned<decltype(d)> whole;
                    const auto zero = hn::PromoteTo(whole, hn::LoadU(bytes, zeros + g));
                    return hn::Mul(scale, hn::ConvertTo(d, zero));
                });
            } else {
                sum =
                    terms.zero * with([](auto, auto scale, std::size_t) HWY_ATTR { return scale; });
            }
        }
        if (repeats == 1) continue;
        const std::size_t count = terms.groups * repeats;
        for (std::size_t g = terms.groups; g-- > 0;)
            std::fill_n(scales + g * repeats, repeats, scales[g]);
        for (std::size_t t = terms.factors ? tokens : 0; t-- > 0;)
            for (std::size_t g = 0; g < count; ++g)
                scales[t * terms.scaleStride + g] = scales[g] * terms.factors[t * count + g];
    }
}

struct Itself {
    HWY_INLINE FloatVec operator()(FloatVec x) const { return x; }
};
void GroupSums(ConstMatrixView x, std::size_t groupSize, MatrixView sums) {
    for (std::size_t t = 0; t < x.rows; ++t)
        for (std::size_t g = 0, first = 0; first < x.cols; ++g, first += groupSize)
            sums(t, g) = static_cast<float>(
                sumRow(x.row(t).data() + first, std::min(groupSize, x.cols - first), Itself()));
}

} // namespace HWY_NAMESPACE
} // namespace bitsmith::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bitsmith::cpu {

HWY_EXPORT(AffineKernel);
HWY_EXPORT(Terms);
HWY_EXPORT(GroupSums);

PackedKernel packedAffineKernel(int bits) { return HWY_DYNAMIC_DISPATCH(AffineKernel)(bits); }
void packedTerms(const PackedTerms& terms, float* taken) {
    HWY_DYNAMIC_DISPATCH(Terms)(terms, taken);
}
void groupSums(ConstMatrixView x, std::size_t groupSize, MatrixView sums) {
    HWY_DYNAMIC_DISPATCH(GroupSums)(x, groupSize, sums);
}

} // namespace bitsmith::cpu
#endif
