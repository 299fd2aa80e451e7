// Exporter: writes a model, quantized or not, as files that other programs load. One file per
// format in formats/, registered by one word. From quantized matrices it repacks codes, it never
// rounds again: what a format cannot hold exactly is refused with the reason and a way out.
#pragma once

#include "core/base/params.h"
#include "core/base/run_context.h"
#include "core/model/model.h"

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bitsmith {

struct ExporterInfo {
    std::string_view id;        // "gguf", "gptq", "awq", "compressed-tensors", "safetensors"
    std::string_view title;     // "GGUF"
    std::string_view summary;   // who loads it, one sentence
    std::string_view extension; // ".gguf": one file; empty: a folder
};

// One tensor as the export will hold it.
struct ExportRow {
    std::string tensor; // the model's name
    std::string from;   // "affine4", "BF16"
    std::string to;     // "Q4_0", "int4 g128", "F16"
    std::uint64_t bytes = 0;
    std::string note; // why it became something else than expected; empty: nothing to say
};

// Why a tensor, or the whole model (tensor empty), cannot be held.
struct ExportProblem {
    std::string tensor, message, remedy;
};

struct ExportPreview {
    std::vector<ExportRow> rows;
    std::vector<ExportProblem> problems; // empty: can be written
    std::vector<std::string> notes;      // what a user should know before writing
    std::uint64_t bytes = 0;             // of all files
    bool exact = true;                   // false: `bytes` is a bound, the files will be smaller
};

struct ExportedFile {
    std::filesystem::path name; // relative to the output folder, or the file itself
    std::uint64_t bytes = 0;
};

class Exporter {
public:
    virtual ~Exporter() = default;
    virtual const ExporterInfo& info() const = 0;
    virtual std::unique_ptr<Params> defaults() const = 0;
    // Everything but the weights: reads headers only. Errors: those of the model's files.
    virtual Result<ExportPreview> preview(const Model& model, const Params& params) const = 0;
    // Writes into `target`, an empty folder that exists (a file name in one, for formats with an
    // extension), tensor by tensor. The caller has seen preview() without problems, puts the result
    // in place when it is complete, and reads it back. Memory: one tensor, whatever the model's
    // size.
    virtual Result<std::vector<ExportedFile>> write(const Model& model, const Params& params,
                                                    const std::filesystem::path& target,
                                                    RunContext& context) const = 0;
};

std::span<const Exporter* const> allExporters();
const Exporter* findExporter(std::string_view id); // nullptr if unknown

} // namespace bitsmith
