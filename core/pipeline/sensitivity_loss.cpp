#include "core/pipeline/sensitivity_loss.h"

#include "core/pipeline/prediction.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

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
    const SensitivityRow* known = m_table->find(tensor);
    std::vector<double> out;
    for (const double width : widths) {
        out.push_back(known ? m_table->loss(*known, width) : std::nan(""));
        if (std::isnan(out.back()))
            return fail(ErrorCode::Usage,
                        "the sensitivity of '{}' was not measured ({}). Measure all tensors inside "
                        "blocks again, and lock others such as the embedding (--lock)",
                        tensor, m_table->metric);
    }
    return out;
}

bool SensitivityLoss::measuredWith(const Recipe& recipe, int bits) const {
    return m_table->setting == toReference(recipe).dump() &&
           std::ranges::find(m_table->widths, bits) != m_table->widths.end();
}

double SensitivityLoss::score(std::size_t row) const {
    const SensitivityRow* found = m_table->find(m_plan->tensors.at(row)->tensor);
    return found ? found->score : std::numeric_limits<double>::quiet_NaN();
}

Result<std::shared_ptr<const SensitivityLoss>>
lossesFor(const std::shared_ptr<const Model>& model, const std::shared_ptr<const Plan>& plan,
          const std::string& metric, const SensitivityOptions& options, const Engine& engine,
          RunContext& context) {
    using Losses = std::shared_ptr<const SensitivityLoss>;
    if (metric == "none") return Losses();
    const bool automatic = metric == "auto";
    const std::string id = automatic ? "kl" : metric;
    BITSMITH_CHECK(findSensitivityMetric(id));
    std::vector<std::string> tensors;
    const std::shared_ptr<const Recipe> main = mainRecipe(*plan);
    if (!main) return Losses(); // nothing is quantized
    const std::string wanted = toReference(options.recipe ? *options.recipe : *main).dump();
    for (std::size_t i = 0; i < plan->tensors.size(); ++i) {
        const TensorPlan& row = *plan->tensors[i];
        if (row.recipe && !row.locked) tensors.push_back(row.tensor);
    }
    BITSMITH_TRY(const auto known, knownSensitivities(*model, engine));
    auto table = options.again ? nullptr : bestTable(known, id, wanted, tensors);
    if (!table && automatic) return Losses();
    // One that was measured with other parameters serves where nothing better can be had.
    const bool canMeasure = !options.text.empty();
    if (table && !automatic && canMeasure && table->setting != wanted) table = nullptr;
    if (!table) {
        const SensitivityMetric& found = **findSensitivityMetric(id);
        if (found.info().needsText && !canMeasure)
            return fail(ErrorCode::Usage,
                        "the sensitivity '{}' of '{}' was not measured yet. Give a calibration "
                        "text (--text), or measure it beforehand: bitsmith analyze {} --what "
                        "sensitivity --metric {} --text FILE",
                        id, model->name(), model->path().string(), id);
        SensitivityOptions measured = options;
        measured.metric = id;
        if (!measured.recipe) measured.recipe = main;
        if (!options.recipe) measured.widths = {2, 3, 4, 5, 6, 7, 8};
        BITSMITH_TRY(SensitivityTable fresh, measureSensitivity(model, measured, engine, context));
        table = std::make_shared<const SensitivityTable>(std::move(fresh));
    }
    return std::make_shared<const SensitivityLoss>(plan, std::move(table));
}

} // namespace bitsmith
