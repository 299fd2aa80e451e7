// Bitsmith's own container: a folder that opens again as a MODEL.
//
//   bitsmith.json        format version, source model, recipe and plan per tensor, exact sizes,
//   hashes model.safetensors    per quantized tensor NAME: NAME.codes (U8, rows x packed bytes),
//   NAME.scales (F16),
//                        NAME.zeros (U8, packed) and NAME.groups (U32); all other tensors as they
//                        were
//   config.json, tokenizer files: copied
//
// Written into OUT.partial, renamed to OUT when complete. While quantizing, OUT.partial holds the
// journal: one file per finished tensor, so that a killed run resumes and ends byte-identical.
// No times, no paths of the machine: same input, same bytes. Documented in
// resources/docs/container.md.
#pragma once

#include "core/base/run_context.h"
#include "core/plan/plan.h"
#include "core/tensor/quantized_matrix.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace bitsmith {

inline constexpr int ContainerVersion = 1;

// Finished tensors of one run, on disk. Key: content key of everything that decides the result
// (model, plan, calibration, engine version).
class QuantizationJournal {
public:
    // resume: keep a journal with the same key; a journal with another key is an error (Usage) that
    // says what differs. Without resume an old journal is removed.
    static Result<QuantizationJournal> open(const std::filesystem::path& output,
                                            const std::string& key, bool resume);
    bool contains(const std::string& tensor) const;
    struct Finished {
        std::shared_ptr<const QuantizedMatrix> matrix;
        LayerReport report;
    };
    // Errors: nothing there; a damaged entry (which then must be computed again).
    Result<Finished> load(const std::string& tensor) const;
    Status add(const std::string& tensor, const QuantizedMatrix& matrix, const LayerReport& report);
    Status remove();
    const std::filesystem::path& folder() const { return m_folder; }

private:
    std::filesystem::path m_folder;
};

// What the container needs to know of the tensors it copies unchanged.
class ContainerSource {
public:
    virtual ~ContainerSource() = default;
    virtual Result<TensorView> stored(const std::string& tensor) const = 0;
    virtual void release(const std::string& tensor) const = 0;
    virtual std::vector<std::filesystem::path>
    sideFiles() const = 0; // config.json, tokenizer files
};

struct ContainerFiles {
    std::uint64_t bytes = 0; // of all files
    std::vector<std::filesystem::path> files;
};

// Streams the container from journal and source, then renames it into place and removes the
// journal. Errors: OUT exists and is not a container (nothing is overwritten); disk full;
// read-only.
Result<ContainerFiles> writeContainer(const std::filesystem::path& output, const Plan& plan,
                                      const QuantizationJournal& journal,
                                      const ContainerSource& source, const std::string& sourceName,
                                      RunContext& context);

// Reading side: used by openModel.
struct ContainerTensor {
    std::string name;
    Shape shape;             // as in the source file
    bool transposed = false; // the matrix is (shape[1] x shape[0])
    std::string recipe;
    QuantizedMatrix header; // codes and parameters empty
};

} // namespace bitsmith
