#include "core/analysis/row_panels.h"
#include "core/analysis/tensor_statistics.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace bitsmith {
namespace {

// The picture's tiles: equal stretches of rows and columns, the last ones may be shorter.
struct TileGrid {
    std::size_t rows = 0, cols = 0;            // tiles
    std::size_t tileHeight = 1, tileWidth = 1; // of the matrix

    TileGrid(std::size_t matrixRows, std::size_t matrixCols, std::size_t most) {
        if (matrixRows == 0 || matrixCols == 0 || most == 0) return;
        tileHeight = (matrixRows + most - 1) / most;
        tileWidth = (matrixCols + most - 1) / most;
        rows = (matrixRows + tileHeight - 1) / tileHeight;
        cols = (matrixCols + tileWidth - 1) / tileWidth;
    }
};

struct RowError {
    double error = 0, energy = 0; // sums of squares
};

// Of one panel. Its tile rows are those that its matrix rows touch; a tile that two panels share
// gets both contributions.
struct ErrorPart {
    double maxAbs = 0;
    std::vector<RowError> rows;
    std::vector<std::uint64_t> histogram;
    std::size_t firstTile = 0;
    std::vector<double> tiles; // sums of |error|

    void add(const ErrorPart& other) {
        maxAbs = std::max(maxAbs, other.maxAbs);
        rows.insert(rows.end(), other.rows.begin(), other.rows.end());
        addCounts(histogram, other.histogram);
        for (std::size_t i = 0; i < other.tiles.size(); ++i)
            tiles[other.firstTile + i] += other.tiles[i];
    }
};

class ErrorPass {
public:
    ErrorPass(const WeightMatrix& weights, const WeightMatrix& quantized, std::size_t maxTiles)
        : m_weights(weights), m_quantized(quantized), m_panels(weights.rows(), weights.cols()),
          m_grid(weights.rows(), weights.cols(), maxTiles) {
        assert(weights.rows() == quantized.rows() && weights.cols() == quantized.cols());
    }

    // Largest |error|, sums per row and tiles.
    ErrorPart sums(RunContext& context) const {
        ErrorPart empty;
        empty.tiles.assign(m_grid.rows * m_grid.cols, 0);
        ErrorPart none; // a panel allocates only the tile rows that it touches
        return reduce(context, none, empty,
                      [&](ErrorPart& part, std::size_t row, std::span<const float> w,
                          std::span<const float> q) {
                          RowError sums;
                          const std::size_t tileRow = row / m_grid.tileHeight;
                          if (part.tiles.empty() && m_grid.cols > 0)
                              part.firstTile = tileRow * m_grid.cols;
                          const std::size_t at = tileRow * m_grid.cols - part.firstTile;
                          if (part.tiles.size() < at + m_grid.cols)
                              part.tiles.resize(at + m_grid.cols, 0);
                          for (std::size_t c = 0; c < w.size(); ++c) {
                              const double error = static_cast<double>(w[c]) - q[c];
                              if (!std::isfinite(error)) continue;
                              sums.error += error * error;
                              sums.energy += static_cast<double>(w[c]) * w[c];
                              part.maxAbs = std::max(part.maxAbs, std::abs(error));
                              if (m_grid.cols > 0)
                                  part.tiles[at + c / m_grid.tileWidth] += std::abs(error);
                          }
                          part.rows.push_back(sums);
                      });
    }

    std::vector<std::uint64_t> histogram(const HistogramRange& range, RunContext& context) const {
        ErrorPart empty;
        empty.histogram.assign(range.bins, 0);
        if (range.bins == 0) return {};
        return reduce(context, empty, empty,
                      [&](ErrorPart& part, std::size_t, std::span<const float> w,
                          std::span<const float> q) {
                          for (std::size_t c = 0; c < w.size(); ++c) {
                              const double error = static_cast<double>(w[c]) - q[c];
                              if (std::isfinite(error)) ++part.histogram[range.bin(error)];
                          }
                      })
            .histogram;
    }

    std::vector<float> tileMeans(const std::vector<double>& sums) const {
        std::vector<float> means(sums.size());
        for (std::size_t i = 0; i < sums.size(); ++i) {
            const std::size_t r = i / m_grid.cols * m_grid.tileHeight,
                              c = i % m_grid.cols * m_grid.tileWidth;
            const std::size_t height = std::min(m_grid.tileHeight, m_weights.rows() - r),
                              width = std::min(m_grid.tileWidth, m_weights.cols() - c);
            means[i] = static_cast<float>(sums[i] / static_cast<double>(height * width));
        }
        return means;
    }
    const TileGrid& grid() const { return m_grid; }

private:
    template <class VisitRow>
    ErrorPart reduce(RunContext& context, const ErrorPart& panelStart, const ErrorPart& totalStart,
                     const VisitRow& visit) const {
        const std::size_t cols = m_weights.cols();
        return reducePanels<ErrorPart>(
            m_panels, context, panelStart, totalStart,
            [&](ErrorPart& part, std::size_t first, std::size_t count, std::vector<float>& values) {
                std::vector<float> approximation(count * cols);
                m_weights.decodeRows(first, count, values.data());
                m_quantized.decodeRows(first, count, approximation.data());
                for (std::size_t r = 0; r < count; ++r)
                    visit(part, first + r, std::span<const float>(values).subspan(r * cols, cols),
                          std::span<const float>(approximation).subspan(r * cols, cols));
            });
    }

    const WeightMatrix& m_weights;
    const WeightMatrix& m_quantized;
    RowPanels m_panels;
    TileGrid m_grid;
};

double ratio(double error, double energy) {
    if (energy > 0) return error / energy;
    return error > 0 ? 1 : 0;
}

} // namespace

ErrorStatistics errorStatistics(const WeightMatrix& weights, const WeightMatrix& quantized,
                                std::size_t bins, std::size_t maxTiles, RunContext& context) {
    const ErrorPass pass(weights, quantized, maxTiles);
    const ErrorPart sums = pass.sums(context);
    ErrorStatistics result;
    result.maxAbs = sums.maxAbs;
    RowError whole;
    for (const RowError& row : sums.rows) {
        whole.error += row.error;
        whole.energy += row.energy;
        result.rowError.push_back(static_cast<float>(ratio(row.error, row.energy)));
    }
    result.relativeError = ratio(whole.error, whole.energy);
    result.histogramMin = -sums.maxAbs;
    result.histogramMax = sums.maxAbs;
    result.histogram = pass.histogram({-sums.maxAbs, sums.maxAbs, bins}, context);
    result.tileRows = pass.grid().rows;
    result.tileCols = pass.grid().cols;
    result.tiles = pass.tileMeans(sums.tiles);
    return result;
}

} // namespace bitsmith
