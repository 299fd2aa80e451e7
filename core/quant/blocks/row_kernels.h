// Encoders without a search: a scale from the extremes of each block, then every weight by itself.
// One row (or part of it) at a time, vectorised within the block; no importance.
#pragma once

#include <cstddef>

namespace bitsmith::blocks {

// x: count blocks of weights, one after the other; out: count blocks.
void rowQ4_0(const float* x, std::size_t count, std::byte* out);
void rowQ4_1(const float* x, std::size_t count, std::byte* out);
void rowQ5_0(const float* x, std::size_t count, std::byte* out);
void rowQ5_1(const float* x, std::size_t count, std::byte* out);
void rowQ8_0(const float* x, std::size_t count, std::byte* out);
void rowMXFP4(const float* x, std::size_t count, std::byte* out);
void rowNVFP4(const float* x, std::size_t count, std::byte* out);

} // namespace bitsmith::blocks
