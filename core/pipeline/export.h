// Export as a use case: a model, quantized or not, into the files of another program; written
// beside the target, read back by our own strict reader, then put in place.
#pragma once

#include "core/exporters/exporter.h"
#include "core/pipeline/engine.h"
#include "core/plan/target.h"

#include <filesystem>
#include <string>
#include <vector>

namespace bitsmith {

struct ExportOptions {
    std::string format;                   // an exporter's id
    std::shared_ptr<const Params> params; // null: the exporter's defaults
    std::filesystem::path output;
    std::string target;   // a Target's id whose rules are checked as well; empty: none
    bool replace = false; // an earlier export at `output` may be replaced
    // Compare a container's checksums before, and decode every tensor of the result and compare it
    // with the source after.
    bool verify = true;
};

// A finished model as a target sees it.
TargetModel targetModel(const Model& model);

struct ExportCheck {
    ExportPreview preview;
    std::vector<TargetProblem> problems; // of options.target
};
// Everything that can be said before writing. Reads headers only. Errors (Usage): unknown format or
// target.
Result<ExportCheck> checkExport(const Model& model, const ExportOptions& options);
// Errors (Usage): a problem was found; lists the first of them with their remedies.
Status refuseProblems(const ExportCheck& check, const ExportOptions& options);

struct ExportResult {
    std::string format;
    std::uint64_t bytes = 0;
    std::vector<ExportedFile> files; // names below `output`, or the file itself
    std::size_t verified = 0;        // tensors that were read back and compared
    std::vector<std::string> notes;
    double seconds = 0;
};
// Errors: Usage, what checkExport finds; BadInput, the source is damaged; Failed, something else is
// at `output`; Failed, the result read back differs (nothing appears at `output` then); Resources,
// the disk is full.
Result<ExportResult> exportModel(const std::shared_ptr<const Model>& model,
                                 const ExportOptions& options, const Engine& engine,
                                 RunContext& context);

} // namespace bitsmith
