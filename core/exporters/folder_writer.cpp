#include "core/exporters/folder_writer.h"

#include "core/base/atomic_file.h"
#include "core/base/message.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace bitsmith {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t EmitAtOnce = std::size_t{8} << 20; // bytes between two checkpoints
constexpr std::size_t ConfigLimit = std::size_t{16} << 20;

std::uint64_t bytesOf(const SafetensorsWriter::Declaration& part) {
    return static_cast<std::uint64_t>(elementCount(part.shape)) * byteSize(part.dtype);
}

struct PartRef {
    const OutputTensor* tensor = nullptr;
    std::size_t part = 0;
    const SafetensorsWriter::Declaration& declaration() const { return tensor->parts[part]; }
};

struct Shard {
    std::string name;
    std::vector<PartRef> parts;
    std::vector<SafetensorsWriter::Declaration> declarations() const {
        std::vector<SafetensorsWriter::Declaration> out;
        for (const PartRef& part : parts) out.push_back(part.declaration());
        return out;
    }
};

const std::map<std::string, std::string>& metadata() {
    static const std::map<std::string, std::string> Format{{"format", "pt"}};
    return Format;
}

// Parts of whole 8-byte words stay together with their tensor, so that each is loaded once; the few
// others follow, wide types first. Every tensor is then aligned for its type.
void alignParts(Shard& shard) {
    std::ranges::stable_sort(shard.parts, [](const PartRef& a, const PartRef& b) {
        const auto rank = [](const PartRef& p) {
            return bytesOf(p.declaration()) % 8 == 0 ? std::size_t{0}
                                                     : 9 - byteSize(p.declaration().dtype);
        };
        return rank(a) < rank(b);
    });
}

std::vector<Shard> shardsOf(const FolderContent& content) {
    std::vector<Shard> shards(1);
    std::uint64_t filled = 0;
    for (const OutputTensor& tensor : content.tensors) {
        const std::uint64_t bytes = tensor.bytes();
        if (filled > 0 && filled + bytes > content.shardBytes) {
            shards.emplace_back();
            filled = 0;
        }
        filled += bytes;
        for (std::size_t i = 0; i < tensor.parts.size(); ++i)
            shards.back().parts.push_back({&tensor, i});
    }
    for (std::size_t i = 0; i < shards.size(); ++i) {
        alignParts(shards[i]);
        shards[i].name = shards.size() == 1 ? "model.safetensors"
                                            : fmt::format("model-{:05}-of-{:05}.safetensors", i + 1,
                                                          shards.size());
    }
    return shards;
}

// Empty for a single file, which needs none.
std::string indexText(const std::vector<Shard>& shards) {
    if (shards.size() < 2) return {};
    nlohmann::json map = nlohmann::json::object();
    std::uint64_t total = 0;
    for (const Shard& shard : shards)
        for (const PartRef& part : shard.parts) {
            map[part.declaration().name] = shard.name;
            total += bytesOf(part.declaration());
        }
    const nlohmann::ordered_json index{{"metadata", {{"total_size", total}}}, {"weight_map", map}};
    return index.dump(2) + "\n";
}

constexpr const char* IndexName = "model.safetensors.index.json";

} // namespace

std::uint64_t OutputTensor::bytes() const {
    std::uint64_t total = 0;
    for (const auto& part : parts) total += bytesOf(part);
    return total;
}

Result<std::vector<ExportedFile>> predictFolder(const FolderContent& content) {
    std::vector<ExportedFile> out;
    const auto shards = shardsOf(content);
    for (const Shard& shard : shards)
        out.push_back({shard.name, safetensorsFileBytes(shard.declarations(), metadata())});
    if (const std::string index = indexText(shards); !index.empty())
        out.push_back({IndexName, index.size()});
    for (const SideFile& file : content.files) {
        std::uint64_t bytes = file.content.size();
        if (!file.path.empty()) {
            std::error_code error;
            bytes = fs::file_size(file.path, error);
            if (error)
                return fail(ErrorCode::BadInput, "cannot read '{}': {}", file.path.string(),
                            error.message());
        }
        out.push_back({file.name, bytes});
    }
    return out;
}

