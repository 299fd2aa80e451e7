#include "core/compute/activation_quantizer.h"

#include "core/base/parallel.h"
#include "core/tensor/convert.h"
#include "core/tensor/vector_clones.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace bitsmith {
namespace {

constexpr std::size_t ValuesAtOnce = 1 << 14; // of a task of apply()
constexpr std::size_t Chunk = 512;
// Added to a number below 2^22 and taken away again, rounds it to a whole one, ties to even.
constexpr float Whole = 12582912.0F; // 1.5 * 2^23

BITSMITH_VECTOR_CLONES(roundToMultiples, (float* x, float scale, float most, std::size_t n),
                       (x, scale, most, n), {
                           for (std::size_t i = 0; i < n; ++i) {
                               const float steps = x[i] / scale;
                               const float upper = steps < most ? steps : most;
                               const float kept = upper > -most ? upper : -most;
                               x[i] = (kept + Whole - Whole) * scale;
                           }
                       })

float absoluteMost(MatrixView x) {
    float most = 0;
    for (std::size_t r = 0; r < x.rows; ++r) {
        const float row = largestMagnitude(x.row(r));
        if (std::isnan(row)) return row;
        most = std::max(most, row);
    }
    return most;
}

} // namespace

ActivationQuantizer::ActivationQuantizer(const ActivationScheme& scheme) : m_scheme(scheme) {
    if (const LevelFormat* format = scheme.levels()) {
        m_nearest.emplace(*format);
        m_levels = floatLevels(format->name);
        m_most = format->largest;
    } else {
        m_most = static_cast<float>((1 << (scheme.integerBits() - 1)) - 1);
    }
}

void ActivationQuantizer::roundWith(std::span<float> x, float absmax) const {
    if (!std::isfinite(absmax)) {
        std::ranges::fill(x, std::numeric_limits<float>::quiet_NaN());
        return;
    }
    float scale = m_scheme.shared == ScaleShared::Unscaled ? 1.0F : absmax / m_most;
    if (m_scheme.powerOfTwo())
        scale = e8m0ToFloat(sharedExponent(m_nearest->format(), absmax));
    else if (!std::isnormal(scale)) {
        // Nothing but zeros, or numbers too small for a scale.
        std::ranges::fill(x, 0.0F);
        return;
    }
    if (!m_nearest) {
        roundToMultiples(x.data(), scale, m_most, x.size());
        return;
    }
    std::uint8_t codes[Chunk];
    for (std::size_t at = 0; at < x.size(); at += Chunk) {
        const auto part = x.subspan(at, std::min(Chunk, x.size() - at));
        (*m_nearest)(part, scale, codes);
        for (std::size_t i = 0; i < part.size(); ++i) part[i] = m_levels[codes[i]] * scale;
    }
}

// Many small blocks of a table at once: finding a scale is cheap, a call is not.
void ActivationQuantizer::roundBlocks(std::span<float> x) const {
    const std::size_t group = m_scheme.group;
    if (!m_scheme.powerOfTwo() || group > Chunk) {
        for (std::size_t at = 0; at < x.size(); at += group) {
            const auto block = x.subspan(at, std::min(group, x.size() - at));
            roundWith(block, largestMagnitude(block));
        }
        return;
    }
    const std::size_t step = Chunk / group * group;
    float scales[Chunk];
    std::uint8_t codes[Chunk];
    for (std::size_t at = 0; at < x.size(); at += step) {
        const auto part = x.subspan(at, std::min(step, x.size() - at));
        bool finite = true;
        for (std::size_t b = 0; b < part.size(); b += group) {
            const std::size_t n = std::min(group, part.size() - b);
            const float absmax = largestMagnitude(part.subspan(b, n));
            finite = finite && std::isfinite(absmax);
            std::fill_n(scales + b, n, e8m0ToFloat(sharedExponent(m_nearest->format(), absmax)));
        }
        if (!finite) {
            for (std::size_t b = 0; b < part.size(); b += group) {
                const auto block = part.subspan(b, std::min(group, part.size() - b));
                roundWith(block, largestMagnitude(block));
            }
            continue;
        }
        (*m_nearest)(part, scales, codes);
        for (std::size_t i = 0; i < part.size(); ++i) part[i] = m_levels[codes[i]] * scales[i];
    }
}

void ActivationQuantizer::applyRow(std::span<float> x, float range) const {
    switch (m_scheme.shared) {
    case ScaleShared::Group:
        roundBlocks(x);
        return;
    case ScaleShared::Token:
    case ScaleShared::Unscaled:
        roundWith(x, largestMagnitude(x));
        return;
    case ScaleShared::Tensor:
    case ScaleShared::Static:
        roundWith(x, range);
        return;
    }
}

void ActivationQuantizer::apply(MatrixView x, std::size_t width, float range) const {
    if (x.rows == 0 || x.cols == 0) return;
    if (m_scheme.shared == ScaleShared::Tensor) range = absoluteMost(x);
    const std::size_t rows = std::max<std::size_t>(1, ValuesAtOnce / x.cols);
    parallelFor(x.rows, rows, [&](std::size_t first, std::size_t last) {
        for (std::size_t r = first; r < last; ++r)
            for (std::size_t c = 0; c < x.cols; c += width)
                applyRow(x.row(r).subspan(c, width), range);
    });
}

} // namespace bitsmith
