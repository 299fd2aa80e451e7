// Writes Bitsmith's own container: a folder that opens again as a MODEL (core/io/container_file.h).
//
//   bitsmith.json        format version, source model, recipe and exact size per tensor, hashes
//   model.safetensors    per quantized tensor NAME: NAME.codes, NAME.scales, NAME.zeros and
//                        NAME.groups; all other tensors as they were
//                        (those that the source had quantized already, in the same parts)
//   config.json, tokenizer files: copied
//
// Built inside OUT.partial, beside the journal, and put in place when complete. No times, no paths
// of the machine: same input, same bytes. Documented in resources/docs/container.md.
#pragma once

#include "core/base/run_context.h"
#include "core/exporters/journal.h"
#include "core/io/container_file.h"
#include "core/model/model.h"
#include "core/plan/plan.h"

#include <filesystem>
#include <string>
#include <vector>

namespace bitsmith {

// What the container needs to know of the source model.
class ContainerSource {
public:
    virtual ~ContainerSource() = default;
    // As the container will describe it: of a matrix that is stored (in, out) just that.
    virtual Result<Shape> shape(const std::string& tensor) const = 0;
    // Of tensors that the plan keeps: a dense one's bytes exactly as stored, or the codes of one
    // that was quantized before (nullptr for a dense one).
    virtual Result<StoredTensor> stored(const std::string& tensor) const = 0;
    virtual Result<std::shared_ptr<const QuantizedMatrix>>
    quantized(const std::string& tensor) const = 0;
    virtual void release(const std::string& tensor) const = 0;
    virtual std::vector<SideFile> sideFiles() const = 0; // config.json, tokenizer files
    // What the inputs of a tensor that is kept are to be rounded to, and the static ranges.
    virtual std::string activations(const std::string& tensor) const {
        (void)tensor;
        return {};
    }
    virtual ActivationRanges activationRanges() const { return {}; }
};

// A model as it is.
class ModelSource final : public ContainerSource {
public:
    explicit ModelSource(const Model& model) : m_model(model) {}
    Result<Shape> shape(const std::string& tensor) const override;
    Result<StoredTensor> stored(const std::string& tensor) const override {
        return m_model.stored(tensor);
    }
    Result<std::shared_ptr<const QuantizedMatrix>>
    quantized(const std::string& tensor) const override {
        return m_model.quantized(tensor);
    }
    void release(const std::string& tensor) const override { m_model.release(tensor); }
    std::vector<SideFile> sideFiles() const override { return m_model.sideFiles(); }
    std::string activations(const std::string& tensor) const override {
        const TensorInfo* info = m_model.find(tensor);
        return info ? info->activations : std::string();
    }
    ActivationRanges activationRanges() const override { return m_model.activationRanges(); }

private:
    const Model& m_model;
};

struct ContainerFiles {
    std::uint64_t bytes = 0; // of all files
    std::vector<std::filesystem::path> files;
};

// Streams the container from journal and source (ranges: of the plan's static activations, beside
// those that the source has), puts it at `output` (the journal's), replacing a
// container there, and removes the journal. Memory: one unquantized tensor's pages, whatever the
// model's size.
// Errors: Failed, the journal lacks a tensor of the plan, OUT cannot be written or may not be
// replaced (see QuantizationJournal::open); BadInput, a damaged journal entry; Resources, the disk
// is full. Nothing appears at OUT then and the journal stays.
Result<ContainerFiles> writeContainer(const std::filesystem::path& output, const Plan& plan,
                                      const QuantizationJournal& journal,
                                      const ContainerSource& source, const std::string& sourceName,
                                      RunContext& context, const ActivationRanges& ranges = {});

} // namespace bitsmith
