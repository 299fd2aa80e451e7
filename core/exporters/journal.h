// Finished tensors of one quantization run, on disk in OUT.partial, so that a killed run resumes
// where it stopped and ends with the same bytes. One safetensors file per tensor, written whole or
// not at all, with a checksum; a killed process leaves at worst a temporary file, which the next
// one removes.
#pragma once

#include "core/base/result.h"
#include "core/quant/layer_task.h"
#include "core/tensor/quantized_matrix.h"

#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace bitsmith {

class QuantizationJournal {
public:
    // output: the container folder that the run will write; OUT.partial beside it is the journal.
    // key: everything that decides the result, as blank-separated fields, so that a message can say
    // which differ: "model=... plan=... calibration=... engine=0.1.0".
    // resume: keep a journal with the same key; a journal with another key is an error (Usage).
    // Without resume an old journal is removed.
    // Errors (Failed): OUT is there and is not a container, or holds files of others; OUT.partial
    // is there and is no journal; another run is writing it. Nothing is touched then.
    static Result<QuantizationJournal> open(const std::filesystem::path& output,
                                            const std::string& key, bool resume);

    bool contains(const std::string& tensor) const;
    struct Finished {
        std::shared_ptr<const QuantizedMatrix> matrix;
        LayerReport report; // without seconds
    };
    // Errors (BadInput): nothing there; a damaged entry (which then must be computed again: add()
    // replaces it).
    Result<Finished> load(const std::string& tensor) const;
    // report.seconds is not stored. coded: the matrix as an entropy coder wrote it
    // (core/codec/coded_matrix.h), which is kept then. Errors: those of AtomicFile.
    Status add(const std::string& tensor, const QuantizedMatrix& matrix, const LayerReport& report,
               std::span<const std::byte> coded = {});
    // Deletes OUT.partial and all that is in it.
    Status remove();

    const std::filesystem::path& folder() const { return m_folder; } // OUT.partial
    const std::filesystem::path& output() const { return m_output; } // OUT, without a trailing '/'
    std::filesystem::path entryPath(const std::string& tensor) const;

private:
    QuantizationJournal() = default;
    std::filesystem::path m_output, m_folder;
    std::shared_ptr<const void> m_lock; // held while the journal is open
};

} // namespace bitsmith
