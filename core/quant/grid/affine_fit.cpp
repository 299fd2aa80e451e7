#include "core/quant/grid/affine_fit.h"

#include "core/base/message.h"
#include "core/base/parallel.h"
#include "core/compute/accelerator.h"
#include "core/quant/grid/affine_bfloats.h"
#include "core/quant/grid/affine_kernels.h"
#include "core/quant/grid/half_quadratic.h"
#include "core/quant/grid/least_squares.h"
#include "core/quant/stored_rows.h"
#include "core/tensor/bit_packing.h"
#include "core/tensor/convert.h"

#include <algorithm>

namespace bitsmith {
namespace {

class AffineFit final : public GridFit, public StoredRows {
public:
    AffineFit(const AffineParams& params, MatrixLayout layout)
        : m_layout(std::move(layout)), m_rows(m_layout.rows), m_cols(m_layout.cols),
          m_bits(m_layout.bits), m_symmetric(params.symmetric), m_search(params.search),
          m_halves(m_layout.parameters()), m_scales(m_layout.parameters()),
          m_zeros(m_layout.parameters()), m_flags(m_layout.parameters()) {}

    std::size_t groupSize() const override { return m_layout.groupSize; }
    std::size_t groupCount() const override { return m_layout.groupsPerRow; }
    int codeBits() const override { return m_bits; }
    std::size_t rowBytes() const override { return m_layout.rowBytes(); }
    bool sharedAcrossRows() const override { return m_layout.parameterRows == 1 && m_rows > 1; }

    void fitGroup(std::size_t g, std::size_t firstRow, ConstMatrixView columns,
                  std::span<const float> importance) override {
        if (sharedAcrossRows()) {
            set(0, fitAll(columns, importance));
            return;
        }
        for (std::size_t r = 0; r < columns.rows; ++r) {
            float low = 0, high = 0;
            affine::rowRanges(columns.row(r), columns.cols, {&low, 1}, {&high, 1});
            set((firstRow + r) * m_layout.groupsPerRow + g,
                fitStretch(columns.row(r), importance, low, high));
        }
    }

    void quantizeColumn(std::size_t g, std::size_t firstRow, std::span<const float> column,
                        std::span<std::uint16_t> codes, std::span<float> values) const override {
        constexpr std::size_t Chunk = 64;
        float scales[Chunk], zeros[Chunk];
        for (std::size_t first = 0; first < column.size(); first += Chunk) {
            const std::size_t count = std::min(Chunk, column.size() - first);
            for (std::size_t i = 0; i < count; ++i) {
                const std::size_t p = parameter(firstRow + first + i, g);
                scales[i] = m_scales[p];
                zeros[i] = m_zeros[p];
            }
            affine::columnCodes(column.subspan(first, count), {scales, count}, {zeros, count},
                                maxCode(), codes.subspan(first, count),
                                values.subspan(first, count));
        }
    }

    void quantizeRows(std::size_t firstRow, ConstMatrixView weights,
                      std::span<const float> importance, std::span<std::byte> packed) override {
        const std::size_t groups = m_layout.groupsPerRow, size = m_layout.groupSize;
        const std::size_t rowBytes = m_layout.rowBytes();
        std::vector<float> lows(groups), highs(groups), scales(groups), zeros(groups);
        std::vector<std::uint8_t> codes(m_cols);
        if (m_search == "minmax" && !sharedAcrossRows()) {
            for (std::size_t r = 0; r < weights.rows; ++r) {
                affine::rowRanges(weights.row(r), size, lows, highs);
                const std::size_t first = (firstRow + r) * groups;
                fitRow(first, lows, highs);
                std::copy_n(m_zeros.begin() + std::ptrdiff_t(first), groups, zeros.begin());
                affine::rowCodes(weights.row(r), size, std::span(m_scales).subspan(first, groups),
                                 zeros, maxCode(), codes);
                packBits(codes, m_bits, packed.subspan(r * rowBytes, rowBytes));
            }
            return;
        }
        for (std::size_t r = 0; r < weights.rows; ++r) {
            const auto row = weights.row(r);
            if (!sharedAcrossRows()) affine::rowRanges(row, size, lows, highs);
            for (std::size_t g = 0; g < groups; ++g) {
                const std::size_t p = parameter(firstRow + r, g);
                if (!sharedAcrossRows()) {
                    const std::size_t first = g * size, width = std::min(size, m_cols - first);
                    set(p, fitStretch(row.subspan(first, width),
                                      importance.empty() ? importance
                                                         : importance.subspan(first, width),
                                      lows[g], highs[g]));
                }
                scales[g] = m_scales[p];
                zeros[g] = m_zeros[p];
            }
            affine::rowCodes(row, size, scales, zeros, maxCode(), codes);
            packBits(codes, m_bits, packed.subspan(r * rowBytes, rowBytes));
        }
    }

    bool readsBfloats() const override { return m_search == "minmax" && !sharedAcrossRows(); }

