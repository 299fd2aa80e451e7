#include "core/quant/coded_size.h"

#include "core/tensor/bit_packing.h"

#include <cmath>
#include <map>

namespace bitsmith {
namespace {

template <class Counts>
double entropyBits(const Counts& counts) {
    double total = 0, bits = 0;
    for (const auto& [value, count] : counts) total += static_cast<double>(count);
    for (const auto& [value, count] : counts)
        bits -= static_cast<double>(count) * std::log2(static_cast<double>(count) / total);
    return bits;
}

} // namespace

std::uint64_t codedSize(const QuantizedMatrix& matrix) {
    std::map<int, std::map<int, std::size_t>> classes;
    std::map<int, std::size_t> all, members, low, high;
    std::vector<std::uint16_t> codes(matrix.cols);
    const int middle = 1 << (matrix.bits - 1);
    for (std::size_t r = 0; r < matrix.rows; ++r) {
        unpackBits(std::span(matrix.codes).subspan(r * matrix.rowBytes(), matrix.rowBytes()),
                   matrix.bits, std::span(codes));
        double sum = 0;
        for (const std::uint16_t code : codes) sum += std::pow(code - middle, 2);
        const int c = static_cast<int>(
            std::lround(2 * std::log2(sum / static_cast<double>(matrix.cols) + 0.01)));
        ++members[c];
        for (const std::uint16_t code : codes) ++classes[c][code], ++all[code];
    }
    double split = entropyBits(members) + 24;
    for (const auto& [c, counts] : classes) split += entropyBits(counts) + 24;
    double bits = std::min(split, entropyBits(all) + 24);
    for (std::size_t i = 0; i < matrix.scales.size(); i += 2)
        ++low[std::to_integer<int>(matrix.scales[i])],
            ++high[std::to_integer<int>(matrix.scales[i + 1])];
    for (const auto* plane : {&low, &high})
        bits += std::min(4.0 * static_cast<double>(matrix.scales.size()),
                         entropyBits(*plane) + 10.0 * static_cast<double>(plane->size()));
    return static_cast<std::uint64_t>(std::ceil(bits / 8)) + matrix.columnScales.size() + 8;
}

} // namespace bitsmith
