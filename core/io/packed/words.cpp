#include "core/io/packed/words.h"

#include "core/base/parallel.h"
#include "core/tensor/bit_packing.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstring>

static_assert(std::endian::native == std::endian::little, "words are stored little-endian");

namespace bitsmith::packed {
namespace {

// A tile of 64 x 64 words reads and writes 64 stretches of 256 bytes: both sides stay in the first
// cache.
constexpr std::size_t Tile = 64;
constexpr std::array<std::size_t, 8> AwqOrder{0, 2, 4, 6, 1, 3, 5, 7};

template <class T>
void transposeTile(const std::byte* in, std::size_t rows, std::size_t cols, std::byte* out,
                   std::size_t firstRow, std::size_t firstCol) {
    const std::size_t lastRow = std::min(rows, firstRow + Tile),
                      lastCol = std::min(cols, firstCol + Tile);
    for (std::size_t c = firstCol; c < lastCol; ++c) {
        std::byte* to = out + (c * rows + firstRow) * sizeof(T);
        const std::byte* from = in + (firstRow * cols + c) * sizeof(T);
        for (std::size_t r = firstRow; r < lastRow; ++r) {
            std::memcpy(to, from, sizeof(T));
            to += sizeof(T);
            from += cols * sizeof(T);
        }
    }
}

template <class T>
void transposeAs(std::span<const std::byte> in, std::size_t rows, std::size_t cols,
                 std::span<std::byte> out) {
    parallelFor(cols, 4 * Tile, [&](std::size_t first, std::size_t last) {
        for (std::size_t c = first; c < last; c += Tile)
            for (std::size_t r = 0; r < rows; r += Tile)
                transposeTile<T>(in.data(), rows, cols, out.data(), r, c);
    });
}

std::uint32_t wordAt(const std::byte* at) {
    std::uint32_t word;
    std::memcpy(&word, at, sizeof word);
    return word;
}

// Nibble j of word i becomes nibble i of word j: exchanges blocks of 4, 2 and 1 nibbles.
void transposeNibbles(std::array<std::uint32_t, 8>& words) {
    const auto exchange = [&](std::size_t distance, int shift, std::uint32_t low) {
        for (std::size_t i = 0; i < 8; ++i) {
            if (i & distance) continue;
            std::uint32_t &a = words[i], &b = words[i + distance];
            const std::uint32_t swapped = ((a >> shift) ^ b) & low;
            b ^= swapped;
            a ^= swapped << shift;
        }
    };
    exchange(4, 16, 0x0000FFFF);
    exchange(2, 8, 0x00FF00FF);
    exchange(1, 4, 0x0F0F0F0F);
}

} // namespace

void transpose(std::span<const std::byte> in, std::size_t rows, std::size_t cols, std::size_t width,
               std::span<std::byte> out) {
    assert(in.size() == rows * cols * width && out.size() == in.size());
    switch (width) {
    case 1:
        return transposeAs<std::uint8_t>(in, rows, cols, out);
    case 2:
        return transposeAs<std::uint16_t>(in, rows, cols, out);
    default:
        assert(width == 4);
        return transposeAs<std::uint32_t>(in, rows, cols, out);
    }
}

void nibblesFromAwq(std::span<const std::byte> words, std::size_t ins, std::size_t outs,
                    std::span<std::byte> codes) {
    assert(ins % 8 == 0 && outs % 8 == 0);
    assert(words.size() == ins * outs / 2 && codes.size() == words.size());
    const std::size_t across = outs / 8, rowBytes = ins / 2;
    parallelFor(across, 32, [&](std::size_t first, std::size_t last) {
        std::array<std::uint32_t, 8> block;
        for (std::size_t k = 0; k < ins; k += 8)
            for (std::size_t c = first; c < last; ++c) {
                for (std::size_t i = 0; i < 8; ++i)
                    block[i] = wordAt(words.data() + ((k + i) * across + c) * 4);
                transposeNibbles(block);
                for (std::size_t i = 0; i < 8; ++i)
                    std::memcpy(codes.data() + (8 * c + AwqOrder[i]) * rowBytes + k / 2, &block[i],
                                4);
            }
    });
}

void nibblesToAwq(std::span<const std::byte> codes, std::size_t ins, std::size_t outs,
                  std::span<std::byte> words) {
    assert(ins % 8 == 0 && outs % 8 == 0);
    assert(words.size() == ins * outs / 2 && codes.size() == words.size());
    const std::size_t across = outs / 8, rowBytes = ins / 2;
    parallelFor(across, 32, [&](std::size_t first, std::size_t last) {
        std::array<std::uint32_t, 8> block;
        for (std::size_t k = 0; k < ins; k += 8)
            for (std::size_t c = first; c < last; ++c) {
                for (std::size_t i = 0; i < 8; ++i)
                    block[i] = wordAt(codes.data() + (8 * c + AwqOrder[i]) * rowBytes + k / 2);
                transposeNibbles(block);
                for (std::size_t i = 0; i < 8; ++i)
                    std::memcpy(words.data() + ((k + i) * across + c) * 4, &block[i], 4);
            }
    });
}

void unpackPadded(std::span<const std::byte> words, int bits, std::span<std::uint8_t> codes) {
    assert(words.size() == 4 * paddedWords(codes.size(), bits));
    const std::size_t each = 32 / static_cast<std::size_t>(bits);
    const std::uint32_t mask = (1U << bits) - 1;
    const std::byte* from = words.data();
    for (std::size_t i = 0; i < codes.size(); from += 4) {
        std::uint32_t word = wordAt(from);
        for (const std::size_t last = std::min(codes.size(), i + each); i < last; word >>= bits)
            codes[i++] = static_cast<std::uint8_t>(word & mask);
    }
}

void packPadded(std::span<const std::uint8_t> codes, int bits, std::span<std::byte> words) {
    assert(words.size() == 4 * paddedWords(codes.size(), bits));
    const std::size_t each = 32 / static_cast<std::size_t>(bits);
    std::byte* to = words.data();
    for (std::size_t i = 0; i < codes.size(); to += 4) {
        std::uint32_t word = 0;
        int shift = 0;
        for (const std::size_t last = std::min(codes.size(), i + each); i < last; shift += bits)
            word |= std::uint32_t{codes[i++]} << shift;
        std::memcpy(to, &word, 4);
    }
}

void unpackDense(std::span<const std::byte> words, int bits, std::span<std::uint8_t> codes) {
    unpackBits(words.first(packedBytes(codes.size(), bits)), bits, codes);
}

void packDense(std::span<const std::uint8_t> codes, int bits, std::span<std::byte> words) {
    const std::size_t used = packedBytes(codes.size(), bits);
    packBits(codes, bits, words.first(used));
    std::ranges::fill(words.subspan(used), std::byte{0});
}

} // namespace bitsmith::packed
