// The codes and parameters of a quantized matrix as plain symbols, whatever holds them: packed
// codes of 1 to 8 bits, 16-bit codes, or the blocks of a GGUF.
#pragma once

#include "core/base/result.h"
#include "core/tensor/quantized_matrix.h"

#include <cstdint>
#include <functional>

namespace bitsmith {

struct CodeForm {
    int bits = 0;            // the width of a code as stored; 2 for TQ1_0, whose trits share bytes
    std::size_t symbols = 0; // codes lie in [0, symbols)
    // Weights that share a scale; of blocks within blocks, the inner ones. The last may be shorter.
    std::size_t groupSize = 0;
};

// Errors (Unsupported): a block type without codes of its own (F16), or one that is not decoded.
Result<CodeForm> codeForm(const MatrixLayout& layout);

// Codes of the rows [first, first + count), in the order of columns. Signed codes of blocks are
// counted from the lowest: Q8_0's -128 is 0. out: count * cols. The layout must have a codeForm().
void readCodes(const QuantizedMatrix& matrix, std::size_t first, std::size_t count,
               std::uint16_t* out);

// One kind of parameter as symbols of at most 8 bits: a 16-bit scale is two of them, its low byte
// and its high one, since few matrices have enough scales for statistics of whole ones.
struct ParameterPlane {
    bool zeros = false; // belongs to zero points or minima rather than scales
    int bits = 8;       // as stored
};
// The planes of a layout that has a codeForm().
std::vector<ParameterPlane> parameterPlanes(const MatrixLayout& layout);
// Calls sink(plane, symbol) for every parameter of every plane, matrix order within a plane.
void readParameters(const QuantizedMatrix& matrix,
                    const std::function<void(std::size_t plane, std::uint8_t symbol)>& sink);

} // namespace bitsmith
