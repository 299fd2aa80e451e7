// A model folder in the way of Hugging Face: safetensors shards with an index, config.json and
// tokenizer files. Shared by the exporters that write such folders; what the tensors are is theirs.
#pragma once

#include "core/exporters/exporter.h"
#include "core/io/safetensors.h"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace bitsmith {

// Takes the bytes of a stored tensor, in one or several calls.
using EmitBytes = std::function<Status(std::span<const std::byte>)>;

// One tensor of the model and the stored tensors that it becomes.
struct OutputTensor {
    std::string tensor;                                // the model's name
    std::vector<SafetensorsWriter::Declaration> parts; // all in one shard
    // Emits exactly the declared bytes of a part. matrix: where the model's tensor is quantized,
    // otherwise null.
    std::function<Status(const Model&, const QuantizedMatrix* matrix, std::size_t part,
                         const EmitBytes&)>
        write;
    std::uint64_t bytes() const;
};

struct FolderContent {
    std::vector<OutputTensor> tensors;
    std::vector<SideFile> files;
    std::uint64_t shardBytes = 0; // of tensors per shard; one tensor may be larger
};

// Names and exact sizes of all files that writeFolder makes. Errors (BadInput): a side file that is
// gone.
Result<std::vector<ExportedFile>> predictFolder(const FolderContent& content);
// target: an empty folder. Memory: one tensor. Errors: those of the model and of SafetensorsWriter.
Result<std::vector<ExportedFile>> writeFolder(const Model& model, const FolderContent& content,
                                              const std::filesystem::path& target,
                                              RunContext& context);

// A tensor as it is stored. Errors (Unsupported): its type has no name in a safetensors file.
Result<OutputTensor> copiedTensor(const TensorInfo& info);

// The model's config.json without what says how it was quantized; null where there is none.
// Errors (BadInput): broken.
Result<nlohmann::ordered_json> plainConfig(const Model& model);
// "float16": under the name that the configuration uses already ("torch_dtype" or "dtype").
void setConfigType(nlohmann::ordered_json& config, const char* type);
// The model's side files with this config.json; `more` are added (name, text).
std::vector<SideFile> sideFilesWith(const Model& model, const nlohmann::ordered_json& config,
                                    const std::map<std::string, std::string>& more);

} // namespace bitsmith
