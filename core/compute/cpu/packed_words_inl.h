// How densely packed codes of one width become words: 8 codes a word up to 4 bits (16 of 2), 4
// above. Included once per instruction set.
#if defined(BITSMITH_PACKED_WORDS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef BITSMITH_PACKED_WORDS_INL_H
#undef BITSMITH_PACKED_WORDS_INL_H
#else
#define BITSMITH_PACKED_WORDS_INL_H
#endif

#include "core/compute/cpu/packed_dot_inl.h"

#if HWY_TARGET != HWY_SCALAR

HWY_BEFORE_NAMESPACE();
namespace bitsmith::cpu {
namespace HWY_NAMESPACE {

template <int Bits>
struct DenseWords {
    using Codes = hn::Vec<hn::RebindToUnsigned<FloatTag>>;
    static constexpr std::size_t Fields = Bits == 2 ? 16 : Bits <= 4 ? 8 : 4;
    // Words that fill their lanes lie as they are needed; others are drawn apart, 4 lanes from each
    // 16 bytes, of which they use Fields * Bits / 2.
    static constexpr bool Whole = Fields * Bits == 32;
    static constexpr std::size_t BytesOfFour = Fields * Bits / 2;
    static constexpr std::size_t StripeBytes = MaxFloats / 4 * BytesOfFour;
    static constexpr std::size_t ReadBytes = StripeBytes - BytesOfFour + 16;

    static constexpr std::size_t column(std::size_t j, std::size_t lane) {
        return lane * Fields + j;
    }

    static HWY_INLINE Codes load(const std::uint8_t* at) {
        const hn::RebindToUnsigned<FloatTag> du;
        const hn::Repartition<std::uint8_t, FloatTag> bytes;
        if constexpr (Whole) {
            return hn::BitCast(du, hn::LoadU(bytes, at));
        } else {
            HWY_ALIGN static constexpr Places Where{};
            const auto order = hn::LoadDup128(bytes, Where.bytes);
            const auto words =
                hn::BitCast(du, hn::TableLookupBytes(loadBlocks(bytes, at, BytesOfFour), order));
            if constexpr (Fields * Bits % 8 == 0)
                return words;
            else
                return hn::Shr(words, hn::LoadDup128(du, Where.shifts));
        }
    }

private:
    struct Places {
        alignas(16) std::uint8_t bytes[16] = {};
        alignas(16) std::uint32_t shifts[4] = {};
        constexpr Places() {
            for (std::size_t lane = 0; lane < 4; ++lane) {
                const std::size_t bit = lane * Fields * Bits;
                shifts[lane] = static_cast<std::uint32_t>(bit % 8);
                for (std::size_t b = 0; b < 4; ++b)
                    bytes[4 * lane + b] = static_cast<std::uint8_t>(bit / 8 + b);
            }
        }
    };
};

template <int Bits>
struct AffineWords : DenseWords<Bits> {
    using typename DenseWords<Bits>::Codes;
    template <std::size_t Rows, std::size_t Tokens>
    using Sums = FloatSums<AffineWords, Rows, Tokens>;
    struct Table {};
    static HWY_INLINE Table tableOf(const float*) { return {}; }
    template <std::size_t J>
    static HWY_INLINE FloatVec field(Codes words, const Table&) {
        return maskedField<FloatTag, Bits, J>(words);
    }
    static constexpr float factor(std::size_t j) { return maskedFactor<Bits>(j); }
};

} // namespace HWY_NAMESPACE
} // namespace bitsmith::cpu
HWY_AFTER_NAMESPACE();

#endif
#endif