    // A row at a time, which stays in the first cache from its ranges to its codes.
    bool quantizeBfloats(std::size_t firstRow, std::span<const std::byte> rows,
                         std::span<std::byte> packed) override {
        const std::size_t groups = m_layout.groupsPerRow, size = m_layout.groupSize;
        const std::size_t rowBytes = m_layout.rowBytes(), count = packed.size() / rowBytes;
        std::vector<float> lows(groups), highs(groups), zeros(groups), values;
        std::vector<std::uint8_t> codes;
        constexpr std::size_t Caches = std::size_t{4} << 20;
        const bool pastCaches = m_rows * rowBytes > Caches;
        for (std::size_t r = 0; r < count; ++r) {
            const auto row = rows.subspan(r * 2 * m_cols, 2 * m_cols);
            const auto out = packed.subspan(r * rowBytes, rowBytes);
            if (!affine::bfloatRanges(row, size, lows, highs)) return false;
            const std::size_t first = (firstRow + r) * groups;
            const bool clipped = fitRow(first, lows, highs);
            const auto scales = std::span<const float>(m_scales).subspan(first, groups);
            const auto whole = std::span<const std::uint8_t>(m_zeros).subspan(first, groups);
            if (m_bits == 4 && !clipped &&
                affine::bfloatNibbles(row, size, scales, whole, out, pastCaches))
                continue;
            std::ranges::copy(whole, zeros.begin());
            values.resize(m_cols);
            codes.resize(m_cols);
            toFloat(DType::BF16, row, values);
            affine::rowCodes(values, size, scales, zeros, maxCode(), codes);
            packBits(codes, m_bits, out);
        }
        return true;
    }

    std::optional<RangeFit> rangeFit() const override {
        if (m_layout.parameterRows != m_rows || (m_search != "minmax" && m_search != "mse"))
            return {};
        return RangeFit{m_layout, m_search == "mse"};
    }

    std::vector<std::string> notes() const override {
        std::vector<std::string> out;
        if (const auto clipped = flagged(Clipped); clipped > 0)
            out.push_back(
                "{} of {} groups have a range that a 16-bit scale cannot cover; their largest "
                "weights were clipped"_message(clipped, m_layout.parameters()));
        if (const auto coarse = flagged(Coarse); coarse > 0)
            out.push_back(
                "{} of {} groups have weights so small that a 16-bit scale represents them only "
                "coarsely"_message(coarse, m_layout.parameters()));
        return out;
    }

    QuantizedMatrix finish(std::vector<std::byte> packed,
                           std::vector<std::uint32_t> groupOfColumn) override {
        QuantizedMatrix out{m_layout};
        out.columnGroups = !groupOfColumn.empty();
        out.codes = std::move(packed);
        const auto scales = std::as_bytes(std::span(m_halves));
        out.scales.assign(scales.begin(), scales.end());
        if (!m_symmetric) out.zeros = std::move(m_zeros);
        out.groupOfColumn = std::move(groupOfColumn);
        return out;
    }

