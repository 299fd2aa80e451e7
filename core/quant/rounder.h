// Rounder: which representable number each weight gets. Drives any grid without knowing which.
#pragma once

#include "core/base/run_context.h"
#include "core/quant/grid.h"
#include "core/quant/layer_task.h"

namespace bitsmith {

// A rounder with what it takes from the statistics, which costs more than rounding: rounds as
// often as the search for a step wants.
class PreparedRound {
public:
    virtual ~PreparedRound() = default;
    // weights: the task's, or some rows of them. Ends the fit.
    virtual Result<QuantizedMatrix> round(ConstMatrixView weights, GridFit& fit,
                                          RunContext& context) const = 0;
};

class Rounder {
public:
    virtual ~Rounder() = default;
    virtual const ChoiceInfo& info() const = 0;
    virtual std::unique_ptr<Params> defaults() const = 0;
    // Fills damping, deadColumns and notes of the report; the pipeline fills the rest. Borrows the
    // task and the parameters.
    virtual Result<std::unique_ptr<PreparedRound>> prepare(const LayerTask& task,
                                                           const Params& params,
                                                           LayerReport& report,
                                                           RunContext& context) const = 0;
    Result<QuantizedMatrix> round(const LayerTask& task, GridFit& fit, const Params& params,
                                  LayerReport& report, RunContext& context) const {
        BITSMITH_TRY(const auto prepared, prepare(task, params, report, context));
        return prepared->round(task.weights, fit, context);
    }
    // Whether it rounds a column at a time, feeding each one's errors to the next.
    virtual bool columnByColumn() const { return false; }
    // Whether the result carries a factor per column (MatrixLayout::columnScaled).
    virtual bool columnScaled() const { return false; }
    // Whether the result carries a group index per column (storage must count it).
    virtual bool columnGroups(const Params& params) const {
        (void)params;
        return false;
    }
};

std::span<const Rounder* const> allRounders();
const Rounder* findRounder(std::string_view id);

} // namespace bitsmith
