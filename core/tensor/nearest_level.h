// Rounding to the nearest level of a small number format (core/tensor/levels.h) without searching
// its table, and the powers of two that blocks share as their scale.
#pragma once

#include "core/tensor/levels.h"

#include <array>
#include <cstdint>
#include <span>

namespace bitsmith {

class NearestLevel {
public:
    explicit NearestLevel(const LevelFormat& format);
    // codes[i]: of the level nearest to weights[i] / scale; ties to the even code; beyond the
    // largest level, the largest; -0 and what rounds to it keep their sign where the format has
    // two zeros. weights: finite; scale: positive.
    void operator()(std::span<const float> weights, float scale, std::uint8_t* codes) const;
    // The same with a scale for each weight.
    void operator()(std::span<const float> weights, const float* scales, std::uint8_t* codes) const;
    const LevelFormat& format() const { return m_format; }

private:
    void round(const float* quotients, std::uint8_t* codes, std::size_t n) const;
    LevelFormat m_format;
    // Listed: a weight above bounds[i] lies above the level of rank i; codes by rank.
    std::array<float, 15> m_bounds{};
    std::array<std::uint8_t, 16> m_ranked{};
};

// Largest magnitude; 0 for none. values: finite.
float largestMagnitude(std::span<const float> values);

// The E8M0 byte of a block's scale 2^E.
//   floor: E = floor(log2 absmax) - exponent of the format's largest level, which puts absmax into
//          the levels' last binade                                    (OCP MX 1.0, section 6.3)
//   bfp and log: E = ceil(log2 absmax): their levels end at or just below 1
//                                              (Zhang et al. 2023, arXiv 2310.05079, section 3)
// Kept within what E8M0 holds and what keeps all levels finite; 0 for absmax 0.
std::uint8_t sharedExponent(const LevelFormat& format, float absmax);
// The largest byte that keeps all of the format's levels finite.
std::uint8_t mostExponent(const LevelFormat& format);

} // namespace bitsmith
