// A column of qweight, read downwards, is the same bit string as a row of our codes: packing is a
// transpose of words. The rows of qzeros follow each other without gaps, so that all of them are
// one bit string.
#include "core/io/packed/gptq.h"

#include "core/io/packed/words.h"
#include "core/tensor/bit_packing.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace bitsmith::packed {
namespace {

// Per row and group: what the whole tensor shares is repeated.
template <class T>
std::vector<T> perRow(std::span<const T> parameters, std::size_t rows, std::size_t each) {
    std::vector<T> out;
    out.reserve(rows * each);
    for (std::size_t r = 0; r < rows; ++r)
        out.insert(out.end(), parameters.begin(),
                   parameters.begin() + static_cast<std::ptrdiff_t>(each));
    return out;
}

} // namespace

void gptqCodes(std::span<const std::byte> qweight, std::size_t outs, std::size_t ins, int bits,
               std::span<std::byte> codes) {
    assert(ins % 32 == 0);
    transpose(qweight, ins / 32 * static_cast<std::size_t>(bits), outs, 4, codes);
}

void gptqWeight(std::span<const std::byte> codes, std::size_t outs, std::size_t ins, int bits,
                std::span<std::byte> qweight) {
    assert(ins % 32 == 0);
    transpose(codes, outs, ins / 32 * static_cast<std::size_t>(bits), 4, qweight);
}

std::vector<std::uint8_t> gptqZeros(std::span<const std::byte> qzeros, std::size_t outs,
                                    std::size_t groups, int bits, bool plusOne) {
    std::vector<std::uint8_t> byGroup(groups * outs), zeros(groups * outs);
    unpackBits(qzeros, bits, byGroup);
    if (plusOne) {
        // Per code and wrapped: adding 1 to whole words would carry into the next code.
        const unsigned mask = (1U << bits) - 1;
        for (std::uint8_t& zero : byGroup) zero = static_cast<std::uint8_t>((zero + 1U) & mask);
    }
    transpose(std::as_bytes(std::span(byGroup)), groups, outs, 1,
              std::as_writable_bytes(std::span(zeros)));
    return zeros;
}

std::vector<std::byte> gptqStoredZeros(std::span<const std::uint8_t> zeros, std::size_t outs,
                                       std::size_t groups, int bits, bool plusOne) {
    std::vector<std::uint8_t> byGroup(groups * outs);
    transpose(std::as_bytes(zeros), outs, groups, 1, std::as_writable_bytes(std::span(byGroup)));
    if (plusOne) {
        const unsigned mask = (1U << bits) - 1;
        for (std::uint8_t& zero : byGroup) zero = static_cast<std::uint8_t>((zero - 1U) & mask);
    }
    std::vector<std::byte> out(packedBytes(byGroup.size(), bits));
    packBits(byGroup, bits, out);
    return out;
}

std::optional<int> gptqUniformZero(std::span<const std::byte> qzeros, int bits) {
    const auto first = static_cast<int>(std::to_integer<unsigned>(qzeros[0]) & ((1U << bits) - 1));
    // The pattern repeats after `bits` bytes, which hold eight codes.
    std::vector<std::uint8_t> eight(8, static_cast<std::uint8_t>(first));
    std::vector<std::byte> pattern(static_cast<std::size_t>(bits));
    packBits(eight, bits, pattern);
    for (std::size_t at = 0; at < qzeros.size(); at += pattern.size())
        if (std::memcmp(qzeros.data() + at, pattern.data(),
                        std::min(pattern.size(), qzeros.size() - at)) != 0)
            return std::nullopt;
    return first;
}

std::vector<std::byte> gptqQWeight(const QuantizedMatrix& matrix) {
    std::vector<std::byte> out(matrix.codes.size());
    gptqWeight(matrix.codes, matrix.rows, matrix.cols, matrix.bits, out);
    return out;
}

std::vector<std::byte> gptqQZeros(const QuantizedMatrix& matrix, bool v2) {
    const std::size_t count = matrix.rows * matrix.groupsPerRow;
    std::vector<std::uint8_t> zeros(count, static_cast<std::uint8_t>(1U << (matrix.bits - 1)));
    if (!matrix.symmetric)
        zeros = matrix.parameterRows == 1
                    ? perRow<std::uint8_t>(matrix.zeros, matrix.rows, matrix.groupsPerRow)
                    : matrix.zeros;
    return gptqStoredZeros(zeros, matrix.rows, matrix.groupsPerRow, matrix.bits, !v2);
}

std::vector<std::byte> gptqScales(const QuantizedMatrix& matrix) {
    const std::size_t each = byteSize(matrix.scaleType);
    const auto scales = matrix.parameterRows == 1 ? perRow<std::byte>(matrix.scales, matrix.rows,
                                                                      matrix.groupsPerRow * each)
                                                  : matrix.scales;
    std::vector<std::byte> out(scales.size());
    transpose(scales, matrix.rows, matrix.groupsPerRow, each, out);
    return out;
}

std::vector<std::byte> gptqGroupIndices(const QuantizedMatrix& matrix) {
    std::vector<std::uint32_t> groups = matrix.groupOfColumn;
    if (groups.empty())
        for (std::size_t c = 0; c < matrix.cols; ++c)
            groups.push_back(static_cast<std::uint32_t>(c / matrix.groupSize));
    const auto bytes = std::as_bytes(std::span(groups));
    return {bytes.begin(), bytes.end()};
}

} // namespace bitsmith::packed
