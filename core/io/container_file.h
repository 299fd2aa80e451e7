// Bitsmith's own container, the reading side: a folder with a quantized model. The format is
// documented in resources/docs/container.md; core/exporters/container.h writes it.
#pragma once

#include "core/base/result.h"
#include "core/io/bitsmith_file.h"
#include "core/io/tensor_archive.h"
#include "core/tensor/activation_scheme.h"
#include "core/tensor/quantized_matrix.h"

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace bitsmith {

inline constexpr int ContainerVersion = 2; // 1: packed; 2: entropy-coded
inline constexpr const char* ContainerFormat = "bitsmith-container";
inline constexpr const char* ContainerManifest = "bitsmith.json";
inline constexpr const char* ContainerWeights = "model.safetensors";   // packed
inline constexpr const char* CodedContainerWeights = "model.bitsmith"; // entropy-coded

// One quantized tensor as the manifest describes it.
struct ContainerTensor {
    std::string name; // of the source's tensor, "model.layers.0.mlp.up_proj.weight"
    Shape shape;      // as in the source file, two extents
    // The matrix, always (output x input), is (shape[1] x shape[0]). Not known of square ones.
    bool transposed = false;
    std::string recipe; // the recipe's id
    MatrixLayout layout;
    float tensorScale = 1;   // see QuantizedMatrix
    double weightError = -1; // ||W - Wq||_F^2 / ||W||_F^2; -1: not recorded
    double outputError = -1; // see LayerReport; -1: data-free
    std::string hash;        // of the stored bytes, see storedHash in container_parts.h
    // What its inputs are to be rounded to, as text (core/tensor/activation_scheme.h); empty:
    // nothing.
    std::string activations = {};
    // Where its coded bytes lie (core/codec/coded_matrix.h); nothing: packed.
    std::optional<BitsmithBlob> coded;

    std::uint64_t storedBytes() const { return coded ? coded->size : layout.storedBytes(); }
};

// A tensor that the container holds as the source had it.
struct ContainerCopy {
    std::string name;
    DType dtype = DType::F32;
    Shape shape;
    std::uint64_t bytes = 0;           // as the container stores it
    std::string hash;                  // of the stored bytes
    std::optional<BitsmithBlob> coded; // core/codec/coded_stream.h
};

// Immutable, shared, safe to use from several threads. Opening reads the manifest and the header or
// directory of the weights; codes are read, and decoded, when a tensor is loaded.
class Container {
public:
    const std::filesystem::path& folder() const { return m_folder; }
    const std::string& sourceName() const { return m_sourceName; }
    const std::string& engineVersion() const { return m_engineVersion; } // that wrote it
    std::uint64_t tensorBytes() const { return m_tensorBytes; } // of all tensors, quantized or not
    bool coded() const { return m_file != nullptr; }            // version 2

    // Of static activations; empty where there are none.
    const ActivationRanges& activationRanges() const { return m_activationRanges; }

    // In the order of the source model.
    const std::vector<ContainerTensor>& quantized() const { return m_quantized; }
    const std::vector<ContainerCopy>& copied() const { return m_copied; }
    const ContainerTensor*
    find(std::string_view name) const; // among quantized(), nullptr if absent
    const ContainerCopy* findCopied(std::string_view name) const;

    // The codes and parameters of a quantized tensor, in memory. Repeated calls share one value as
    // long as somebody holds it. Errors (BadInput): an index out of range; unknown name.
    Result<std::shared_ptr<const QuantizedMatrix>> load(std::string_view name) const;
    // A copied tensor; of a coded container decoded in memory, shared as long as somebody holds it.
    Result<StoredTensor> stored(const ContainerCopy& copy) const;
    // A hint that a tensor's pages, quantized or not, are not needed again soon.
    void release(std::string_view name) const;
    // Compares a tensor's stored bytes with its hash. Errors: BadInput, damaged.
    Status verify(std::string_view name) const;

    std::string contentKey() const; // the container's identity
    // Everything in model.safetensors, parts of quantized tensors included; nullptr where coded.
    const TensorArchive* archive() const { return m_archive.get(); }

private:
    friend class ContainerReader;
    Result<std::shared_ptr<const QuantizedMatrix>> loadParts(const ContainerTensor& tensor) const;
    Result<std::vector<std::byte>> decodeCopy(const ContainerCopy& copy) const;
    std::filesystem::path m_folder;
    std::string m_sourceName, m_engineVersion;
    std::uint64_t m_tensorBytes = 0;
    ActivationRanges m_activationRanges;
    std::vector<ContainerTensor> m_quantized;
    std::vector<ContainerCopy> m_copied;
    std::unordered_map<std::string_view, std::size_t> m_quantizedByName, m_copiedByName;
    std::shared_ptr<const TensorArchive> m_archive;
    std::shared_ptr<const BitsmithFile> m_file;
    mutable std::mutex m_mutex;
    mutable std::unordered_map<std::string_view, std::weak_ptr<const QuantizedMatrix>> m_loaded;
    mutable std::unordered_map<std::string_view, std::weak_ptr<const std::vector<std::byte>>>
        m_decoded;
};

// Whether `path` is a folder that claims to be a container: it holds a bitsmith.json.
bool isContainer(const std::filesystem::path& path);

// Errors: BadInput, broken or incomplete, naming the place; Unsupported, written by a newer
// version.
Result<std::shared_ptr<const Container>> openContainer(const std::filesystem::path& folder);

// The plain names of the files that the manifest of `folder` lists, the manifest included. For
// those who replace a container and must not delete anything else. Errors as openContainer's.
Result<std::vector<std::string>> containerFileNames(const std::filesystem::path& folder);

} // namespace bitsmith
