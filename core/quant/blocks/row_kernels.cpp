#include "core/quant/blocks/row_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/quant/blocks/row_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// After foreach_target: compiled once per instruction set.
#include "core/quant/blocks/block_bytes.h"
#include "core/tensor/blocks/levels16.h"

#include <algorithm>
#include <cmath>

HWY_BEFORE_NAMESPACE();
namespace bitsmith::blocks::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::CappedTag<float, 16>;
using Vec = hn::Vec<D>;

struct Range {
    float low, high;
};
// Smallest and largest of `size` weights, a multiple of 16.
HWY_INLINE Range rangeOf(const float* x, std::size_t size) {
    const D d;
    Vec low = hn::LoadU(d, x), high = low;
    for (std::size_t i = hn::Lanes(d); i < size; i += hn::Lanes(d)) {
        const Vec v = hn::LoadU(d, x + i);
        low = hn::Min(low, v);
        high = hn::Max(high, v);
    }
    return {hn::GetLane(hn::MinOfLanes(d, low)), hn::GetLane(hn::MaxOfLanes(d, high))};
}

HWY_INLINE float magnitudeOf(const float* x, std::size_t size) {
    const Range range = rangeOf(x, size);
    return std::max(std::abs(range.low), std::abs(range.high));
}

// The weight of largest magnitude with its sign; the first of several.
HWY_INLINE float extremeOf(const float* x) {
    const Range range = rangeOf(x, 32);
    if (range.high > -range.low) return range.high;
    if (range.high < -range.low) return range.low;
    return range.high > 0
               ? *std::find_if(x, x + 32, [&](float v) { return std::abs(v) == range.high; })
               : 0.0F;
}

// codes = min(trunc((x - low) * inverse + offset), most)
HWY_INLINE void codesOf(const float* x, float low, float inverse, float offset, int most,
                        std::uint8_t* codes) {
    const D d;
    const hn::RebindToSigned<D> di;
    const hn::Rebind<std::uint8_t, D> du;
    const Vec l = hn::Set(d, low), s = hn::Set(d, inverse), o = hn::Set(d, offset);
    for (std::size_t i = 0; i < 32; i += hn::Lanes(d)) {
        const Vec v = hn::Add(hn::Mul(hn::Sub(hn::LoadU(d, x + i), l), s), o);
        const auto code = hn::Min(hn::ConvertTo(di, v), hn::Set(di, most));
        hn::StoreU(hn::DemoteTo(du, code), du, codes + i);
    }
}

// Scale from the extreme value, which becomes code 0; the middle code is zero.
HWY_INLINE float symmetricBlock(const float* x, int half, std::uint8_t* codes) {
    const float d = extremeOf(x) / static_cast<float>(-half), inverse = inverseOf(d);
    if (d != 0 && inverse == 0)
        std::fill(codes, codes + 32, std::uint8_t{0});
    else
        codesOf(x, 0, inverse, static_cast<float>(half) + 0.5F, 2 * half - 1, codes);
    return d;
}

HWY_INLINE Range offsetBlock(const float* x, int most, std::uint8_t* codes) {
    Range range = rangeOf(x, 32);
    if (range.low == 0) range.low = *std::find(x, x + 32, 0.0F); // the sign of the first zero
    if (range.high == range.low) range.high = range.low;         // zeros of both signs
    const float d = (range.high - range.low) / static_cast<float>(most);
    codesOf(x, range.low, inverseOf(d), 0.5F, most, codes);
    return {range.low, d};
}

void RowQ4_0(const float* x, std::size_t count, std::byte* out) {
    HWY_ALIGN std::uint8_t codes[32];
    for (; count-- > 0; x += 32, out += 18) {
        putScale(out, symmetricBlock(x, 8, codes));
        packNibbles(codes, 16, bytesOf(out + 2));
    }
}

void RowQ5_0(const float* x, std::size_t count, std::byte* out) {
    HWY_ALIGN std::uint8_t codes[32];
    for (; count-- > 0; x += 32, out += 22) {
        putScale(out, symmetricBlock(x, 16, codes));
        packFive(codes, out + 2, bytesOf(out + 6));
    }
}

void RowQ4_1(const float* x, std::size_t count, std::byte* out) {
    HWY_ALIGN std::uint8_t codes[32];
    for (; count-- > 0; x += 32, out += 20) {
        const Range scale = offsetBlock(x, 15, codes);
        putScale(out, scale.high);
        putScale(out + 2, scale.low);
        packNibbles(codes, 16, bytesOf(out + 4));
    }
}

void RowQ5_1(const float* x, std::size_t count, std::byte* out) {
    HWY_ALIGN std::uint8_t codes[32];
    for (; count-- > 0; x += 32, out += 24) {
        const Range scale = offsetBlock(x, 31, codes);
        putScale(out, scale.high);
        putScale(out + 2, scale.low);
        packFive(codes, out + 4, bytesOf(out + 8));
    }
}

