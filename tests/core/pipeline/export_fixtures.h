// For tests of exporting: finished quantizations of a small model, and a model that does something
// at the n-th tensor that is asked of it (stops the run, fills the disk, gives wrong numbers).
#pragma once

#include "core/pipeline/export.h"
#include "core/pipeline/measure.h"
#include "core/pipeline/quantize.h"
#include "tests/support/model_files.h"
#include "tests/ui/small_model.h"

#include <QTemporaryDir>

#include <functional>

namespace bitsmith::test {

// Everything of another model; `asked` is called with the number of each request for weights.
class WatchedModel final : public Model {
public:
    using Asked = std::function<void(std::size_t)>;
    WatchedModel(std::shared_ptr<const Model> model, Asked asked)
        : m_model(std::move(model)), m_asked(std::move(asked)) {
        m_path = m_model->path();
        m_name = m_model->name();
        m_family = m_model->family();
        m_tensors = m_model->tensors();
        m_parameters = m_model->parameters();
        m_bytes = m_model->bytes();
        if (m_model->architecture()) m_architecture = *m_model->architecture();
        index();
    }
    // The codes that an exporter gets; what the export is compared with stays true.
    std::function<void(QuantizedMatrix&)> change;

    Result<std::shared_ptr<const WeightMatrix>> matrix(std::string_view tensor) const override {
        return m_model->matrix(tensor);
    }
    Result<std::vector<float>> values(std::string_view tensor) const override {
        return m_model->values(tensor);
    }
    Result<StoredTensor> stored(std::string_view tensor) const override {
        m_asked(m_count++);
        return m_model->stored(tensor);
    }
    Result<std::shared_ptr<const QuantizedMatrix>>
    quantized(std::string_view tensor) const override {
        m_asked(m_count++);
        BITSMITH_TRY(const auto matrix, m_model->quantized(tensor));
        if (!matrix || !change) return matrix;
        auto changed = std::make_shared<QuantizedMatrix>(*matrix);
        change(*changed);
        return changed;
    }
    std::vector<SideFile> sideFiles() const override { return m_model->sideFiles(); }
    std::string_view format() const override { return m_model->format(); }
    void release(std::string_view tensor) const override { m_model->release(tensor); }

private:
    std::string computeContentKey() const override { return m_model->contentKey(); }
    std::shared_ptr<const Model> m_model;
    Asked m_asked;
    mutable std::size_t m_count = 0;
};

struct Wanted {
    std::string recipe = "rtn";
    int bits = 4;
    std::vector<std::string> settings;
    auto operator<=>(const Wanted&) const = default;
};

// Quantizations are made once, in a folder that goes with the object.
class ExportWorkshop {
public:
    ExportWorkshop() {
        // Rows that every block type divides; the demo's tokenizer, which GGUF can hold.
        const std::filesystem::path demo = BITSMITH_SOURCE_DIR "/resources/demo";
        m_made =
            writeSmallModel(at("model"), {.hidden = 256, .mlp = 512, .blocks = 2, .words = 1022});
        for (const char* name : {"tokenizer.json", "tokenizer_config.json"})
            writeText(at("model") / name, fileText(demo / "model" / name));
        writeText(at("text.txt"), fileText(demo / "held_out.txt").substr(0, 4000));
        writeText(at("calibration.txt"), fileText(demo / "calibration.txt").substr(0, 8000));
    }
    const Status& made() const { return m_made; }
    std::filesystem::path at(const std::string& name) const {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }
    Engine engine(bool store = false) const {
        Engine e =
            makeEngine("cpu", store ? at("experiments.db") : std::filesystem::path()).value();
        e.calibrationFolder = at("calibration");
        return e;
    }

    static Result<std::shared_ptr<const Plan>> plan(const Model& model, const Wanted& wanted) {
        BITSMITH_TRY(const auto recipe, findRecipe(wanted.recipe));
        BITSMITH_TRY(auto plan, makePlan(model.name(), model.contentKey(), planTensors(model),
                                         recipe, wanted.bits));
        for (const std::string& setting : wanted.settings) {
            BITSMITH_TRY(plan, withSetting(*plan, setting));
        }
        return plan;
    }
    Result<std::filesystem::path> quantization(const Wanted& wanted) {
        auto& folder = m_finished[wanted];
        if (!folder.empty()) return folder;
        BITSMITH_TRY(const auto model, openModel(at("model")));
        BITSMITH_TRY(const auto recipe, findRecipe(wanted.recipe));
        BITSMITH_TRY(const auto plan, this->plan(*model, wanted));
        const auto output = at("quantized" + std::to_string(m_finished.size()));
        QuantizeOptions options{.output = output, .calibration = {.samples = 4, .context = 64}};
        if (recipe->needsStats()) options.calibrationText = at("calibration.txt");
        RunContext context;
        BITSMITH_CHECK(quantize(model, plan, options, engine(true), context));
        return folder = output;
    }

    Result<double> perplexity(const std::filesystem::path& path) const {
        BITSMITH_TRY(const auto model, openModel(path));
        RunContext context;
        BITSMITH_TRY(const auto r, evaluateModel(model, nullptr, at("text.txt"), {.context = 64},
                                                 engine(), context));
        return r.perplexity;
    }

    // Opens `from` and exports it.
    Result<ExportResult> exported(const std::filesystem::path& from,
                                  const ExportOptions& options) const {
        BITSMITH_TRY(const auto model, openModel(from));
        RunContext context;
        return exportModel(model, options, engine(), context);
    }

private:
    QTemporaryDir m_folder;
    Status m_made;
    std::map<Wanted, std::filesystem::path> m_finished;
};

// Of a file, or of a folder's files.
inline std::uint64_t bytesAt(const std::filesystem::path& path) {
    if (std::filesystem::is_regular_file(path)) return std::filesystem::file_size(path);
    std::uint64_t bytes = 0;
    for (const auto& [name, content] : folderBytes(path)) bytes += content.size();
    return bytes;
}

inline std::vector<std::string> namesIn(const std::filesystem::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
}

} // namespace bitsmith::test
