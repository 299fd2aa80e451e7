// Codes of one row and zeros of a whole matrix, packed and unpacked as its layout says: at one
// width, or group after group at the groups' own widths ("mixed"), where a row is one bit string
// without gaps. Groups of a multiple of 8 columns start on whole bytes, whatever their widths, and
// unpack as fast as others.
#pragma once

#include "core/tensor/quantized_matrix.h"

#include <span>

namespace bitsmith {

// codes: layout.cols of them, each below 2^width of its group. row: layout.rowBytes(). Not for
// blocks ("gguf").
void packRow(const MatrixLayout& layout, std::span<const std::uint8_t> codes,
             std::span<std::byte> row);
void packRow(const MatrixLayout& layout, std::span<const std::uint16_t> codes,
             std::span<std::byte> row);
void unpackRow(const MatrixLayout& layout, std::span<const std::byte> row,
               std::span<std::uint8_t> codes);
void unpackRow(const MatrixLayout& layout, std::span<const std::byte> row,
               std::span<std::uint16_t> codes);

// All zeros of a matrix in the order of its parameters: layout.zeroBytes() packed,
// layout.parameters() unpacked. Not where none are stored.
std::vector<std::byte> packZeros(const MatrixLayout& layout, std::span<const std::uint8_t> zeros);
void unpackZeros(const MatrixLayout& layout, std::span<const std::byte> packed,
                 std::span<std::uint8_t> zeros);

} // namespace bitsmith
