// Sparse outliers: the weights that cost most are taken out before the grid is fitted, so that they
// do not stretch its ranges, and kept in 16 bits with their column. A 0 stands in their place,
// which every grid has or is near to. Their values are settled after rounding.
//
// With a transform in the recipe outliers are weights of the matrix as it is: they are taken out
// before it, and added after it is undone.
// Sources: SpQR (arXiv 2306.03078), EasyQuant (arXiv 2403.02775), QuantEase (arXiv 2309.01885,
// section 4).
#include "core/quant/compensate/outlier_descent.h"
#include "core/quant/compensate/outlier_places.h"
#include "core/quant/compensate/outlier_values.h"
#include "core/quant/layer_errors.h"
#include "core/quant/recipe.h"
#include "core/quant/round/coordinate_descent.h"

namespace bitsmith {
namespace {

struct OutlierParams {
    OutlierRule rule;
    std::string values = "restore";
    int turns = 0;
    void describe(auto&& field) {
        field("outlier_fraction", rule.fraction,
              {"Outliers", "Fraction of the weights that stay in 16 bits; n_sigma: at most", 0.0,
               0.25});
        field("outlier_criterion", rule.criterion,
              {"Criterion",
               "magnitude: the largest; sensitivity: those whose rounding would change the layer's "
               "output most; n_sigma: far from their row's mean",
               0,
               0,
               {"magnitude", "sensitivity", "n_sigma"}});
        field("outlier_sigma", rule.sigma,
              {"Sigma", "n_sigma: standard deviations from the row's mean", 0, 100});
        field("outlier_damping", rule.damping,
              {"Outlier damping",
               "sensitivity: added to the Gram matrix, as a fraction of its mean diagonal", 0,
               100});
        field("outlier_values", values,
              {"Values",
               "restore: what the weights were; least_squares: what changes the layer's output "
               "least, given all codes",
               0,
               0,
               {"restore", "least_squares"}});
        field("outlier_turns", turns,
              {"Outlier turns",
               "Codes and outliers improved in turns (QuantEase's outlier-aware form), at most", 0,
               1000});
    }
};

const OutlierParams& ownOf(const Params& params) {
    return dynamic_cast<const ParamsOf<OutlierParams>&>(params).value;
}

class Outliers final : public LayerStage {
public:
    const ChoiceInfo& info() const override {
        static const ChoiceInfo Info{
            .id = "outliers",
            .title = "Sparse outliers",
            .summary = "The weights that cost most stay in 16 bits, beside the codes",
            .paper = "Dettmers et al. 2023, SpQR, arXiv 2306.03078"};
        return Info;
    }
    std::unique_ptr<Params> defaults() const override {
        return std::make_unique<ParamsOf<OutlierParams>>();
    }
    bool needsStats(const Params& params) const override {
        return ownOf(params).turns > 0 || ownOf(params).values == "least_squares";
    }
    bool exactSize(const Params& params) const override {
        return ownOf(params).rule.criterion != "n_sigma";
    }
    Status accepts(const Recipe& recipe, const Params& params) const override {
        const OutlierParams& own = ownOf(params);
        const Grid& grid = *findGrid(recipe.stage("grid")->id);
        if (own.rule.criterion == "sensitivity" && grid.unbounded())
            return fail(ErrorCode::Usage,
                        "outliers by sensitivity stretch a range, which the grid '{}' does not "
                        "have. Use outlier_criterion 'magnitude'",
                        grid.info().id);
        if (own.turns == 0) return {};
        if (recipe.stage("transform"))
            return fail(ErrorCode::Usage,
                        "turns of codes and outliers want both in the same columns, and '{}' mixes "
                        "them. Use outlier_turns 0, or no transform",
                        recipe.stage("transform")->id);
        if (grid.wholeRowsOnly() || grid.unbounded())
            return fail(ErrorCode::Usage,
                        "the grid '{}' does not let single codes move after rounding. Use "
                        "outlier_turns 0, or the grid 'affine'",
                        grid.info().id);
        return {};
    }
    Status predict(SideLayout& side, std::size_t rows, std::size_t cols,
                   const Params& params) const override {
        side.outliers += mostOutliers(rows, cols, ownOf(params).rule);
        return {};
    }
    Status before(LayerWork& work, const Params& params) const override {
        const std::size_t cols = work.weights.cols();
        BITSMITH_TRY(const auto places, outlierPlaces(work, ownOf(params).rule));
        // A transform spreads the errors of one column over all.
        if (!places.empty() && !work.recipe.stage("transform"))
            work.kept.resize(work.weights.values().size());
        for (const std::size_t i : places) {
            work.side.outliers.push_back({static_cast<std::uint32_t>(i / cols),
                                          static_cast<std::uint32_t>(i % cols),
                                          work.weights.values()[i]});
            work.weights.values()[i] = 0;
            if (!work.kept.empty()) work.kept[i] = 1;
        }
        return {};
    }
    Status after(LayerWork& work, QuantizedMatrix& matrix, const Params& params) const override {
        const OutlierParams& own = ownOf(params);
        if (work.side.outliers.empty()) return {};
        restoreOutliers(work, matrix);
        if (own.values == "least_squares" || own.turns > 0) fitOutliers(work, matrix);
        if (own.turns == 0) return {};
        std::vector<double> trace = descendOutliers(work, matrix, own.turns);
        const double whole = gramEnergy(work.task.weights, work.task.stats->gram);
        for (double& f : trace) f = whole > 0 ? f / whole : 0;
        work.context.publish(ErrorDescent{work.task.name, std::move(trace)});
        return {};
    }
};

} // namespace

// ---- Accessor

const LayerStage& compensators_outliers() {
    static const Outliers Instance;
    return Instance;
}

} // namespace bitsmith
