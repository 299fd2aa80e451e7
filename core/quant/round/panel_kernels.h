// The inner loops of rounding column by column, vectorised for the CPU at hand. A panel's columns
// are contiguous there: `rows` values each, a multiple of 64, column after column.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bitsmith {

// out[i] = base[i] + sum over k < count of errors[k * stride + i] * factors[k]; i < rows, a
// multiple of 64.
void addErrors(std::size_t rows, const float* base, const float* errors, std::size_t stride,
               const float* factors, std::size_t count, float* out);

// errors[i] = originals[i] - rounded[i]. Returns the sum of (rounded[i] - now[i])^2. Any number of
// rows.
double takeErrors(std::size_t rows, const float* originals, const float* now, const float* rounded,
                  float* errors);

// to[c * toStride + r] = from[r * fromStride + c]
void turn(std::size_t rows, std::size_t columns, const float* from, std::size_t fromStride,
          float* to, std::size_t toStride);
void turn(std::size_t rows, std::size_t columns, const std::uint16_t* from, std::size_t fromStride,
          std::uint16_t* to, std::size_t toStride);

} // namespace bitsmith
