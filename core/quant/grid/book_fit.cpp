#include "core/quant/grid/book_fit.h"

#include "core/tensor/bit_packing.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace bitsmith {

void LevelTable::set(std::size_t group, std::span<const float> levels) {
    const std::size_t first = group * m_size;
    std::uint8_t* codes = &m_codes[first];
    std::iota(codes, codes + m_size, std::uint8_t{0});
    std::stable_sort(codes, codes + m_size,
                     [&](std::uint8_t a, std::uint8_t b) { return levels[a] < levels[b]; });
    for (std::size_t k = 0; k < m_size; ++k) m_sorted[first + k] = levels[codes[k]];
    for (std::size_t k = 0; k + 1 < m_size; ++k)
        m_bounds[first + k] =
            static_cast<float>((double{m_sorted[first + k]} + double{m_sorted[first + k + 1]}) / 2);
    m_bounds[first + m_size - 1] = std::numeric_limits<float>::infinity();
}

void BookFit::quantizeColumn(std::size_t g, std::size_t firstRow, std::span<const float> column,
                             std::span<std::uint16_t> codes, std::span<float> values) const {
    for (std::size_t i = 0; i < column.size(); ++i) {
        const auto [code, level] = m_table.nearestLevel(parameter(firstRow + i, g), column[i]);
        codes[i] = code;
        values[i] = level;
    }
}

void BookFit::quantizeRows(std::size_t firstRow, ConstMatrixView weights,
                           std::span<const float> importance, std::span<std::byte> packed) {
    const std::size_t bytes = rowBytes(), cols = m_layout.cols;
    std::vector<std::uint8_t> codes(cols);
    for (std::size_t r = 0; r < weights.rows; ++r) {
        for (std::size_t g = 0, c = 0; g < m_layout.groupsPerRow; ++g) {
            const std::size_t last = std::min(cols, c + m_layout.groupSize);
            if (fitsRows()) {
                const ConstMatrixView group{&weights(r, c), 1, last - c, last - c};
                fitGroup(g, firstRow + r, group,
                         importance.empty() ? importance : importance.subspan(c, last - c));
            }
            const std::size_t p = parameter(firstRow + r, g);
            for (; c < last; ++c) codes[c] = m_table.nearest(p, weights(r, c));
        }
        packBits(codes, m_layout.bits, packed.subspan(r * bytes, bytes));
    }
}

QuantizedMatrix BookFit::finish(std::vector<std::byte> packed,
                                std::vector<std::uint32_t> groupOfColumn) {
    QuantizedMatrix out{m_layout};
    out.columnGroups = !groupOfColumn.empty();
    out.codes = std::move(packed);
    out.books = books();
    out.groupOfColumn = std::move(groupOfColumn);
    return out;
}

} // namespace bitsmith
