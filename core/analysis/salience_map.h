// A matrix seen through one salience metric: its numbers, and a picture that can be read at any
// scale. One pass over the matrix builds both; nothing of the matrix's own size is kept.
//
// The picture is a pyramid: a pixel of level L stands for 2^L x 2^L weights (fewer at the right and
// lower edge), level 0 has one per weight, the last level is one pixel. Levels of at most
// `BasePixels` pixels are kept; finer ones are computed from the weights on demand, where they are
// looked at.
#pragma once

#include "core/analysis/salience/salience.h"
#include "core/analysis/salience_summary.h"
#include "core/tensor/weight_matrix.h"

#include <memory>
#include <vector>

namespace bitsmith {

enum class Pooling {
    Max, // extremes stay visible at any scale
    Mean
};

// Pixels [row, row + rows) x [col, col + cols) of one level.
struct PixelRect {
    std::size_t row = 0, col = 0, rows = 0, cols = 0;
    bool operator==(const PixelRect&) const = default;
};

class SalienceMap {
public:
    static constexpr std::size_t BasePixels = std::size_t{1} << 20; // 8 MB with both poolings

    // factors: of the matrix's columns. basePixels: see above; at least 1.
    // The same result on any number of threads. Throws Cancelled.
    static std::shared_ptr<const SalienceMap> build(std::shared_ptr<const WeightMatrix> weights,
                                                    ColumnFactors factors, RunContext& context,
                                                    std::size_t basePixels = BasePixels);

    const SalienceSums& sums() const { return m_sums; }
    const ColumnFactors& factors() const { return m_factors; }
    std::size_t rows() const { return m_weights->rows(); }
    std::size_t cols() const { return m_weights->cols(); }

    int levels() const { return m_levels; }       // at least 1, unless the matrix is empty
    int baseLevel() const { return m_baseLevel; } // the finest that is kept
    std::size_t levelRows(int level) const;
    std::size_t levelCols(int level) const;

    // The exact pixels of a rectangle, which must lie inside its level. Weights that are not finite
    // count as 0. Below the base level rect.rows << level rows of the matrix are decoded, in
    // panels. Throws Cancelled.
    Matrix values(int level, const PixelRect& rect, Pooling pooling, RunContext& context) const;

private:
    struct Level {
        std::size_t rows = 0, cols = 0;
        std::vector<float> max, mean;
    };
    SalienceMap(std::shared_ptr<const WeightMatrix> weights, ColumnFactors factors);
    void chooseBase(std::size_t basePixels);
    std::vector<double> pass(RunContext& context); // sums of the base level's pixels
    void poolUpwards(std::vector<double> sums);
    Matrix computed(int level, const PixelRect& rect, Pooling pooling, RunContext& context) const;

    std::shared_ptr<const WeightMatrix> m_weights;
    ColumnFactors m_factors;
    SalienceSums m_sums;
    int m_levels = 0, m_baseLevel = 0;
    std::vector<Level> m_kept; // from the base level on
};

} // namespace bitsmith
