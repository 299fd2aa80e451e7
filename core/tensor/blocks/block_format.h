// Element types of GGUF tensors: blocks of a fixed number of weights that hold their scales and
// codes side by side (ggml-common.h of ggml-org/ggml describes them; formats.md section 9 of our
// notes). One row of the table per type; plain numbers are blocks of one element.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace bitsmith {

struct BlockFormat {
    std::string_view name;      // "Q4_K", as llama.cpp spells it
    std::uint32_t ggufType = 0; // type id in a GGUF file
    std::size_t blockSize = 0;  // elements of one block; a row holds whole blocks
    std::size_t blockBytes = 0; // bytes of one block
    int bits = 0;               // nominal width of the codes: 4 for Q4_0, Q4_K, IQ4_XS; 16 for F16
    // blocks: count * blockBytes; out: count * blockSize floats. nullptr: a type that is known by
    // name and size, but not decoded (IQ1, IQ2, IQ3, integers).
    void (*decode)(const std::byte* blocks, std::size_t count, float* out) = nullptr;

    // cols must be a multiple of blockSize.
    std::size_t rowBytes(std::size_t cols) const { return cols / blockSize * blockBytes; }
};

std::span<const BlockFormat> allBlockFormats();
const BlockFormat* findBlockFormat(std::string_view name); // nullptr if unknown
const BlockFormat* findBlockFormat(std::uint32_t ggufType);

} // namespace bitsmith
