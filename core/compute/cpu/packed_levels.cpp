// Codes that index a table of levels ("float" grids): of 8 and 16 entries the table stays in
// registers, of 256 it is read.
#include "core/compute/cpu/simd_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/compute/cpu/packed_levels.cpp"
#include <hwy/foreach_target.h>

#include "core/compute/cpu/packed_words_inl.h"

HWY_BEFORE_NAMESPACE();
namespace bitsmith::cpu {
namespace HWY_NAMESPACE {
#if HWY_TARGET != HWY_SCALAR

template <int Bits>
struct LevelWords : DenseWords<Bits> {
    using typename DenseWords<Bits>::Codes;
    template <std::size_t Rows, std::size_t Tokens>
    using Sums = FloatSums<LevelWords, Rows, Tokens>;
    static constexpr std::size_t Levels = std::size_t{1} << Bits;
    static constexpr std::size_t Vectors = Levels / hn::MaxLanes(FloatTag());
    struct Table {
        FloatVec low, high;
        const float* levels;
    };
    static HWY_INLINE Table tableOf(const float* levels) {
        const FloatTag d;
        if constexpr (Vectors <= 1) { // a register may hold the table more than once
            HWY_ALIGN float all[hn::MaxLanes(FloatTag())];
            for (std::size_t l = 0; l < hn::MaxLanes(d); ++l) all[l] = levels[l % Levels];
            return {hn::Load(d, all), hn::Load(d, all), levels};
        } else {
            return {hn::LoadU(d, levels), hn::LoadU(d, levels + hn::MaxLanes(d)), levels};
        }
    }
    template <std::size_t J>
    static HWY_INLINE FloatVec field(Codes words, const Table& table) {
        const FloatTag d;
        const IntTag di;
        const auto code = hn::BitCast(di, hn::ShiftRight<Bits* static_cast<int>(J)>(words));
        if constexpr (Vectors > 2) {
            return hn::GatherIndex(d, table.levels, hn::And(code, hn::Set(di, Levels - 1)));
        } else if constexpr (Vectors <= 1) {
            const auto at = hn::IndicesFromVec(d, hn::And(code, hn::Set(di, Levels - 1)));
            return hn::TableLookupLanes(table.low, at);
        } else {
            const auto at = hn::IndicesFromVec(d, hn::And(code, hn::Set(di, Levels / 2 - 1)));
            // The code's top bit, where a float has its sign.
            const auto upper = hn::BitCast(d, hn::ShiftLeft<32 - Bits>(code));
            return hn::IfNegativeThenElse(upper, hn::TableLookupLanes(table.high, at),
                                          hn::TableLookupLanes(table.low, at));
        }
    }
    static constexpr float factor(std::size_t) { return 1; }
};

#endif

PackedKernel LevelKernel([[maybe_unused]] int bits) {
#if HWY_TARGET != HWY_SCALAR
    switch (bits) {
    case 3:
        return kernelOf<LevelWords<3>>();
    case 4:
        return kernelOf<LevelWords<4>>();
    case 8:
        return kernelOf<LevelWords<8>>();
    default:
        break;
    }
#endif
    return {};
}

} // namespace HWY_NAMESPACE
} // namespace bitsmith::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bitsmith::cpu {

HWY_EXPORT(LevelKernel);
PackedKernel packedLevelKernel(int bits) { return HWY_DYNAMIC_DISPATCH(LevelKernel)(bits); }

} // namespace bitsmith::cpu
#endif
