// QuantEase (Behdin et al. 2023, arXiv 2309.01885): from a rounded start, one weight after another
// goes to the level that makes the layer's output error on the calibration inputs least, all others
// fixed, until a sweep over all columns gains nothing. Any grid that rounds column by column.
//
// The grid stays as the start fitted it. Unlike the authors' code every sweep is feasible (theirs
// begins at the weights themselves and lets each third sweep leave the grid), so that the error
// never rises and the result is never worse than its start. Started from nearest it ends in worse
// minima than from GPTQ.
#include "core/base/parallel.h"
#include "core/quant/layer_errors.h"
#include "core/quant/round/coordinate_descent.h"
#include "core/quant/round/grid_demand.h"
#include "core/quant/round/nearest.h"
#include "core/quant/round/prepared_feedback.h"
#include "core/quant/rounder.h"

#include <numeric>

namespace bitsmith {
namespace {

// ---- Parameters

struct QuantEaseParams {
    std::string start = "gptq";
    int sweeps = 30;
    double tolerance = 1e-4;
    FeedbackParams feedback;
    bool staticGroups = false;
    void describe(auto&& field) {
        field("start", start,
              {"Start",
               "What is improved: round to nearest, or GPTQ with the parameters below",
               0,
               0,
               {"gptq", "nearest"}});
        field("sweeps", sweeps, {"Sweeps", "Over all columns, at most", 0, 1000});
        field("tolerance", tolerance,
              {"Tolerance", "Ends where a sweep lowers the error by less, as a fraction", 0, 1});
        feedback.describe(field);
        field(
            "static_groups", staticGroups,
            {"Static groups", "Groups are fitted to the weights, not to what GPTQ makes of them"});
    }
};

// ---- Mathematics: coordinate_descent.h

class PreparedQuantEase final : public PreparedRound {
public:
    // feedback: empty to start from nearest.
    PreparedQuantEase(const QuantEaseParams& params, const LayerTask& task,
                      std::optional<ErrorFeedback> feedback)
        : m_own(params), m_gram(task.stats->gram), m_feedback(std::move(feedback)),
          m_importance(gramDiagonal(task)), m_task(task) {}

    Result<QuantizedMatrix> round(ConstMatrixView weights, GridFit& fit,
                                  RunContext& context) const override {
        const bool shared = fit.sharedAcrossRows(), ordered = m_feedback && m_own.feedback.actOrder;
        const bool staticGroups = m_own.staticGroups || (ordered && fit.fixedGroups());
        if (shared) {
            if (m_feedback && m_feedback->deadColumns > 0)
                fit.fitGroup(0, 0, withoutDead(weights, *m_feedback).view(), m_importance);
            else
                fit.fitGroup(0, 0, weights, m_importance);
        }
        const bool byOrder = ordered && !staticGroups && !shared && fit.groupCount() > 1;
        std::vector<std::uint32_t> groupOf(weights.cols);
        for (std::size_t j = 0; j < groupOf.size(); ++j)
            groupOf[byOrder ? m_feedback->order[j] : j] =
                static_cast<std::uint32_t>(j / fit.groupSize());

        const auto kept = keptOf(m_task, weights);
        std::vector<Matrix> inverses;
        if (m_feedback && !staticGroups && !shared)
            inverses = groupInverses(*m_feedback, fit.groupSize());
        const auto start = [&](std::size_t firstRow, std::size_t rows) {
            if (!m_feedback) return nearest(weights, fit, firstRow, rows, groupOf);
            return gptqPanelCodes({.weights = weights,
                                   .feedback = *m_feedback,
                                   .fit = fit,
                                   .inverses = inverses,
                                   .importance = m_importance,
                                   .blockSize = blockSize(),
                                   .staticGroups = staticGroups,
                                   .kept = kept},
                                  firstRow, rows, context);
        };
        const std::size_t rowBytes = fit.rowBytes();
        std::vector<std::byte> packed(weights.rows * rowBytes);
        DescentSum sum((weights.rows + GptqPanelRows - 1) / GptqPanelRows);
        parallelFor(weights.rows, GptqPanelRows, [&](std::size_t first, std::size_t last) {
            context.checkpoint();
            RoundedPanel panel = start(first, last - first);
            const ConstMatrixView own = weights.rowRange(first, last - first);
            sum.set(first / GptqPanelRows,
                    descend({.weights = own,
                             .gram = m_gram,
                             .fit = fit,
                             .firstRow = first,
                             .groupOf = groupOf,
                             .blockSize = blockSize(),
                             .sweeps = m_own.sweeps,
                             .tolerance = m_own.tolerance,
                             .kept = kept.empty() ? kept
                                                  : kept.subspan(first * weights.cols,
                                                                 (last - first) * weights.cols)},
                            panel, context),
                    gramEnergy(own, m_gram));
            packPanel(fit, panel.codes,
                      std::span(packed).subspan(first * rowBytes, (last - first) * rowBytes));
        });
        context.publish(ErrorDescent{m_task.name, sum.relative()});
        return fit.finish(std::move(packed),
                          byOrder ? std::move(groupOf) : std::vector<std::uint32_t>());
    }

private:
    std::size_t blockSize() const { return static_cast<std::size_t>(m_own.feedback.blockSize); }

