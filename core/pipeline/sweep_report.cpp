#include "core/pipeline/sweep_report.h"

#include "core/pipeline/svg_plot.h"

#include <algorithm>

namespace bitsmith {
namespace {

std::string quoted(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == text.npos) return text;
    std::string out = "\"";
    for (const char c : text) {
        out += c;
        if (c == '"') out += c;
    }
    return out + '"';
}

} // namespace

std::string sweepCsv(const SweepResult& result) {
    std::string out = "series,label,recipe,bits,state,bits_per_weight,bytes,original_bytes,"
                      "kl_mean,kl_p999,same_top,perplexity,baseline_perplexity,seconds,"
                      "peak_rss_bytes,experiment,"
                      "protocol,error\r\n";
    for (const SweepRow& r : result.rows) {
        out += fmt::format("{},{},{},{},{},", quoted(r.series), quoted(r.label), quoted(r.recipe),
                           r.bits > 0 ? std::to_string(r.bits) : "", r.state);
        if (r.state == "done")
            out += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},", r.bitsPerWeight, r.bytes,
                               result.originalBytes, r.klMean, r.klP999, r.sameTop, r.perplexity,
                               r.baselinePerplexity, r.seconds, r.peakRssBytes,
                               r.experiment ? r.experiment->value : 0, quoted(result.protocol));
        else
            out += ",,,,,,,,,,,,";
        out += quoted(r.error) + "\r\n";
    }
    return out;
}

std::string sweepSvg(const SweepResult& result, SweepAxis axis) {
    std::vector<PlotSeries> series;
    double baseline = 0;
    for (const SweepRow& r : result.rows) {
        if (r.state != "done") continue;
        auto at = std::ranges::find(series, r.series, &PlotSeries::name);
        if (at == series.end()) at = series.insert(series.end(), {r.series, {}});
        baseline = r.baselinePerplexity;
        at->points.push_back(
            {axis == SweepAxis::Bytes ? static_cast<double>(r.bytes) / 1e6 : r.bitsPerWeight,
             r.klMean,
             fmt::format("{}: {:.3f} bits per weight, {} bytes, KL {:.4f}, perplexity {:.3f}",
                         r.label, r.bitsPerWeight, r.bytes, r.klMean, r.perplexity)});
    }
    PlotText text;
    text.title = fmt::format("{}: size against divergence", result.model);
    text.subtitle = fmt::format("{}; full precision: perplexity {:.3f}, {:.2f} MB", result.protocol,
                                baseline, static_cast<double>(result.originalBytes) / 1e6);
    text.xTitle = axis == SweepAxis::Bytes
                      ? "size of the whole container (MB)"
                      : "bits per weight, as stored (scales, tables and states counted)";
    text.yTitle = "KL divergence from full precision (nats per token)";
    return svgPlot(series, text);
}

} // namespace bitsmith
