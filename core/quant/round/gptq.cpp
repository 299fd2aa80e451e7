// GPTQ (Frantar, Ashkboos, Hoefler, Alistarh 2022, arXiv 2210.17323): columns are rounded one after
// another, and each error is spread over the columns still to come so that the layer's output on
// the calibration inputs changes least. Any grid.
//
// Unlike the authors' code, a group is always fitted to weights that carry all errors so far, also
// in the middle of a block.
#include "core/compute/accelerator.h"
#include "core/quant/round/gptq_panel.h"
#include "core/quant/round/nearest.h"
#include "core/quant/round/prepared_feedback.h"
#include "core/quant/rounder.h"

namespace bitsmith {
namespace {

// ---- Parameters

struct GptqParams {
    FeedbackParams feedback;
    bool staticGroups = false;
    void describe(auto&& field) {
        feedback.describe(field);
        field("static_groups", staticGroups,
              {"Static groups",
               "With activation order: groups of the original columns, fitted before rounding; no "
               "group index to store"});
    }
};

// ---- Mathematics: error_feedback.h and gptq_panel.h

// Group of each original column where groups follow the rounding order.
std::vector<std::uint32_t> groupsOfColumns(const ErrorFeedback& feedback, std::size_t groupSize) {
    std::vector<std::uint32_t> groups(feedback.order.size());
    for (std::size_t j = 0; j < groups.size(); ++j)
        groups[feedback.order[j]] = static_cast<std::uint32_t>(j / groupSize);
    return groups;
}

class PreparedGptq final : public PreparedRound {
public:
    PreparedGptq(const GptqParams& params, const LayerTask& task, ErrorFeedback feedback)
        : m_own(params), m_task(task), m_feedback(std::move(feedback)),
          m_importance(gramDiagonal(task)), m_accelerator(task.accelerator) {}

    Result<QuantizedMatrix> round(ConstMatrixView weights, GridFit& fit,
                                  RunContext& context) const override {
        if (fit.sharedAcrossRows()) {
            if (m_feedback.deadColumns > 0) {
                const Matrix live = withoutDead(weights, m_feedback);
                fit.fitGroup(0, 0, live.view(), m_importance);
            } else {
                fit.fitGroup(0, 0, weights, m_importance);
            }
        }
        const bool staticGroups =
            m_own.staticGroups || (m_own.feedback.actOrder && fit.fixedGroups());
        std::vector<std::uint32_t> groups;
        if (m_own.feedback.actOrder && !staticGroups && fit.groupCount() > 1 &&
            !fit.sharedAcrossRows())
            groups = groupsOfColumns(m_feedback, fit.groupSize());
        if (AffineCodes made; onDevice(weights, fit, staticGroups, &made))
            return fit.finishWith(std::move(made), std::move(groups));
        ErrorFeedback own; // where the device factored but declined the rest
        if (m_feedback.carry.empty()) {
            BITSMITH_TRY(own, errorFeedback(m_task.stats->gram,
                                            {.damping = m_feedback.damping,
                                             .actOrder = m_own.feedback.actOrder},
                                            context));
            if (!own.usable)
                return fail(ErrorCode::Failed, "the Gram matrix cannot be factored on the CPU");
        }
        auto packed = gptqRows({.weights = weights,
                                .feedback = own.usable ? own : m_feedback,
                                .fit = fit,
                                .importance = m_importance,
                                .blockSize = static_cast<std::size_t>(m_own.feedback.blockSize),
                                .staticGroups = staticGroups,
                                .kept = keptOf(m_task, weights)},
                               context);
        return fit.finish(std::move(packed), std::move(groups));
    }

private:
    bool onDevice(ConstMatrixView weights, const GridFit& fit, bool staticGroups,
                  AffineCodes* made) const {
        // Weights that something beside the codes makes up for are the processor's.
        const auto range = m_accelerator && m_task.kept.empty() ? fit.rangeFit() : std::nullopt;
        if (!range || range->layout.rows != weights.rows) return false;
        GptqJob job{{.weights = weights,
                     .layout = range->layout,
                     .searched = range->searched,
                     .importance = m_importance}};
        job.order = m_feedback.order;
        job.dead = m_feedback.dead;
        job.spread = m_feedback.spread.view();
        job.blockSize = static_cast<std::size_t>(m_own.feedback.blockSize);
        job.staticGroups = staticGroups;
        return m_accelerator->gptq(job, made);
    }

    GptqParams m_own;
    LayerTask m_task;
    ErrorFeedback m_feedback;
    std::vector<float> m_importance;
    const Accelerator* m_accelerator;
};

// ---- Adapter

class GptqRounder final : public Rounder {
public:
    const ChoiceInfo& info() const override {
        static const ChoiceInfo Info{
            .id = "gptq",
            .title = "GPTQ",
            .summary = "Column by column, spreading each error over the columns to come",
            .paper = "Frantar et al. 2022, arXiv 2210.17323",
            .needsStats = true};
        return Info;
    }
    std::unique_ptr<Params> defaults() const override {
        return std::make_unique<ParamsOf<GptqParams>>();
    }
    bool columnByColumn() const override { return true; }
    bool columnGroups(const Params& params) const override {
        const auto& own = dynamic_cast<const ParamsOf<GptqParams>&>(params).value;
        return own.feedback.actOrder && !own.staticGroups;
    }

    Result<std::unique_ptr<PreparedRound>> prepare(const LayerTask& task, const Params& params,
                                                   LayerReport& report,
                                                   RunContext& context) const override {
        const auto& own = dynamic_cast<const ParamsOf<GptqParams>&>(params).value;
        BITSMITH_TRY(auto feedback,
                     preparedFeedback(task, own.feedback, report, context, task.accelerator));
        if (!feedback) return preparedNearest(task);
        return std::make_unique<PreparedGptq>(own, task, *std::move(feedback));
    }
};

} // namespace

// ---- Accessor

const Rounder& rounders_gptq() {
    static const GptqRounder Instance;
    return Instance;
}

} // namespace bitsmith
