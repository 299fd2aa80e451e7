#include "core/pipeline/export.h"

#include "core/exporters/output_folder.h"
#include "core/io/container_file.h"
#include "core/pipeline/export_check.h"

#include <algorithm>
#include <chrono>
#include <regex>

namespace bitsmith {
namespace {

namespace fs = std::filesystem;

Result<const Exporter*> exporterOf(const ExportOptions& options) {
    if (const Exporter* found = findExporter(options.format)) return found;
    std::string known;
    for (const Exporter* e : allExporters())
        known.append(known.empty() ? "" : ", ").append(e->info().id);
    return fail(ErrorCode::Usage, "there is no export format '{}'; known: {}", options.format,
                known);
}

// The parameters to use; `own` keeps the defaults alive.
const Params& paramsOf(const Exporter& exporter, const ExportOptions& options,
                       std::unique_ptr<Params>& own) {
    if (options.params) return *options.params;
    own = exporter.defaults();
    return *own;
}

std::string joined(const std::vector<std::string>& lines) {
    constexpr std::size_t Most = 8;
    std::string text;
    for (std::size_t i = 0; i < std::min(lines.size(), Most); ++i) text += "\n  " + lines[i];
    if (lines.size() > Most) text += fmt::format("\n  and {} more", lines.size() - Most);
    return text;
}

bool isShardName(const std::string& name) {
    static const std::regex Shard(R"(model-\d{5}-of-\d{5}\.safetensors)");
    return std::regex_match(name, Shard);
}

// A folder with nothing but files that an export writes, or one file of the format.
Status checkPlace(const ExportOptions& options, const Exporter& exporter, const fs::path& output) {
    std::error_code error;
    const auto status = fs::symlink_status(output, error);
    if (!fs::exists(status)) return {};
    const bool folder = exporter.info().extension.empty();
    if (folder != fs::is_directory(status))
        return fail(ErrorCode::Failed,
                    "'{}' is there and is {}. Choose another name for the output", output.string(),
                    folder ? "not a folder" : "a folder");
    if (folder && fs::is_empty(output, error)) return {};
    if (!options.replace)
        return fail(ErrorCode::Failed,
                    "'{}' is there already. Choose another name, or allow to replace it",
                    output.string());
    if (!folder) return {};
    static constexpr std::string_view Known[] = {"config.json",
                                                 "generation_config.json",
                                                 "tokenizer.json",
                                                 "tokenizer.model",
                                                 "tokenizer_config.json",
                                                 "special_tokens_map.json",
                                                 "added_tokens.json",
                                                 "vocab.json",
                                                 "merges.txt",
                                                 "chat_template.jinja",
                                                 "quantize_config.json",
                                                 "model.bitsmith",
                                                 "model.safetensors",
                                                 "quant_config.json",
                                                 "bitsmith.json",
                                                 "model.safetensors.index.json"};
    for (fs::directory_iterator it(output, error), end; !error && it != end; it.increment(error)) {
        const std::string name = it->path().filename().string();
        if (std::ranges::find(Known, name) == std::end(Known) && !isShardName(name))
            return fail(ErrorCode::Failed,
                        "'{}' also holds '{}', which no export writes and which would be lost. "
                        "Choose another folder",
                        output.string(), name);
    }
    return {};
}

Status checkSpace(const fs::path& folder, std::uint64_t needed) {
    std::error_code error;
    const fs::space_info space = fs::space(folder, error);
    if (error || space.available >= needed) return {};
    return fail(ErrorCode::Resources, "the export needs {} MB, but '{}' has {} MB left",
                needed / 1'000'000 + 1, folder.string(), space.available / 1'000'000);
}

// The folder that the export is written in, beside the output; gone on every way out.
class Workplace {
public:
    explicit Workplace(fs::path folder) : m_folder(std::move(folder)) {}
    ~Workplace() { (void)removeFolder(m_folder); }
    Workplace(const Workplace&) = delete;
    const fs::path& folder() const { return m_folder; }

private:
    fs::path m_folder;
};

Status putInPlace(const fs::path& workplace, const std::vector<ExportedFile>& files, bool folder,
                  const fs::path& output) {
    if (folder) return replaceFolder(workplace, output);
    for (const ExportedFile& file : files) {
        std::error_code error;
        fs::rename(workplace / file.name, output.parent_path() / file.name, error);
        if (error) return folderFailure("put in place", output.parent_path() / file.name, error);
    }
    return {};
}

// A container has checksums: damage would be written on, into a format that has none.
Status checkSource(const Model& model, RunContext& context) {
    if (!isContainer(model.path())) return {};
    BITSMITH_TRY(const auto container, openContainer(model.path()));
    for (const TensorInfo& tensor : model.tensors()) {
        context.checkpoint();
        BITSMITH_CHECK(container->verify(tensor.name));
        model.release(tensor.name);
    }
    return {};
}

// The experiment that the model came from learns of its export.
Status recordExport(const Engine& engine, const Model& model, const ExportResult& result,
                    const fs::path& output) {
    if (!engine.store) return {};
    BITSMITH_TRY(const auto id, engine.store->findByArtifact(model.path()));
    if (!id) return {};
    BITSMITH_TRY(Experiment experiment, engine.store->load(*id));
    std::erase_if(experiment.artifacts, [&](const Artifact& a) { return a.path == output; });
    experiment.artifacts.push_back({result.format, output.string(), result.bytes});
    return engine.store->finish(experiment);
}

} // namespace

TargetModel targetModel(const Model& model) {
    TargetModel out{model.family(), {}};
    for (const TensorInfo& t : model.tensors())
        out.tensors.push_back({.name = t.name,
                               .role = t.role,
                               .block = t.block,
                               .rows = t.rows,
                               .cols = t.cols,
                               .layout = t.layout,
                               .quantizable = t.quantizable});
    return out;
}

Result<ExportCheck> checkExport(const Model& model, const ExportOptions& options) {
    BITSMITH_TRY(const Exporter* exporter, exporterOf(options));
    std::unique_ptr<Params> own;
    ExportCheck check;
    BITSMITH_TRY(check.preview, exporter->preview(model, paramsOf(*exporter, options, own)));
    if (!options.target.empty()) {
        BITSMITH_TRY(const Target* target, findTarget(options.target));
        // A dense export has no codes left that a program could refuse.
        if (options.format != "safetensors") check.problems = target->check(targetModel(model));
    }
    return check;
}

Status refuseProblems(const ExportCheck& check, const ExportOptions& options) {
    std::vector<std::string> lines;
    const auto add = [&](const std::string& tensor, const std::string& message,
                         const std::string& remedy) {
        lines.push_back(
            fmt::format("{}{}{}. {}", tensor, tensor.empty() ? "" : ": ", message, remedy));
    };
    for (const ExportProblem& p : check.preview.problems) add(p.tensor, p.message, p.remedy);
    for (const TargetProblem& p : check.problems)
        if (p.blocks) add(p.tensor, p.message, p.remedy);
    if (lines.empty()) return {};
    return fail(ErrorCode::Usage, "cannot be exported as {}:{}", options.format, joined(lines));
}

Result<ExportResult> exportModel(const std::shared_ptr<const Model>& model,
                                 const ExportOptions& options, const Engine& engine,
                                 RunContext& context) {
    const auto start = std::chrono::steady_clock::now();
    if (options.output.empty()) return fail(ErrorCode::Usage, "no output was given (-o)");
    BITSMITH_TRY(const Exporter* exporter, exporterOf(options));
    context.beginStep("checking", 0, 0.01);
    BITSMITH_TRY(const ExportCheck check, checkExport(*model, options));
    BITSMITH_CHECK(refuseProblems(check, options));
    const bool folder = exporter->info().extension.empty();
    const fs::path output = normalizedOutput(options.output);
    std::error_code ignored;
    if (fs::equivalent(output, model->path(), ignored))
        return fail(ErrorCode::Usage, "the output is the model itself; choose another name");
    BITSMITH_CHECK(checkPlace(options, *exporter, output));
    if (options.verify) BITSMITH_CHECK(checkSource(*model, context));

    const Workplace workplace(output.parent_path() / (output.filename().string() + ".export"));
    BITSMITH_CHECK(removeFolder(workplace.folder()));
    BITSMITH_CHECK(makeFolder(workplace.folder()));
    BITSMITH_CHECK(checkSpace(workplace.folder(), check.preview.bytes));
    context.beginStep("writing", 0.01, options.verify ? 0.7 : 1);
    std::unique_ptr<Params> own;
    const fs::path target = folder ? workplace.folder() : workplace.folder() / output.filename();
    ExportResult result;
    BITSMITH_TRY(result.files,
                 exporter->write(*model, paramsOf(*exporter, options, own), target, context));
    for (const ExportedFile& file : result.files) result.bytes += file.bytes;
    if (check.preview.exact ? result.bytes != check.preview.bytes
                            : result.bytes > check.preview.bytes)
        return fail(ErrorCode::Failed, "the export has {} bytes; {} were predicted", result.bytes,
                    check.preview.bytes);
    if (options.verify) {
        context.beginStep("reading back", 0.7, 1);
        const fs::path written = folder ? target : workplace.folder() / result.files.front().name;
        BITSMITH_TRY(result.verified, compareExport(*model, written, context));
    }
    BITSMITH_CHECK(checkPlace(options, *exporter, output)); // things may have happened since
    BITSMITH_CHECK(putInPlace(workplace.folder(), result.files, folder, output));
    result.format = options.format;
    result.notes = check.preview.notes;
    result.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    BITSMITH_CHECK(recordExport(engine, *model, result, output));
    return result;
}

} // namespace bitsmith
