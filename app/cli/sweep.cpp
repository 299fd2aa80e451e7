// bitsmith sweep MODEL --spec FILE.json [--texts FOLDER] [--csv FILE] [--plot FILE.svg] [--again]
// [--status]
#include "core/pipeline/sweep.h"
#include "app/cli/session.h"
#include "app/cli/table.h"
#include "core/base/atomic_file.h"
#include "core/pipeline/sweep_report.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace bitsmith::cli {
namespace {

Json rowJson(const SweepRow& r) {
    Json out = {{"label", r.label},   {"series", r.series},
                {"recipe", r.recipe}, {"bits", r.bits > 0 ? Json(r.bits) : Json(nullptr)},
                {"state", r.state},   {"from_store", r.fromStore}};
    if (!r.error.empty()) out["error"] = r.error;
    if (r.state != "done") return out;
    out["experiment"] = r.experiment ? Json(r.experiment->value) : Json(nullptr);
    out["bpw"] = r.bitsPerWeight;
    out["bytes"] = r.bytes;
    out["kl_mean"] = r.klMean;
    out["kl_p999"] = r.klP999;
    out["same_top"] = r.sameTop;
    out["perplexity"] = r.perplexity;
    out["baseline_perplexity"] = r.baselinePerplexity;
    out["seconds"] = r.seconds;
    out["peak_rss_bytes"] = r.peakRssBytes;
    return out;
}

Json toJson(const SweepResult& r) {
    Json out = {{"model", r.model},
                {"original_bytes", r.originalBytes},
                {"protocol", r.protocol},
                {"done", r.count("done")},
                {"failed", r.count("failed")},
                {"pending", r.count("pending")},
                {"results", Json::array()}};
    for (const SweepRow& row : r.rows) out["results"].push_back(rowJson(row));
    return out;
}

std::string toText(const SweepResult& r) {
    Table table({"point", "state", ">bpw", ">size", ">KL", ">KL 99.9 %", ">same top", ">perplexity",
                 ">experiment"});
    for (const SweepRow& row : r.rows) {
        const bool done = row.state == "done";
        const auto cell = [&](const std::string& text) { return done ? text : std::string(); };
        table.add({row.label, row.fromStore ? "stored" : row.state,
                   cell(fmt::format("{:.3f}", row.bitsPerWeight)), cell(bytesText(row.bytes)),
                   cell(fmt::format("{:.5f}", row.klMean)), cell(fmt::format("{:.3f}", row.klP999)),
                   cell(fmt::format("{:.2f} %", 100 * row.sameTop)),
                   cell(fmt::format("{:.4f}", row.perplexity)),
                   row.experiment ? std::to_string(row.experiment->value) : ""});
    }
    std::string out = fmt::format("{}, {}; KL in nats from full precision on {}\n\n{}\n{} done, {} "
                                  "failed, {} pending\n",
                                  r.model, bytesText(r.originalBytes), r.protocol, table.text(),
                                  r.count("done"), r.count("failed"), r.count("pending"));
    for (const SweepRow& row : r.rows)
        if (row.state == "failed") out += fmt::format("{}: {}\n", row.label, row.error);
    return out;
}

} // namespace

Action declareSweep(CLI::App& app) {
    struct Options {
        std::string model, spec, texts, csv, plot, axis = "bpw";
        SweepOptions sweep;
        bool status = false;
    };
    auto o = std::make_shared<Options>();
    app.add_option("MODEL", o->model, "Full-precision model: folder, file, or demo")->required();
    app.add_option("--spec", o->spec, "What to try and how to measure it, as JSON")->required();
    app.add_option("--texts", o->texts, "Where the texts that it names are, if not beside it");
    app.add_option("--csv", o->csv, "Also write the table to this file");
    app.add_option("--plot", o->plot, "Also draw size against KL divergence into this .svg file");
    app.add_option("--plot-x", o->axis, "The plot's size: bits per weight or bytes in all")
        ->check(CLI::IsMember({"bpw", "bytes"}))
        ->capture_default_str();
    app.add_flag("--again", o->sweep.again, "Measure points again that the database has");
    app.add_flag("--status", o->status, "Only tell what is there; measure nothing");
    return [o](Session& session) -> Status {
        BITSMITH_TRY(const SweepSpec spec, readSweepSpec(o->spec, o->texts));
        BITSMITH_TRY(const auto model, session.model(o->model));
        BITSMITH_TRY(const Engine engine, session.engine(true));
        BITSMITH_TRY(const SweepResult r,
                     session.run<SweepResult>(spec.calibration.seed, [&](RunContext& context) {
                         return o->status ? sweepSoFar(model, spec, engine)
                                          : runSweep(model, spec, o->sweep, engine, context);
                     }));
        if (!o->csv.empty()) BITSMITH_CHECK(writeFileAtomically(o->csv, sweepCsv(r)));
        if (!o->plot.empty())
            BITSMITH_CHECK(writeFileAtomically(
                o->plot,
                sweepSvg(r, o->axis == "bytes" ? SweepAxis::Bytes : SweepAxis::BitsPerWeight)));
        if (session.json())
            session.print(toJson(r));
        else
            session.print(toText(r));
        if (r.count("failed") > 0)
            return fail(ErrorCode::Failed, "{} of {} points failed", r.count("failed"),
                        r.rows.size());
        return {};
    };
}

} // namespace bitsmith::cli
