// bitsmith analyze MODEL --what compressibility [...]
#include "app/cli/analyze.h"
#include "app/cli/table.h"
#include "core/base/atomic_file.h"
#include "core/pipeline/compressibility.h"
#include "core/pipeline/svg_plot.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace bitsmith::cli {
namespace {

Json splitJson(const BitsSplit& split, std::uint64_t codes) {
    const double n = static_cast<double>(std::max<std::uint64_t>(1, codes));
    return {{"codes", split.codes / n},
            {"scales", split.scales / n},
            {"zeros", split.zeros / n},
            {"index", split.index / n},
            {"total", split.total() / n}};
}

// Bits are per weight where nothing else is said.
Json codesJson(const CodeStatistics& s) {
    return {{"weights", s.codes},
            {"entropy", s.entropy},
            {"entropy_given_row", s.entropyGivenRow},
            {"entropy_given_group", s.entropyGivenGroup},
            {"entropy_given_previous", s.entropyGivenPrevious},
            {"scale_entropy", s.scaleEntropy},
            {"zero_entropy", s.zeroEntropy},
            {"bits_paid", splitJson(s.paid, s.codes)},
            {"bits_needed", splitJson(s.needed, s.codes)},
            {"wasted_bits", s.ranges.mean},
            {"wasted_bits_max", s.ranges.max}};
}

Json quantizedJson(const QuantizedModelCodes& r, const std::string& model) {
    Json out = {{"metric", "compressibility"},
                {"model", model},
                {"kind", "quantized"},
                {"tensors", Json::array()}};
    for (const QuantizedTensorCodes& t : r.tensors) {
        Json row = {{"name", t.name},
                    {"format", t.statistics.layout.name()},
                    {"bits", t.statistics.codeBits},
                    {"group_size", t.statistics.groupSize}};
        row.update(codesJson(t.statistics));
        row["coded_bpw"] = 8.0 * static_cast<double>(t.codedBytes) /
                           static_cast<double>(std::max<std::uint64_t>(1, t.statistics.codes));
        row["histogram"] = t.statistics.histogram;
        if (!t.coders.coders.empty()) {
            row["coded_codes"] = t.coders.codes;
            row["coders"] = Json::array();
            for (const CoderSize& c : t.coders.coders)
                row["coders"].push_back({{"id", c.id},
                                         {"title", c.title},
                                         {"bytes", c.bytes},
                                         {"bits_per_code", c.bitsPerCode},
                                         {"encode_seconds", c.encodeSeconds},
                                         {"decode_seconds", c.decodeSeconds}});
        }
        out["tensors"].push_back(std::move(row));
    }
    out["total"] = codesJson(r.total);
    out["total"]["coded_bpw"] = 8.0 * static_cast<double>(r.codedBytes) /
                                static_cast<double>(std::max<std::uint64_t>(1, r.total.codes));
    out["skipped"] = r.skipped;
    return out;
}

std::string quantizedText(const QuantizedModelCodes& r) {
    Table table({"tensor", "format", ">entropy", ">given row", ">given group", ">given previous",
                 ">paid", ">needed", ">coded", ">wasted"});
    const auto add = [&](const std::string& name, const std::string& format,
                         const CodeStatistics& s, std::uint64_t coded) {
        const auto bits = [](double value) { return fmt::format("{:.3f}", value); };
        table.add({name, format, bits(s.entropy), bits(s.entropyGivenRow),
                   bits(s.entropyGivenGroup), bits(s.entropyGivenPrevious), bits(s.bitsPaid()),
                   bits(s.bitsNeeded()),
                   bits(8.0 * static_cast<double>(coded) /
                        static_cast<double>(std::max<std::uint64_t>(1, s.codes))),
                   bits(s.ranges.mean)});
    };
    for (const QuantizedTensorCodes& t : r.tensors)
        add(t.name, t.statistics.layout.name(), t.statistics, t.codedBytes);
    add("all", "", r.total, r.codedBytes);
    std::string out = "Bits per weight; entropies per code. paid: as stored; needed: entropy of "
                      "codes, scales and zeros; coded: what the coder makes of the matrix\n\n" +
                      table.text();
    for (const QuantizedTensorCodes& t : r.tensors) {
        if (t.coders.coders.empty()) continue;
        out += fmt::format("\n{}: {} codes, entropy {:.4f}\n", t.name, t.coders.codes,
                           t.coders.entropy);
        Table coders({"  coder", ">bytes", ">bits per code", ">encode", ">decode"});
        for (const CoderSize& c : t.coders.coders) {
            const auto rate = [&](double seconds) {
                return seconds > 0
                           ? fmt::format("{:.0f} MB/s", t.coders.packedBytes / 1e6 / seconds)
                           : std::string("-");
            };
            coders.add({"  " + c.title, std::to_string(c.bytes),
                        fmt::format("{:.4f}", c.bitsPerCode), rate(c.encodeSeconds),
                        rate(c.decodeSeconds)});
        }
        out += coders.text();
    }
    for (const std::string& skipped : r.skipped) out += "left out: " + skipped + "\n";
    return out;
}

Json settingJson(const StudySetting& s) {
    return {{"recipe", s.recipe},
            {"bits", s.bits},
            {"granularity", s.granularity},
            {"zero", s.zero},
            {"smoothing", s.smoothing >= 0 ? Json(s.smoothing) : Json(nullptr)}};
}

Json valuesJson(const std::vector<StudySetting>& settings, const std::vector<StudyNumbers>& all) {
    Json out = Json::array();
    for (std::size_t i = 0; i < settings.size(); ++i) {
        const StudyNumbers& v = all[i];
        if (v.weights == 0) continue;
        Json row = settingJson(settings[i]);
        row["entropy"] = v.entropy;
        row["ratio"] = v.ratio;
        row["bpw"] = v.paid;
        row["coded_bpw"] = v.coded;
        row["sqnr_db"] = v.sqnr;
        if (v.outputError >= 0) row["output_error"] = v.outputError;
        row["wasted_bits"] = v.wasted;
        out.push_back(std::move(row));
    }
    return out;
}

Json studyJson(const StudyResult& r, const std::string& model) {
    Json out = {{"metric", "compressibility"},
                {"model", model},
                {"kind", "study"},
                {"tensors", Json::array()}};
    for (const StudyTensor& t : r.tensors)
        out["tensors"].push_back({{"name", t.name},
                                  {"rows", t.rows},
                                  {"cols", t.cols},
                                  {"values", valuesJson(r.settings, t.values)}});
    out["total"] = valuesJson(r.settings, r.model);
    out["activations"] = Json::array();
    for (const ActivationCodes& a : r.activations)
        out["activations"].push_back(
            {{"input", a.input.empty() ? Json(nullptr) : Json(a.input)},
             {"smoothing", a.smoothing >= 0 ? Json(a.smoothing) : Json(nullptr)},
             {"bits", a.bits},
             {"codes", a.codes},
             {"entropy_per_token_scale", a.entropyPerToken},
             {"entropy_per_tensor_scale", a.entropyPerTensor}});
    out["irregular"] = r.irregular;
    return out;
}

std::string studyText(const StudyResult& r) {
    Table table({"setting", ">entropy", ">ratio", ">bpw", ">coded bpw", ">SQNR dB", ">wasted"});
    for (std::size_t i = 0; i < r.settings.size(); ++i) {
        const StudyNumbers& v = r.model[i];
        if (v.weights == 0) continue;
        table.add({r.settings[i].label(), fmt::format("{:.3f}", v.entropy),
                   fmt::format("{:.3f}", v.ratio), fmt::format("{:.3f}", v.paid),
                   fmt::format("{:.3f}", v.coded), fmt::format("{:.2f}", v.sqnr),
                   fmt::format("{:.3f}", v.wasted)});
    }
    std::string out =
        fmt::format("{} tensors. entropy: bits per code; ratio: width / entropy; bpw: "
                    "packed with scales; coded bpw: entropy-coded, everything "
                    "counted\n\n{}",
                    r.tensors.size(), table.text());
    Table activations({"activations", ">bits", ">a scale per token", ">per tensor"});
    for (const ActivationCodes& a : r.activations)
        if (a.input.empty())
            activations.add({a.smoothing >= 0 ? fmt::format("smoothing {:.2f}", a.smoothing)
                                              : std::string("as they are"),
                             std::to_string(a.bits), fmt::format("{:.3f}", a.entropyPerToken),
                             fmt::format("{:.3f}", a.entropyPerTensor)});
    if (!r.activations.empty())
        out += "\nEntropy of activation codes, bits per code (they are not stored)\n" +
               activations.text();
    for (const std::string& line : r.irregular) out += "not as expected: " + line + "\n";
    return out;
}

// What every setting costs once it is coded, and what it loses: a line per granularity and kind of
// zero point, from few bits to many; strengths of SmoothQuant as lines of their own.
std::string studyPlot(const StudyResult& r, const std::string& model) {
    std::vector<PlotSeries> lines;
    for (std::size_t i = 0; i < r.settings.size(); ++i) {
        const StudySetting& setting = r.settings[i];
        const StudyNumbers& numbers = r.model[i];
        if (numbers.weights == 0) continue;
        std::string name =
            fmt::format("{} {} {}", setting.recipe, setting.granularity, setting.zero);
        if (setting.smoothing >= 0) name += fmt::format(", {} bits smoothed", setting.bits);
        auto line = std::ranges::find(lines, name, &PlotSeries::name);
        if (line == lines.end()) line = lines.insert(lines.end(), {name, {}});
        line->points.push_back({numbers.coded, numbers.noise / numbers.signal, setting.label()});
    }
    return svgPlot(lines, {.title = fmt::format("{}: how compressible its codes are", model),
                           .xTitle = "bits per weight, entropy-coded, scales and zeros counted",
                           .yTitle = "squared error of the weights, relative"});
}

StudyOptions studyOptions(const AnalyzeOptions& o, const std::vector<double>& smoothing) {
    StudyOptions study;
    if (!o.bits.empty()) study.bits = o.bits;
    if (!o.groupSizes.empty()) study.granularities = o.groupSizes;
    if (!o.recipes.empty()) study.recipes = o.recipes;
    if (!smoothing.empty()) study.smoothing = smoothing;
    study.text = o.text;
    study.calibration = o.calibration;
    study.tensors = o.tensors;
    // A bare number is a group size.
    for (std::string& granularity : study.granularities)
        if (granularity.find_first_not_of("0123456789") == granularity.npos)
            granularity.insert(0, "g");
    return study;
}

} // namespace

