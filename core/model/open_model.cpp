// Puts a model together: tensors from a source, meaning from config.json, text from a tokenizer.
#include "core/base/atomic_file.h"
#include "core/base/hash.h"
#include "core/io/coded_tensors.h"
#include "core/io/compressed_file.h"
#include "core/io/container_file.h"
#include "core/io/packed/checkpoint.h"
#include "core/model/coded_source.h"
#include "core/model/inventory.h"
#include "core/model/model.h"
#include "core/model/tensor_source.h"
#include "core/text/text_files.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

namespace bitsmith {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t ConfigLimit = std::size_t{16} << 20;
constexpr std::size_t UnknownMinColumns = 32;

Result<nlohmann::json> parseConfig(const fs::path& path, const std::string& text) {
    try {
        return nlohmann::json::parse(text);
    } catch (const nlohmann::json::exception& error) {
        // The library quotes what it read last, however long and whatever its bytes.
        const std::string what =
            utf8::replaceInvalid(std::string_view(error.what()).substr(0, 300));
        return fail(ErrorCode::BadInput, "'{}': {}. Fetch config.json again", path.string(), what);
    }
}

std::string storedType(const nlohmann::json& config) {
    for (const char* key : {"dtype", "torch_dtype"})
        if (config.is_object() && config.contains(key) && config[key].is_string())
            return config[key].get<std::string>();
    return {};
}

// The folder's name; with its parent's in front where it says nothing by itself.
std::string nameOf(const fs::path& folder) {
    const std::string name = folder.filename().string();
    const std::string parent = folder.parent_path().filename().string();
    return (name == "model" || name == "hf") && !parent.empty() ? parent : name;
}

std::uint64_t elements(const Shape& shape) {
    return static_cast<std::uint64_t>(elementCount(shape));
}

class StoredModel final : public Model {
public:
    StoredModel(const fs::path& path, std::shared_ptr<const TensorSource> source)
        : m_source(std::move(source)) {
        m_path = path;
        const fs::path whole = fs::absolute(path).lexically_normal();
        m_name = nameOf(whole.has_filename() ? whole : whole.parent_path());
        for (const auto& tensor : m_source->tensors()) m_bytes += tensor.bytes;
    }

    // The small files lie in this folder although the model is a file.
    void useFolder(const fs::path& folder) { m_folder = folder; }

    // configText: empty without a config.json.
    Status describe(const std::string& configText) {
        m_configText = configText;
        std::vector<TensorUse> uses;
        if (const auto reason = m_source->notRunnable()) {
            m_whyNotRunnable = {reason->code, fmt::format("'{}': {}. Its tensors can be inspected "
                                                          "and quantized without calibration",
                                                          m_path.string(), reason->message)};
        } else if (configText.empty()) {
            m_whyNotRunnable = {ErrorCode::Unsupported,
                                fmt::format("'{}' has no config.json beside its weights, so its "
                                            "architecture is unknown. Its tensors can be "
                                            "inspected and quantized without calibration",
                                            m_path.string())};
        } else {
            BITSMITH_TRY(auto config, parseConfig(m_path / "config.json", configText));
            // The source knows how the weights are packed; what they mean stays.
            if (config.is_object() && m_source->format() != "safetensors")
                config.erase("quantization_config");
            auto architecture = describeArchitecture(config);
            if (architecture) {
                resolvePrefix(*architecture, *m_source);
                uses = tensorsOf(*architecture);
                const Status checked = checkTensors(uses, *m_source, m_path, storedType(config));
                if (checked) {
                    m_family = architecture->family;
                    m_architecture = std::move(*architecture);
                } else if (checked.error().code == ErrorCode::Unsupported) {
                    m_whyNotRunnable = checked.error();
                    uses.clear();
                } else {
                    return fail(checked.error());
                }
            } else {
                m_whyNotRunnable = std::move(architecture).error();
                m_whyNotRunnable.message =
                    fmt::format("'{}': {}", m_path.string(), m_whyNotRunnable.message);
                if (m_whyNotRunnable.code != ErrorCode::Unsupported) return fail(m_whyNotRunnable);
            }
        }
        listTensors(uses);
        return {};
    }

    void loadText(const TextFiles& files) {
        if (const auto reason = m_source->noTokenizer()) return noTokenizer(reason->message);
        auto tokenizer = loadTokenizer(files);
        if (!tokenizer)
            m_whyNoTokenizer = std::move(tokenizer).error();
        else if (!*tokenizer)
            noTokenizer("no tokenizer.json, tokenizer.model or vocab.json beside the weights");
        else
            m_tokenizer = std::move(*tokenizer);
    }

