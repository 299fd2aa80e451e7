#include "core/pipeline/sensitivity_loss.h"

#include <cmath>

namespace bitsmith {

SensitivityLoss::SensitivityLoss(std::shared_ptr<const Plan> plan,
                                 std::shared_ptr<const SensitivityTable> table)
    : m_plan(std::move(plan)), m_table(std::move(table)) {}

std::string SensitivityLoss::name() const {
    const auto metric = findSensitivityMetric(m_table->metric);
    return fmt::format("{}, recipe {}",
                       metric ? (*metric)->info().title : std::string_view(m_table->metric),
                       m_table->recipe);
}

Result<std::vector<double>> SensitivityLoss::losses(std::size_t row,
                                                    std::span<const double> widths) const {
    const std::string& tensor = m_plan->tensors.at(row)->tensor;
    std::vector<double> out;
    for (const double width : widths) {
        out.push_back(m_table->loss(tensor, width));
        if (std::isnan(out.back()))
            return fail(ErrorCode::Usage,
                        "the sensitivity of '{}' was not measured ({}). Measure all tensors inside "
                        "blocks again, and lock others such as the embedding (--lock)",
                        tensor, m_table->metric);
    }
    return out;
}

double SensitivityLoss::score(std::size_t row) const {
    const SensitivityRow* found = m_table->find(m_plan->tensors.at(row)->tensor);
    return found ? found->score : std::numeric_limits<double>::quiet_NaN();
}

} // namespace bitsmith
