#include "core/quant/compensate/finished_grid.h"

#include "core/base/parallel.h"
#include "core/quant/grid.h"
#include "core/quant/round/coordinate_descent.h"
#include "core/tensor/levels.h"
#include "core/tensor/nearest_level.h"
#include "core/tensor/row_codes.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <optional>

namespace bitsmith {
namespace {

// Rounds columns; nothing is fitted.
class FinishedGrid final : public GridFit {
public:
    explicit FinishedGrid(const QuantizedMatrix& matrix)
        : m_matrix(matrix), m_scales(matrix.parameters()), m_zeros(matrix.parameters()) {
        for (std::size_t p = 0; p < m_scales.size(); ++p) {
            m_scales[p] = matrix.scale(p) * matrix.tensorScale;
            m_zeros[p] = matrix.grid == "float" ? 0.0F
                         : matrix.symmetric
                             ? static_cast<float>(1 << (matrix.bits - 1))
                             : matrix.zeroPoint(p % matrix.groupsPerRow, matrix.zeros[p]);
        }
        if (matrix.grid != "float") return;
        m_levels = floatLevels(matrix.format);
        m_nearest.emplace(*findLevelFormat(matrix.format));
    }
    std::size_t groupSize() const override { return m_matrix.groupSize; }
    std::size_t groupCount() const override { return m_matrix.groupsPerRow; }
    int codeBits() const override { return m_matrix.bits; }
    std::size_t rowBytes() const override { return m_matrix.rowBytes(); }
    bool sharedAcrossRows() const override { return m_matrix.parameterRows == 1; }

    void quantizeColumn(std::size_t g, std::size_t firstRow, std::span<const float> column,
                        std::span<std::uint16_t> codes, std::span<float> values) const override {
        const auto top = static_cast<float>((1 << m_matrix.widthOf(g)) - 1);
        for (std::size_t i = 0; i < column.size(); ++i) {
            const std::size_t row = sharedAcrossRows() ? 0 : firstRow + i;
            const std::size_t p = row * m_matrix.groupsPerRow + g;
            const float scale = m_scales[p];
            if (m_nearest) {
                std::uint8_t code = 0;
                (*m_nearest)({&column[i], 1}, scale, &code);
                codes[i] = code;
                values[i] = scale * m_levels[code];
            } else {
                const float code =
                    std::clamp(std::nearbyint(column[i] / scale + m_zeros[p]), 0.0F, top);
                codes[i] = static_cast<std::uint16_t>(code);
                values[i] = scale * (code - m_zeros[p]);
            }
        }
    }

    void fitGroup(std::size_t, std::size_t, ConstMatrixView, std::span<const float>) override {
        assert(false);
    }
    void quantizeRows(std::size_t, ConstMatrixView, std::span<const float>,
                      std::span<std::byte>) override {
        assert(false);
    }
    QuantizedMatrix finish(std::vector<std::byte>, std::vector<std::uint32_t>) override {
        assert(false);
        return m_matrix;
    }

private:
    const QuantizedMatrix& m_matrix;
    std::vector<float> m_scales, m_zeros;
    std::span<const float> m_levels;
    std::optional<NearestLevel> m_nearest;
};

} // namespace

std::vector<std::uint32_t> groupsOfColumns(const QuantizedMatrix& matrix) {
    if (matrix.columnGroups) return matrix.groupOfColumn;
    std::vector<std::uint32_t> groups(matrix.cols);
    for (std::size_t c = 0; c < groups.size(); ++c)
        groups[c] = static_cast<std::uint32_t>(c / matrix.groupSize);
    return groups;
}

std::vector<double> reround(const ReroundArgs& args, QuantizedMatrix& matrix, RunContext& context) {
    const FinishedGrid grid(matrix);
    const auto groups = groupsOfColumns(matrix);
    const std::size_t rows = matrix.rows, cols = matrix.cols, rowBytes = matrix.rowBytes();
    std::vector<std::vector<double>> panels((rows + GptqPanelRows - 1) / GptqPanelRows);
    parallelFor(rows, GptqPanelRows, [&](std::size_t first, std::size_t last) {
        context.checkpoint();
        const std::size_t count = last - first;
        RoundedPanel panel{std::vector<std::uint16_t>(count * cols), Matrix(count, cols)};
        matrix.decodeCodes(first, count, panel.values.data());
        const auto packed = std::span(matrix.codes);
        for (std::size_t r = 0; r < count; ++r)
            unpackRow(matrix, packed.subspan((first + r) * rowBytes, rowBytes),
                      std::span(panel.codes).subspan(r * cols, cols));
        panels[first / GptqPanelRows] = descend(
            {.weights = args.weights.rowRange(first, count),
             .gram = args.gram,
             .fit = grid,
             .firstRow = first,
             .groupOf = groups,
             .sweeps = args.sweeps,
             .tolerance = args.tolerance,
             .kept = args.kept.empty() ? args.kept : args.kept.subspan(first * cols, count * cols)},
            panel, context);
        for (std::size_t r = 0; r < count; ++r)
            packRow(matrix, std::span<const std::uint16_t>(panel.codes).subspan(r * cols, cols),
                    packed.subspan((first + r) * rowBytes, rowBytes));
    });
    std::size_t length = 0;
    for (const auto& panel : panels) length = std::max(length, panel.size());
    std::vector<double> sums(length);
    for (const auto& panel : panels)
        for (std::size_t i = 0; i < length; ++i) sums[i] += panel[std::min(i, panel.size() - 1)];
    return sums;
}

} // namespace bitsmith
