// How GGUF blocks (core/tensor/blocks/ has their layouts) become words: 256 columns at a time,
// whether the format calls that a block or it is several. Included once per instruction set.
//
// A format W:
//   Bytes                        of 256 columns
//   Groups                       of columns with a scale of their own, 8 or 16
//   Stripes, Parts               loads of codes, and sums that each of them gives
//   PartIsGroup                  a part's columns share their scale; else each half of its lanes
//   Codes load<S>(at)            of stripe S; reads nothing behind the Bytes
//   dot<P>(codes, x)             packed_integer_inl.h
//   column(v, lane), partFactor(p)
//   scales(at, scales, offsets)  of all groups, and what to take off their weights
//   total(sum)                   what a row's sum becomes at its end; none: itself
// Vectors have eight lanes, or sixteen where that is worth it.
#if defined(BITSMITH_PACKED_BLOCK_WORDS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef BITSMITH_PACKED_BLOCK_WORDS_INL_H
#undef BITSMITH_PACKED_BLOCK_WORDS_INL_H
#else
#define BITSMITH_PACKED_BLOCK_WORDS_INL_H
#endif

#include "core/compute/cpu/packed_integer_inl.h"
#include "core/tensor/blocks/k_scales.h"

#if HWY_TARGET != HWY_SCALAR

