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

void RowCodes(const float* row, std::size_t cols, std::size_t groupSize, const float* scales,
              const float* zeros, float maxCode, std::uint8_t* codes) {
    const D d;
    const Vec top = hn::Set(d, maxCode);
    for (std::size_t first = 0, g = 0; first < cols; first += groupSize, ++g) {
        const Vec scale = hn::Set(d, scales[g]), zero = hn::Set(d, zeros[g]);
        forVectors(row + first, std::min(groupSize, cols - first),
                   [&](Vec w, std::size_t i, std::size_t count) {
                       storeCodes(codesOf(w, scale, zero, top), codes + first + i, count);
                   });
    }
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
