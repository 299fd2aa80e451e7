// bitsmith analyze MODEL --what sensitivity [--metric kl] and --what report
#include "app/cli/analyze.h"
#include "app/cli/table.h"
#include "core/pipeline/sensitivity_report.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cmath>

namespace bitsmith::cli {
namespace {

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json numbers(const std::vector<double>& values) {
    Json out = Json::array();
    for (const double v : values) out.push_back(number(v));
    return out;
}

std::string_view kindName(SensitivityKind kind) {
    switch (kind) {
    case SensitivityKind::Loss:
        return "loss";
    case SensitivityKind::Curvature:
        return "curvature";
    case SensitivityKind::Score:
        return "score";
    }
    return "";
}

Result<SensitivityOptions> optionsOf(const AnalyzeOptions& o) {
    SensitivityOptions options;
    if (!o.bits.empty()) options.widths = o.bits;
    for (const int bits : options.widths)
        if (bits < 1 || bits > 16)
            return fail(ErrorCode::Usage, "--bits {}: widths are 1 to 16", bits);
    if (o.recipes.size() > 1)
        return fail(ErrorCode::Usage, "sensitivity is measured with one recipe at a time");
    BITSMITH_TRY(options.recipe, findRecipe(o.recipes.empty() ? "rtn" : o.recipes.front()));
    if (o.groupSizes.size() > 1)
        return fail(ErrorCode::Usage, "sensitivity is measured with one group size at a time");
    if (!o.groupSizes.empty()) {
        const std::string& text = o.groupSizes.front();
        BITSMITH_TRY(options.recipe, withSetting(*options.recipe, "group_size",
                                                 text.starts_with('g') ? text.substr(1) : text));
    }
    options.tensors = o.tensors;
    options.text = o.text;
    options.calibration = o.calibration;
    options.tokens = o.tokens;
    options.again = o.again;
    return options;
}

Json tableJson(const SensitivityTable& table, const std::string& model) {
    Json out = {{"metric", table.metric},  {"model", model},         {"kind", kindName(table.kind)},
                {"recipe", table.recipe},  {"widths", table.widths}, {"seconds", table.seconds},
                {"tensors", Json::array()}};
    if (std::isfinite(table.baselineNll)) out["baseline_nll"] = table.baselineNll;
    for (const SensitivityRow& row : table.rows) {
        Json json = {{"name", row.tensor}, {"loss", numbers(row.loss)}};
        if (table.kind != SensitivityKind::Loss) json["score"] = number(row.score);
        if (!row.nllDelta.empty()) json["nll_delta"] = numbers(row.nllDelta);
        out["tensors"].push_back(std::move(json));
    }
    return out;
}

std::string tableText(const SensitivityTable& table) {
    std::vector<std::string> headers{"tensor"};
    if (table.kind != SensitivityKind::Loss) headers.emplace_back(">score");
    for (const int bits : table.widths) headers.push_back(fmt::format(">{} bits", bits));
    Table out(headers);
    for (const SensitivityRow& row : table.rows) {
        std::vector<std::string> cells{row.tensor};
        if (table.kind != SensitivityKind::Loss) cells.push_back(fmt::format("{:.4g}", row.score));
        for (const double loss : row.loss)
            cells.push_back(std::isnan(loss) ? "-" : fmt::format("{:.4g}", loss));
        out.add(cells);
    }
    const auto metric = findSensitivityMetric(table.metric);
    return fmt::format("{}: {}; recipe {}\n\n{}", metric ? (*metric)->info().title : table.metric,
                       metric ? (*metric)->info().summary : "", table.recipe, out.text());
}

Json reportJson(const SensitivityReport& report, const std::string& model) {
    Json out = {{"metric", "report"},
                {"model", model},
                {"recipe", report.recipe},
                {"widths", report.widths},
                {"kl_seconds", report.klSeconds},
                {"metrics", Json::array()},
                {"tensors", Json::array()}};
    for (const MetricAgreement& m : report.metrics) {
        Json points = Json::array();
        for (const AgreementPoint& p : m.points)
            points.push_back(
                {{"tensor", p.tensor}, {"bits", p.bits}, {"loss", p.loss}, {"kl", p.kl}});
        out["metrics"].push_back({{"name", m.metric},
                                  {"kind", kindName(m.kind)},
                                  {"spearman", number(m.overall)},
                                  {"spearman_by_width", numbers(m.byWidth)},
                                  {"spearman_mean", number(m.meanByWidth)},
                                  {"seconds", m.seconds},
                                  {"points", std::move(points)}});
    }
    return out;
}

std::string reportText(const SensitivityReport& report) {
    std::vector<std::string> headers{"metric", ">mean rho"};
    for (const int bits : report.widths) headers.push_back(fmt::format(">{} bits", bits));
    headers.emplace_back(">all");
    headers.emplace_back(">seconds");
    Table out(headers);
    const auto rho = [](double v) {
        return std::isnan(v) ? std::string("-") : fmt::format("{:.3f}", v);
    };
    for (const MetricAgreement& m : report.metrics) {
        std::vector<std::string> cells{m.metric, rho(m.meanByWidth)};
        for (const double v : m.byWidth) cells.push_back(rho(v));
        cells.push_back(rho(m.overall));
        cells.push_back(fmt::format("{:.1f}", m.seconds));
        out.add(cells);
    }
    return fmt::format("Spearman's rank correlation with the measured KL divergence, over the "
                       "tensors at each width; recipe {}; measuring the divergence itself took "
                       "{:.1f} s\n\n{}",
                       report.recipe, report.klSeconds, out.text());
}

} // namespace

AnalyzeAction declareSensitivity(CLI::App&) {
    return [](Session& session, const AnalyzeOptions& o) -> Status {
        BITSMITH_TRY(SensitivityOptions options, optionsOf(o));
        if (o.metrics.size() > 1)
            return fail(ErrorCode::Usage, "one metric at a time; --what report compares them");
        if (!o.metrics.empty()) options.metric = o.metrics.front();
        BITSMITH_TRY(const auto model, session.model(o.model));
        BITSMITH_TRY(const Engine engine, session.engine(true));
        BITSMITH_TRY(const auto table, session.run<SensitivityTable>(0, [&](RunContext& context) {
            return measureSensitivity(model, options, engine, context);
        }));
        if (session.json())
            session.print(tableJson(table, model->name()));
        else
            session.print(tableText(table));
        return {};
    };
}

AnalyzeAction declareReport(CLI::App&) {
    return [](Session& session, const AnalyzeOptions& o) -> Status {
        BITSMITH_TRY(const SensitivityOptions options, optionsOf(o));
        BITSMITH_TRY(const auto model, session.model(o.model));
        BITSMITH_TRY(const Engine engine, session.engine(true));
        BITSMITH_TRY(const auto report, session.run<SensitivityReport>(0, [&](RunContext& context) {
            return sensitivityReport(model, options, o.metrics, engine, context);
        }));
        if (session.json())
            session.print(reportJson(report, model->name()));
        else
            session.print(reportText(report));
        return {};
    };
}

} // namespace bitsmith::cli
