// Packed codes of 1 to 8 bits, one or eight at a time; the layout of core/tensor/bit_packing.h:
// code i occupies bits [i * bits, (i + 1) * bits) of a little-endian bit string.
#pragma once

#include "gpu/shared/host_device.h"

#include <cstddef>
#include <cstdint>

namespace bitsmith::gpu {

// Reads only the bytes that hold the code.
BITSMITH_HD unsigned codeAt(const std::uint8_t* packed, std::size_t i, int bits) {
    const std::size_t bit = i * static_cast<std::size_t>(bits), byte = bit / 8;
    const auto shift = static_cast<unsigned>(bit % 8), width = static_cast<unsigned>(bits);
    unsigned word = packed[byte];
    if (shift + width > 8) word |= static_cast<unsigned>(packed[byte + 1]) << 8;
    return (word >> shift) & ((1u << width) - 1);
}

// Eight codes begin on a whole byte and take `bits` bytes: as one word, the first lowest.
BITSMITH_HD std::uint64_t eightCodes(const std::uint8_t* packed, int bits) {
    std::uint64_t word = 0;
    for (int b = 0; b < bits; ++b) word |= std::uint64_t{packed[b]} << (8 * b);
    return word;
}
BITSMITH_HD unsigned codeOf(std::uint64_t eight, int i, int bits) {
    return static_cast<unsigned>(eight >> (i * bits)) & ((1u << bits) - 1);
}

// Writes codes [8 * octet, 8 * octet + 8) of a row of `count`; the bits beyond the last are 0.
// code(i): the code of column i.
template <class Code>
BITSMITH_HD void packEight(std::size_t octet, std::size_t count, int bits, const Code& code,
                           std::uint8_t* row) {
    const std::size_t first = 8 * octet, left = count - first < 8 ? count - first : 8;
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < left; ++i)
        word |= static_cast<std::uint64_t>(code(first + i)) << (i * static_cast<std::size_t>(bits));
    const std::size_t bytes = (left * static_cast<std::size_t>(bits) + 7) / 8;
    for (std::size_t b = 0; b < bytes; ++b)
        row[octet * static_cast<std::size_t>(bits) + b] =
            static_cast<std::uint8_t>(word >> (8 * b));
}

} // namespace bitsmith::gpu