    void noTokenizer(std::string_view reason) {
        m_whyNoTokenizer = {ErrorCode::BadInput,
                            fmt::format("'{}' has no tokenizer: {}", m_path.string(), reason)};
    }

    Result<std::shared_ptr<const WeightMatrix>> matrix(std::string_view name) const override {
        BITSMITH_TRY(const SourceTensor* tensor, required(name));
        if (tensor->shape.size() != 2 || !tensor->floating)
            return fail(ErrorCode::BadInput, "tensor '{}' is no matrix of real numbers: {} of {}",
                        name, shapeText(tensor->shape), tensor->dtype);
        return m_source->matrix(*tensor, m_transposed.contains(name));
    }

    Result<std::vector<float>> values(std::string_view name) const override {
        BITSMITH_TRY(const SourceTensor* tensor, required(name));
        return m_source->values(*tensor, m_transposed.contains(name));
    }

    Result<StoredTensor> stored(std::string_view name) const override {
        BITSMITH_TRY(const SourceTensor* tensor, required(name));
        return m_source->stored(*tensor);
    }

    Result<std::shared_ptr<const QuantizedMatrix>> quantized(std::string_view name) const override {
        BITSMITH_TRY(const SourceTensor* tensor, required(name));
        return m_source->quantized(*tensor);
    }

    std::vector<SideFile> sideFiles() const override {
        if (!m_source->sideFiles().empty()) return m_source->sideFiles();
        static constexpr const char* Names[] = {"config.json",
                                                "generation_config.json",
                                                "tokenizer.json",
                                                "tokenizer.model",
                                                "tokenizer_config.json",
                                                "special_tokens_map.json",
                                                "added_tokens.json",
                                                "vocab.json",
                                                "merges.txt",
                                                "chat_template.jinja"};
        std::vector<SideFile> files;
        std::error_code ignored;
        const fs::path folder = m_folder.empty() ? m_path : m_folder;
        if (fs::is_directory(folder, ignored))
            for (const char* name : Names)
                if (fs::is_regular_file(folder / name, ignored))
                    files.push_back({name, folder / name, {}});
        return files;
    }

    const ActivationRanges& activationRanges() const override {
        return m_source->activationRanges();
    }
    std::string_view format() const override { return m_source->format(); }

    void release(std::string_view name) const override {
        if (const SourceTensor* tensor = m_source->find(name)) m_source->release(*tensor);
    }

private:
    Result<const SourceTensor*> required(std::string_view name) const {
        const SourceTensor* tensor = m_source->find(name);
        if (!tensor)
            return fail(ErrorCode::BadInput, "'{}' has no tensor '{}'", m_path.string(), name);
        return tensor;
    }

    // What the architecture uses, in order of use; then the rest by name.
    void listTensors(const std::vector<TensorUse>& uses) {
        std::set<std::string_view> used;
        for (const auto& use : uses) {
            const SourceTensor& tensor = *m_source->find(use.info.name);
            TensorInfo info = use.info;
            info.dtype = tensor.dtype;
            info.bytes = tensor.bytes;
            info.layout = tensor.layout;
            info.activations = tensor.activations;
            m_parameters += elements(info.shape);
            if (use.transposed) m_transposed.insert(info.name);
            used.insert(tensor.name);
            m_tensors.push_back(std::move(info));
        }
        for (const auto& tensor : m_source->tensors()) {
            if (used.contains(tensor.name)) continue;
            TensorInfo info;
            info.name = tensor.name;
            info.shape = tensor.shape;
            info.dtype = tensor.dtype;
            info.bytes = tensor.bytes;
            info.layout = tensor.layout;
            info.role = "other";
            if (tensor.shape.size() == 2) {
                info.rows = static_cast<std::size_t>(tensor.shape[0]);
                info.cols = static_cast<std::size_t>(tensor.shape[1]);
            }
            // Beside a known architecture the rest is buffers and copies: no parameters.
            if (!m_architecture) {
                m_parameters += elements(info.shape);
                info.quantizable =
                    tensor.floating && info.rows > 0 && info.cols >= UnknownMinColumns;
            }
            m_tensors.push_back(std::move(info));
        }
        index();
    }

    std::string computeContentKey() const override {
        return Hasher().add(m_source->contentKey()).add(m_configText).hex();
    }

