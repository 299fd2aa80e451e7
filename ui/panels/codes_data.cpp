#include "ui/panels/codes_data.h"

#include "core/codec/coded_matrix.h"
#include "ui/panels/inspector_data.h"

#include <algorithm>

namespace bitsmith::ui {
namespace {

constexpr std::size_t AllKinds = 64; // alphabets up to here are shown whole

Result<CodesResult> inspect(CodesSource source, const QuantizedMatrix& matrix,
                            RunContext& context) {
    CodesResult out{.source = source, .type = matrix.name()};
    BITSMITH_TRY(out.statistics, codeStatistics(matrix, context));
    context.checkpoint();
    // A picture must come soon: a million codes tell a coder's ratio to a tenth of a percent.
    BITSMITH_TRY(out.coders, measureCoders(matrix, {.mostCodes = std::uint64_t{1} << 20}, context));
    context.checkpoint();
    out.codedBytes = codedMatrixBytes(matrix);
    return out;
}

} // namespace

Result<CodesResult> storedCodes(const Model& model, const std::string& tensor,
                                RunContext& context) {
    BITSMITH_TRY(const auto matrix, model.quantized(tensor));
    if (!matrix)
        return fail(ErrorCode::Unsupported, "{} is stored as plain numbers: it has no codes",
                    tensor);
    return inspect(CodesSource::Stored, *matrix, context);
}

Result<CodesResult> codesOfRun(const std::string& container, const std::string& tensor,
                               RunContext& context) {
    BITSMITH_TRY(const auto quantized, openModel(container));
    BITSMITH_TRY(const auto matrix, quantized->quantized(tensor));
    if (!matrix)
        return fail(ErrorCode::Unsupported,
                    "{} was kept as stored in the last run: it has no codes there", tensor);
    return inspect(CodesSource::LastRun, *matrix, context);
}

Result<CodesResult> previewCodes(const Model& model, const std::string& tensor,
                                 const TensorPlan& plan, RunContext& context) {
    BITSMITH_TRY(const LayerResult result, previewLayer(model, tensor, plan, context));
    return inspect(CodesSource::Preview, *result.matrix, context);
}

CodeBins codeBins(const CodeStatistics& statistics) {
    const auto& all = statistics.histogram;
    std::size_t first = 0, last = all.size();
    if (all.size() > AllKinds) {
        const auto occurs = [](std::uint64_t count) { return count > 0; };
        const auto low = std::ranges::find_if(all, occurs);
        if (low != all.end()) {
            first = static_cast<std::size_t>(low - all.begin());
            while (last > first + 1 && all[last - 1] == 0) --last;
        }
    }
    CodeBins out;
    const bool signedCodes = statistics.layout.grid == "affine" && statistics.layout.symmetric;
    out.first = static_cast<int>(first) -
                (signedCodes ? 1 << (std::max(1, statistics.layout.bits) - 1) : 0);
    out.counts.assign(all.begin() + static_cast<std::ptrdiff_t>(first),
                      all.begin() + static_cast<std::ptrdiff_t>(last));
    if (out.counts.empty()) out.counts.assign(1, 0);
    out.unused = static_cast<std::size_t>(std::ranges::count(out.counts, std::uint64_t{0}));
    return out;
}

} // namespace bitsmith::ui
