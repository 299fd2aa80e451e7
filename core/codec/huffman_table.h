// What the Huffman coder looks up. Private to core/codec.
#pragma once

#include "core/codec/huffman.h"

namespace bitsmith {

struct HuffmanTable::Data {
    std::array<std::uint8_t, 256> lengths{};
    std::size_t alphabet = 0;
    int single = -1; // the only symbol
    struct Code {
        std::uint16_t bits = 0; // first bit lowest
        std::uint16_t length = 0;
    };
    std::array<Code, 256> codes{};
    struct Entry {
        std::uint8_t symbol = 0, length = 0;
    };
    std::array<Entry, 1U << MostBits> entries{}; // by the next MostBits bits
};

} // namespace bitsmith
