// GGUF blocks (core/tensor/blocks/ has their layouts). Scales lie between the codes: they are read
// for a whole row first.
#include "core/compute/cpu/simd_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/compute/cpu/packed_blocks.cpp"
#include <hwy/foreach_target.h>

#include "core/compute/cpu/packed_dot_inl.h"
#include "core/tensor/blocks/decoders.h"
#include "core/tensor/blocks/k_scales.h"

HWY_BEFORE_NAMESPACE();
namespace bitsmith::cpu {
namespace HWY_NAMESPACE {
#if HWY_TARGET != HWY_SCALAR

struct NoTable {};

// Words of four bytes, each a code.
template <class D, std::size_t J>
HWY_INLINE hn::Vec<D> byteField(hn::Vec<hn::RebindToUnsigned<D>> words) {
    return maskedField<D, 8, J>(words);
}

// Halves, `step` bytes apart, as floats. Reads nothing else.
// Numbers meet in registers: what was stored in pieces a load cannot take from the store buffer.
HWY_INLINE std::uint64_t fourHalves(const std::uint8_t* from, std::size_t step) {
    std::uint64_t out = 0;
    for (std::size_t k = 0; k < 4; ++k) {
        std::uint16_t half;
        std::memcpy(&half, from + k * step, sizeof half);
        out |= std::uint64_t{half} << (16 * k);
    }
    return out;
}

HWY_INLINE void readHalves(const std::uint8_t* from, std::size_t step, std::size_t count,
                           float* out) {
    constexpr std::size_t Some = 8;
    const hn::CappedTag<float, Some> d;
    const hn::Rebind<hwy::float16_t, decltype(d)> dh;
    std::size_t i = 0;
    if constexpr (hn::MaxLanes(d) == Some) {
        const hn::Full128<std::uint64_t> du;
        for (; i + Some <= count; i += Some) {
            const std::uint8_t* at = from + i * step;
            const auto halves = hn::InterleaveLower(du, hn::Set(du, fourHalves(at, step)),
                                                    hn::Set(du, fourHalves(at + 4 * step, step)));
            hn::StoreU(hn::PromoteTo(d, hn::BitCast(dh, halves)), d, out + i);
        }
    }
    for (; i < count; i += Some) {
        HWY_ALIGN std::uint16_t halves[Some] = {};
        HWY_ALIGN float floats[Some];
        const std::size_t some = std::min(Some, count - i);
        for (std::size_t k = 0; k < some; ++k)
            std::memcpy(&halves[k], from + (i + k) * step, sizeof(std::uint16_t));
        for (std::size_t k = 0; k < Some; k += hn::Lanes(d))
            hn::Store(hn::PromoteTo(d, hn::Load(dh, reinterpret_cast<hwy::float16_t*>(halves + k))),
                      d, floats + k);
        std::copy_n(floats, some, out + i);
    }
}

HWY_INLINE float readHalf(const std::uint8_t* from) {
    const hn::CappedTag<float, 4> d;
    const hn::Rebind<hwy::float16_t, decltype(d)> dh;
    const hn::Rebind<std::uint16_t, decltype(d)> du;
    std::uint16_t half;
    std::memcpy(&half, from, sizeof half);
    return hn::GetLane(hn::PromoteTo(d, hn::BitCast(dh, hn::Set(du, half))));
}

// 32 weights: a half, then low nibbles (the first 16 weights) and high ones in 16 bytes.
struct Q4_0Words {
    using Tag = FloatTag;
    using Codes = hn::Vec<hn::RebindToUnsigned<Tag>>;
    using Table = NoTable;
    static constexpr std::size_t Parts = 1, Fields = 8, StripesPerBlock = 1, Block = 18;
    static constexpr std::size_t blockBytes(std::size_t lanes) { return lanes / 4 * Block; }
    static constexpr std::size_t readBytes(std::size_t lanes, std::size_t) {
        return lanes / 4 * Block;
    }
    static constexpr std::size_t column(std::size_t, std::size_t j, std::size_t lane, std::size_t) {
        return lane / 4 * 32 + j % 2 * 16 + lane % 4 * 4 + j / 2;
    }
    static HWY_INLINE Table tableOf(const float*) { return {}; }
    static HWY_INLINE Codes load(const std::uint8_t* at, std::size_t) {
        const hn::RebindToUnsigned<Tag> du;
        const hn::Repartition<std::uint8_t, Tag> bytes;
        return hn::BitCast(du, loadBlocks(bytes, at + 2, Block));
    }
    template <std::size_t P, std::size_t J>
    static HWY_INLINE FloatVec field(Codes words, const Table&) {
        return maskedField<Tag, 4, J>(words);
    }
    static constexpr float factor(std::size_t, std::size_t j) { return maskedFactor<4>(j); }
};

using EightFloats = hn::CappedTag<float, 8>;
using EightWords = hn::Vec<hn::RebindToUnsigned<EightFloats>>;

HWY_INLINE EightWords load32(const std::uint8_t* at) {
    const hn::Repartition<std::uint8_t, EightFloats> bytes;
    return hn::BitCast(hn::RebindToUnsigned<EightFloats>(), hn::LoadU(bytes, at));
}

// 32 weights: a half, then 32 signed bytes; 128 is added by turning the sign.
struct Q8_0Words {
    using Tag = EightFloats;
    using Codes = EightWords;
    using Table = NoTable;
    static constexpr std::size_t Parts = 1, Fields = 4, StripesPerBlock = 1;
    static constexpr std::size_t blockBytes(std::size_t) { return 34; }
    static constexpr std::size_t readBytes(std::size_t, std::size_t) { return 34; }
    static constexpr std::size_t column(std::size_t, std::size_t j, std::size_t lane, std::size_t) {
        return lane * 4 + j;
    }
    static HWY_INLINE Table tableOf(const float*) { return {}; }
    static HWY_INLINE Codes load(const std::uint8_t* at, std::size_t) {
        return hn::Xor(load32(at + 2), hn::Set(hn::RebindToUnsigned<Tag>(), 0x80808080U));
    }
    template <std::size_t P, std::size_t J>
    static HWY_INLINE hn::Vec<Tag> field(Codes words, const Table&) {
        return byteField<Tag, J>(words);
    }
    static constexpr float factor(std::size_t, std::size_t j) { return maskedFactor<8>(j); }
};

// What the K-quants share: stripes of whole sub-blocks, each part 32 weights in order.
template <std::size_t StripesOfBlock, std::size_t Bytes>
struct KWords {
    using Tag = EightFloats;
    using Table = NoTable;
    static constexpr std::size_t Fields = 4, StripesPerBlock = StripesOfBlock;
    static constexpr std::size_t blockBytes(std::size_t) { return Bytes; }
    static constexpr std::size_t readBytes(std::size_t, std::size_t) { return Bytes; }
    static constexpr std::size_t column(std::size_t p, std::size_t j, std::size_t lane,
                                        std::size_t) {
        return p * 32 + lane * 4 + j;
    }
    static HWY_INLINE Table tableOf(const float*) { return {}; }
};

// Low nibbles of 32 bytes are one sub-block, high ones the next.
struct Q4_KWords : KWords<4, 144> {
    using Codes = EightWords;
    static constexpr std::size_t Parts = 2;
    static HWY_INLINE Codes load(const std::uint8_t* at, std::size_t sub) {
        return load32(at + 16 + 32 * sub);
    }
    template <std::size_t P, std::size_t J>
    static HWY_INLINE hn::Vec<Tag> field(Codes words, const Table&) {
        return maskedField<Tag, 4, 2 * J + P>(words);
    }
    static constexpr float factor(std::size_t p, std::size_t j) {
        return maskedFactor<4>(2 * j + p);
    }
};

struct ComposedWords { // a vector for each part
    EightWords of[4];
};

// A fifth bit of each code in 32 bytes of their own.
struct Q5_KWords : KWords<4, 176> {
    using Codes = ComposedWords;
    static constexpr std::size_t Parts = 2;
    static HWY_INLINE Codes load(const std::uint8_t* at, std::size_t sub) {
        const hn::RebindToUnsigned<Tag> du;
        const auto high = hn::ShiftRightSame(load32(at + 16), static_cast<int>(2 * sub));
        const auto codes = load32(at + 48 + 32 * sub);
        const auto nibble = hn::Set(du, 0x0F0F0F0FU), one = hn::Set(du, 0x01010101U);
        const auto two = hn::Set(du, 0x10101010U);
        Codes out{};
        out.of[0] = hn::Or(hn::And(codes, nibble), hn::ShiftLeft<4>(hn::And(high, one)));
        out.of[1] =
            hn::Or(hn::And(hn::ShiftRight<4>(codes), nibble), hn::And(hn::ShiftLeft<3>(high), two));
        return out;
    }
    template <std::size_t P, std::size_t J>
    static HWY_INLINE hn::Vec<Tag> field(const Codes& words, const Table&) {
        return byteField<Tag, J>(words.of[P]);
    }
    static constexpr float factor(std::size_t, std::size_t j) { return maskedFactor<8>(j); }
};

// Halves of 128 weights: 64 bytes of nibbles, 32 bytes of two more bits each.
struct Q6_KWords : KWords<2, 210> {
    using Codes = ComposedWords;
    static constexpr std::size_t Parts = 4;
    static HWY_INLINE Codes load(const std::uint8_t* at, std::size_t sub) {
        const hn::RebindToUnsigned<Tag> du;
        const auto a = load32(at + 64 * sub), b = load32(at + 64 * sub + 32);
        const auto high = load32(at + 128 + 32 * sub);
        const auto nibble = hn::Set(du, 0x0F0F0F0FU), top = hn::Set(du, 0x30303030U);
        Codes out{};
        out.of[0] = hn::Or(hn::And(a, nibble), hn::And(hn::ShiftLeft<4>(high), top));
        out.of[1] = hn::Or(hn::And(b, nibble), hn::And(hn::ShiftLeft<2>(high), top));
        out.of[2] = hn::Or(hn::And(hn::ShiftRight<4>(a), nibble), hn::And(high, top));
        out.of[3] =
            hn::Or(hn::And(hn::ShiftRight<4>(b), nibble), hn::And(hn::ShiftRight<2>(high), top));
        return out;
    }
    template <std::size_t P, std::size_t J>
    static HWY_INLINE hn::Vec<Tag> field(const Codes& words, const Table&) {
        return byteField<Tag, J>(words.of[P]);
    }
    static constexpr float factor(std::size_t, std::size_t j) { return maskedFactor<8>(j); }
};

// ---- Scales

void q4_0Scales(const std::uint8_t* row, std::size_t cols, float* scales, float*) {
    readHalves(row, 18, cols / 32, scales);
}
void q8_0Scales(const std::uint8_t* row, std::size_t cols, float* scales, float*) {
    readHalves(row, 34, cols / 32, scales);
}

// Eight 6-bit scales and mins, times the block's two halves.
template <std::size_t Bytes>
void kScales(const std::uint8_t* row, std::size_t cols, float* scales, float* offsets) {
    const EightFloats d;
    const hn::RebindToSigned<EightFloats> di;
    const hn::Rebind<std::uint8_t, EightFloats> db;
    for (std::size_t b = 0; b < cols / 256; ++b, row += Bytes, scales += 8, offsets += 8) {
        const float ends[2] = {readHalf(row), readHalf(row + 2)};
        std::uint32_t low, middle, high; // the 12 bytes: see k_scales.h
        std::memcpy(&low, row + 4, 4);
        std::memcpy(&middle, row + 8, 4);
        std::memcpy(&high, row + 12, 4);
        const std::uint32_t scale[2] = {low & 0x3F3F3F3FU,
                                        (high & 0x0F0F0F0FU) | (low >> 2 & 0x30303030U)};
        const std::uint32_t min[2] = {middle & 0x3F3F3F3FU,
                                      (high >> 4 & 0x0F0F0F0FU) | (middle >> 2 & 0x30303030U)};
        const auto floats = [&](const std::uint32_t(&bytes)[2], float factor, float* to) HWY_ATTR {
            if constexpr (hn::MaxLanes(d) == 8) {
                const hn::Repartition<std::uint64_t, decltype(db)> du;
                const auto both = hn::Set(du, bytes[0] | std::uint64_t{bytes[1]} << 32);
                const auto integers = hn::PromoteTo(di, hn::BitCast(db, both));
                hn::StoreU(hn::Mul(hn::ConvertTo(d, integers), hn::Set(d, factor)), d, to);
            } else {
                for (std::size_t i = 0; i < 8; ++i)
                    to[i] = factor * static_cast<float>(bytes[i / 4] >> (8 * (i % 4)) & 0xFF);
            }
        };
        floats(scale, ends[0], scales);
        floats(min, ends[1], offsets);
    }
}

void q6_KScales(const std::uint8_t* row, std::size_t cols, float* scales, float*) {
    const EightFloats d;
    const hn::RebindToSigned<EightFloats> di;
    const hn::Rebind<std::int8_t, EightFloats> db;
    for (std::size_t b = 0; b < cols / 256; ++b, row += 210, scales += 16) {
        const float block = readHalf(row + 208);
        for (std::size_t i = 0; i < 16; i += 8) {
            const auto integers = hn::PromoteTo(
                di, hn::LoadU(db, reinterpret_cast<const std::int8_t*>(row + 192 + i)));
            hn::StoreU(hn::Mul(hn::ConvertTo(d, integers), hn::Set(d, block)), d, scales + i);
        }
    }
}

#endif

PackedKernel BlockKernel([[maybe_unused]] std::string_view format) {
    PackedKernel kernel;
#if HWY_TARGET != HWY_SCALAR
    const auto make = [&]<class W>(W, std::size_t groupSize, float zero, auto parameters) {
        kernel = kernelOf<W>();
        kernel.groupSize = groupSize;
        kernel.zero = zero;
        kernel.offsets = zero == 0;
        kernel.parameters = parameters;
    };
    if (format == "Q4_0")
        make(Q4_0Words(), 32, 8.0F, q4_0Scales);
    else if (format == "Q8_0")
        make(Q8_0Words(), 32, 128.0F, q8_0Scales);
    else if (format == "Q4_K")
        make(Q4_KWords(), 32, 0.0F, kScales<144>);
    else if (format == "Q5_K")
        make(Q5_KWords(), 32, 0.0F, kScales<176>);
    else if (format == "Q6_K")
        make(Q6_KWords(), 16, 32.0F, q6_KScales);
#endif
    return kernel;
}

} // namespace HWY_NAMESPACE
} // namespace bitsmith::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bitsmith::cpu {

HWY_EXPORT(BlockKernel);
PackedKernel packedBlockKernel(std::string_view format) {
    return HWY_DYNAMIC_DISPATCH(BlockKernel)(format);
}

} // namespace bitsmith::cpu
#endif
