// Quantized checkpoints of other programs: a tensor archive in which some weights are several
// stored tensors (codes, scales, zero points), and the "quantization_config" that says how to read
// them. Layouts are found from headers and configuration; the numbers are touched by load().
// Byte layouts: AutoGPTQ and GPTQModel, AutoAWQ, compressed-tensors (vllm-project).
#pragma once

#include "core/base/result.h"
#include "core/io/tensor_archive.h"
#include "core/tensor/quantized_matrix.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace bitsmith {

// One quantized weight. load: unpacks it into memory; safe from several threads; borrows from the
// archive. Errors (BadInput): numbers that the layout forbids, naming the stored tensor.
struct PackedTensor {
    std::string name; // of the unquantized model: "model.layers.0.mlp.up_proj.weight"
    MatrixLayout layout;
    std::vector<const TensorArchive::Entry*> parts; // all stored tensors that belong to it
    std::function<Result<QuantizedMatrix>()> load;
};

struct PackedCheckpoint {
    std::string_view format;           // "gptq", "awq", "compressed-tensors"
    std::vector<PackedTensor> tensors; // sorted by name
    std::vector<std::string> notes;    // sentences for the user: what is there and is not used
};

// config: the object "quantization_config". The result borrows from `archive`.
// Errors: BadInput, stored tensors that disagree with each other or with the configuration, naming
// them and the rule; Unsupported, a method or a variant that is not known, naming it and what to
// do.
Result<PackedCheckpoint> findPackedTensors(const TensorArchive& archive,
                                           const nlohmann::json& config);

// The "quantization_config" of a checkpoint: the member of config.json (older files of
// compressed-tensors: "compression_config"), or what older programs wrote beside it
// (quantize_config.json, quant_config.json). null where the checkpoint is not quantized.
// folder: of the checkpoint. Errors: as readStrictJson; BadInput, not an object.
Result<nlohmann::json> packedConfig(const std::filesystem::path& folder,
                                    const nlohmann::json& config);

namespace packed {
// The readers of single methods, as findPackedTensors.
Result<PackedCheckpoint> findGptqTensors(const TensorArchive& archive,
                                         const nlohmann::json& config);
Result<PackedCheckpoint> findAwqTensors(const TensorArchive& archive, const nlohmann::json& config);
Result<PackedCheckpoint> findCompressedTensors(const TensorArchive& archive,
                                               const nlohmann::json& config);
Result<PackedCheckpoint> findFp8Tensors(const TensorArchive& archive, const nlohmann::json& config);
} // namespace packed

} // namespace bitsmith
