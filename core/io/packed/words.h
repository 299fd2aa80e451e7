// The moves that packed checkpoints are made of: transposes of 32-bit, 16-bit and 8-bit elements
// and of the nibbles in 32-bit words, and codes that do not straddle words. All are exact moves of
// bits, tile by tile, in parallel; no element is computed with. Any alignment.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace bitsmith::packed {

// out[c][r] = in[r][c]; in: rows x cols elements of `width` bytes (1, 2 or 4), out: cols x rows.
void transpose(std::span<const std::byte> in, std::size_t rows, std::size_t cols, std::size_t width,
               std::span<std::byte> out);

// AWQ: word (k, c) of `words`, k in [0, ins), c in [0, outs / 8), holds eight outputs of input k in
// the order 0 2 4 6 1 3 5 7, lowest nibble first. codes: outs rows of ins / 2 bytes, the nibbles of
// each output in order of the inputs. ins and outs are multiples of 8.
void nibblesFromAwq(std::span<const std::byte> words, std::size_t ins, std::size_t outs,
                    std::span<std::byte> codes);
void nibblesToAwq(std::span<const std::byte> codes, std::size_t ins, std::size_t outs,
                  std::span<std::byte> words);

// Words of a row whose codes fill them densely, or that hold floor(32 / bits) codes each with the
// top bits zero ("padded"; the same where bits divides 32).
constexpr std::size_t denseWords(std::size_t count, int bits) {
    return (count * static_cast<std::size_t>(bits) + 31) / 32;
}
constexpr std::size_t paddedWords(std::size_t count, int bits) {
    const std::size_t each = 32 / static_cast<std::size_t>(bits);
    return (count + each - 1) / each;
}
// One row; codes.size() codes. Bits of `words` beyond the codes: ignored, or written as 0.
void unpackPadded(std::span<const std::byte> words, int bits, std::span<std::uint8_t> codes);
void packPadded(std::span<const std::uint8_t> codes, int bits, std::span<std::byte> words);
// The same for a dense row of whole words.
void unpackDense(std::span<const std::byte> words, int bits, std::span<std::uint8_t> codes);
void packDense(std::span<const std::uint8_t> codes, int bits, std::span<std::byte> words);

} // namespace bitsmith::packed