AnalyzeAction declareCompressibility(CLI::App& app) {
    struct Own {
        std::vector<double> smoothing;
        bool coders = false;
    };
    const auto own = std::make_shared<Own>();
    app.add_option("--smoothing", own->smoothing,
                   "compressibility: SmoothQuant strengths to try, 0 to 1 (0,0.25,0.5,0.75,1)")
        ->delimiter(',');
    app.add_flag("--coders", own->coders,
                 "compressibility: run each coder on each tensor of a quantized model (slow)");
    return [own](Session& session, const AnalyzeOptions& o) -> Status {
        BITSMITH_TRY(const auto model, session.model(o.model));
        const bool quantized = std::ranges::any_of(
            model->tensors(), [](const auto& t) { return t.layout.has_value(); });
        if (quantized) {
            const CoderOptions coders;
            BITSMITH_TRY(
                const auto r, session.run<QuantizedModelCodes>(0, [&](RunContext& context) {
                    return quantizedCodes(*model, own->coders ? &coders : nullptr, context);
                }));
            if (session.json())
                session.print(quantizedJson(r, model->name()));
            else
                session.print(quantizedText(r));
            return {};
        }
        const StudyOptions study = studyOptions(o, own->smoothing);
        BITSMITH_TRY(const Engine engine, session.engine(false));
        BITSMITH_TRY(const auto r, session.run<StudyResult>(0, [&](RunContext& context) {
            return studyCompressibility(model, study, engine, context);
        }));
        if (!o.plot.empty())
            BITSMITH_CHECK(writeFileAtomically(o.plot, studyPlot(r, model->name())));
        if (session.json())
            session.print(studyJson(r, model->name()));
        else
            session.print(studyText(r));
        return {};
    };
}

} // namespace bitsmith::cli
