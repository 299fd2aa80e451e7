#include "core/quant/grid/mixed_math.h"

#include "core/quant/grid/affine_kernels.h"
#include "core/tensor/convert.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace bitsmith::mixed {
namespace {

float maxCode(int bits) { return static_cast<float>((1 << bits) - 1); }

AffineGroup ofScale(double wanted, bool negative) {
    constexpr double LargestHalf = 65504, SmallestFine = 0x1p-22;
    AffineGroup out;
    out.clipped = wanted > LargestHalf;
    out.coarse = wanted > 0 && wanted < SmallestFine;
    out.half = floatToHalf(static_cast<float>(std::min(wanted, LargestHalf)));
    out.scale = halfToFloat(out.half);
    out.zero = negative ? 1 : 0;
    return out;
}

AffineGroup twoLevels(std::span<const float> weights, float factor) {
    double sum = 0, distance = 0;
    for (const float w : weights) sum += double{w};
    const double mean = sum / static_cast<double>(weights.size());
    for (const float w : weights) distance += std::abs(double{w} - mean);
    const double spread = 2 * static_cast<double>(factor) * distance;
    const AffineGroup out = ofScale(spread / static_cast<double>(weights.size()), mean < 0);
    // Weights far from 0 and close together: the outer level is their mean.
    const double outer = static_cast<double>(factor) * std::abs(mean) * 16 / 9;
    if (outer <= static_cast<double>(out.scale)) return out;
    const AffineGroup other = ofScale(outer, mean < 0);
    const auto error = [&](const AffineGroup& group) {
        const auto scale = static_cast<double>(group.scale);
        const double zero = static_cast<double>(zeroPoint(1, group.zero));
        double squares = 0;
        for (const float w : weights) {
            const double up = double{w} - scale * (1 - zero), down = double{w} + scale * zero;
            squares += std::min(up * up, down * down);
        }
        return squares;
    };
    return error(other) < error(out) ? other : out;
}

} // namespace

float zeroPoint(int bits, int stored) {
    MatrixLayout layout;
    layout.bits = bits;
    return layout.zeroPoint(0, stored);
}

AffineGroup group(std::span<const float> weights, int bits, float factor) {
    if (bits == 1) return twoLevels(weights, factor);
    float low = 0, high = 0;
    affine::rowRanges(weights, weights.size(), {&low, 1}, {&high, 1});
    return affineGroup(low * factor, high * factor, bits, false);
}

void codes(std::span<const float> weights, int bits, const AffineGroup& group,
           std::span<std::uint8_t> codes) {
    if (bits > 1) {
        const auto zero = static_cast<float>(group.zero);
        return affine::rowCodes(weights, weights.size(), {&group.scale, 1}, {&zero, 1},
                                maxCode(bits), codes);
    }
    const float middle = group.scale * (0.5F - zeroPoint(1, group.zero));
    for (std::size_t i = 0; i < weights.size(); ++i) codes[i] = weights[i] >= middle;
}

void values(std::span<const float> weights, int bits, const AffineGroup& group,
            std::span<float> values) {
    std::array<std::uint8_t, 256> some;
    const float zero = zeroPoint(bits, group.zero);
    for (std::size_t first = 0; first < weights.size(); first += some.size()) {
        const std::size_t count = std::min(some.size(), weights.size() - first);
        codes(weights.subspan(first, count), bits, group, std::span(some).first(count));
        for (std::size_t i = 0; i < count; ++i)
            values[first + i] = group.scale * (static_cast<float>(some[i]) - zero);
    }
}

double error(std::span<const float> weights, int bits, const AffineGroup& group, float unit) {
    if (bits > 1)
        return affine::roundingError({.weights = weights,
                                      .importance = {},
                                      .scale = group.scale,
                                      .zero = static_cast<float>(group.zero),
                                      .maxCode = maxCode(bits),
                                      .unit = unit});
    // Moved so that the lower level is 0, the two levels are an affine grid.
    std::vector<float> moved(weights.begin(), weights.end());
    const float up = group.scale * zeroPoint(1, group.zero);
    for (float& w : moved) w += up;
    return affine::roundingError({.weights = moved,
                                  .importance = {},
                                  .scale = std::max(group.scale, 1e-30F),
                                  .zero = 0,
                                  .maxCode = 1,
                                  .unit = unit});
}

} // namespace bitsmith::mixed
