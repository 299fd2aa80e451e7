// bitsmith quantize MODEL [--plan FILE | plan options] [--target NAME [--fix]] [--text FILE] -o OUT
// [--resume]
#include "core/pipeline/quantize.h"
#include "app/cli/plan_options.h"
#include "app/cli/table.h"
#include "app/cli/target_options.h"
#include "core/pipeline/planned_export.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace bitsmith::cli {
namespace {

Json toJson(const QuantizeResult& r) {
    Json tensors = Json::array();
    for (const LayerReport& t : r.tensors) {
        Json row = {{"name", t.name},   {"recipe", t.recipe},
                    {"bits", t.bits},   {"bpw", t.bitsPerWeight},
                    {"bytes", t.bytes}, {"weight_error", t.weightError}};
        row["output_error"] = t.outputError >= 0 ? Json(t.outputError) : Json(nullptr);
        row["damping"] = t.damping;
        row["dead_columns"] = t.deadColumns;
        row["seconds"] = t.seconds;
        row["notes"] = t.notes;
        tensors.push_back(std::move(row));
    }
    return {{"experiment", r.experiment ? Json(r.experiment->value) : Json(nullptr)},
            {"output", r.output.string()},
            {"bpw", r.bitsPerWeight},
            {"bytes", r.bytes},
            {"original_bytes", r.originalBytes},
            {"seconds", r.seconds},
            {"peak_rss_bytes", r.peakRssBytes},
            {"tensors", tensors}};
}

std::string toText(const QuantizeResult& r) {
    Table table({"tensor", "recipe", ">bits", ">bpw", ">size", ">weight error", ">output error",
                 ">seconds"});
    for (const LayerReport& t : r.tensors)
        table.add({t.name, t.recipe, std::to_string(t.bits), fmt::format("{:.3f}", t.bitsPerWeight),
                   bytesText(t.bytes), fmt::format("{:.3e}", t.weightError),
                   t.outputError >= 0 ? fmt::format("{:.3e}", t.outputError) : "-",
                   fmt::format("{:.2f}", t.seconds)});
    return table.text() +
           fmt::format(
               "\n{:.4f} bits per weight; {} (was {}); {:.1f} s, peak memory {}\nwritten to {}{}\n",
               r.bitsPerWeight, bytesText(r.bytes), bytesText(r.originalBytes), r.seconds,
               bytesText(r.peakRssBytes), r.output.string(),
               r.experiment ? fmt::format(", experiment {}", r.experiment->value) : "");
}

namespace fs = std::filesystem;

std::vector<std::string> formats() {
    std::vector<std::string> ids;
    for (const Exporter* exporter : allExporters()) ids.emplace_back(exporter->info().id);
    return ids;
}

// Where the run keeps its container until it is exported.
fs::path containerBeside(const fs::path& output) {
    return output.parent_path() / (output.filename().string() + ".container");
}

// The container has done its part once it is exported; if that fails it stays, with a way out.
Result<ExportResult> exportFinished(const QuantizeResult& r, const ExportOptions& options,
                                    const Engine& engine, const Session& session) {
    BITSMITH_TRY(auto model, openModel(r.output));
    auto written = session.run<ExportResult>(
        0, [&](RunContext& context) { return exportModel(model, options, engine, context); });
    if (!written)
        return fail(written.error().code,
                    "{}\nThe finished quantization is at '{}': export it with `bitsmith export`",
                    written.error().message, r.output.string());
    model.reset();
    if (r.experiment) {
        BITSMITH_TRY(Experiment experiment, engine.store->load(*r.experiment));
        std::erase_if(experiment.artifacts,
                      [](const Artifact& a) { return a.kind == "container"; });
        experiment.bytes = written->bytes;
        BITSMITH_CHECK(engine.store->finish(experiment));
    }
    std::error_code ignored;
    fs::remove_all(r.output, ignored);
    return written;
}

} // namespace