    std::shared_ptr<const TensorSource> m_source;
    fs::path m_folder; // of the side files, where `m_path` is a file
    std::string m_configText;
    std::set<std::string, std::less<>> m_transposed;
};

// "GGUF" at the start of a file says more than its name.
bool isGguf(const fs::path& path) {
    if (path.extension() == ".gguf") return true;
    std::error_code ignored;
    if (!fs::is_regular_file(path, ignored)) return false; // reading a pipe would wait
    std::ifstream file(path, std::ios::binary);
    char magic[4] = {};
    return file.read(magic, sizeof(magic)) && std::string_view(magic, sizeof(magic)) == "GGUF";
}

// Its config.json and tokenizer files are made from its metadata.
Result<std::shared_ptr<const Model>> openGgufModel(const fs::path& path) {
    BITSMITH_TRY(auto source, openGgufSource(path));
    TextFiles files(path.string());
    for (const SideFile& file : source->sideFiles()) files.add(file.name, file.content);
    auto model = std::make_shared<StoredModel>(path, std::move(source));
    std::string config;
    if (files.has("config.json")) {
        BITSMITH_TRY(config, files.read("config.json", ConfigLimit));
    }
    BITSMITH_CHECK(model->describe(config));
    model->loadText(files);
    return model;
}

// A coded safetensors file has config.json and tokenizer beside it, or is a bare file. A folder may
// hold coded files in place of the plain ones.
Result<std::shared_ptr<const Model>> openCodedModel(const fs::path& path) {
    std::error_code code;
    const fs::path folder = fs::is_directory(path, code) ? path
                            : path.has_parent_path()     ? path.parent_path()
                                                         : fs::path(".");
    std::string config;
    if (fs::exists(folder / "config.json", code)) {
        BITSMITH_TRY(config, readTextFile(folder / "config.json", ConfigLimit));
        BITSMITH_TRY(const auto parsed, parseConfig(folder / "config.json", config));
        BITSMITH_TRY(const auto packing, packedConfig(folder, parsed));
        if (!packing.is_null())
            return fail(ErrorCode::Unsupported,
                        "'{}' is a coded file of packed weights, whose parts are not decoded one "
                        "by one. Give it back with `bitsmith decompress` and open that",
                        path.string());
    }
    BITSMITH_TRY(auto source, openCodedSource(path));
    auto model = std::make_shared<StoredModel>(path, std::move(source));
    BITSMITH_CHECK(model->describe(config));
    if (config.empty()) {
        model->noTokenizer("it is a single file; put config.json and the tokenizer beside it");
    } else {
        model->useFolder(folder);
        model->loadText(TextFiles::folder(folder));
    }
    return model;
}

} // namespace

Result<std::shared_ptr<const Model>> openModel(const fs::path& path) {
    std::error_code code;
    const fs::file_status status = fs::status(path, code);
    if (!fs::exists(status))
        return fail(ErrorCode::BadInput,
                    "'{}' does not exist. Give a model folder, or a .safetensors, .gguf or PyTorch "
                    "(.bin, .pth) file",
                    path.string());
    const bool folder = fs::is_directory(status);
    if (!folder && isGguf(path)) return openGgufModel(path);
    if (!folder && CompressedFile::isOne(path)) {
        BITSMITH_TRY(const auto file, CompressedFile::open(path));
        return file->info().format == "gguf" ? openGgufModel(path) : openCodedModel(path);
    }
    if (folder && !isContainer(path) && CodedTensors::isIn(path)) return openCodedModel(path);
    std::string config;
    nlohmann::json parsed;
    if (folder && fs::exists(path / "config.json", code)) {
        BITSMITH_TRY(config, readTextFile(path / "config.json", ConfigLimit));
        if (config.empty())
            return fail(ErrorCode::BadInput, "'{}' is empty. Fetch it again",
                        (path / "config.json").string());
        BITSMITH_TRY(parsed, parseConfig(path / "config.json", config));
    }
    const bool container = folder && isContainer(path);
    nlohmann::json packing;
    if (folder && !container) {
        BITSMITH_TRY(packing, packedConfig(path, parsed));
    }
    BITSMITH_TRY(auto source, container            ? openContainerSource(path)
                              : !packing.is_null() ? openPackedSource(path, parsed)
                                                   : openArchiveSource(path));
    auto model = std::make_shared<StoredModel>(path, std::move(source));
    BITSMITH_CHECK(model->describe(config));
    if (folder)
        model->loadText(TextFiles::folder(path));
    else
        model->noTokenizer("it is a single file; open its folder instead");
    return model;
}

} // namespace bitsmith
