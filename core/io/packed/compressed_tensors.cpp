#include "core/io/packed/compressed_tensors.h"

#include "core/base/parallel.h"
#include "core/io/packed/words.h"
#include "core/tensor/bit_packing.h"

#include <cassert>
#include <cmath>
#include <cstring>
#include <limits>

namespace bitsmith::packed {
namespace {

constexpr std::size_t RowsAtOnce = 64;

std::size_t wordsOf(std::size_t count, int bits, bool padded) {
    return padded ? paddedWords(count, bits) : denseWords(count, bits);
}

} // namespace

std::vector<std::byte> compressedCodes(std::span<const std::byte> words, std::size_t rows,
                                       std::size_t cols, int bits, bool padded) {
    const std::size_t from = 4 * wordsOf(cols, bits, padded), to = packedBytes(cols, bits);
    assert(words.size() == rows * from);
    std::vector<std::byte> codes(rows * to);
    const bool repack = padded && 32 % bits != 0;
    parallelFor(rows, RowsAtOnce, [&](std::size_t first, std::size_t last) {
        std::vector<std::uint8_t> row(repack ? cols : 0);
        for (std::size_t r = first; r < last; ++r) {
            const auto in = words.subspan(r * from, from);
            const auto out = std::span(codes).subspan(r * to, to);
            if (repack) {
                unpackPadded(in, bits, row);
                packBits(row, bits, out);
            } else {
                std::memcpy(out.data(), in.data(), to);
            }
        }
    });
    return codes;
}

std::vector<std::byte> compressedWords(std::span<const std::byte> codes, std::size_t rows,
                                       std::size_t cols, int bits, bool padded) {
    const std::size_t from = packedBytes(cols, bits), to = 4 * wordsOf(cols, bits, padded);
    assert(codes.size() == rows * from);
    std::vector<std::byte> words(rows * to);
    const bool repack = padded && 32 % bits != 0;
    parallelFor(rows, RowsAtOnce, [&](std::size_t first, std::size_t last) {
        std::vector<std::uint8_t> row(repack ? cols : 0);
        for (std::size_t r = first; r < last; ++r) {
            const auto in = codes.subspan(r * from, from);
            const auto out = std::span(words).subspan(r * to, to);
            if (repack) {
                unpackBits(in, bits, row);
                packPadded(row, bits, out);
            } else {
                std::memcpy(out.data(), in.data(), from);
            }
        }
    });
    return words;
}

std::vector<std::uint8_t> compressedZeros(std::span<const std::byte> words, std::size_t rows,
                                          std::size_t groups, int bits, bool padded) {
    const std::size_t down = wordsOf(rows, bits, padded);
    assert(words.size() == 4 * down * groups);
    std::vector<std::byte> columns(words.size());
    transpose(words, down, groups, 4, columns);
    std::vector<std::uint8_t> byGroup(groups * rows), zeros(groups * rows);
    for (std::size_t g = 0; g < groups; ++g) {
        const auto in = std::span(columns).subspan(g * 4 * down, 4 * down);
        const auto out = std::span(byGroup).subspan(g * rows, rows);
        padded ? unpackPadded(in, bits, out) : unpackDense(in, bits, out);
    }
    transpose(std::as_bytes(std::span(byGroup)), groups, rows, 1,
              std::as_writable_bytes(std::span(zeros)));
    return zeros;
}

std::vector<std::byte> compressedZeroWords(std::span<const std::uint8_t> zeros, std::size_t rows,
                                           std::size_t groups, int bits, bool padded) {
    const std::size_t down = wordsOf(rows, bits, padded);
    std::vector<std::uint8_t> byGroup(groups * rows);
    transpose(std::as_bytes(zeros), rows, groups, 1, std::as_writable_bytes(std::span(byGroup)));
    std::vector<std::byte> columns(4 * down * groups), words(columns.size());
    for (std::size_t g = 0; g < groups; ++g) {
        const auto in = std::span<const std::uint8_t>(byGroup).subspan(g * rows, rows);
        const auto out = std::span(columns).subspan(g * 4 * down, 4 * down);
        padded ? packPadded(in, bits, out) : packDense(in, bits, out);
    }
    transpose(columns, groups, down, 4, words);
    return words;
}

std::optional<std::vector<std::uint8_t>> codesOfSigned(std::span<const std::byte> numbers,
                                                       int bits) {
    const unsigned middle = 1U << (bits - 1), beyond = ~((1U << bits) - 1) & 0xFF;
    std::vector<std::uint8_t> codes(numbers.size());
    unsigned any = 0;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const unsigned code = (std::to_integer<unsigned>(numbers[i]) + middle) & 0xFF;
        any |= code;
        codes[i] = static_cast<std::uint8_t>(code);
    }
    if (any & beyond) return std::nullopt;
    return codes;
}

std::vector<std::byte> signedOfCodes(std::span<const std::uint8_t> codes, int bits) {
    const unsigned middle = 1U << (bits - 1);
    std::vector<std::byte> numbers(codes.size());
    for (std::size_t i = 0; i < codes.size(); ++i)
        numbers[i] = static_cast<std::byte>((codes[i] - middle) & 0xFF);
    return numbers;
}

std::optional<float> exactReciprocal(float scale) {
    const float near = 1 / scale;
    if (!std::isfinite(scale) || !std::isnormal(near)) return std::nullopt;
    constexpr float Up = std::numeric_limits<float>::infinity();
    for (const float candidate : {near, std::nextafter(near, -Up), std::nextafter(near, Up)})
        if (1 / candidate == scale) return candidate;
    return std::nullopt;
}

} // namespace bitsmith::packed
