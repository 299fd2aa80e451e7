// GPTQ checkpoints: the pure packing functions, and which stored tensors a weight becomes.
//
//   NAME.qweight  I32  in * bits / 32 x out       each column a dense bit string down the rows
//   NAME.qzeros   I32  groups x out * bits / 32   each row a dense bit string; v1 stores zero - 1
//   NAME.scales   F16  groups x out
//   NAME.g_idx    I32  in                          the group of each column
//
// W[n, k] = scales[g, n] * (code - zero), g = g_idx[k]. in and out are multiples of 32.
// "gptq" (v1) stores every zero minus 1, wrapped to `bits` bits; "gptq_v2" stores it as it is.
// Sources: AutoGPTQ qlinear_cuda.py, GPTQModel model_dequant.py.
#pragma once

#include "core/tensor/quantized_matrix.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace bitsmith::packed {

// codes: out rows of in * bits / 8 bytes (QuantizedMatrix::codes); qweight: as stored.
void gptqCodes(std::span<const std::byte> qweight, std::size_t outs, std::size_t ins, int bits,
               std::span<std::byte> codes);
void gptqWeight(std::span<const std::byte> codes, std::size_t outs, std::size_t ins, int bits,
                std::span<std::byte> qweight);

// zeros: outs x groups. plusOne: the stored zeros are one less (v1).
std::vector<std::uint8_t> gptqZeros(std::span<const std::byte> qzeros, std::size_t outs,
                                    std::size_t groups, int bits, bool plusOne);
std::vector<std::byte> gptqStoredZeros(std::span<const std::uint8_t> zeros, std::size_t outs,
                                       std::size_t groups, int bits, bool plusOne);
// What `qzeros` holds if all stored zeros are the same; nullopt otherwise.
std::optional<int> gptqUniformZero(std::span<const std::byte> qzeros, int bits);

// The stored tensors of a matrix, in the order above. matrix: affine, rows and cols multiples of
// 32, parameterRows rows or 1 (then repeated).
std::vector<std::byte> gptqQWeight(const QuantizedMatrix& matrix);
std::vector<std::byte> gptqQZeros(const QuantizedMatrix& matrix, bool v2);
std::vector<std::byte> gptqScales(const QuantizedMatrix& matrix);
std::vector<std::byte> gptqGroupIndices(const QuantizedMatrix& matrix);

} // namespace bitsmith::packed
