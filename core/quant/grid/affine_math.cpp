#include "core/quant/grid/affine_math.h"

#include "core/tensor/convert.h"
#include "core/tensor/vector_clones.h"

#include <algorithm>
#include <cmath>

namespace bitsmith {

namespace {

constexpr double LargestHalf = 65504, SmallestFine = 0x1p-22;

} // namespace

AffineGroup affineGroupOf(double scale, int zero) {
    AffineGroup group;
    group.clipped = scale > LargestHalf;
    group.coarse = scale < SmallestFine;
    group.half = floatToHalf(static_cast<float>(std::min(scale, LargestHalf)));
    // The smallest subnormal instead of a zero scale: ranges below 1e-7 keep some of their shape.
    if (group.half == 0) group.half = 1;
    group.scale = halfToFloat(group.half);
    group.zero = static_cast<std::uint8_t>(zero);
    return group;
}

AffineGroup affineGroup(float low, float high, int bits, bool symmetric) {
    const double top = (1 << bits) - 1;
    double lo = low, hi = high;
    if (symmetric) {
        hi = std::max(-lo, hi);
        lo = -hi;
    }
    if (lo == 0 && hi == 0) { // any scale will do: all codes are the zero
        lo = -1;
        hi = 1;
    }
    AffineGroup group = affineGroupOf((hi - lo) / top, 1 << (bits - 1));
    if (!symmetric)
        group.zero =
            static_cast<std::uint8_t>(std::clamp(std::nearbyint(-lo / group.scale), 0.0, top));
    return group;
}

namespace {

constexpr std::size_t Some = 64; // groups at once

// What a range stands for: as affineGroup() has it. Exact in float.
BITSMITH_INLINE float lowOf(float low, float high, bool symmetric) {
    const float least = symmetric && -low < high ? -high : low;
    return low == 0 && high == 0 ? -1.0F : least;
}
BITSMITH_INLINE float highOf(float low, float high, bool symmetric) {
    const float most = symmetric && -low > high ? -low : high;
    return low == 0 && high == 0 ? 1.0F : most;
}

// scales[g]: (high - low) / top, before it is stored.
BITSMITH_VECTOR_CLONES(exactScales,
                       (const float* lows, const float* highs, std::size_t count, bool symmetric,
                        double top, double* scales),
                       (lows, highs, count, symmetric, top, scales), {
                           for (std::size_t g = 0; g < count; ++g)
                               scales[g] =
                                   (static_cast<double>(highOf(lows[g], highs[g], symmetric)) -
                                    static_cast<double>(lowOf(lows[g], highs[g], symmetric))) /
                                   top;
                       })

// clipped and coarse: 0 or 1. limited: what the format can hold.
BITSMITH_VECTOR_CLONES(limitScales,
                       (const double* scales, std::size_t count, float* limited,
                        std::uint8_t* clipped, std::uint8_t* coarse),
                       (scales, count, limited, clipped, coarse), {
                           for (std::size_t g = 0; g < count; ++g)
                               limited[g] = static_cast<float>(
                                   scales[g] < LargestHalf ? scales[g] : LargestHalf);
                           for (std::size_t g = 0; g < count; ++g)
                               clipped[g] = scales[g] > LargestHalf;
                           for (std::size_t g = 0; g < count; ++g)
                               coarse[g] = scales[g] < SmallestFine;
                       })

// Adding and taking off 1.5 * 2^52 rounds a double of this size to a whole number, ties to even.
BITSMITH_VECTOR_CLONES(zeroPoints,
                       (const float* lows, const float* highs, const float* scales,
                        std::size_t count, double top, std::uint8_t* zeros),
                       (lows, highs, scales, count, top, zeros), {
                           constexpr double Rounder = 0x1.8p52;
                           std::int32_t whole[Some];
                           for (std::size_t g = 0; g < count; ++g) {
                               const double zero =
                                   -static_cast<double>(lowOf(lows[g], highs[g], false)) /
                                   static_cast<double>(scales[g]);
                               const double least = zero > 0 ? zero : 0;
                               whole[g] = static_cast<std::int32_t>((least < top ? least : top) +
                                                                    Rounder - Rounder);
                           }
                           for (std::size_t g = 0; g < count; ++g)
                               zeros[g] = static_cast<std::uint8_t>(whole[g]);
                       })

} // namespace

void affineGroups(const AffineGroups& groups, int bits, bool symmetric) {
    const double top = (1 << bits) - 1;
    for (std::size_t first = 0; first < groups.lows.size(); first += Some) {
        const std::size_t count = std::min(Some, groups.lows.size() - first);
        const float* lows = groups.lows.data() + first;
        const float* highs = groups.highs.data() + first;
        const auto scales = groups.scales.subspan(first, count);
        const auto halves = groups.halves.subspan(first, count);
        const auto zeros = groups.zeros.subspan(first, count);
        double exact[Some];
        exactScales(lows, highs, count, symmetric, top, exact);
        limitScales(exact, count, scales.data(), groups.clipped.data() + first,
                    groups.coarse.data() + first);
        fromFloat(DType::F16, scales, std::as_writable_bytes(halves));
        for (std::uint16_t& half : halves) half = std::max<std::uint16_t>(half, 1);
        toFloat(DType::F16, std::as_bytes(halves), scales);
        if (symmetric)
            std::ranges::fill(zeros, static_cast<std::uint8_t>(1 << (bits - 1)));
        else
            zeroPoints(lows, highs, scales.data(), count, top, zeros.data());
    }
}

Result<MatrixLayout> affineLayout(std::size_t rows, std::size_t cols, int bits,
                                  const AffineParams& params) {
    if (bits < 2 || bits > 8)
        return fail(ErrorCode::Usage, "grid 'affine' has 2 to 8 bits, not {}", bits);
    constexpr std::size_t Most = std::size_t{1} << 31;
    if (rows == 0 || cols == 0 || rows > Most || cols > Most)
        return fail(ErrorCode::Usage, "grid 'affine': cannot quantize a matrix of {} x {}", rows,
                    cols);
    MatrixLayout layout;
    layout.rows = rows;
    layout.cols = cols;
    layout.bits = bits;
    layout.symmetric = params.symmetric;
    layout.groupSize = cols;
    layout.groupsPerRow = 1;
    layout.parameterRows = params.granularity == "tensor" ? 1 : rows;
    if (params.granularity == "tensor") return layout;
    const auto size = static_cast<std::size_t>(params.groupSize);
    const bool ragged = size > 0 && cols % size != 0;
    if (params.granularity == "channel" || size == 0 || size >= cols ||
        (ragged && params.ragged == "whole_row"))
        return layout;
    layout.groupSize = size;
    layout.groupsPerRow = (cols + size - 1) / size;
    return layout;
}

} // namespace bitsmith
