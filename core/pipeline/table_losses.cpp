#include "core/pipeline/table_losses.h"

#include <cmath>

namespace bitsmith {
namespace {

class TableLosses final : public LossSource {
public:
    TableLosses(std::shared_ptr<const SensitivityTable> table, std::shared_ptr<const Plan> plan)
        : m_table(std::move(table)), m_plan(std::move(plan)) {}

    std::string name() const override { return "sensitivity by " + m_table->metric; }

    Result<std::vector<double>> losses(std::size_t row,
                                       std::span<const double> widths) const override {
        const std::string& tensor = m_plan->tensors[row]->tensor;
        SensitivityTable own{.widths = m_table->widths, .rows = {}}; // found once, not per width
        if (const SensitivityRow* found = m_table->find(tensor)) own.rows.push_back(*found);
        std::vector<double> out;
        for (const double width : widths) out.push_back(own.loss(tensor, width));
        for (const double loss : out)
            if (!std::isfinite(loss))
                return fail(ErrorCode::Usage,
                            "'{}' has no sensitivity by '{}'; measure it (`bitsmith analyze --what "
                            "sensitivity`), or keep it as stored",
                            tensor, m_table->metric);
        return out;
    }

    double score(std::size_t row) const override {
        const SensitivityRow* found = m_table->find(m_plan->tensors[row]->tensor);
        return found ? found->score : std::numeric_limits<double>::quiet_NaN();
    }

private:
    std::shared_ptr<const SensitivityTable> m_table;
    std::shared_ptr<const Plan> m_plan;
};

} // namespace

std::unique_ptr<LossSource> tableLosses(std::shared_ptr<const SensitivityTable> table,
                                        std::shared_ptr<const Plan> plan) {
    return std::make_unique<TableLosses>(std::move(table), std::move(plan));
}

} // namespace bitsmith
