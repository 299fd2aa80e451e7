// Quantized matrices as GGUF blocks that decode to the same numbers: codes and scales are moved,
// nothing is rounded again. Private to core/exporters.
#pragma once

#include "core/base/result.h"
#include "core/tensor/blocks/block_format.h"
#include "core/tensor/quantized_matrix.h"

#include <span>
#include <string>

namespace bitsmith {

// The block type that holds a matrix of this layout. Errors (Unsupported): none does; the message
// is the reason, without the tensor's name.
Result<const BlockFormat*> blockFormatFor(const MatrixLayout& layout);

// What only the numbers tell: scales that F16 cannot hold. Errors (Unsupported).
Status checkRepack(const QuantizedMatrix& matrix);

// Rows [first, first + count) as blocks of that type. out: count * format.rowBytes(cols).
void repackRows(const QuantizedMatrix& matrix, const BlockFormat& format, std::size_t first,
                std::size_t count, std::span<std::byte> out);

} // namespace bitsmith
