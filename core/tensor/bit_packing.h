// Codes of 1 to 8 bits, packed densely, least significant bit first: code i occupies bits
// [i*bits, (i+1)*bits) of the little-endian bit string; codes of 16 bits are little-endian words.
// Rows start on byte boundaries by the caller's choice of span.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace bitsmith {

constexpr std::size_t packedBytes(std::size_t count, int bits) {
    return (count * static_cast<std::size_t>(bits) + 7) / 8;
}

// codes[i] < 2^bits. out: packedBytes(codes.size(), bits); the unused top bits of the last byte are
// 0.
void packBits(std::span<const std::uint8_t> codes, int bits, std::span<std::byte> out);
void unpackBits(std::span<const std::byte> in, int bits, std::span<std::uint8_t> codes);

// The same for codes in 16-bit variables; bits: 1 to 8, or 16.
void packBits(std::span<const std::uint16_t> codes, int bits, std::span<std::byte> out);
void unpackBits(std::span<const std::byte> in, int bits, std::span<std::uint16_t> codes);

} // namespace bitsmith
