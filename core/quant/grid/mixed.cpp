// Affine integers whose width differs from one group of columns to the next, at a fixed mean: what
// SliM-LLM (Huang et al. 2024, arXiv 2405.14917) rounds on. A group has one width in all rows, so
// that a program can still go through a matrix group by group.
//
// Widths and ranges are settled before rounding, from the weights as they are; which group a width
// belongs to does not change with the order of rounding. Zeros have the width of their group, so
// that the size is known before any work, whatever the widths become.
#include "core/base/message.h"
#include "core/quant/grid.h"
#include "core/quant/grid/group_bits.h"
#include "core/quant/grid/mixed_fit.h"
#include "core/quant/grid/mixed_math.h"

#include <algorithm>

namespace bitsmith {
namespace {

// ---- Parameters

constexpr int LeastBits = 2, MostBits = 7; // on average; groups have one more or less

struct MixedParams {
    int groupSize = 128;
    std::string ragged = "whole_row";
    std::string allocation = "salience";
    std::string score = "divergence";
    double range = 0.1;
    double lambda = 1;
    double salienceDamping = 0.01;
    void describe(auto&& field) {
        field("group_size", groupSize,
              {"Group size", "Input columns that share a scale and a width", 1, 1 << 20});
        field("ragged", ragged,
              {"Ragged rows",
               "A row whose length is no multiple of the group size: one group, or a short last "
               "group, which keeps the mean width",
               0,
               0,
               {"whole_row", "short_last_group"}});
        field("allocation", allocation,
              {"Allocation",
               "salience: the most salient groups get a bit more, as many others a bit less; "
               "uniform: all the same",
               0,
               0,
               {"salience", "uniform"}});
        field("score", score,
              {"Score",
               "How many: by the divergence of the layer's outputs on sampled calibration inputs, "
               "or by their squared error from the Gram matrix",
               0,
               0,
               {"divergence", "output_error"}});
        field("range", range,
              {"Range search",
               "The best of 101 ranges within this fraction of the full one; 0: the full one", 0,
               0.9});
        field("lambda", lambda,
              {"Lambda",
               "What errors of salient weights count in that search; 1: as much as others", 0,
               1e6});
        field("salience_damping", salienceDamping,
              {"Salience damping",
               "Added to the Gram matrix, as a fraction of its mean diagonal, for the salience", 0,
               100});
    }
};

// ---- Mathematics: group_bits.h, mixed_fit.h and mixed_math.h

Result<MatrixLayout> mixedLayout(std::size_t rows, std::size_t cols, int bits,
                                 const MixedParams& params) {
    if (bits < LeastBits || bits > MostBits)
        return fail(ErrorCode::Usage,
                    "grid 'mixed' has {} to {} bits on average, not {}: groups have a bit more or "
                    "less. Use the grid 'affine' for 8 bits",
                    LeastBits, MostBits, bits);
    AffineParams affine;
    affine.groupSize = params.groupSize;
    affine.ragged = params.ragged;
    BITSMITH_TRY(MatrixLayout layout, affineLayout(rows, cols, bits, affine));
    layout.grid = "mixed";
    layout.groupBits.assign(layout.groupsPerRow, static_cast<std::uint8_t>(bits));
    return layout;
}

// ---- Adapter

class MixedGrid final : public Grid {
public:
    const ChoiceInfo& info() const override {
        static const ChoiceInfo Info{
            .id = "mixed",
            .title = "Mixed widths",
            .summary = "Affine integers with a bit more for salient groups of columns and a bit "
                       "less for as many others",
            .paper = "Huang et al. 2024, arXiv 2405.14917"};
        return Info;
    }
    std::unique_ptr<Params> defaults() const override {
        return std::make_unique<ParamsOf<MixedParams>>();
    }
    Result<MatrixLayout> layout(std::size_t rows, std::size_t cols, int bits, const Params& params,
                                bool) const override {
        return mixedLayout(rows, cols, bits, own(params));
    }
    // Without a matrix to choose by all groups are alike.
    Result<std::unique_ptr<GridFit>> begin(std::size_t rows, std::size_t cols, int bits,
                                           const Params& params) const override {
        BITSMITH_TRY(MatrixLayout layout, mixedLayout(rows, cols, bits, own(params)));
        return makeMixedFit({.layout = std::move(layout),
                             .range = own(params).range,
                             .lambda = 1,
                             .factors = {},
                             .thresholds = {},
                             .notes = {}});
    }
    Result<std::unique_ptr<GridFit>> beginOn(const LayerTask& task, int bits, const Params& params,
                                             RunContext& context) const override {
        const MixedParams& own = this->own(params);
        MixedFitArgs args{.layout = {},
                          .range = own.range,
                          .lambda = own.lambda,
                          .factors = {},
                          .thresholds = {},
                          .notes = {}};
        BITSMITH_TRY(args.layout, mixedLayout(task.weights.rows, task.weights.cols, bits, own));
        const bool allocate = own.allocation == "salience" && args.layout.groupsPerRow > 1;
        if (!allocate && own.lambda == 1) return makeMixedFit(std::move(args));
        BITSMITH_TRY(ColumnSalience salience,
                     columnSalience(task.stats, task.weights.cols, own.salienceDamping, context));
        if (salience.factors.empty()) {
            args.notes.emplace_back("the Gram matrix could not be factorised: salience is that of "
                                    "the weights alone"_message());
            salience.factors.assign(task.weights.cols, 1);
        }
        args.factors = std::move(salience.factors);
        if (own.lambda != 1)
            args.thresholds = salienceThresholds(task.weights, args.layout.groupSize, args.factors);
        if (allocate) BITSMITH_CHECK(chooseBits(task, bits, own, args, context));
        return makeMixedFit(std::move(args));
    }
    std::vector<float> levels(const QuantizedMatrix& matrix, std::size_t row,
                              std::size_t g) const override {
        const std::size_t p = row * matrix.groupsPerRow + g;
        const float zero = matrix.zeroPoint(g, matrix.zeros[p]);
        std::vector<float> out;
        for (int code = 0; code < 1 << matrix.widthOf(g); ++code)
            out.push_back(matrix.scale(p) * (static_cast<float>(code) - zero));
        return out;
    }

private:
    static const MixedParams& own(const Params& params) {
        return dynamic_cast<const ParamsOf<MixedParams>&>(params).value;
    }
    static Status chooseBits(const LayerTask& task, int bits, const MixedParams& own,
                             MixedFitArgs& args, RunContext& context) {
        const bool divergence = own.score == "divergence";
        BITSMITH_TRY(GroupBits found, groupBitsBySalience({.weights = task.weights,
                                                           .stats = task.stats,
                                                           .bits = bits,
                                                           .groupSize = args.layout.groupSize,
                                                           .divergence = divergence},
                                                          args.factors, context));
        if (divergence && !found.divergence)
            args.notes.emplace_back(
                task.stats
                    ? "the statistics hold no sampled inputs: widths were chosen by the squared "
                      "error of outputs instead of their divergence"_message()
                    : "without calibration: widths were chosen by the squared "
                      "error of weights"_message());
        args.layout.groupBits = std::move(found.bits);
        return {};
    }
};

} // namespace

// ---- Accessor

const Grid& grids_mixed() {
    static const MixedGrid Instance;
    return Instance;
}

} // namespace bitsmith
