// bitsmith analyze MODEL --what salience | outliers | spectrum
#include "app/cli/analyze.h"
#include "app/cli/table.h"
#include "core/pipeline/salience.h"
#include "core/pipeline/salience_json.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <charconv>
#include <map>
#include <set>

namespace bitsmith::cli {
namespace {

std::string percent(double share) { return fmt::format("{:.2f} %", 100 * share); }
std::string times(double ratio) { return ratio > 0 ? fmt::format("{:.1f} x", ratio) : "-"; }

std::string channelsText(std::uint64_t count, const std::vector<std::uint32_t>& first) {
    if (count == 0) return "none";
    std::string out = fmt::format(
        "{}: {}", count,
        fmt::join(first.begin(), first.begin() + std::min<std::ptrdiff_t>(4, std::ssize(first)),
                  ", "));
    return count > 4 ? out + ", ..." : out;
}

std::string skippedText(const std::vector<SkippedTensor>& skipped) {
    std::string out;
    for (const SkippedTensor& s : skipped)
        out += fmt::format("left out: {}: {}\n", s.tensor, s.error.message);
    return out;
}

Json skippedJson(const std::vector<SkippedTensor>& skipped) {
    Json out = Json::array();
    for (const SkippedTensor& s : skipped)
        out.push_back({{"name", s.tensor}, {"error", s.error.message}});
    return out;
}

template <class Options>
Status readOptions(const AnalyzeOptions& o, const char* what, Options& out) {
    if (!o.plot.empty() || !o.bits.empty() || !o.recipes.empty() || o.tokens > 0)
        return fail(ErrorCode::Usage,
                    "--plot, --bits, --recipe and --tokens say nothing with --what {}", what);
    out.text = o.text;
    out.calibration = o.calibration;
    out.tensors = o.tensors;
    out.again = o.again;
    return {};
}

Status refuseMetrics(const AnalyzeOptions& o, const char* what) {
    if (o.metrics.empty() && o.groupSizes.empty()) return {};
    return fail(ErrorCode::Usage, "--metric and --group-size say nothing with --what {}", what);
}

Result<std::size_t> groupSizeOf(const std::vector<std::string>& given) {
    if (given.empty()) return SalienceStudyOptions().groupSize;
    const std::string digits = given[0].starts_with('g') ? given[0].substr(1) : given[0];
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
    if (given.size() > 1 || error != std::errc() || end != digits.data() + digits.size() ||
        size == 0)
        return fail(ErrorCode::Usage,
                    "--group-size {}: salience is summed over groups of one size, as in "
                    "--group-size 128",
                    fmt::join(given, ","));
    return size;
}

// ---- Salience

Json salienceJson(const std::vector<SalienceTable>& tables, const std::string& model,
                  std::size_t groupSize) {
    Json out = {{"metric", "salience"},
                {"model", model},
                {"group_size", groupSize},
                {"tensors", Json::array()},
                {"skipped", Json::array()}};
    std::map<std::string, std::size_t> places;
    for (const SalienceTable& table : tables) {
        for (const auto& [name, numbers] : table.tensors) {
            const auto [at, fresh] = places.emplace(name, out["tensors"].size());
            if (fresh)
                out["tensors"].push_back({{"name", name},
                                          {"rows", numbers.rows},
                                          {"cols", numbers.cols},
                                          {"values", Json::array()}});
            out["tensors"][at->second]["values"].push_back(toJson(numbers));
        }
        for (Json row : skippedJson(table.skipped)) {
            row["metric"] = table.metric;
            out["skipped"].push_back(std::move(row));
        }
    }
    return out;
}

std::string salienceText(const std::vector<SalienceTable>& tables) {
    std::string out;
    for (const SalienceTable& t : tables) {
        const SalienceInfo& info = findSalience(t.metric)->info();
        out += fmt::format("{}{}: {} ({})\n\n", out.empty() ? "" : "\n", info.title, info.formula,
                           info.paper);
        Table table({"tensor", ">top 0.1 %", ">top 1 %", ">top 5 %", ">top 1 % of channels",
                     ">largest channel", "outlier channels", ">kurtosis"});
        for (const auto& [name, n] : t.tensors)
            table.add({name, percent(n.topWeights.p01), percent(n.topWeights.p1),
                       percent(n.topWeights.p5), percent(n.topChannels.p1), times(n.channelRatio),
                       channelsText(n.outliers, n.outlierChannels),
                       fmt::format("{:.2f}", n.kurtosis)});
        out += table.text();
        out += skippedText(t.skipped);
        // One sentence per input is enough: its matrices share it.
        std::set<std::string> said;
        for (const auto& [name, n] : t.tensors)
            for (const std::string& note : n.notes) {
                const std::string line =
                    fmt::format("{}: {}\n", n.input.empty() ? name : n.input, note);
                if (said.insert(line).second) out += line;
            }
    }
    return "Shares of the total that the largest weights hold; the largest input channel against "
           "the median one\n\n" +
           out;
}

// ---- Outliers

Json outliersJson(const OutlierTable& t, const std::string& model, double factor) {
    Json out = {
        {"metric", "outliers"}, {"model", model}, {"factor", factor}, {"tensors", Json::array()}};
    for (const auto& [name, numbers] : t.tensors) {
        Json row = {{"name", name}};
        row.update(toJson(numbers));
        out["tensors"].push_back(std::move(row));
    }
    out["skipped"] = skippedJson(t.skipped);
    return out;
}

std::string outliersText(const OutlierTable& t, double factor) {
    Table table({"tensor", ">kurtosis", ">largest |w|", ">channel |w|", "outliers", ">channel |x|",
                 ">largest |x|", "outliers"});
    for (const auto& [name, n] : t.tensors)
        table.add(
            {name, fmt::format("{:.2f}", n.kurtosis), times(n.largestWeight), times(n.weightRatio),
             channelsText(n.weightOutliers, n.weightChannels), times(n.inputRatio),
             times(n.inputPeak),
             n.inputRatio > 0 ? channelsText(n.inputOutliers, n.inputChannels) : std::string("-")});
    return fmt::format("Kurtosis of the weights (3: normal); the largest weight against the mean "
                       "one; the largest channel by mean |w| or mean |x| against the\nmedian one; "
                       "the largest |x| against the median channel's mean. Outliers: channels "
                       "beyond {} times the median\n\n",
                       factor) +
           table.text() + skippedText(t.skipped);
}

// ---- Spectrum

Json spectrumJson(const SpectrumTable& t, const std::string& model) {
    Json out = {{"metric", "spectrum"}, {"model", model}, {"tensors", Json::array()}};
    for (const SpectrumTable::Row& row : t.tensors)
        out["tensors"].push_back({{"name", row.tensor},
                                  {"rows", row.rows},
                                  {"cols", row.cols},
                                  {"weights", toJson(row.weights)},
                                  {"input", row.input.empty() ? Json(nullptr) : Json(row.input)},
                                  {"inputs", row.inputs ? toJson(*row.inputs) : Json(nullptr)}});
    out["skipped"] = skippedJson(t.skipped);
    return out;
}

std::string spectrumText(const SpectrumTable& t) {
    Table table({"tensor", ">values", ">effective rank", ">stable rank", ">90 %", ">99 %",
                 ">largest", ">inputs: effective", ">90 %", ">99 %"});
    for (const SpectrumTable::Row& row : t.tensors) {
        const SpectrumNumbers& w = row.weights;
        std::vector<std::string> cells = {row.tensor,
                                          std::to_string(w.count),
                                          fmt::format("{:.1f}", w.effectiveRank),
                                          fmt::format("{:.1f}", w.stableRank),
                                          std::to_string(w.rank90),
                                          std::to_string(w.rank99),
                                          fmt::format("{:.4g}", w.largest)};
        if (row.inputs) {
            cells.push_back(fmt::format("{:.1f}", row.inputs->effectiveRank));
            cells.push_back(std::to_string(row.inputs->rank90));
            cells.push_back(std::to_string(row.inputs->rank99));
        } else {
            cells.insert(cells.end(), {"-", "-", "-"});
        }
        table.add(std::move(cells));
    }
    return "Singular values of the weights, and of the layer's inputs where a text was named; 90 % "
           "and 99 %: how many hold so much of the energy\n\n" +
           table.text() + skippedText(t.skipped);
}

} // namespace

AnalyzeAction declareSalience(CLI::App& app) {
    const auto own = std::make_shared<SalienceStudyOptions>();
    app.add_option("--damping", own->damping,
                   "salience: added to the Gram matrix, as a fraction of its mean diagonal")
        ->check(CLI::Range(0.0, 100.0))
        ->capture_default_str();
    return [own](Session& session, const AnalyzeOptions& o) -> Status {
        SalienceStudyOptions options = *own;
        BITSMITH_CHECK(readOptions(o, "salience", options));
        BITSMITH_TRY(options.groupSize, groupSizeOf(o.groupSizes));
        options.metrics = o.metrics;
        options.outlierFactor = o.outlierFactor;
        BITSMITH_TRY(const auto model, session.model(o.model));
        BITSMITH_TRY(const Engine engine, session.engine(true));
        BITSMITH_TRY(const auto tables,
                     session.run<std::vector<SalienceTable>>(0, [&](RunContext& context) {
                         return studySalience(model, options, engine, context);
                     }));
        if (session.json())
            session.print(salienceJson(tables, model->name(), options.groupSize));
        else
            session.print(salienceText(tables));
        return {};
    };
}

AnalyzeAction declareOutliers(CLI::App&) {
    return [](Session& session, const AnalyzeOptions& o) -> Status {
        TensorStudyOptions options;
        BITSMITH_CHECK(readOptions(o, "outliers", options));
        BITSMITH_CHECK(refuseMetrics(o, "outliers"));
        const double factor = o.outlierFactor;
        BITSMITH_TRY(const auto model, session.model(o.model));
        BITSMITH_TRY(const Engine engine, session.engine(true));
        BITSMITH_TRY(const auto table, session.run<OutlierTable>(0, [&](RunContext& context) {
            return studyOutliers(model, options, factor, engine, context);
        }));
        if (session.json())
            session.print(outliersJson(table, model->name(), factor));
        else
            session.print(outliersText(table, factor));
        return {};
    };
}

AnalyzeAction declareSpectrum(CLI::App&) {
    return [](Session& session, const AnalyzeOptions& o) -> Status {
        TensorStudyOptions options;
        BITSMITH_CHECK(readOptions(o, "spectrum", options));
        BITSMITH_CHECK(refuseMetrics(o, "spectrum"));
        BITSMITH_TRY(const auto model, session.model(o.model));
        BITSMITH_TRY(const Engine engine, session.engine(true));
        BITSMITH_TRY(const auto table, session.run<SpectrumTable>(0, [&](RunContext& context) {
            return studySpectra(model, options, engine, context);
        }));
        if (session.json())
            session.print(spectrumJson(table, model->name()));
        else
            session.print(spectrumText(table));
        return {};
    };
}

} // namespace bitsmith::cli
