#include "core/quant/round/panel_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/quant/round/panel_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cassert>

HWY_BEFORE_NAMESPACE();
namespace bitsmith::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// At most 16 lanes, so that every width divides the panel.
using D = hn::CappedTag<float, 16>;
using Vec = hn::Vec<D>;

void AddErrors(std::size_t rows, const float* base, const float* errors, std::size_t stride,
               const float* factors, std::size_t count, float* out) {
    // Four vectors hide the latency of the multiply-add.
    const D d;
    const std::size_t lanes = hn::Lanes(d), step = 4 * lanes;
    for (std::size_t i = 0; i < rows; i += step) {
        auto a = hn::LoadU(d, base + i), b = hn::LoadU(d, base + i + lanes),
             c = hn::LoadU(d, base + i + 2 * lanes), e = hn::LoadU(d, base + i + 3 * lanes);
        const float* column = errors + i;
        for (std::size_t k = 0; k < count; ++k, column += stride) {
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

double TakeErrors(std::size_t rows, const float* originals, const float* now, const float* rounded,
                  float* errors) {
    double sum = 0;
    std::size_t i = 0;
#if HWY_TARGET != HWY_SCALAR
    const D d;
    const hn::Half<D> half;
    const hn::Repartition<double, D> wide;
    const std::size_t lanes = hn::Lanes(d);
    auto low = hn::Zero(wide), high = hn::Zero(wide);
    for (; i + lanes <= rows; i += lanes) {
        const auto value = hn::LoadU(d, rounded + i);
        hn::StoreU(hn::Sub(hn::LoadU(d, originals + i), value), d, errors + i);
        const auto step = hn::Sub(value, hn::LoadU(d, now + i));
        const auto first = hn::PromoteTo(wide, hn::LowerHalf(half, step));
        const auto second = hn::PromoteTo(wide, hn::UpperHalf(half, step));
        low = hn::MulAdd(first, first, low);
        high = hn::MulAdd(second, second, high);
    }
    sum = hn::GetLane(hn::SumOfLanes(wide, hn::Add(low, high)));
#endif
    for (; i < rows; ++i) {
        errors[i] = originals[i] - rounded[i];
        const auto step = static_cast<double>(rounded[i] - now[i]);
        sum += step * step;
    }
    return sum;
}

template <class T>
HWY_INLINE void turnOne(std::size_t firstRow, std::size_t lastRow, std::size_t firstColumn,
                        std::size_t lastColumn, const T* from, std::size_t fromStride, T* to,
                        std::size_t toStride) {
    for (std::size_t c = firstColumn; c < lastColumn; ++c)
        for (std::size_t r = firstRow; r < lastRow; ++r)
            to[c * toStride + r] = from[r * fromStride + c];
}

#if HWY_TARGET != HWY_SCALAR

// Each block of 128 bits holds four rows of one column; the next block is four columns on.
template <class DX, class V>
HWY_INLINE void storeBlocks(DX d, V v, float* to, std::size_t stride) {
    if constexpr (hn::MaxLanes(DX()) > 4) {
        const hn::Half<DX> half;
        storeBlocks(half, hn::LowerHalf(half, v), to, stride);
        storeBlocks(half, hn::UpperHalf(half, v), to + hn::MaxLanes(half) * stride, stride);
    } else {
        hn::StoreU(v, d, to);
    }
}

// 4 rows x a vector.
HWY_INLINE void turnBlock(const float* from, std::size_t fromStride, float* to,
                          std::size_t toStride) {
    const D d;
    const hn::Repartition<double, D> pairs;
    const auto a = hn::LoadU(d, from), b = hn::LoadU(d, from + fromStride),
               c = hn::LoadU(d, from + 2 * fromStride), e = hn::LoadU(d, from + 3 * fromStride);
    const auto ab = hn::BitCast(pairs, hn::InterleaveLower(d, a, b));
    const auto ce = hn::BitCast(pairs, hn::InterleaveLower(d, c, e));
    const auto AB = hn::BitCast(pairs, hn::InterleaveUpper(d, a, b));
    const auto CE = hn::BitCast(pairs, hn::InterleaveUpper(d, c, e));
    const auto put = [&](std::size_t column, auto v) HWY_ATTR {
        storeBlocks(d, hn::BitCast(d, v), to + column * toStride, toStride);
    };
    put(0, hn::InterleaveLower(pairs, ab, ce));
    put(1, hn::InterleaveUpper(pairs, ab, ce));
    put(2, hn::InterleaveLower(pairs, AB, CE));
    put(3, hn::InterleaveUpper(pairs, AB, CE));
}

// 8 x 8
HWY_INLINE void turnBlock(const std::uint16_t* from, std::size_t fromStride, std::uint16_t* to,
                          std::size_t toStride) {
    const hn::Full128<std::uint16_t> d;
    const hn::Full128<std::uint32_t> twos;
    const hn::Full128<std::uint64_t> fours;
    hn::Vec<hn::Full128<std::uint32_t>> low[4], high[4]; // rows 2i and 2i + 1 in turn
    for (std::size_t i = 0; i < 4; ++i) {
        const auto a = hn::LoadU(d, from + 2 * i * fromStride);
        const auto b = hn::LoadU(d, from + (2 * i + 1) * fromStride);
        low[i] = hn::BitCast(twos, hn::InterleaveLower(d, a, b));
        high[i] = hn::BitCast(twos, hn::InterleaveUpper(d, a, b));
    }
    const auto put = [&](std::size_t column, const auto& v) HWY_ATTR {
        const auto a = hn::BitCast(fours, hn::InterleaveLower(twos, v[0], v[1]));
        const auto b = hn::BitCast(fours, hn::InterleaveLower(twos, v[2], v[3]));
        const auto A = hn::BitCast(fours, hn::InterleaveUpper(twos, v[0], v[1]));
        const auto B = hn::BitCast(fours, hn::InterleaveUpper(twos, v[2], v[3]));
        std::uint16_t* at = to + column * toStride;
        hn::StoreU(hn::BitCast(d, hn::InterleaveLower(fours, a, b)), d, at);
        hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(fours, a, b)), d, at + toStride);
        hn::StoreU(hn::BitCast(d, hn::InterleaveLower(fours, A, B)), d, at + 2 * toStride);
        hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(fours, A, B)), d, at + 3 * toStride);
    };
    put(0, low);
    put(4, high);
}

