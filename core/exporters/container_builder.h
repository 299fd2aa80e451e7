// Puts the files of a container together: collect and check everything, stream the weights, copy
// the side files, write the manifest. Shared by the end of a quantization run and by the export of
// a model that is quantized already. Private to core/exporters.
#pragma once

#include "core/exporters/container.h"
#include "core/exporters/journal_entry.h"

#include <map>
#include <optional>

namespace bitsmith {

class ContainerBuilder {
public:
    // names: the tensors, in the manifest's order, which is that of use. journaled: of each,
    // whether the journal has its matrix; the others are taken from the source, quantized or not.
    // journal: may be null where none is journaled. coded: all tensors are entropy-coded (version
    // 2), which they are in any case if one of the journal is.
    ContainerBuilder(std::vector<std::string> names, std::vector<bool> journaled,
                     const QuantizationJournal* journal, const ContainerSource& source,
                     RunContext& context, bool coded = false);

    // Of tensors of the journal: what their inputs are to be rounded to, by name. ranges: of
    // static activations, beside the source's.
    void setActivations(std::map<std::string, std::string> schemes, const ActivationRanges& ranges);
    Status collect();
    // Size of all files, after collect(): exact if packed, an upper bound if coded.
    Result<std::uint64_t> predictedBytes(const std::string& sourceName) const;
    Status checkSpace(const std::filesystem::path& folder) const;
    Status writeWeights(const std::filesystem::path& folder);
    Status copySideFiles(const std::filesystem::path& folder);
    Status writeManifest(const std::filesystem::path& folder, const std::string& sourceName);
    const std::vector<std::string>& files() const { return m_files; } // written so far

private:
    // From the journal, kept as the quantized matrix that it is, or copied.
    struct Tensor {
        std::string name;
        bool fromJournal = false;
        std::optional<JournalEntry> quantized;
        std::optional<ContainerTensor> kept;
        DType dtype = DType::F32; // where it is copied
        Shape shape;
        std::uint64_t copiedBytes = 0;
        std::string hash;
        const ContainerTensor* description() const {
            return quantized ? &quantized->tensor : kept ? &*kept : nullptr;
        }
        std::uint64_t bytes() const {
            const ContainerTensor* described = description();
            return described ? described->storedBytes() : placed ? placed->size : copiedBytes;
        }
        std::optional<BitsmithBlob> placed; // of a copied one, in a coded container
    };
    // A stored tensor of model.safetensors and where its bytes come from.
    struct Part {
        Tensor* owner = nullptr;
        std::size_t index = 0; // among the owner's parts
    };

    Status collectQuantized(Tensor& tensor) const;
    Status collectKept(Tensor& tensor) const;
    void declare(Tensor& tensor); // the address of `tensor` must stay
    Status writePacked(const std::filesystem::path& folder);
    Status writePart(const Part& part, SafetensorsWriter& writer);
    Status writeCoded(const std::filesystem::path& folder);
    Result<std::vector<std::byte>> encoded(Tensor& tensor) const;
    nlohmann::ordered_json rows() const; // "tensors" and "copied"
    Result<std::string> manifest(const std::string& sourceName,
                                 const std::vector<std::string>& files) const;

    const QuantizationJournal* m_journal;
    const ContainerSource& m_source;
    RunContext& m_context;
    bool m_coded;
    std::map<std::string, std::string> m_schemes;
    ActivationRanges m_ranges;
    std::string m_directoryKey; // of the coded weights, once written
    std::vector<Tensor> m_tensors;
    std::map<std::string, Part> m_stored; // by name in model.safetensors
    std::vector<SafetensorsWriter::Declaration> m_declared;
    std::vector<SideFile> m_sideFiles;
    std::vector<std::string> m_files;
    std::uint64_t m_written = 0;
};

} // namespace bitsmith
