// bitsmith export MODEL --format F -o PATH [--target T] [--param KEY=VALUE] [--dry-run]
#include "core/pipeline/export.h"
#include "app/cli/session.h"
#include "app/cli/table.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace bitsmith::cli {
namespace {

std::vector<std::string> formats() {
    std::vector<std::string> ids;
    for (const Exporter* exporter : allExporters()) ids.emplace_back(exporter->info().id);
    return ids;
}

std::string formatHelp() {
    std::string text = "Format of the output:";
    for (const Exporter* exporter : allExporters()) {
        text += fmt::format("\n{}: {}", exporter->info().id, exporter->info().summary);
        const auto params = exporter->defaults();
        for (const Field& field : params->fields()) {
            std::string values;
            for (const std::string& choice : field.info.choices)
                values.append(values.empty() ? "" : "|").append(choice);
            text += fmt::format("\n  --param {}={}: {}", field.id, values.empty() ? "N" : values,
                                field.info.help);
        }
    }
    return text;
}

Json problemsJson(const ExportCheck& check) {
    Json problems = Json::array();
    for (const ExportProblem& p : check.preview.problems)
        problems.push_back(
            {{"tensor", p.tensor}, {"message", p.message}, {"remedy", p.remedy}, {"blocks", true}});
    for (const TargetProblem& p : check.problems)
        problems.push_back({{"tensor", p.tensor},
                            {"message", p.message},
                            {"remedy", p.remedy},
                            {"blocks", p.blocks}});
    return problems;
}

Json rowsJson(const ExportPreview& preview) {
    Json rows = Json::array();
    for (const ExportRow& row : preview.rows) {
        Json item = {
            {"name", row.tensor}, {"from", row.from}, {"to", row.to}, {"bytes", row.bytes}};
        if (!row.note.empty()) item["note"] = row.note;
        rows.push_back(std::move(item));
    }
    return rows;
}

std::string previewText(const ExportCheck& check) {
    Table table({"tensor", "from", "to", ">size", "note"});
    for (const ExportRow& row : check.preview.rows)
        table.add({row.tensor, row.from, row.to, bytesText(row.bytes), row.note});
    std::string text =
        table.text() + fmt::format("\n{}{} in all\n", check.preview.exact ? "" : "at most ",
                                   bytesText(check.preview.bytes));
    for (const std::string& note : check.preview.notes) text += fmt::format("note: {}\n", note);
    for (const Json& problem : problemsJson(check))
        text += fmt::format("{}: {}{}{}. {}\n", problem["blocks"] ? "problem" : "caveat",
                            problem["tensor"].get_ref<const std::string&>(),
                            problem["tensor"] == "" ? "" : ": ",
                            problem["message"].get_ref<const std::string&>(),
                            problem["remedy"].get_ref<const std::string&>());
    return text;
}

bool isBlocked(const ExportCheck& check) {
    return !check.preview.problems.empty() ||
           std::ranges::any_of(check.problems, &TargetProblem::blocks);
}

} // namespace

Result<std::shared_ptr<const Params>> exportParams(const std::string& format,
                                                   const std::vector<std::string>& settings) {
    const Exporter* exporter = findExporter(format);
    if (!exporter) return fail(ErrorCode::Usage, "there is no export format '{}'", format);
    std::shared_ptr<Params> params = exporter->defaults();
    for (const std::string& setting : settings) {
        const auto equals = setting.find('=');
        if (equals == 0 || equals == std::string::npos)
            return fail(ErrorCode::Usage, "--param '{}' is not KEY=VALUE", setting);
        BITSMITH_CHECK(params->setText(setting.substr(0, equals), setting.substr(equals + 1)));
    }
    return params;
}

Action declareExport(CLI::App& app) {
    struct Options {
        std::string model, output;
        std::vector<std::string> params;
        ExportOptions options;
        bool dryRun = false, noVerify = false;
    };
    auto o = std::make_shared<Options>();
    app.add_option("MODEL", o->model, "A finished quantization, or any other model")->required();
    app.add_option("--format", o->options.format, formatHelp())
        ->required()
        ->check(CLI::IsMember(formats()));
    app.add_option("-o,--output", o->output, "Folder, or file for gguf");
    app.add_option("--param", o->params, "KEY=VALUE of the format; may be repeated")
        ->expected(1)
        ->take_all();
    app.add_option("--target", o->options.target,
                   "Also check the rules of this program (see `bitsmith targets`)");
    app.add_flag("--dry-run", o->dryRun, "Say what would be written, and write nothing");
    app.add_flag("--replace", o->options.replace, "Replace an earlier export at the output");
    app.add_flag("--no-verify", o->noVerify, "Do not read the result back");
    return [o](Session& session) -> Status {
        BITSMITH_TRY(const auto model, session.model(o->model));
        ExportOptions options = o->options;
        options.output = o->output;
        options.verify = !o->noVerify;
        BITSMITH_TRY(options.params, exportParams(options.format, o->params));
        if (o->dryRun) {
            BITSMITH_TRY(const ExportCheck check, checkExport(*model, options));
            if (session.json())
                session.print(Json{{"format", options.format},
                                   {"bytes", check.preview.bytes},
                                   {"exact", check.preview.exact},
                                   {"tensors", rowsJson(check.preview)},
                                   {"notes", check.preview.notes},
                                   {"problems", problemsJson(check)}});
            else
                session.print(previewText(check));
            if (isBlocked(check))
                return fail(ErrorCode::Usage, "cannot be exported as {}; see the problems listed",
                            options.format);
            return {};
        }
        BITSMITH_TRY(const Engine engine, session.engine(true));
        BITSMITH_TRY(const auto r, session.run<ExportResult>(0, [&](RunContext& context) {
            return exportModel(model, options, engine, context);
        }));
        if (session.json()) {
            Json files = Json::array();
            for (const ExportedFile& file : r.files)
                files.push_back({{"name", file.name.string()}, {"bytes", file.bytes}});
            session.print(Json{{"format", r.format},
                               {"output", o->output},
                               {"bytes", r.bytes},
                               {"files", files},
                               {"verified_tensors", r.verified},
                               {"notes", r.notes},
                               {"seconds", r.seconds}});
            return {};
        }
        std::string text;
        for (const ExportedFile& file : r.files)
            text += fmt::format("{}  {}\n", file.name.string(), bytesText(file.bytes));
        for (const std::string& note : r.notes) text += fmt::format("note: {}\n", note);
        session.print(
            text +
            fmt::format(
                "{} written to {} in {:.1f} s{}\n", bytesText(r.bytes), o->output, r.seconds,
                options.verify ? fmt::format("; {} tensors read back and equal", r.verified) : ""));
        return {};
    };
}

} // namespace bitsmith::cli