Action declareQuantize(CLI::App& app) {
    struct Options {
        std::string model, planFile, text, format = "bitsmith", output;
        std::vector<std::string> exportParams;
        PlanOptions plan;
        TargetOptions target;
        QuantizeOptions quantize;
    };
    auto o = std::make_shared<Options>();
    app.add_option("MODEL", o->model, "Folder, .safetensors, .gguf or PyTorch file, or demo")
        ->required();
    auto* planFile = app.add_option("--plan", o->planFile, "A plan written by `bitsmith plan`");
    o->plan.declare(app);
    for (const char* option : {"--recipe", "--preset", "--bits", "--group-size", "--param", "--set",
                               "--budget-bpw", "--budget-size", "--allocator", "--allocator-param",
                               "--min-bits", "--max-bits", "--sensitivity", "--lock"})
        planFile->excludes(app.get_option(option));
    o->target.declare(app);
    app.add_option("--text", o->text, "Calibration text (UTF-8); recipes such as gptq need one");
    app.add_option("--imatrix", o->quantize.imatrix,
                   "Instead of a text: an importance matrix (.gguf or .dat), as llama.cpp's tools "
                   "and `bitsmith calibrate` write it")
        ->excludes(app.get_option("--text"));
    app.add_option("--samples", o->quantize.calibration.samples, "Calibration sequences")
        ->capture_default_str();
    app.add_option("--context", o->quantize.calibration.context,
                   "Tokens per calibration sequence; 0: the model's own, at most 2048");
    app.add_option("--seed", o->quantize.seed, "Same seed, same bytes")->capture_default_str();
    app.add_option("--format", o->format, "Format of OUT")
        ->check(CLI::IsMember(formats()))
        ->capture_default_str();
    app.add_option("--export-param", o->exportParams,
                   "KEY=VALUE of the format (see `bitsmith export --help`); may be repeated")
        ->expected(1)
        ->take_all();
    app.add_option("-o,--output", o->output, "Folder to write, or file for gguf")->required();
    app.add_flag("--resume", o->quantize.resume,
                 "Go on with an interrupted run; finished tensors are kept");
    app.add_flag("--allow-nonfinite", o->quantize.allowNonFinite,
                 "Take NaN and infinite weights as 0");
    return [o](Session& session) -> Status {
        BITSMITH_TRY(const auto model, session.model(o->model));
        std::shared_ptr<const Plan> plan;
        if (o->planFile.empty()) {
            o->plan.measuring.text = o->text;
            o->plan.measuring.calibration = o->quantize.calibration;
            BITSMITH_TRY(PlannedBudget planned, o->plan.make(model, o->target, session));
            plan = std::move(planned.plan);
        } else {
            BITSMITH_TRY(plan, readPlan(o->planFile, *model));
            BITSMITH_TRY(plan, o->target.mended(std::move(plan), *model));
        }
        BITSMITH_TRY(const CheckedPlan checked, o->target.check(std::move(plan), *model));
        BITSMITH_CHECK(refuseBlocked(checked));
        plan = checked.plan;
        QuantizeOptions options = o->quantize;
        const bool exports = o->format != "bitsmith";
        ExportOptions exported{.format = o->format, .output = o->output};
        options.output = exports ? containerBeside(o->output) : fs::path(o->output);
        if (exports) {
            BITSMITH_TRY(exported.params, exportParams(o->format, o->exportParams));
            std::error_code ignored;
            if (fs::exists(exported.output, ignored))
                return fail(ErrorCode::Failed, "'{}' is there already. Choose another output",
                            o->output);
            // Hours of work for what the format cannot hold would be lost.
            BITSMITH_TRY(const ExportCheck ahead, checkPlannedExport(model, *plan, exported));
            BITSMITH_CHECK(refuseProblems(ahead, exported));
        }
        options.calibrationText = o->text;
        options.calibration.seed = options.seed;
        if (o->text.empty() && options.imatrix.empty() && o->model == "demo")
            for (const auto& row : plan->tensors)
                if (row->recipe && row->recipe->needsStats() && options.calibrationText.empty()) {
                    BITSMITH_TRY(options.calibrationText, demoCalibrationFile());
                }
        BITSMITH_TRY(const Engine engine, session.engine(true));
        BITSMITH_TRY(auto r, session.run<QuantizeResult>(options.seed, [&](RunContext& context) {
            return quantize(model, plan, options, engine, context);
        }));
        std::optional<ExportResult> written;
        if (exports) {
            BITSMITH_TRY(written, exportFinished(r, exported, engine, session));
            r.output = o->output;
            r.bytes = written->bytes;
        }
        if (session.json()) {
            Json json = toJson(r);
            if (written) json["format"] = written->format;
            json["problems"] = problemsJson(checked.problems);
            session.print(json);
        } else {
            session.print(toText(r) + problemsText(checked));
        }
        return {};
    };
}

} // namespace bitsmith::cli
