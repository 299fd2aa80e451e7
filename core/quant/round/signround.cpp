// Learned rounding, one layer at a time, on statistics alone (after SignRound, Cheng et al. 2023,
// arXiv 2309.05516, the method of AutoRound). The paper learns through whole blocks on batches of
// text; here a layer's output error on its Gram matrix takes their place, which needs no gradients
// through the network and sees no other layer.
#include "core/base/parallel.h"
#include "core/quant/grid/affine_math.h"
#include "core/quant/layer_errors.h"
#include "core/quant/round/coordinate_descent.h"
#include "core/quant/round/error_feedback.h"
#include "core/quant/round/grid_demand.h"
#include "core/quant/round/sign_descent.h"
#include "core/quant/rounder.h"

namespace bitsmith {
namespace {

// ---- Parameters

struct SignRoundParams {
    int steps = 200;
    double rate = 0;
    bool learnRange = true;
    bool sequential = true;
    void describe(auto&& field) {
        field("steps", steps, {"Steps", "Of all offsets by the sign of their gradient", 0, 10000});
        field("rate", rate,
              {"Rate",
               "First step, in distances of levels; falls to 0. 0: one over the number of steps", 0,
               1});
        field("learn_range", learnRange,
              {"Learn ranges", "The ends of each group's range shrink, too; not per tensor"});
        field("sequential", sequential,
              {"Sequential", "Statistics come from the already quantized layers before this one"});
    }
};

// ---- Mathematics: sign_descent.h

class PreparedSignRound final : public PreparedRound {
public:
    PreparedSignRound(const SignRoundParams& params, const LayerTask& task)
        : m_own(params), m_gram(task.stats->gram), m_name(task.name) {}

    Result<QuantizedMatrix> round(ConstMatrixView weights, GridFit& fit,
                                  RunContext& context) const override {
        if (fit.sharedAcrossRows()) fit.fitGroup(0, 0, weights, {});
        const std::size_t rowBytes = fit.rowBytes();
        std::vector<std::byte> packed(weights.rows * rowBytes);
        DescentSum sum((weights.rows + GptqPanelRows - 1) / GptqPanelRows);
        parallelFor(weights.rows, GptqPanelRows, [&](std::size_t first, std::size_t last) {
            const ConstMatrixView own = weights.rowRange(first, last - first);
            SignDescent learned = signDescend({.weights = own,
                                               .gram = m_gram,
                                               .fit = fit,
                                               .firstRow = first,
                                               .steps = m_own.steps,
                                               .rate = m_own.rate,
                                               .learnRange = m_own.learnRange},
                                              context);
            packPanel(fit, learned.codes,
                      std::span(packed).subspan(first * rowBytes, (last - first) * rowBytes));
            sum.set(first / GptqPanelRows, std::move(learned.descent), gramEnergy(own, m_gram));
        });
        context.publish(ErrorDescent{m_name, sum.relative()});
        return fit.finish(std::move(packed), {});
    }

private:
    SignRoundParams m_own;
    const Matrix& m_gram;
    std::string m_name;
};

// ---- Adapter

class SignRounder final : public Rounder, public GridDemand {
public:
    const ChoiceInfo& info() const override {
        static const ChoiceInfo Info{
            .id = "signround",
            .title = "Learned offsets, per layer",
            .summary = "Offsets before rounding and shrunken ranges, learned by signs of gradients "
                       "of the layer's output error",
            .paper = "after Cheng et al. 2023, arXiv 2309.05516",
            .needsStats = true};
        return Info;
    }
    std::unique_ptr<Params> defaults() const override {
        return std::make_unique<ParamsOf<SignRoundParams>>();
    }
    bool columnByColumn() const override { return true; }
    Status accepts(const Grid& grid, const Params& gridParams) const override {
        const auto* affine = dynamic_cast<const ParamsOf<AffineParams>*>(&gridParams);
        if (!affine)
            return fail(ErrorCode::Usage,
                        "the rounder 'signround' learns ends of ranges, which the grid '{}' does "
                        "not have. Use the grid 'affine' (grid=affine), or the rounder "
                        "'quantease'",
                        grid.info().id);
        if (affine->value.search != "minmax")
            return fail(ErrorCode::Usage,
                        "the rounder 'signround' learns the ranges that search '{}' looks for. Use "
                        "search 'minmax' (search=minmax)",
                        affine->value.search);
        return {};
    }

    Result<std::unique_ptr<PreparedRound>> prepare(const LayerTask& task, const Params& params,
                                                   LayerReport& report,
                                                   RunContext& context) const override {
        context.checkpoint();
        const auto& own = dynamic_cast<const ParamsOf<SignRoundParams>&>(params).value;
        if (!task.stats || task.stats->gram.empty())
            return fail(ErrorCode::Usage, "learned rounding needs calibration statistics");
        BITSMITH_CHECK(checkGram(task.stats->gram));
        for (std::size_t c = 0; c < task.weights.cols; ++c)
            report.deadColumns += !(task.stats->gram(c, c) > 0);
        return std::make_unique<PreparedSignRound>(own, task);
    }
};

} // namespace

// ---- Accessor

const Rounder& rounders_signround() {
    static const SignRounder Instance;
    return Instance;
}

} // namespace bitsmith
