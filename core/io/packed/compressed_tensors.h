// compressed-tensors checkpoints: the pure packing functions.
//
//   pack-quantized        NAME.weight_packed      I32  out x words of a row
//                         NAME.weight_scale            out x groups (channel: out x 1, tensor: 1)
//                         NAME.weight_shape       I64  2
//                         NAME.weight_zero_point  I32  words of a column x groups: packed along out
//                         NAME.weight_g_idx       I32  in
//   int-quantized         NAME.weight             I8   out x in, code - 2^(bits-1)
//                         NAME.weight_zero_point  I8   as the scales
//   float-quantized       NAME.weight             F8_E4M3
//   nvfp4-pack-quantized  NAME.weight_packed      U8   out x in / 2, even column in the low nibble
//                         NAME.weight_scale       F8_E4M3 out x in / 16
//                         NAME.weight_global_scale F32 1: divides
//   mxfp4-pack-quantized  NAME.weight_scale       U8   out x in / 32: the exponent + 127
//
// Signed codes are stored with 2^(bits-1) added, so that they are our codes. Since version 0.18
// codes fill their words densely; before, a code of 3, 5, 6 or 7 bits did not straddle words.
// Source: compressed-tensors compressors/pack_quantized/helpers.py, versions 0.15 and 0.20.
#pragma once

#include "core/tensor/quantized_matrix.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace bitsmith::packed {

// codes: rows of packedBytes(cols, bits) bytes; words: rows of whole words. padded: the packing of
// versions before 0.18.
std::vector<std::byte> compressedCodes(std::span<const std::byte> words, std::size_t rows,
                                       std::size_t cols, int bits, bool padded);
std::vector<std::byte> compressedWords(std::span<const std::byte> codes, std::size_t rows,
                                       std::size_t cols, int bits, bool padded);

// zeros: rows x groups, 0 .. 2^bits - 1; words: packed down each column of groups.
std::vector<std::uint8_t> compressedZeros(std::span<const std::byte> words, std::size_t rows,
                                          std::size_t groups, int bits, bool padded);
std::vector<std::byte> compressedZeroWords(std::span<const std::uint8_t> zeros, std::size_t rows,
                                           std::size_t groups, int bits, bool padded);

// Signed bytes, each 2^(bits-1) below its code. nullopt: a number that `bits` bits do not hold.
std::optional<std::vector<std::uint8_t>> codesOfSigned(std::span<const std::byte> numbers,
                                                       int bits);
std::vector<std::byte> signedOfCodes(std::span<const std::uint8_t> codes, int bits);

// The number whose reciprocal is exactly `scale`; nullopt if there is none in single precision.
std::optional<float> exactReciprocal(float scale);

} // namespace bitsmith::packed
