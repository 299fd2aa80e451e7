// An immutable model: what a folder or file holds, tensor by tensor, and how to run it. Opening
// reads headers only; weights stay mapped until they are touched.
#pragma once

#include "core/base/result.h"
#include "core/model/architecture.h"
#include "core/model/tensor_source.h"
#include "core/tensor/weight_matrix.h"
#include "core/text/tokenizer.h"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bitsmith {

// One tensor as a user sees it.
struct TensorInfo {
    std::string name;         // as in the file, e.g. "model.layers.0.self_attn.q_proj.weight"
    Shape shape;              // as in the file; of the represented matrix where quantized
    std::string dtype;        // "BF16", ...; "affine3" for a 3-bit quantized tensor
    std::uint64_t bytes = 0;  // stored bytes, all parts counted
    std::string role;         // "attn.q", "mlp.down", "embedding", "norm", ...; "other" if unknown
    int block = -1;           // transformer block, -1 outside blocks
    bool quantizable = false; // a weight matrix of a linear layer inside a block (or any 2-D matrix
                              // of at least 32 columns where the architecture is unknown)
    bool onRequest = false;   // embedding or output head: quantized only where named
    std::size_t rows = 0, cols = 0;     // as a matrix: output x input features (transposed storage
                                        // resolved); 0 if not one
    std::optional<MatrixLayout> layout; // where quantized
    std::string input; // which block input it multiplies: "attn_in", "attn_out", "mlp_in",
                       // "mlp_hidden"; "" if none
    // What its inputs are to be rounded to (core/tensor/activation_scheme.h), where it was
    // quantized for that; "": nothing.
    std::string activations;
};

class Model {
public:
    virtual ~Model() = default;

    const std::filesystem::path& path() const { return m_path; }
    const std::string& name() const { return m_name; }     // the folder's or file's name
    const std::string& family() const { return m_family; } // "llama", ...; "unknown"
    const std::vector<TensorInfo>& tensors() const {
        return m_tensors;
    } // in order of use where known
    const TensorInfo* find(std::string_view tensor) const;
    std::uint64_t parameters() const { return m_parameters; } // tied weights counted once
    std::uint64_t bytes() const { return m_bytes; }           // of all tensors
    // Identity for caches and the store. The first call reads a few kilobytes of every tensor,
    // which takes seconds on a cold disk; opening does not wait for it. Safe from several threads.
    const std::string& contentKey() const;

    // The network, if it can be run. Otherwise whyNotRunnable() tells the user why (unknown
    // architecture and what is supported, no config.json, ...).
    const Architecture* architecture() const { return m_architecture ? &*m_architecture : nullptr; }
    const Error& whyNotRunnable() const { return m_whyNotRunnable; }
    // nullptr without a tokenizer; whyNoTokenizer() then says why.
    const Tokenizer* tokenizer() const { return m_tokenizer.get(); }
    const Error& whyNoTokenizer() const { return m_whyNoTokenizer; }

    // A 2-D tensor as a matrix (output x input features), undecoded where possible.
    virtual Result<std::shared_ptr<const WeightMatrix>> matrix(std::string_view tensor) const = 0;
    // Any tensor's elements as float, in file order. For norms and biases.
    virtual Result<std::vector<float>> values(std::string_view tensor) const = 0;
    // A dense tensor's bytes in file order: for copying into another file.
    virtual Result<StoredTensor> stored(std::string_view tensor) const = 0;
    // A quantized tensor as codes and parameters; nullptr where it is dense.
    virtual Result<std::shared_ptr<const QuantizedMatrix>>
    quantized(std::string_view tensor) const = 0;
    // What is beside the weights: config.json, tokenizer files. For a GGUF they are made from its
    // metadata.
    virtual std::vector<SideFile> sideFiles() const = 0;
    // "safetensors", "gguf", "gptq", "awq", "compressed-tensors", "pytorch", "bitsmith".
    virtual std::string_view format() const = 0;
    // Of static activations; empty where there are none.
    virtual const ActivationRanges& activationRanges() const {
        static const ActivationRanges None;
        return None;
    }
    // A hint that these pages are not needed again soon.
    virtual void release(std::string_view tensor) const = 0;

protected:
    std::filesystem::path m_path;
    std::string m_name, m_family = "unknown";
    std::vector<TensorInfo> m_tensors;
    std::uint64_t m_parameters = 0, m_bytes = 0;
    std::optional<Architecture> m_architecture;
    Error m_whyNotRunnable, m_whyNoTokenizer;
    std::shared_ptr<const Tokenizer> m_tokenizer;
    void index(); // call once m_tensors is complete
    virtual std::string computeContentKey() const = 0;

private:
    mutable std::once_flag m_keyOnce;
    mutable std::string m_contentKey;
    std::map<std::string, std::size_t, std::less<>> m_index; // into m_tensors
};

// path: a Hugging Face folder (dense, or quantized as GPTQ, AWQ or compressed-tensors), a
// .safetensors, .gguf or PyTorch .bin file, or a Bitsmith container folder.
// Unknown architectures and missing tokenizers are no errors here (see above).
// Errors (BadInput): unreadable or broken files; a tensor that the architecture needs and that is
// missing, or whose dtype or shape disagrees with the config.
Result<std::shared_ptr<const Model>> openModel(const std::filesystem::path& path);

} // namespace bitsmith
