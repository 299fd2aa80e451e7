// A product of low rank beside the codes that takes up most of the rounding error.
//   whitened   least output error on the calibration text (EoRA, Liu et al. 2024, arXiv 2410.21271)
//   scaled     columns weighted by the mean |input| (LQER, Zhang et al. 2024, arXiv 2402.02446)
//   plain      least squared error of the weights (LoRC of ZeroQuant-V2, arXiv 2303.08302)
// In the basis of the matrix itself: it is added after transforms are undone.
#include "core/base/message.h"
#include "core/quant/compensate/low_rank_factors.h"
#include "core/quant/compensate/outlier_values.h"
#include "core/quant/recipe.h"

#include <algorithm>

namespace bitsmith {
namespace {

struct LowRankParams {
    int rank = 32;
    std::string mode = "whitened";
    void describe(auto&& field) {
        field("rank", rank,
              {"Rank",
               "Columns of the one factor and rows of the other; at most a quarter of the "
               "matrix's smaller side",
               1, 1024});
        field("low_rank_mode", mode,
              {"Mode",
               "whitened: least output error (EoRA); scaled: columns weighted by mean |input| "
               "(LQER); plain: least error of the weights, without statistics",
               0,
               0,
               {"whitened", "scaled", "plain"}});
    }
};

const LowRankParams& ownOf(const Params& params) {
    return dynamic_cast<const ParamsOf<LowRankParams>&>(params).value;
}

std::size_t rankOf(std::size_t rows, std::size_t cols, const Params& params) {
    return std::min(static_cast<std::size_t>(ownOf(params).rank), std::min(rows, cols) / 4);
}

class LowRank final : public LayerStage {
public:
    const ChoiceInfo& info() const override {
        static const ChoiceInfo Info{
            .id = "low_rank",
            .title = "Low-rank correction",
            .summary = "A product of two thin matrices takes up most of the rounding error",
            .paper = "Liu et al. 2024, EoRA, arXiv 2410.21271"};
        return Info;
    }
    std::unique_ptr<Params> defaults() const override {
        return std::make_unique<ParamsOf<LowRankParams>>();
    }
    bool needsStats(const Params& params) const override { return ownOf(params).mode != "plain"; }
    Status predict(SideLayout& side, std::size_t rows, std::size_t cols,
                   const Params& params) const override {
        side.rank += rankOf(rows, cols, params);
        return {};
    }
    Status after(LayerWork& work, QuantizedMatrix& matrix, const Params& params) const override {
        const LowRankParams& own = ownOf(params);
        const std::size_t rank = rankOf(matrix.rows, matrix.cols, params);
        if (rank < static_cast<std::size_t>(own.rank))
            work.report.notes.push_back("rank {} instead of {}: at most a quarter of {}"_message(
                rank, own.rank, std::min(matrix.rows, matrix.cols)));
        if (rank == 0) return {};
        restoreOutliers(work, matrix); // no error is left where they are
        const Matrix errors = residual(work, matrix);
        Whitening whitening;
        if (own.mode == "whitened") whitening.gram = &work.task.stats->gram;
        if (own.mode == "scaled") whitening.scales = work.task.stats->meanAbs;
        BITSMITH_TRY(LowRankFactors factors, lowRankFactors(errors, rank, whitening, work.context));
        work.side.left = std::move(factors.left);
        work.side.right = std::move(factors.right);
        return {};
    }
};

} // namespace

// ---- Accessor

const LayerStage& compensators_low_rank() {
    static const LowRank Instance;
    return Instance;
}

} // namespace bitsmith