HWY_BEFORE_NAMESPACE();
namespace bitsmith::cpu {
namespace HWY_NAMESPACE {

constexpr std::size_t BlockColumns = 256;

using EightFloats = hn::CappedTag<float, 8>;
using Eight = hn::Vec<EightFloats>;
using ByteTag = hn::Repartition<std::uint8_t, EightFloats>;
using Pairs = hn::Vec<hn::Repartition<std::int16_t, EightFloats>>; // 32 bytes

HWY_INLINE Pairs load32(const std::uint8_t* at) {
    return hn::BitCast(hn::Repartition<std::int16_t, EightFloats>(), hn::LoadU(ByteTag(), at));
}
HWY_INLINE Pairs bothBytes(std::uint8_t mask) {
    return hn::Set(hn::Repartition<std::int16_t, EightFloats>(),
                   static_cast<std::int16_t>(mask << 8 | mask));
}

// Eight halves, `step` bytes apart. The k-th is the k-th of the 8 that begin 2 k bytes before it:
// whole loads, of which each place keeps one.
HWY_INLINE Eight readHalves(const std::uint8_t* from, std::size_t step) {
    const hn::Full128<std::uint16_t> d16;
    const hn::Full128<std::uint32_t> d32;
    const hn::Full128<std::uint64_t> d64;
    const auto loaded = [&](std::size_t k) HWY_ATTR {
        return hn::BitCast(d16, hn::LoadU(hn::Full128<std::uint8_t>(), from + k * (step - 2)));
    };
    const auto pair = [&](std::size_t k) HWY_ATTR {
        return hn::BitCast(d32, hn::OddEven(loaded(k + 1), loaded(k)));
    };
    const auto low = hn::BitCast(d64, hn::OddEven(pair(2), pair(0)));
    const auto high = hn::BitCast(d64, hn::OddEven(pair(6), pair(4)));
    const hn::Rebind<hwy::float16_t, EightFloats> halves;
    return hn::PromoteTo(EightFloats(), hn::BitCast(halves, hn::OddEven(high, low)));
}
// One half, eight times.
HWY_INLINE Eight repeatHalf(const std::uint8_t* from) {
    const hn::Rebind<std::uint16_t, EightFloats> d16;
    const hn::Rebind<hwy::float16_t, EightFloats> halves;
    std::uint16_t bits;
    std::memcpy(&bits, from, sizeof bits);
    return hn::PromoteTo(EightFloats(), hn::BitCast(halves, hn::Set(d16, bits)));
}

// 32 weights: a half, then low nibbles (the first 16 weights) and high ones in 16 bytes. Both
// halves of a vector hold these bytes; high nibbles stay where they are, and the upper lanes' sums
// are 16 times what they should be until the row ends.
struct Q4_0Words {
    using Tag = EightFloats;
    using Codes = Pairs;
    static constexpr bool PartIsGroup = true;
    static constexpr std::size_t Groups = 8, Stripes = 8, Parts = 1, Block = 18, Bytes = 8 * Block;
    static constexpr std::size_t column(std::size_t v, std::size_t lane) {
        return lane / 8 * 16 + lane % 8 * 2 + v;
    }
    template <std::size_t S>
    static HWY_INLINE Codes load(const std::uint8_t* at) {
        return hn::BitCast(hn::Repartition<std::int16_t, Tag>(),
                           hn::LoadDup128(ByteTag(), at + S * Block + 2));
    }
    template <std::size_t P>
    static HWY_INLINE auto dot(Codes codes, const std::int16_t* x) {
        const hn::Repartition<std::int16_t, Tag> d;
        const auto mask = hn::ConcatLowerLower(d, hn::Set(d, 0xF0), hn::Set(d, 0x0F));
        const auto zero = hn::Zero(hn::RebindToSigned<Tag>());
        return addPairs<Q4_0Words, 1>(hn::And(hn::ShiftRight<8>(codes), mask), x,
                                      addPairs<Q4_0Words, 0>(hn::And(codes, mask), x, zero));
    }
    static HWY_INLINE void scales(const std::uint8_t* at, Eight (&scales)[1], Eight (&offsets)[1]) {
        const EightFloats d;
        scales[0] = readHalves(at, Block);
        offsets[0] = hn::Mul(scales[0], hn::ConcatLowerLower(d, hn::Set(d, 128), hn::Set(d, 8)));
    }
    static HWY_INLINE Eight total(Eight sum) {
        const EightFloats d;
        return hn::Mul(sum, hn::ConcatLowerLower(d, hn::Set(d, 1.0F / 16), hn::Set(d, 1)));
    }
};

#if HWY_MAX_BYTES >= 64
// Two of them at once, one in each half of a vector.
struct Q4_0Pairs {
    using Tag = hn::CappedTag<float, 16>;
    using Codes = hn::Vec<hn::Repartition<std::int16_t, Tag>>;
    static constexpr bool PartIsGroup = false;
    static constexpr std::size_t Groups = 8, Stripes = 4, Parts = 1, Block = Q4_0Words::Block,
                                 Bytes = Q4_0Words::Bytes;
    static constexpr std::size_t column(std::size_t v, std::size_t lane) {
        return lane / 16 * 32 + Q4_0Words::column(v, lane % 16);
    }
    template <std::size_t S>
    static HWY_INLINE Codes load(const std::uint8_t* at) {
        const hn::Repartition<std::uint8_t, Tag> bytes;
        const std::uint8_t* from = at + 2 * S * Block + 2;
        return hn::BitCast(hn::Repartition<std::int16_t, Tag>(),
                           hn::Combine(bytes, hn::LoadDup128(ByteTag(), from + Block),
                                       hn::LoadDup128(ByteTag(), from)));
    }
    template <std::size_t P>
    static HWY_INLINE auto dot(Codes codes, const std::int16_t* x) {
        const hn::Repartition<std::int16_t, Tag> d;
        const hn::Half<decltype(d)> half;
        const auto one = hn::ConcatLowerLower(half, hn::Set(half, 0xF0), hn::Set(half, 0x0F));
        const auto mask = hn::Combine(d, one, one);
        const auto zero = hn::Zero(hn::RebindToSigned<Tag>());
        return addPairs<Q4_0Pairs, 1>(hn::And(hn::ShiftRight<8>(codes), mask), x,
                                      addPairs<Q4_0Pairs, 0>(hn::And(codes, mask), x, zero));
    }
    static HWY_INLINE void scales(const std::uint8_t* at, Eight (&scales)[1], Eight (&offsets)[1]) {
        scales[0] = readHalves(at, Block);
        offsets[0] = hn::Mul(scales[0], hn::Set(EightFloats(), 8));
    }
    static HWY_INLINE Eight total(hn::Vec<Tag> sum) {
        const EightFloats d;
        return Q4_0Words::total(hn::Add(hn::UpperHalf(d, sum), hn::LowerHalf(d, sum)));
    }
};
#else
using Q4_0Pairs = Q4_0Words;
#endif

// Bytes in order, 32 a part.
struct InOrder {
    using Tag = EightFloats;
    static constexpr std::size_t column(std::size_t v, std::size_t lane) {
        return v / 2 * 32 + lane * 2 + v % 2;
    }
};

// 32 weights: a half, then 32 signed bytes; 128 is added by turning the sign.
struct Q8_0Words : InOrder {
    using Codes = Pairs;
    static constexpr bool PartIsGroup = true;
    static constexpr std::size_t Groups = 8, Stripes = 8, Parts = 1, Block = 34, Bytes = 8 * Block;
    template <std::size_t S>
    static HWY_INLINE Codes load(const std::uint8_t* at) {
        return hn::Xor(load32(at + S * Block + 2), bothBytes(0x80));
    }
    template <std::size_t P>
    static HWY_INLINE auto dot(Codes codes, const std::int16_t* x) {
        return dotBytes<Q8_0Words, 0>(codes, x);
    }
    static HWY_INLINE void scales(const std::uint8_t* at, Eight (&scales)[1], Eight (&offsets)[1]) {
        scales[0] = readHalves(at, Block);
        offsets[0] = hn::Mul(scales[0], hn::Set(EightFloats(), 128.0F));
    }
};

// Eight 6-bit scales and mins, times the block's two halves.
HWY_INLINE void kScales(const std::uint8_t* at, Eight& scales, Eight& offsets) {
    std::uint32_t low, middle, high; // the 12 bytes: see k_scales.h
    std::memcpy(&low, at + 4, 4);
    std::memcpy(&middle, at + 8, 4);
    std::memcpy(&high, at + 12, 4);
    const auto times = [](Eight half, std::uint32_t first, std::uint32_t second) HWY_ATTR {
        const hn::Rebind<std::uint8_t, EightFloats> bytes;
        const hn::RebindToSigned<EightFloats> integers;
        const auto both = hn::Set(hn::Repartition<std::uint64_t, decltype(bytes)>(),
                                  first | std::uint64_t{second} << 32);
        const auto whole = hn::PromoteTo(integers, hn::BitCast(bytes, both));
        return hn::Mul(half, hn::ConvertTo(EightFloats(), whole));
    };
    scales =
        times(repeatHalf(at), low & 0x3F3F3F3FU, (high & 0x0F0F0F0FU) | (low >> 2 & 0x30303030U));
    offsets = times(repeatHalf(at + 2), middle & 0x3F3F3F3FU,
                    (high >> 4 & 0x0F0F0F0FU) | (middle >> 2 & 0x30303030U));
}

// Low nibbles of 32 bytes are one sub-block, high ones the next.
struct Q4_KWords : InOrder {
    using Codes = Pairs;
    static constexpr bool PartIsGroup = true;
    static constexpr std::size_t Groups = 8, Stripes = 4, Parts = 2, Bytes = 144;
    template <std::size_t S>
    static HWY_INLINE Codes load(const std::uint8_t* at) {
        return load32(at + 16 + 32 * S);
    }
    template <std::size_t P>
    static HWY_INLINE auto dot(Codes codes, const std::int16_t* x) {
        if constexpr (P == 0)
            return dotLow<Q4_KWords>(codes, x);
        else
            return dotHigh<Q4_KWords>(codes, x);
    }
    static constexpr float partFactor(std::size_t part) { return part == 0 ? 1 : 1.0F / 16; }
    static HWY_INLINE void scales(const std::uint8_t* at, Eight (&scales)[1], Eight (&offsets)[1]) {
        kScales(at, scales[0], offsets[0]);
    }
};

struct ComposedWords { // a vector for each part
    Pairs of[4];
};

// A fifth bit of each code in 32 bytes of their own.
struct Q5_KWords : InOrder {
    using Codes = ComposedWords;
    static constexpr bool PartIsGroup = true;
    static constexpr std::size_t Groups = 8, Stripes = 4, Parts = 2, Bytes = 176;
    template <std::size_t S>
    static HWY_INLINE Codes load(const std::uint8_t* at) {
        const auto high = hn::ShiftRight<2 * S>(load32(at + 16));
        const auto codes = load32(at + 48 + 32 * S);
        Codes out{};
        out.of[0] = hn::Or(hn::And(codes, bothBytes(0x0F)),
                           hn::ShiftLeft<4>(hn::And(high, bothBytes(0x01))));
        out.of[1] = hn::Or(hn::And(hn::ShiftRight<4>(codes), bothBytes(0x0F)),
                           hn::ShiftLeft<3>(hn::And(high, bothBytes(0x02))));
        return out;
    }
    template <std::size_t P>
    static HWY_INLINE auto dot(const Codes& codes, const std::int16_t* x) {
        return dotBytes<Q5_KWords, 2 * P>(codes.of[P], x);
    }
    static HWY_INLINE void scales(const std::uint8_t* at, Eight (&scales)[1], Eight (&offsets)[1]) {
        kScales(at, scales[0], offsets[0]);
    }
};

// Halves of 128 weights: 64 bytes of nibbles, 32 bytes of two more bits each. 16 weights a scale.
struct Q6_KWords : InOrder {
    using Codes = ComposedWords;
    static constexpr bool PartIsGroup = false;
    static constexpr std::size_t Groups = 16, Stripes = 2, Parts = 4, Bytes = 210;
    template <std::size_t S>
    static HWY_INLINE Codes load(const std::uint8_t* at) {
        const auto a = load32(at + 64 * S), b = load32(at + 64 * S + 32);
        const auto high = load32(at + 128 + 32 * S);
        const auto nibble = bothBytes(0x0F), top = bothBytes(0x30);
        Codes out{};
        out.of[0] = hn::Or(hn::And(a, nibble), hn::And(hn::ShiftLeft<4>(high), top));
        out.of[1] = hn::Or(hn::And(b, nibble), hn::And(hn::ShiftLeft<2>(high), top));
        out.of[2] = hn::Or(hn::And(hn::ShiftRight<4>(a), nibble), hn::And(high, top));
        out.of[3] =
            hn::Or(hn::And(hn::ShiftRight<4>(b), nibble), hn::And(hn::ShiftRight<2>(high), top));
        return out;
    }
    template <std::size_t P>
    static HWY_INLINE auto dot(const Codes& codes, const std::int16_t* x) {
        return dotBytes<Q6_KWords, 2 * P>(codes.of[P], x);
    }
    static HWY_INLINE void scales(const std::uint8_t* at, Eight (&scales)[2], Eight (&offsets)[2]) {
        const EightFloats d;
        const hn::Rebind<std::int8_t, EightFloats> bytes;
        const auto block = repeatHalf(at + 208);
        for (std::size_t i = 0; i < 2; ++i) {
            const auto* from = reinterpret_cast<const std::int8_t*>(at + 192 + 8 * i);
            const auto whole =
                hn::PromoteTo(hn::RebindToSigned<EightFloats>(), hn::LoadU(bytes, from));
            scales[i] = hn::Mul(hn::ConvertTo(d, whole), block);
            offsets[i] = hn::Mul(scales[i], hn::Set(d, 32.0F));
        }
    }
};

} // namespace HWY_NAMESPACE
} // namespace bitsmith::cpu
HWY_AFTER_NAMESPACE();

#endif
#endif
