// Measured sensitivities as what a budget is spent by.
#pragma once

#include "core/pipeline/budget.h"
#include "core/pipeline/sensitivity.h"
#include "core/sensitivity/metric.h"

#include <memory>

namespace bitsmith {

// Losses of a plan's rows from a table; widths in between lie between the measured ones. Rows that
// the table does not have (embedding, output head) are refused by losses(). A metric whose score
// orders the tensors also gives that to the allocators that rank; of other metrics it is the loss
// at the least width measured.
class SensitivityLoss final : public LossSource {
public:
    SensitivityLoss(std::shared_ptr<const Plan> plan,
                    std::shared_ptr<const SensitivityTable> table);
    std::string name() const override;
    Result<std::vector<double>> losses(std::size_t row,
                                       std::span<const double> widths) const override;
    double score(std::size_t row) const override;
    const SensitivityTable& table() const { return *m_table; }
    // At this width, with these very parameters.
    bool measuredWith(const Recipe& recipe, int bits) const;

private:
    std::shared_ptr<const Plan> m_plan;
    std::shared_ptr<const SensitivityTable> m_table;
};

// The losses that a budget for `plan` is spent by. metric: one of the sensitivities, whose newest
// complete table in the store is taken, or which is measured now where options.text is given;
// "auto": the measured divergence where the store has it, otherwise nothing; "none": nothing. Null
// then: the data-free error of the weights (BudgetProblemOptions). options: what to measure with;
// its metric is not looked at, and its recipe is that of most of the plan's tensors where it is
// null. Errors (Usage): unknown metric; not measured and no text, with the command that does it.
Result<std::shared_ptr<const SensitivityLoss>> lossesFor(const std::shared_ptr<const Model>& model,
                                                         const std::shared_ptr<const Plan>& plan,
                                                         const std::string& metric,
                                                         const SensitivityOptions& options,
                                                         const Engine& engine, RunContext& context);

} // namespace bitsmith
