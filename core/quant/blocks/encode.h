// Writes rows of weights as GGUF blocks, with the searches of ggml's quantizers in their order of
// operations: the bytes are those of llama.cpp's quantize program. Single-threaded; callers cut by
// rows.
#pragma once

#include "core/tensor/blocks/block_format.h"
#include "core/tensor/matrix.h"

#include <cstddef>
#include <span>

namespace bitsmith {

// Whether encodeBlocks writes this type: F32, F16, BF16, all Q types below Q8_1, the K types,
// IQ4_NL, IQ4_XS, MXFP4, NVFP4, TQ1_0 and TQ2_0, Q1_0 and Q2_0.
bool canEncode(const BlockFormat& format);

// Any number of whole rows; rows.cols is a multiple of format.blockSize. importance: empty, or one
// finite weight >= 0 per column (mean square of the input feature); its scale does not matter
// beyond rounding. out: rows.rows * format.rowBytes(rows.cols) bytes. The bytes of a row depend on
// that row and the importance alone. Weights are expected to be finite; others give some valid
// block.
void encodeBlocks(const BlockFormat& format, ConstMatrixView rows,
                  std::span<const float> importance, std::span<std::byte> out);

} // namespace bitsmith
