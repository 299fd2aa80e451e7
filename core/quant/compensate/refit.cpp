// Refit: after rounding, the scales that change the layer's output least, the codes fixed; nothing
// more is stored. Zero points stay, as they are whole numbers. Optionally in turns with the codes.
// Source: PEQA (arXiv 2305.14152) trains scales alone; in closed form here.
#include "core/quant/compensate/finished_grid.h"
#include "core/quant/compensate/scale_refit.h"
#include "core/quant/layer_stage.h"
#include "core/quant/recipe.h"

namespace bitsmith {
namespace {

struct RefitParams {
    int turns = 1;
    void describe(auto&& field) {
        field("refit_turns", turns,
              {"Turns",
               "How often scales are fitted; between two fits codes go to their best levels by "
               "coordinate descent",
               1, 20});
    }
};

class RefitStage final : public LayerStage {
public:
    const ChoiceInfo& info() const override {
        static const ChoiceInfo Info{
            .id = "refit",
            .title = "Refitted scales",
            .summary = "After rounding, the scales that change the layer's output least; costs no "
                       "bytes",
            .paper = "after Kim et al. 2023, PEQA, arXiv 2305.14152",
            .needsStats = true};
        return Info;
    }
    std::unique_ptr<Params> defaults() const override {
        return std::make_unique<ParamsOf<RefitParams>>();
    }
    Status accepts(const Recipe& recipe, const Params&) const override {
        const Grid& grid = *findGrid(recipe.stage("grid")->id);
        if (grid.unbounded())
            return fail(ErrorCode::Usage,
                        "'refit' would change the size that the step of the grid '{}' was searched "
                        "for. Leave it out (compensate=none); the rounder 'watersic' fits factors "
                        "of its own",
                        grid.info().id);
        const std::string_view id = grid.info().id;
        if (id != "affine" && id != "float" && id != "mixed")
            return fail(ErrorCode::Usage,
                        "'refit' fits scales that stand by themselves, one for each group; the "
                        "grid '{}' has none. Use grid=affine or grid=float",
                        id);
        return {};
    }
    Status after(LayerWork& work, QuantizedMatrix& matrix, const Params& params) const override {
        const auto& own = dynamic_cast<const ParamsOf<RefitParams>&>(params).value;
        const Matrix& gram = work.stats->gram;
        for (int turn = 0;; ++turn) {
            const RefitGain gain =
                refitScales({.weights = work.weights.view(), .gram = gram, .kept = work.kept},
                            matrix, work.context);
            if (turn + 1 >= own.turns || !(gain.after > 0)) break;
            const auto f =
                reround({.weights = work.weights.view(), .gram = gram, .kept = work.kept}, matrix,
                        work.context);
            if (!(gain.before - f.back() > 1e-3 * gain.before)) break; // nothing left to gain
        }
        return {};
    }
};

} // namespace

// ---- Accessor

const LayerStage& compensators_refit() {
    static const RefitStage Instance;
    return Instance;
}

} // namespace bitsmith
