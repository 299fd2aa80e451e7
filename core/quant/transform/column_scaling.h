// Transforms that give input columns other magnitudes: W x = (W diag(s)) (diag(1/s) x). Where the
// layer before can take 1/s the whole network is rewritten (core/pipeline/rewrite.h) and nothing is
// stored; elsewhere 1/s stays with the matrix as F16 factors of its columns.
#pragma once

#include "core/quant/layer_stage.h"
#include "core/quant/recipe.h"

#include <cstdint>
#include <span>
#include <vector>

namespace bitsmith {

class ColumnScaling : public LayerStage {
public:
    // s, one per column, for matrices that share an input and its statistics; every 1/s is an F16
    // number. tied: empty, or a class per column, of which all columns get the same s.
    // Errors: those of the recipe's grid.
    virtual Result<std::vector<float>> choose(std::span<const LayerTask> sharing,
                                              const Recipe& recipe, const Params& params,
                                              std::span<const std::uint32_t> tied,
                                              RunContext& context) const = 0;
    // Whether the network is to be rewritten. A matrix alone is then left as it is.
    virtual bool folded(const Params& params) const = 0;
    // Whether only what follows a norm is scaled.
    virtual bool normsOnly() const { return false; }

    // Errors: a rotation stands before it, after which columns are no input features any more.
    Status accepts(const Recipe& recipe, const Params& params) const override;
    Status predict(SideLayout& side, std::size_t rows, std::size_t cols,
                   const Params& params) const override;
    Status before(LayerWork& work, const Params& params) const override;
};

// 1 / s as an F16 number, within its normal range.
float storedFactor(float s);
// The mean, or the largest, of each class takes the place of its members' values.
void tieMeans(std::span<float> values, std::span<const std::uint32_t> tied);
void tieLargest(std::span<float> values, std::span<const std::uint32_t> tied);

// Column c of the weights times s[c], what is kept beside divided by it.
void scaleColumns(LayerWork& work, std::span<const float> s);

// The Fisher information of the weights times s, from theirs: divided by the squares.
Matrix dividedFisher(ConstMatrixView fisher, std::span<const float> s);

// Statistics of x diag(1/s), from those of x, into `out`, whose memory is used again.
void divideStats(const LayerStats& stats, std::span<const float> s, LayerStats& out);

} // namespace bitsmith
