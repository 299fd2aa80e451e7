// What a quantized matrix takes once its codes are entropy-coded.
#pragma once

#include "core/tensor/quantized_matrix.h"

#include <cstdint>

namespace bitsmith {

// Bytes: codes at their order-0 entropy, scales and column factors as they are, 16 for the rest.
std::uint64_t codedSize(const QuantizedMatrix& matrix);

} // namespace bitsmith
