// A mixed matrix as uniform ones: the groups of each width, side by side, are an affine matrix of
// that width. What counts or codes symbols works on these, since codes of different widths have
// nothing in common.
#pragma once

#include "core/tensor/quantized_matrix.h"

#include <span>
#include <vector>

namespace bitsmith {

// Layouts of the parts, narrowest first. layout: mixed.
std::vector<MatrixLayout> widthLayouts(const MatrixLayout& layout);
// The parts themselves, in that order.
std::vector<QuantizedMatrix> splitWidths(const QuantizedMatrix& matrix);
// Rows of the parts as rows of the whole: rows * layout.rowBytes(). codes: of each part, rows times
// its rowBytes().
std::vector<std::byte> joinWidths(const MatrixLayout& layout, std::size_t rows,
                                  std::span<const std::vector<std::byte>> codes);
// Parameters of the parts (all but their codes) as those of the whole.
void joinParameters(std::span<const QuantizedMatrix> parts, QuantizedMatrix& whole);

} // namespace bitsmith
