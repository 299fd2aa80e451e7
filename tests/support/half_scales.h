// The 16-bit scales of a quantized matrix, one by one.
#pragma once

#include "core/tensor/quantized_matrix.h"

#include <cstring>

namespace bitsmith::test {

inline void appendHalfScale(QuantizedMatrix& matrix, std::uint16_t half) {
    const auto bytes = std::as_bytes(std::span(&half, 1));
    matrix.scales.insert(matrix.scales.end(), bytes.begin(), bytes.end());
}

inline std::vector<std::uint16_t> halfScales(const QuantizedMatrix& matrix) {
    std::vector<std::uint16_t> halves(matrix.scales.size() / 2);
    std::memcpy(halves.data(), matrix.scales.data(), matrix.scales.size());
    return halves;
}

} // namespace bitsmith::test
