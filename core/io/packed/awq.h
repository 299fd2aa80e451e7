// AWQ checkpoints in the "gemm" layout: the pure packing functions.
//
//   NAME.qweight  I32  in x out / 8       eight outputs a word, in the order 0 2 4 6 1 3 5 7
//   NAME.qzeros   I32  in / G x out / 8   packed the same way, stored as they are
//   NAME.scales   F16  in / G x out
//
// W[n, k] = scales[k / G, n] * (code - zero); always 4 bits. Source: AutoAWQ packing_utils.py.
#pragma once

#include "core/tensor/quantized_matrix.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace bitsmith::packed {

// zeros: outs x groups.
std::vector<std::uint8_t> awqZeros(std::span<const std::byte> qzeros, std::size_t outs,
                                   std::size_t groups);
std::vector<std::byte> awqStoredZeros(std::span<const std::uint8_t> zeros, std::size_t outs,
                                      std::size_t groups);

// The stored tensors of a matrix: affine, 4 bits, rows and cols multiples of 8, parameterRows rows
// or 1 (then repeated). The scales are stored as GPTQ's (gptqScales).
std::vector<std::byte> awqQWeight(const QuantizedMatrix& matrix);
std::vector<std::byte> awqQZeros(const QuantizedMatrix& matrix);

} // namespace bitsmith::packed