// A line of the cache at a time on the side that is written.
template <std::size_t Rows, std::size_t Columns, class T>
HWY_INLINE void turnAll(std::size_t rows, std::size_t columns, const T* from,
                        std::size_t fromStride, T* to, std::size_t toStride) {
    const std::size_t wholeRows = rows / Rows * Rows, wholeColumns = columns / Columns * Columns;
    constexpr std::size_t Line = 64 / sizeof(T);
    for (std::size_t first = 0; first < wholeRows; first += Line)
        for (std::size_t c = 0; c < wholeColumns; c += Columns)
            for (std::size_t r = first; r < std::min(first + Line, wholeRows); r += Rows)
                turnBlock(from + r * fromStride + c, fromStride, to + c * toStride + r, toStride);
    turnOne(0, wholeRows, wholeColumns, columns, from, fromStride, to, toStride);
    turnOne(wholeRows, rows, 0, columns, from, fromStride, to, toStride);
}

#endif

void TurnFloats(std::size_t rows, std::size_t columns, const float* from, std::size_t fromStride,
                float* to, std::size_t toStride) {
#if HWY_TARGET == HWY_SCALAR
    turnOne(0, rows, 0, columns, from, fromStride, to, toStride);
#else
    turnAll<4, hn::MaxLanes(D())>(rows, columns, from, fromStride, to, toStride);
#endif
}

void TurnCodes(std::size_t rows, std::size_t columns, const std::uint16_t* from,
               std::size_t fromStride, std::uint16_t* to, std::size_t toStride) {
#if HWY_TARGET == HWY_SCALAR
    turnOne(0, rows, 0, columns, from, fromStride, to, toStride);
#else
    turnAll<8, 8>(rows, columns, from, fromStride, to, toStride);
#endif
}

} // namespace bitsmith::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bitsmith {

HWY_EXPORT(AddErrors);
HWY_EXPORT(TakeErrors);
HWY_EXPORT(TurnFloats);
HWY_EXPORT(TurnCodes);

void addErrors(std::size_t rows, const float* base, const float* errors, std::size_t stride,
               const float* factors, std::size_t count, float* out) {
    assert(rows % 64 == 0);
    HWY_DYNAMIC_DISPATCH(AddErrors)(rows, base, errors, stride, factors, count, out);
}

double takeErrors(std::size_t rows, const float* originals, const float* now, const float* rounded,
                  float* errors) {
    return HWY_DYNAMIC_DISPATCH(TakeErrors)(rows, originals, now, rounded, errors);
}

void turn(std::size_t rows, std::size_t columns, const float* from, std::size_t fromStride,
          float* to, std::size_t toStride) {
    HWY_DYNAMIC_DISPATCH(TurnFloats)(rows, columns, from, fromStride, to, toStride);
}

void turn(std::size_t rows, std::size_t columns, const std::uint16_t* from, std::size_t fromStride,
          std::uint16_t* to, std::size_t toStride) {
    HWY_DYNAMIC_DISPATCH(TurnCodes)(rows, columns, from, fromStride, to, toStride);
}

} // namespace bitsmith
#endif
