#include "core/quant/grid/affine_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/quant/grid/affine_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// After foreach_target: compiled once per instruction set.
#include <hwy/contrib/math/math-inl.h>

#include <algorithm>

HWY_BEFORE_NAMESPACE();
namespace bitsmith::affine::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<float>;
using Vec = hn::Vec<D>;

// Calls body(vector, index, count) over `values`; the tail is padded with zeros.
template <class Body>
HWY_INLINE void forVectors(const float* values, std::size_t size, Body&& body) {
    const D d;
    const std::size_t lanes = hn::Lanes(d);
    std::size_t i = 0;
    for (; i + lanes <= size; i += lanes) body(hn::LoadU(d, values + i), i, lanes);
    if (i < size) {
        HWY_ALIGN float tail[HWY_MAX_BYTES / sizeof(float)] = {};
        std::copy(values + i, values + size, tail);
        body(hn::Load(d, tail), i, size - i);
    }
}

// clamp(round(w / scale) + zero, 0, maxCode) as floats. NaN (refused before) would become 0.
HWY_INLINE Vec codesOf(Vec w, Vec scale, Vec zero, Vec maxCode) {
    const D d;
    const Vec code = hn::Add(hn::Round(hn::Div(w, scale)), zero);
    return hn::Min(hn::Max(code, hn::Zero(d)), maxCode);
}

// As codesOf(), without a division: w times the reciprocal, then one correction by the exact
// remainder. The quotient of a float and a scale of 11 significant bits is never so close to the
// middle of two floats that the correction could round the other way, so this equals w / scale to
// the last bit (Markstein 1990). Without fused multiply-adds the remainder is not exact.
struct Divisor {
    Vec scale, inverse;
    HWY_INLINE explicit Divisor(float s)
        : scale(hn::Set(D(), s)), inverse(hn::Set(D(), 1.0F / s)) {}
    HWY_INLINE Vec quotient(Vec w) const {
#if !HWY_NATIVE_FMA
        return hn::Div(w, scale);
#else
        const Vec near = hn::Mul(w, inverse);
        return hn::MulAdd(hn::NegMulAdd(near, scale, w), inverse, near);
#endif
    }
};

template <class Code>
HWY_INLINE void storeCodes(Vec codes, Code* out, std::size_t count) {
    const D d;
    const hn::Rebind<std::int32_t, D> di;
    const hn::Rebind<Code, D> du;
    const auto bytes = hn::DemoteTo(du, hn::ConvertTo(di, codes));
    if (count == hn::Lanes(d)) {
        hn::StoreU(bytes, du, out);
    } else {
        HWY_ALIGN Code tail[HWY_MAX_BYTES];
        hn::StoreU(bytes, du, tail);
        std::copy(tail, tail + count, out);
    }
}

void RowRanges(const float* row, std::size_t cols, std::size_t groupSize, float* lows,
               float* highs) {
    const D d;
    for (std::size_t first = 0, g = 0; first < cols; first += groupSize, ++g) {
        Vec lo = hn::Zero(d), hi = hn::Zero(d);
        forVectors(row + first, std::min(groupSize, cols - first),
                   [&](Vec w, std::size_t, std::size_t) {
                       lo = hn::Min(lo, w);
                       hi = hn::Max(hi, w);
                   });
        lows[g] = hn::GetLane(hn::MinOfLanes(d, lo));
        highs[g] = hn::GetLane(hn::MaxOfLanes(d, hi));
    }
}

// Codes of one group. Whole vectors become integers (ties to even), and saturating narrowing does
// the clamping; the rest goes the plain way.
HWY_INLINE void groupCodes(const float* w, std::size_t size, float scale, float zero, float maxCode,
                           std::uint8_t* codes) {
    const D d;
    const Divisor divisor(scale);
    std::size_t i = 0;
#if HWY_TARGET != HWY_SCALAR
    const hn::Repartition<std::int16_t, D> d16;
    const hn::Half<hn::Repartition<std::uint8_t, D>> d8;
    const hn::Repartition<std::uint32_t, decltype(d8)> d32;
    constexpr std::size_t Lanes = hn::MaxLanes(D());
    // Narrowing two vectors takes turns between their blocks of 4.
    HWY_ALIGN std::int32_t units[Lanes / 2];
    for (std::size_t u = 0; u < Lanes / 2; ++u)
        units[u] = static_cast<std::int32_t>(u < Lanes / 4 ? 2 * u : 2 * u - Lanes / 2 + 1);
    const auto order = hn::SetTableIndices(d32, units);
    const auto zeros = hn::Set(d16, static_cast<std::int16_t>(zero));
    const auto top = hn::Set(d8, static_cast<std::uint8_t>(maxCode));
    for (; i + 2 * Lanes <= size; i += 2 * Lanes) {
        const auto a = hn::NearestInt(divisor.quotient(hn::LoadU(d, w + i)));
        const auto b = hn::NearestInt(divisor.quotient(hn::LoadU(d, w + i + Lanes)));
        const auto sums = hn::SaturatedAdd(hn::ReorderDemote2To(d16, a, b), zeros);
        const auto bytes = hn::Min(hn::DemoteTo(d8, sums), top);
        hn::StoreU(hn::BitCast(d8, hn::TableLookupLanes(hn::BitCast(d32, bytes), order)), d8,
                   codes + i);
    }
#endif
    const Vec zeroV = hn::Set(d, zero), topV = hn::Set(d, maxCode);
    forVectors(w + i, size - i, [&](Vec values, std::size_t at, std::size_t count) {
        const Vec code = hn::Add(hn::Round(divisor.quotient(values)), zeroV);
        storeCodes(hn::Min(hn::Max(code, hn::Zero(d)), topV), codes + i + at, count);
    });
}

