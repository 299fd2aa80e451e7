#include "core/io/packed/awq.h"

#include "core/io/packed/words.h"

#include <array>
#include <cassert>
#include <cstring>

namespace bitsmith::packed {
namespace {

constexpr std::array<std::size_t, 8> Order{0, 2, 4, 6, 1, 3, 5, 7}; // output of nibble i

} // namespace

std::vector<std::uint8_t> awqZeros(std::span<const std::byte> qzeros, std::size_t outs,
                                   std::size_t groups) {
    assert(outs % 8 == 0 && qzeros.size() == groups * outs / 2);
    std::vector<std::uint8_t> byGroup(groups * outs), zeros(groups * outs);
    for (std::size_t w = 0; w < qzeros.size() / 4; ++w) {
        std::uint32_t word;
        std::memcpy(&word, qzeros.data() + 4 * w, 4);
        for (std::size_t i = 0; i < 8; ++i, word >>= 4)
            byGroup[8 * w + Order[i]] = static_cast<std::uint8_t>(word & 15);
    }
    transpose(std::as_bytes(std::span(byGroup)), groups, outs, 1,
              std::as_writable_bytes(std::span(zeros)));
    return zeros;
}

std::vector<std::byte> awqStoredZeros(std::span<const std::uint8_t> zeros, std::size_t outs,
                                      std::size_t groups) {
    assert(outs % 8 == 0 && zeros.size() == groups * outs);
    std::vector<std::uint8_t> byGroup(groups * outs);
    transpose(std::as_bytes(zeros), outs, groups, 1, std::as_writable_bytes(std::span(byGroup)));
    std::vector<std::byte> out(groups * outs / 2);
    for (std::size_t w = 0; w < out.size() / 4; ++w) {
        std::uint32_t word = 0;
        for (std::size_t i = 0; i < 8; ++i)
            word |= std::uint32_t{byGroup[8 * w + Order[i]]} << (4 * i);
        std::memcpy(out.data() + 4 * w, &word, 4);
    }
    return out;
}

std::vector<std::byte> awqQWeight(const QuantizedMatrix& matrix) {
    std::vector<std::byte> out(matrix.codes.size());
    nibblesToAwq(matrix.codes, matrix.cols, matrix.rows, out);
    return out;
}

std::vector<std::byte> awqQZeros(const QuantizedMatrix& matrix) {
    const std::size_t groups = matrix.groupsPerRow;
    std::vector<std::uint8_t> zeros(matrix.rows * groups, 8);
    if (!matrix.symmetric)
        for (std::size_t i = 0; i < zeros.size(); ++i)
            zeros[i] = matrix.zeros[matrix.parameterRows == 1 ? i % groups : i];
    return awqStoredZeros(zeros, matrix.rows, groups);
}

} // namespace bitsmith::packed
