// What the grids with levels of any distance share: nearest levels of every group, found without
// searching them all.
#pragma once

#include "core/quant/grid.h"

#include <cstdint>
#include <span>
#include <vector>

namespace bitsmith {

// The levels of all groups, sorted.
class LevelTable {
public:
    LevelTable() = default;
    LevelTable(std::size_t groups, int bits)
        : m_size(std::size_t{1} << bits), m_sorted(groups * m_size), m_bounds(groups * m_size),
          m_codes(groups * m_size) {}
    // levels: 2^bits, in code order; finite.
    void set(std::size_t group, std::span<const float> levels);
    // The code of the nearest level; the lower one of two that are equally near.
    std::uint8_t nearest(std::size_t group, float x) const { return m_codes[place(group, x)]; }
    // The level as well.
    std::pair<std::uint8_t, float> nearestLevel(std::size_t group, float x) const {
        const std::size_t at = place(group, x);
        return {m_codes[at], m_sorted[at]};
    }

private:
    std::size_t place(std::size_t group, float x) const {
        const float* bounds = &m_bounds[group * m_size]; // the last is infinite
        std::size_t below = 0;
        if (m_size <= 16) {
            for (std::size_t k = 0; k < m_size; ++k) below += bounds[k] < x;
        } else {
            for (std::size_t step = m_size / 2; step > 0; step /= 2)
                below += bounds[below + step - 1] < x ? step : 0;
        }
        return group * m_size + below;
    }
    std::size_t m_size = 0;
    std::vector<float> m_sorted, m_bounds; // bounds between a level and the next one
    std::vector<std::uint8_t> m_codes;
};

class BookFit : public GridFit {
public:
    explicit BookFit(MatrixLayout layout)
        : m_layout(std::move(layout)), m_table(m_layout.parameters(), m_layout.bits) {}

    std::size_t groupSize() const override { return m_layout.groupSize; }
    std::size_t groupCount() const override { return m_layout.groupsPerRow; }
    int codeBits() const override { return m_layout.bits; }
    std::size_t rowBytes() const override { return m_layout.rowBytes(); }
    bool sharedAcrossRows() const override {
        return m_layout.parameterRows == 1 && m_layout.rows > 1;
    }
    void quantizeColumn(std::size_t g, std::size_t firstRow, std::span<const float> column,
                        std::span<std::uint16_t> codes, std::span<float> values) const override;
    void quantizeRows(std::size_t firstRow, ConstMatrixView weights,
                      std::span<const float> importance, std::span<std::byte> packed) override;
    QuantizedMatrix finish(std::vector<std::byte> packed,
                           std::vector<std::uint32_t> groupOfColumn) override;

protected:
    std::size_t parameter(std::size_t row, std::size_t g) const {
        return m_layout.parameterRows == 1 ? 0 : row * m_layout.groupsPerRow + g;
    }
    // Whether quantizeRows fits the groups of its rows first.
    virtual bool fitsRows() const { return !sharedAcrossRows(); }
    virtual std::vector<std::byte> books() const = 0;

    MatrixLayout m_layout;
    LevelTable m_table;
};

} // namespace bitsmith
