// Mixed matrices, entropy-coded: groups of one width as a matrix of their own, with its own tables.
// One of the forms of coded_matrix.h, which calls these.
//
//   coded := u8 form | widths less 1, 3 bits a group | varint size of each part but the last |
//   parts part := coded matrix of the groups of one width, narrowest first
//
// The widths are in the directory already, as part of the layout; here they are what vouches for
// it.
#pragma once

#include "core/base/result.h"
#include "core/tensor/quantized_matrix.h"

#include <memory>
#include <span>
#include <vector>

namespace bitsmith {

std::vector<std::byte> encodeMixed(const QuantizedMatrix& matrix);
// Errors (BadInput): as decodeMatrix; other widths than the layout's.
Result<std::shared_ptr<QuantizedMatrix>> decodeMixed(std::span<const std::byte> coded,
                                                     const MatrixLayout& layout);
// Rows as codes of the layout; first + count <= layout.rows.
Result<std::vector<std::byte>> decodeMixedRows(std::span<const std::byte> coded,
                                               const MatrixLayout& layout, std::size_t first,
                                               std::size_t count);

} // namespace bitsmith