void RowCodes(const float* row, std::size_t cols, std::size_t groupSize, const float* scales,
              const float* zeros, float maxCode, std::uint8_t* codes) {
    for (std::size_t first = 0, g = 0; first < cols; first += groupSize, ++g)
        groupCodes(row + first, std::min(groupSize, cols - first), scales[g], zeros[g], maxCode,
                   codes + first);
}

void ColumnCodes(const float* column, std::size_t rows, const float* scales, const float* zeros,
                 float maxCode, std::uint16_t* codes, float* values) {
    const D d;
    const std::size_t lanes = hn::Lanes(d);
    const Vec top = hn::Set(d, maxCode);
    std::size_t r = 0;
    for (; r + lanes <= rows; r += lanes) {
        const Vec scale = hn::LoadU(d, scales + r), zero = hn::LoadU(d, zeros + r);
        const Vec code = codesOf(hn::LoadU(d, column + r), scale, zero, top);
        storeCodes(code, codes + r, lanes);
        hn::StoreU(hn::Mul(scale, hn::Sub(code, zero)), d, values + r);
    }
    if (r < rows) {
        constexpr std::size_t Most = HWY_MAX_BYTES / sizeof(float);
        HWY_ALIGN float w[Most] = {}, s[Most] = {}, z[Most] = {}, v[Most];
        std::fill(s, s + Most, 1.0F);
        std::copy(column + r, column + rows, w);
        std::copy(scales + r, scales + rows, s);
        std::copy(zeros + r, zeros + rows, z);
        const Vec scale = hn::Load(d, s), zero = hn::Load(d, z);
        const Vec code = codesOf(hn::Load(d, w), scale, zero, top);
        storeCodes(code, codes + r, rows - r);
        hn::Store(hn::Mul(scale, hn::Sub(code, zero)), d, v);
        std::copy(v, v + (rows - r), values + r);
    }
}

// x^2.4 for x >= 0. Below 1e-20 the result is 0 in fp32 anyway.
HWY_INLINE Vec power24(Vec x) {
    const D d;
    const Vec logarithm = hn::Log(d, hn::Max(x, hn::Set(d, 1e-20F)));
    return hn::Exp(d, hn::Mul(hn::Set(d, 2.4F), logarithm));
}

double RoundingError(const ErrorArgs& args) {
    const D d;
    const Vec scale = hn::Set(d, args.scale), zero = hn::Set(d, args.zero),
              top = hn::Set(d, args.maxCode), unit = hn::Set(d, args.unit);
    Vec sum = hn::Zero(d);
    const auto errorOf = [&](Vec w) {
        const Vec value = hn::Mul(scale, hn::Sub(codesOf(w, scale, zero, top), zero));
        return hn::Mul(hn::Abs(hn::Sub(w, value)), unit);
    };
    if (args.importance.empty()) {
        // Padding zeros are represented exactly and add (1e-20)^2.4 = 0.
        forVectors(args.weights.data(), args.weights.size(), [&](Vec w, std::size_t, std::size_t) {
            sum = hn::Add(sum, power24(errorOf(w)));
        });
    } else {
        const std::size_t lanes = hn::Lanes(d);
        forVectors(args.weights.data(), args.weights.size(),
                   [&](Vec w, std::size_t i, std::size_t count) {
                       HWY_ALIGN float tail[HWY_MAX_BYTES / sizeof(float)] = {};
                       const float* h = args.importance.data() + i;
                       if (count < lanes) {
                           std::copy(h, h + count, tail);
                           h = tail;
                       }
                       const Vec e = errorOf(w);
                       sum = hn::Add(sum, hn::Mul(hn::LoadU(d, h), hn::Mul(e, e)));
                   });
    }
    return static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum)));
}

} // namespace bitsmith::affine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bitsmith::affine {

HWY_EXPORT(RowRanges);
HWY_EXPORT(RowCodes);
HWY_EXPORT(ColumnCodes);
HWY_EXPORT(RoundingError);

void rowRanges(std::span<const float> row, std::size_t groupSize, std::span<float> lows,
               std::span<float> highs) {
    HWY_DYNAMIC_DISPATCH(RowRanges)(row.data(), row.size(), groupSize, lows.data(), highs.data());
}

void rowCodes(std::span<const float> row, std::size_t groupSize, std::span<const float> scales,
              std::span<const float> zeros, float maxCode, std::span<std::uint8_t> codes) {
    HWY_DYNAMIC_DISPATCH(RowCodes)
    (row.data(), row.size(), groupSize, scales.data(), zeros.data(), maxCode, codes.data());
}

void columnCodes(std::span<const float> column, std::span<const float> scales,
                 std::span<const float> zeros, float maxCode, std::span<std::uint16_t> codes,
                 std::span<float> values) {
    HWY_DYNAMIC_DISPATCH(ColumnCodes)
    (column.data(), column.size(), scales.data(), zeros.data(), maxCode, codes.data(),
     values.data());
}

double roundingError(const ErrorArgs& args) { return HWY_DYNAMIC_DISPATCH(RoundingError)(args); }

} // namespace bitsmith::affine
#endif
