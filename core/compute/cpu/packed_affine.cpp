// Codes of affine grids, 2 to 8 bits: core/tensor/bit_packing.h has their order.
#include "core/compute/cpu/simd_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/compute/cpu/packed_affine.cpp"
#include <hwy/foreach_target.h>

#include "core/compute/cpu/packed_words_inl.h"

HWY_BEFORE_NAMESPACE();
namespace bitsmith::cpu {
namespace HWY_NAMESPACE {

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
        return kernelOf<AffineWords<4>>();
    case 5:
        return kernelOf<AffineWords<5>>();
    case 6:
        return kernelOf<AffineWords<6>>();
    case 7:
        return kernelOf<AffineWords<7>>();
    case 8:
        return kernelOf<AffineWords<8>>();
    default:
        return {};
    }
#endif
}

void Offsets(const PackedOffsets& args, float* out) {
    const FloatTag d;
    const std::size_t lanes = hn::Lanes(d);
    for (std::size_t t = 0; t < args.sums.rows; ++t) {
        const float* sums = args.sums.row(t).data();
        const auto zeroOf = [&](std::size_t g) {
            return args.zeros ? static_cast<float>(args.zeros[g]) : args.zero;
        };
        std::size_t g = 0;
        auto total = hn::Zero(d);
        for (; g + lanes <= args.groups; g += lanes) {
            const auto zeros =
                args.zeros
                    ? hn::ConvertTo(
                          d, hn::PromoteTo(IntTag(), hn::LoadU(hn::Rebind<std::uint8_t, FloatTag>(),
                                                               args.zeros + g)))
                    : hn::Set(d, args.zero);
            total = hn::MulAdd(hn::Mul(hn::LoadU(d, args.scales + g), zeros),
                               hn::LoadU(d, sums + g), total);
        }
        float rest = 0;
        for (; g < args.groups; ++g) rest += args.scales[g] * zeroOf(g) * sums[g];
        out[t] = sumOf(total) + rest;
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
HWY_EXPORT(Offsets);
HWY_EXPORT(GroupSums);

PackedKernel packedAffineKernel(int bits) { return HWY_DYNAMIC_DISPATCH(AffineKernel)(bits); }
void packedOffsets(const PackedOffsets& args, float* out) {
    HWY_DYNAMIC_DISPATCH(Offsets)(args, out);
}
void groupSums(ConstMatrixView x, std::size_t groupSize, MatrixView sums) {
    HWY_DYNAMIC_DISPATCH(GroupSums)(x, groupSize, sums);
}

} // namespace bitsmith::cpu
#endif
