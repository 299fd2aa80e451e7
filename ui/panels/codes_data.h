// What the inspector computes of a tensor's codes, off the GUI thread. Free functions of values.
#pragma once

#include "core/analysis/code_statistics.h"
#include "core/analysis/coder_sizes.h"
#include "core/model/model.h"
#include "core/plan/plan.h"

#include <memory>
#include <string>

namespace bitsmith::ui {

// Where the codes come from.
enum class CodesSource {
    Stored,  // the open model's tensor is quantized already
    Preview, // this tensor alone, on its recipe's grid, rounded to nearest, data-free
    LastRun  // from the container of the last quantization
};

struct CodesResult {
    CodesSource source = CodesSource::Stored;
    std::string type; // "Q4_K", "affine4"
    CodeStatistics statistics;
    CoderSizes coders;
    std::uint64_t codedBytes = 0; // all of it, coded as a container writes it

    double codedBits() const { // per weight
        return statistics.codes
                   ? 8.0 * static_cast<double>(codedBytes) / static_cast<double>(statistics.codes)
                   : 0;
    }
};

// Errors: those of codeStatistics (Unsupported: a type without codes of its own) and of reading;
// Unsupported, the tensor is dense there.
Result<CodesResult> storedCodes(const Model& model, const std::string& tensor, RunContext& context);
Result<CodesResult> codesOfRun(const std::string& container, const std::string& tensor,
                               RunContext& context);
Result<CodesResult> previewCodes(const Model& model, const std::string& tensor,
                                 const TensorPlan& plan, RunContext& context);

// The codes that occur, as a histogram: bins of one code each.
struct CodeBins {
    int first = 0;                     // the lowest code shown, less the middle where symmetric
    std::vector<std::uint64_t> counts; // at least one
    std::size_t unused = 0;            // of the shown codes, how many never occur
};
// Alphabets beyond 64 kinds are cut to what occurs. Codes of symmetric affine grids are counted
// from the middle, which stands for zero.
CodeBins codeBins(const CodeStatistics& statistics);

} // namespace bitsmith::ui