    QuantizedMatrix finishWith(AffineCodes made,
                               std::vector<std::uint32_t> groupOfColumn) override {
        std::ranges::fill(m_flags, std::uint8_t{0}); // in any order: they are only counted
        for (std::size_t i = 0; i < made.clipped; ++i) m_flags[i] |= Clipped;
        for (std::size_t i = 0; i < made.coarse; ++i) m_flags[i] |= Coarse;
        QuantizedMatrix out{m_layout};
        out.columnGroups = !groupOfColumn.empty();
        out.codes = std::move(made.codes);
        out.scales = std::move(made.scales);
        out.zeros = std::move(made.zeros);
        out.groupOfColumn = std::move(groupOfColumn);
        return out;
    }

private:
    enum : std::uint8_t { Clipped = 1, Coarse = 2 };
    static std::uint8_t flagsOf(unsigned clipped, unsigned coarse) { // 0 or 1
        return static_cast<std::uint8_t>(clipped * Clipped + coarse * Coarse);
    }
    float maxCode() const { return static_cast<float>((1 << m_bits) - 1); }
    std::size_t parameter(std::size_t row, std::size_t g) const {
        return m_layout.parameterRows == 1 ? 0 : row * m_layout.groupsPerRow + g;
    }
    void set(std::size_t index, const AffineGroup& group) {
        m_halves[index] = group.half;
        m_scales[index] = group.scale;
        m_zeros[index] = group.zero;
        m_flags[index] = flagsOf(group.clipped, group.coarse);
    }
    // The full ranges of a row's groups, whose parameters begin at `first`. Returns whether one of
    // them is clipped.
    bool fitRow(std::size_t first, std::span<const float> lows, std::span<const float> highs) {
        constexpr std::size_t Some = 64;
        std::uint8_t any = 0;
        for (std::size_t g = 0; g < lows.size(); g += Some) {
            const std::size_t count = std::min(Some, lows.size() - g), at = first + g;
            std::uint8_t clipped[Some], coarse[Some];
            affineGroups({.lows = lows.subspan(g, count),
                          .highs = highs.subspan(g, count),
                          .halves = std::span(m_halves).subspan(at, count),
                          .scales = std::span(m_scales).subspan(at, count),
                          .zeros = std::span(m_zeros).subspan(at, count),
                          .clipped = {clipped, count},
                          .coarse = {coarse, count}},
                         m_bits, m_symmetric);
            for (std::size_t i = 0; i < count; ++i) {
                m_flags[at + i] = flagsOf(clipped[i], coarse[i]);
                any |= clipped[i];
            }
        }
        return any != 0;
    }
    std::ptrdiff_t flagged(std::uint8_t flag) const {
        return std::ranges::count_if(m_flags, [&](std::uint8_t f) { return (f & flag) != 0; });
    }
    double errorOf(std::span<const float> weights, std::span<const float> importance,
                   const AffineGroup& group, float unit) const {
        return affine::roundingError({.weights = weights,
                                      .importance = importance,
                                      .scale = group.scale,
                                      .zero = static_cast<float>(group.zero),
                                      .maxCode = maxCode(),
                                      .unit = unit});
    }
    // Brings errors to 1 or less; finite for any finite range.
    static float unitOf(float low, float high) {
        return 1.0F / std::clamp(std::max(-low, high), 1e-30F, 1e30F);
    }
    AffineGroup fitStretch(std::span<const float> weights, std::span<const float> importance,
                           float low, float high) const {
        const AffineGroup full = affineGroup(low, high, m_bits, m_symmetric);
        if (m_search == "minmax" || (low == 0 && high == 0)) return full;
        if (m_search == "hqq")
            return fitHalfQuadratic(full, m_bits, m_symmetric,
                                    [&](const AffineGroup& group, double beta) {
                                        return halfQuadraticSums(weights, group, m_bits, beta);
                                    });
        if (m_search == "least_squares")
            return fitLeastSquares(low, high, m_bits, m_symmetric, [&](const AffineGroup& group) {
                return leastSquaresSums(weights, importance, group, m_bits);
            });
        const float unit = unitOf(low, high);
        return searchAffineGroup(low, high, m_bits, m_symmetric, [&](const AffineGroup& group) {
            return errorOf(weights, importance, group, unit);
        });
    }
    // One group over all rows.
    AffineGroup fitAll(ConstMatrixView weights, std::span<const float> importance) const {
        std::vector<float> lows(weights.rows), highs(weights.rows);
        constexpr std::size_t Grain = 64;
        parallelFor(weights.rows, Grain, [&](std::size_t first, std::size_t last) {
            for (std::size_t r = first; r < last; ++r)
                affine::rowRanges(weights.row(r), weights.cols, {&lows[r], 1}, {&highs[r], 1});
        });
        const float low = *std::ranges::min_element(lows), high = *std::ranges::max_element(highs);
        const AffineGroup full = affineGroup(low, high, m_bits, m_symmetric);
        if (m_search == "minmax" || (low == 0 && high == 0)) return full;
        if (m_search == "hqq")
            return fitHalfQuadratic(
                full, m_bits, m_symmetric, [&](const AffineGroup& group, double beta) {
                    std::vector<HalfQuadraticSums> rows(weights.rows);
                    parallelFor(weights.rows, Grain, [&](std::size_t first, std::size_t last) {
                        for (std::size_t r = first; r < last; ++r)
                            rows[r] = halfQuadraticSums(weights.row(r), group, m_bits, beta);
                    });
                    HalfQuadraticSums total;
                    for (const HalfQuadraticSums& row : rows) total += row;
                    return total;
                });
        if (m_search == "least_squares")
            return fitLeastSquares(low, high, m_bits, m_symmetric, [&](const AffineGroup& group) {
                std::vector<LeastSquaresSums> rows(weights.rows);
                parallelFor(weights.rows, Grain, [&](std::size_t first, std::size_t last) {
                    for (std::size_t r = first; r < last; ++r)
                        rows[r] = leastSquaresSums(weights.row(r), importance, group, m_bits);
                });
                LeastSquaresSums total;
                for (const LeastSquaresSums& row : rows) total += row;
                return total;
            });
        const float unit = unitOf(low, high);
        return searchAffineGroup(low, high, m_bits, m_symmetric, [&](const AffineGroup& group) {
            std::vector<double> errors(weights.rows);
            parallelFor(weights.rows, Grain, [&](std::size_t first, std::size_t last) {
                for (std::size_t r = first; r < last; ++r)
                    errors[r] = errorOf(weights.row(r), importance, group, unit);
            });
            double total = 0;
            for (const double e : errors) total += e;
            return total;
        });
    }

    MatrixLayout m_layout;
    std::size_t m_rows, m_cols;
    int m_bits;
    bool m_symmetric;
    std::string m_search;
    std::vector<std::uint16_t> m_halves; // parameter (r, g) at r * groupsPerRow + g, as all three
    std::vector<float> m_scales;
    std::vector<std::uint8_t> m_zeros;
    std::vector<std::uint8_t> m_flags; // Clipped, Coarse: a group may be fitted again
};

} // namespace

std::unique_ptr<GridFit> makeAffineFit(const AffineParams& params, MatrixLayout layout) {
    return std::make_unique<AffineFit>(params, std::move(layout));
}

} // namespace bitsmith
