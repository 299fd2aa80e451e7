// A quantized matrix, entropy-coded: the same numbers in fewer bytes. Codes go into blocks of whole
// rows that decode on their own; rows of a class share a table (row_classes.h), scales, zeros
// and books are coded as planes of bytes.
//
//   coded := u8 form | parameters (byte planes) | codes
//   codes, of blocks of GGUF := a coded stream (coded_stream.h)
//   coded, of mixed matrices: see coded_mixed.h
//   coded, of matrices with something beside the codes := u8 form | u32 checksum | that, as it is
//   | coded, without it
//   codes, otherwise := u8 log2(lanes), 128 more where a symbol is two codes | u8 classes | tables
//   | [table of classes] | varint rows per
//                       block | [varint size of each block but the last] | blocks
//   block := u32 checksum | [varint escapes] | rANS: classes of its rows, then the codes class by
//            class | [i16 per escape]
//
// Documented in resources/docs/container.md. The layout is not repeated here: the directory of the
// file has it. Checksums are those of the decoded codes, seeded with everything before the blocks.
#pragma once

#include "core/base/result.h"
#include "core/tensor/quantized_matrix.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace bitsmith {

// The same bytes for the same matrix on any number of threads.
std::vector<std::byte> encodeMatrix(const QuantizedMatrix& matrix);
// encodeMatrix(matrix).size(), without keeping them.
std::uint64_t codedMatrixBytes(const QuantizedMatrix& matrix);

// coded: borrowed by nobody afterwards. Decodes blocks on all cores.
// Errors (BadInput): damaged (every block has a checksum), or not of this layout.
Result<std::shared_ptr<const QuantizedMatrix>>
decodeMatrix(std::span<const std::byte> coded, const MatrixLayout& layout, float tensorScale);

// Rows [first, first + count) as codes of the layout, count * layout.rowBytes(): decodes the blocks
// that hold them only. Errors: as decodeMatrix.
Result<std::vector<std::byte>> decodeMatrixRows(std::span<const std::byte> coded,
                                                const MatrixLayout& layout, std::size_t first,
                                                std::size_t count);

} // namespace bitsmith