    RoundedPanel nearest(ConstMatrixView weights, GridFit& fit, std::size_t firstRow,
                         std::size_t rows, std::span<const std::uint32_t> groupOf) const {
        const std::size_t cols = weights.cols;
        if (!fit.sharedAcrossRows())
            fitGroupsOf(fit, firstRow, weights.rowRange(firstRow, rows), m_importance);
        RoundedPanel out{std::vector<std::uint16_t>(rows * cols), Matrix(rows, cols)};
        std::vector<float> column(rows), values(rows);
        std::vector<std::uint16_t> codes(rows);
        for (std::size_t c = 0; c < cols; ++c) {
            for (std::size_t r = 0; r < rows; ++r) column[r] = weights(firstRow + r, c);
            fit.quantizeColumn(groupOf[c], firstRow, column, codes, values);
            for (std::size_t r = 0; r < rows; ++r) {
                out.codes[r * cols + c] = codes[r];
                out.values(r, c) = values[r];
            }
        }
        return out;
    }

    QuantEaseParams m_own;
    const Matrix& m_gram;
    std::optional<ErrorFeedback> m_feedback;
    std::vector<float> m_importance;
    LayerTask m_task;
};

// ---- Adapter

class QuantEaseRounder final : public Rounder, public GridDemand {
public:
    const ChoiceInfo& info() const override {
        static const ChoiceInfo Info{
            .id = "quantease",
            .title = "QuantEase",
            .summary = "One weight after another to its best level, all others fixed, in sweeps "
                       "over the columns",
            .paper = "Behdin et al. 2023, arXiv 2309.01885",
            .needsStats = true};
        return Info;
    }
    std::unique_ptr<Params> defaults() const override {
        return std::make_unique<ParamsOf<QuantEaseParams>>();
    }
    bool columnByColumn() const override { return true; }
    bool columnGroups(const Params& params) const override {
        const auto& own = dynamic_cast<const ParamsOf<QuantEaseParams>&>(params).value;
        return own.start == "gptq" && own.feedback.actOrder && !own.staticGroups;
    }
    Status accepts(const Grid& grid, const Params&) const override {
        if (!grid.unbounded()) return {};
        return fail(ErrorCode::Usage,
                    "the rounder 'quantease' lowers the error alone, and codes of the grid '{}' "
                    "cost what their entropy is. Use the rounder 'rdoq', which weighs both "
                    "(round=rdoq), or the grid 'affine'",
                    grid.info().id);
    }

    Result<std::unique_ptr<PreparedRound>> prepare(const LayerTask& task, const Params& params,
                                                   LayerReport& report,
                                                   RunContext& context) const override {
        const auto& own = dynamic_cast<const ParamsOf<QuantEaseParams>&>(params).value;
        if (own.start == "gptq") {
            BITSMITH_TRY(auto feedback, preparedFeedback(task, own.feedback, report, context));
            if (!feedback) return preparedNearest(task);
            return std::make_unique<PreparedQuantEase>(own, task, std::move(feedback));
        }
        if (!task.stats || task.stats->gram.empty())
            return fail(ErrorCode::Usage, "coordinate descent needs calibration statistics");
        BITSMITH_CHECK(checkGram(task.stats->gram));
        for (std::size_t c = 0; c < task.weights.cols; ++c)
            report.deadColumns += !(task.stats->gram(c, c) > 0);
        return std::make_unique<PreparedQuantEase>(own, task, std::nullopt);
    }
};

} // namespace

// ---- Accessor

const Rounder& rounders_quantease() {
    static const QuantEaseRounder Instance;
    return Instance;
}

} // namespace bitsmith
