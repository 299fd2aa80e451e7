// The inner loops of the affine grid, vectorised for the CPU at hand (Highway). Arithmetic is fp32;
// a code is clamp(round(w / scale) + zero, 0, maxCode), round to nearest, ties to even, with true
// divisions, so that every path gives the same codes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace bitsmith::affine {

// lows[g] = min(0, smallest weight), highs[g] = max(0, largest weight) of each group of one row;
// the last group may be short. lows.size() = highs.size() = ceil(row.size() / groupSize).
void rowRanges(std::span<const float> row, std::size_t groupSize, std::span<float> lows,
               std::span<float> highs);

// Codes of one row. scales, zeros: one per group; scales are values of fp16, zeros whole.
void rowCodes(std::span<const float> row, std::size_t groupSize, std::span<const float> scales,
              std::span<const float> zeros, float maxCode, std::span<std::uint8_t> codes);

// Codes and values scale * (code - zero) of one column. scales, zeros: one per row.
void columnCodes(std::span<const float> column, std::span<const float> scales,
                 std::span<const float> zeros, float maxCode, std::span<std::uint16_t> codes,
                 std::span<float> values);

// Error of rounding `weights` with one scale and zero. With importance (one weight per element):
// sum of importance * d^2; without: sum of |d * unit|^2.4, the norm of GPTQ's range search. unit: a
// factor that brings the errors to about 1 or less (1 / range).
struct ErrorArgs {
    std::span<const float> weights, importance;
    float scale = 1, zero = 0, maxCode = 15, unit = 1;
};
double roundingError(const ErrorArgs& args);

} // namespace bitsmith::affine
