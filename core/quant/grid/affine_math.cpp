#include "core/quant/grid/affine_math.h"

#include "core/tensor/convert.h"

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

void affineGroups(const AffineGroups& groups, int bits, bool symmetric) {
    // Adding and taking off 1.5 * 2^52 rounds a double of this size to a whole number, ties to
    // even.
    constexpr double Rounder = 0x1.8p52;
    const double top = (1 << bits) - 1;
    const std::size_t count = groups.lows.size();
    const auto range = [&](std::size_t g) {
        double lo = groups.lows[g], hi = groups.highs[g];
        if (symmetric) {
            hi = std::max(-lo, hi);
            lo = -hi;
        }
        if (lo == 0 && hi == 0) {
            lo = -1;
            hi = 1;
        }
        return std::pair(lo, hi);
    };
    for (std::size_t g = 0; g < count; ++g) {
        const auto [lo, hi] = range(g);
        const double scale = (hi - lo) / top;
        groups.clipped[g] = scale > LargestHalf;
        groups.coarse[g] = scale < SmallestFine;
        groups.scales[g] = static_cast<float>(std::min(scale, LargestHalf));
    }
    const auto halves = std::as_writable_bytes(groups.halves);
    fromFloat(DType::F16, groups.scales, halves);
    for (std::uint16_t& half : groups.halves) half = std::max<std::uint16_t>(half, 1);
    toFloat(DType::F16, halves, groups.scales);
    for (std::size_t g = 0; g < count; ++g) {
        const double zero = -range(g).first / static_cast<double>(groups.scales[g]);
        const double rounded = std::clamp(zero, 0.0, top) + Rounder - Rounder;
        groups.zeros[g] = static_cast<std::uint8_t>(symmetric ? 1 << (bits - 1) : int(rounded));
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
