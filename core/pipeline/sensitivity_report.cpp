#include "core/pipeline/sensitivity_report.h"

#include "core/analysis/rank_correlation.h"

#include <algorithm>
#include <cmath>

namespace bitsmith {
namespace {

MetricAgreement agreement(const SensitivityTable& truth, const SensitivityTable& table) {
    MetricAgreement out{.metric = table.metric, .kind = table.kind, .seconds = table.seconds};
    if (const auto metric = findSensitivityMetric(table.metric))
        out.title = (*metric)->info().title;
    std::vector<double> allLosses, allKl;
    double sum = 0, count = 0;
    for (std::size_t w = 0; w < truth.widths.size(); ++w) {
        const auto at = std::ranges::find(table.widths, truth.widths[w]);
        std::vector<double> losses, kl;
        for (const SensitivityRow& row : truth.rows) {
            const SensitivityRow* other = table.find(row.tensor);
            if (!other || at == table.widths.end()) continue;
            const double loss = other->loss[static_cast<std::size_t>(at - table.widths.begin())];
            if (std::isnan(loss) || std::isnan(row.loss[w])) continue;
            losses.push_back(loss);
            kl.push_back(row.loss[w]);
            out.points.push_back({row.tensor, truth.widths[w], loss, row.loss[w]});
        }
        out.byWidth.push_back(spearman(losses, kl));
        if (!std::isnan(out.byWidth.back())) {
            sum += out.byWidth.back();
            ++count;
        }
        allLosses.insert(allLosses.end(), losses.begin(), losses.end());
        allKl.insert(allKl.end(), kl.begin(), kl.end());
    }
    out.overall = spearman(allLosses, allKl);
    out.meanByWidth = count > 0 ? sum / count : std::numeric_limits<double>::quiet_NaN();
    return out;
}

} // namespace

SensitivityReport compareSensitivities(const SensitivityTable& truth,
                                       std::span<const SensitivityTable> others) {
    SensitivityReport report{.recipe = truth.recipe,
                             .dataKey = truth.dataKey,
                             .widths = truth.widths,
                             .klSeconds = truth.seconds};
    for (const SensitivityTable& table : others)
        if (table.metric != truth.metric) report.metrics.push_back(agreement(truth, table));
    std::ranges::stable_sort(report.metrics, std::greater<>(), [](const MetricAgreement& m) {
        return std::isnan(m.meanByWidth) ? -2.0 : m.meanByWidth;
    });
    return report;
}

Result<SensitivityReport> sensitivityReport(const std::shared_ptr<const Model>& model,
                                            const SensitivityOptions& options,
                                            const std::vector<std::string>& metrics,
                                            const Engine& engine, RunContext& context) {
    std::vector<std::string> ids = metrics;
    if (ids.empty())
        for (const SensitivityMetric* metric : allSensitivityMetrics())
            ids.emplace_back(metric->info().id);
    for (const std::string& id : ids) BITSMITH_CHECK(findSensitivityMetric(id));
    SensitivityOptions each = options;
    each.metric = "kl";
    BITSMITH_TRY(const SensitivityTable truth, measureSensitivity(model, each, engine, context));
    context.publish(std::make_shared<const SensitivityTable>(truth));
    std::vector<SensitivityTable> tables;
    for (const std::string& id : ids) {
        if (id == "kl") continue;
        each.metric = id;
        auto table = measureSensitivity(model, each, engine, context);
        if (table) {
            context.publish(std::make_shared<const SensitivityTable>(*table));
            tables.push_back(std::move(*table));
        } else if (metrics.empty())
            context.warn(fmt::format("{} is left out: {}", id, table.error().message));
        else
            return fail(table.error());
    }
    return compareSensitivities(truth, tables);
}

} // namespace bitsmith