void RowQ8_0(const float* x, std::size_t count, std::byte* out) {
    const D d;
    const hn::RebindToSigned<D> di;
    const hn::Rebind<std::int8_t, D> db;
    // Rounds halves away from zero when truncated: the largest float below 0.5 with the sign of v.
    const Vec justBelowHalf = hn::Set(d, 0x1.fffffep-2F);
    for (; count-- > 0; x += 32, out += 34) {
        const float scale = magnitudeOf(x, 32) / 127.0F;
        putScale(out, scale);
        const Vec inverse = hn::Set(d, inverseOf(scale));
        auto* codes = reinterpret_cast<std::int8_t*>(out + 2);
        for (std::size_t i = 0; i < 32; i += hn::Lanes(d)) {
            const Vec v = hn::Mul(hn::LoadU(d, x + i), inverse);
            const auto code = hn::ConvertTo(di, hn::Add(v, hn::CopySign(justBelowHalf, v)));
            hn::StoreU(hn::DemoteTo(db, code), db, codes + i);
        }
    }
}

// Codes of the E2M1 levels times scale that are nearest to `size` weights; the first of several.
HWY_INLINE void nearestE2m1(const float* x, std::size_t size, float scale, std::uint8_t* codes) {
    const D d;
    const hn::RebindToSigned<D> di;
    const hn::Rebind<std::uint8_t, D> du;
    for (std::size_t i = 0; i < size; i += hn::Lanes(d)) {
        const Vec v = hn::LoadU(d, x + i);
        Vec best = hn::Abs(v), code = hn::Zero(d);
        for (std::size_t k = 1; k < 16; ++k) {
            if (k == 8) continue; // zero again
            const Vec level = hn::Set(d, static_cast<float>(E2m1Doubled[k]) * scale);
            const Vec error = hn::Abs(hn::Sub(level, v));
            const auto better = hn::Lt(error, best);
            best = hn::IfThenElse(better, error, best);
            code = hn::IfThenElse(better, hn::Set(d, static_cast<float>(k)), code);
        }
        hn::StoreU(hn::DemoteTo(du, hn::ConvertTo(di, code)), du, codes + i);
    }
}

// The power of two that puts the largest magnitude into [4, 8), of which 6 is the largest level.
// Clamped: ggml's exponent wraps for magnitudes below 2^-125.
HWY_INLINE std::uint8_t sharedExponent(float magnitude) {
    if (!(magnitude > 0)) return 0;
    const float exponent = std::floor(std::log2(magnitude)) - 2 + 127;
    return static_cast<std::uint8_t>(std::clamp(exponent, 0.0F, 254.0F));
}

void RowMXFP4(const float* x, std::size_t count, std::byte* out) {
    HWY_ALIGN std::uint8_t codes[32];
    for (; count-- > 0; x += 32, out += 17) {
        const std::uint8_t e = sharedExponent(magnitudeOf(x, 32));
        bytesOf(out)[0] = e;
        nearestE2m1(x, 32, e8m0Half(e), codes);
        packNibbles(codes, 16, bytesOf(out + 1));
    }
}

// Unsigned E4M3 with bias 7; halves go up. Below half the smallest step: 0; from 256 on: 448,
// ggml's choice.
HWY_INLINE std::uint8_t ue4m3Of(float value) {
    if (!(value > 0)) return 0;
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
    const int exponent = static_cast<int>(bits >> 23) - 127 + 7;
    if (exponent <= 0)
        return static_cast<std::uint8_t>(std::min(static_cast<int>(value * 512.0F + 0.5F), 7));
    const std::uint32_t rounded = ((bits + (1U << 19)) >> 20) - (120U << 3); // may carry
    return static_cast<std::uint8_t>(rounded < 15U << 3 ? rounded : 0x7EU);
}

void RowNVFP4(const float* x, std::size_t count, std::byte* out) {
    HWY_ALIGN std::uint8_t codes[16];
    for (; count-- > 0; out += 36)
        for (int s = 0; s < 4; ++s, x += 16) {
            const std::uint8_t scale = ue4m3Of(magnitudeOf(x, 16) / 6.0F);
            bytesOf(out)[s] = scale;
            nearestE2m1(x, 16, ue4m3Half(scale), codes);
            packNibbles(codes, 8, bytesOf(out + 4 + 8 * s));
        }
}

} // namespace bitsmith::blocks::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bitsmith::blocks {

HWY_EXPORT(RowQ4_0);
HWY_EXPORT(RowQ4_1);
HWY_EXPORT(RowQ5_0);
HWY_EXPORT(RowQ5_1);
HWY_EXPORT(RowQ8_0);
HWY_EXPORT(RowMXFP4);
HWY_EXPORT(RowNVFP4);

void rowQ4_0(const float* x, std::size_t count, std::byte* out) {
    HWY_DYNAMIC_DISPATCH(RowQ4_0)(x, count, out);
}
void rowQ4_1(const float* x, std::size_t count, std::byte* out) {
    HWY_DYNAMIC_DISPATCH(RowQ4_1)(x, count, out);
}
void rowQ5_0(const float* x, std::size_t count, std::byte* out) {
    HWY_DYNAMIC_DISPATCH(RowQ5_0)(x, count, out);
}
void rowQ5_1(const float* x, std::size_t count, std::byte* out) {
    HWY_DYNAMIC_DISPATCH(RowQ5_1)(x, count, out);
}
void rowQ8_0(const float* x, std::size_t count, std::byte* out) {
    HWY_DYNAMIC_DISPATCH(RowQ8_0)(x, count, out);
}
void rowMXFP4(const float* x, std::size_t count, std::byte* out) {
    HWY_DYNAMIC_DISPATCH(RowMXFP4)(x, count, out);
}
void rowNVFP4(const float* x, std::size_t count, std::byte* out) {
    HWY_DYNAMIC_DISPATCH(RowNVFP4)(x, count, out);
}

} // namespace bitsmith::blocks
#endif
