// Where a model's tensors come from: a tensor archive, or a container of quantized ones. The model
// above knows what the tensors mean; a source knows how they are stored.
#pragma once

#include "core/base/result.h"
#include "core/tensor/activation_scheme.h"
#include "core/tensor/quantized_matrix.h"
#include "core/tensor/tensor_view.h"
#include "core/tensor/weight_matrix.h"

#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bitsmith {

struct SourceTensor {
    std::string name;
    Shape shape;                        // as in the original file, where quantized
    std::string dtype;                  // "BF16"; "affine3" where quantized
    bool floating = false;              // holds real numbers (quantized ones do)
    std::uint64_t bytes = 0;            // stored, all parts
    std::optional<MatrixLayout> layout; // where quantized
    std::string activations = {};       // see TensorInfo
};

// A file of a model's folder beside its weights: config.json, tokenizer files. Lies on disk, or
// only in memory (for a source that is no folder).
struct SideFile {
    std::string name;
    std::filesystem::path path; // empty: the content is in memory
    std::string content;
};

// Errors: those of MappedFile and AtomicFile.
Status writeSideFile(const SideFile& file, const std::filesystem::path& target);
// Errors (BadInput): unreadable, or larger than 256 MB.
Result<std::string> sideFileText(const SideFile& file);

class TensorSource {
public:
    virtual ~TensorSource() = default;
    const std::vector<SourceTensor>& tensors() const { return m_tensors; } // sorted by name
    const SourceTensor* find(std::string_view name) const;
    virtual std::string contentKey() const = 0;

    // `tensor` is one of tensors(). matrix(): a 2-D floating one; transposed: stored (in, out).
    virtual Result<std::shared_ptr<const WeightMatrix>> matrix(const SourceTensor& tensor,
                                                               bool transposed) const = 0;
    virtual Result<std::vector<float>> values(const SourceTensor& tensor,
                                              bool transposed) const = 0; // in file order
    // A dense tensor's bytes in file order. Errors (Unsupported): a quantized one.
    virtual Result<StoredTensor> stored(const SourceTensor& tensor) const = 0;
    // A quantized tensor as codes and parameters; nullptr where it is dense.
    virtual Result<std::shared_ptr<const QuantizedMatrix>>
    quantized(const SourceTensor& tensor) const {
        (void)tensor;
        return std::shared_ptr<const QuantizedMatrix>();
    }
    virtual void release(const SourceTensor& tensor) const = 0;

    // Of static activations; empty where there are none.
    virtual const ActivationRanges& activationRanges() const {
        static const ActivationRanges None;
        return None;
    }

    // "safetensors", "gguf", "gptq", "awq", "compressed-tensors", "pytorch", "bitsmith".
    virtual std::string_view format() const = 0;
    // What stands in for the folder's own files where the source is no folder with config.json and
    // tokenizer (GGUF); empty otherwise.
    virtual const std::vector<SideFile>& sideFiles() const {
        static const std::vector<SideFile> None;
        return None;
    }

    // Why this is no network that can be run, or has no tokenizer, where the source knows better
    // than what the side files show. Without the path.
    virtual std::optional<Error> notRunnable() const { return std::nullopt; }
    virtual std::optional<Error> noTokenizer() const { return std::nullopt; }

protected:
    std::vector<SourceTensor> m_tensors;
};

// path: as openTensorArchive. Errors: its errors.
Result<std::shared_ptr<const TensorSource>> openArchiveSource(const std::filesystem::path& path);
// path: a folder with a bitsmith.json. Errors: as openContainer.
Result<std::shared_ptr<const TensorSource>> openContainerSource(const std::filesystem::path& path);
// path: as openTensorArchive; a checkpoint whose config.json says how it is quantized
// ("quantization_config": gptq, awq, compressed-tensors). The names of its tensors are those of the
// unquantized model. config: the whole config.json. Errors: BadInput, the tensors disagree with the
// configuration; Unsupported, a method that is not known, naming it.
Result<std::shared_ptr<const TensorSource>> openPackedSource(const std::filesystem::path& path,
                                                             const nlohmann::json& config);
// path: a .gguf file, or a part of a split one. Tensor names, row order and side files are those of
// the Hugging Face folder that such a file is made from; an architecture that is not known keeps
// the names of the file. Errors: as GgufFile::open; BadInput, metadata and tensors disagree.
Result<std::shared_ptr<const TensorSource>> openGgufSource(const std::filesystem::path& path);

} // namespace bitsmith