Result<std::vector<ExportedFile>> writeFolder(const Model& model, const FolderContent& content,
                                              const fs::path& target, RunContext& context) {
    const auto shards = shardsOf(content);
    std::uint64_t total = 1, done = 0;
    for (const OutputTensor& tensor : content.tensors) total += tensor.bytes();
    const OutputTensor* current = nullptr;
    std::shared_ptr<const QuantizedMatrix> matrix;
    for (const Shard& shard : shards) {
        BITSMITH_TRY(auto writer, SafetensorsWriter::create(target / shard.name,
                                                            shard.declarations(), metadata()));
        const EmitBytes emit = [&](std::span<const std::byte> bytes) -> Status {
            for (std::size_t at = 0; at < bytes.size(); at += EmitAtOnce) {
                const auto piece = bytes.subspan(at, std::min(EmitAtOnce, bytes.size() - at));
                BITSMITH_CHECK(writer.write(piece));
                done += piece.size();
                context.checkpoint(static_cast<double>(done) / static_cast<double>(total));
            }
            return {};
        };
        for (const PartRef& part : shard.parts) {
            if (current != part.tensor) {
                if (current) model.release(current->tensor);
                current = part.tensor;
                matrix.reset();
                const TensorInfo* info = model.find(current->tensor);
                if (info && info->layout) {
                    BITSMITH_TRY(matrix, model.quantized(current->tensor));
                }
            }
            BITSMITH_CHECK(current->write(model, matrix.get(), part.part, emit));
        }
        BITSMITH_CHECK(writer.finish());
    }
    if (current) model.release(current->tensor);
    if (const std::string index = indexText(shards); !index.empty())
        BITSMITH_CHECK(writeFileAtomically(target / IndexName, index));
    for (const SideFile& file : content.files)
        BITSMITH_CHECK(writeSideFile(file, target / file.name));
    return predictFolder(content);
}

Result<OutputTensor> copiedTensor(const TensorInfo& info) {
    const auto dtype = dtypeFromName(info.dtype);
    if (!dtype)
        return fail(ErrorCode::Unsupported, "{}",
                    "elements of {} have no place in a safetensors file"_message(info.dtype));
    return OutputTensor{.tensor = info.name,
                        .parts = {{info.name, *dtype, info.shape}},
                        .write = [name = info.name](const Model& model, const QuantizedMatrix*,
                                                    std::size_t, const EmitBytes& emit) -> Status {
                            BITSMITH_TRY(const StoredTensor stored, model.stored(name));
                            return emit(stored.bytes);
                        }};
}

Result<nlohmann::ordered_json> plainConfig(const Model& model) {
    for (const SideFile& file : model.sideFiles()) {
        if (file.name != "config.json") continue;
        std::string text = file.content;
        if (!file.path.empty()) {
            BITSMITH_TRY(text, readTextFile(file.path, ConfigLimit));
        }
        auto config = nlohmann::ordered_json::parse(text, nullptr, false);
        if (!config.is_object())
            return fail(ErrorCode::BadInput, "the config.json of '{}' is not a JSON object",
                        model.path().string());
        config.erase("quantization_config");
        config.erase("compression_config");
        return config;
    }
    return nlohmann::ordered_json();
}

void setConfigType(nlohmann::ordered_json& config, const char* type) {
    if (!config.is_object()) return;
    config[config.contains("dtype") ? "dtype" : "torch_dtype"] = type;
    if (config.contains("dtype") && config.contains("torch_dtype")) config["torch_dtype"] = type;
}

std::vector<SideFile> sideFilesWith(const Model& model, const nlohmann::ordered_json& config,
                                    const std::map<std::string, std::string>& more) {
    std::vector<SideFile> files;
    if (config.is_object()) files.push_back({"config.json", {}, config.dump(2) + "\n"});
    for (const SideFile& file : model.sideFiles())
        if (file.name != "config.json" && !more.contains(file.name)) files.push_back(file);
    for (const auto& [name, text] : more) files.push_back({name, {}, text});
    std::ranges::sort(files, {}, &SideFile::name);
    return files;
}

} // namespace bitsmith
