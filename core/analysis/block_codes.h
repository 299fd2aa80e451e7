// The symbols inside GGUF blocks: codes in the order of the weights, scales and minima. The layouts
// are those of core/tensor/blocks, whose decoders multiply where these only read. Private to
// core/analysis.
#pragma once

#include "core/analysis/matrix_codes.h"

#include <string_view>

namespace bitsmith {

struct BlockReader {
    std::string_view format; // "Q4_K"
    CodeForm form;
    std::vector<ParameterPlane> planes;
    // block -> blockSize codes
    void (*codes)(const std::uint8_t* block, std::uint16_t* out);
    // block -> sink(plane, symbol) for each of its parameters
    using Sink = std::function<void(std::size_t, std::uint8_t)>;
    void (*parameters)(const std::uint8_t* block, const Sink& sink);
};

const BlockReader* findBlockReader(std::string_view format); // nullptr: no codes to read

} // namespace bitsmith
