// The scale searches of the block encoders, for 16 sub-blocks at once: each lane of a vector does
// for its sub-block exactly the float operations of ggml's scalar code, in their order, so that the
// codes are the same (formats of ggml-org/ggml, ggml-quants.c; our notes on the searches are in
// each function). Fused multiply-adds would change the sums: the file is compiled without.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bitsmith::blocks {

inline constexpr std::size_t BatchSize = 16, MostElements = 32;

// Element i of sub-block s lies at [i * BatchSize + s]. Unused sub-blocks must hold finite numbers.
struct alignas(64) Batch {
    float x[MostElements * BatchSize] = {};
    float weights[MostElements * BatchSize] = {}; // of the squared errors
    std::uint8_t codes[MostElements * BatchSize] = {};
    float scales[BatchSize] = {};
    float mins[BatchSize] = {};
    std::size_t elements = MostElements; // per sub-block
    std::size_t used = BatchSize;        // sub-blocks
};

// Copies sub-block s in; weights likewise from `importance`, where not null.
void setSubBlock(Batch& batch, std::size_t s, const float* x, const float* importance);

// ---- Weights of the errors

void weighByMagnitude(Batch& batch);       // |x|
void weighBySquare(Batch& batch);          // x^2
void weighByRmsAndMagnitude(Batch& batch); // rms of the sub-block + |x|
// weights (an importance) *= sqrt(variance of the sub-block's surroundings + x^2)
void weighImportance(Batch& batch, const float* variances);

// ---- Searches: scales, mins (to be subtracted) and codes of every sub-block

struct AsymmetricSearch {
    int maxCode = 15;
    float first = -1, step = 0.1F; // offsets of the number of steps that are tried
    int steps = 20;
    bool absoluteError = false; // else squared
};
// x ~ scale * code - min, code in 0..maxCode, min >= 0.
void searchAsymmetric(Batch& batch, const AsymmetricSearch& how);
// x ~ scale * (code - half), code in 0..2 half - 1.
void searchSymmetric(Batch& batch, int half);
// As searchSymmetric with weights x^2, by coordinate descent from the first guess (Q3_K).
void searchByDescent(Batch& batch, int half);
// x ~ scale * code, x >= 0, code in 0..maxCode: scales of sub-blocks as codes of a larger block.
void searchPositive(Batch& batch, int maxCode);
// x ~ scale * level of IQ4_NL; scales only.
void searchLevels(Batch& batch);

// ---- Codes for given scales

// Where scales[s] is not zero: code = clamp(round((x + mins[s]) / scales[s]), low, high) - low.
void requantize(Batch& batch, const float* scales, const float* mins, int low, int high);
// Codes of the IQ4_NL levels nearest to x * inverses[s]; ties to the larger.
void nearestLevels(Batch& batch, const float* inverses);

} // namespace bitsmith::blocks
