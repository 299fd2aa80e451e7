#include "core/pipeline/importance.h"

#include "core/model/gguf/gguf_names.h"

namespace bitsmith {
namespace {

// The model's names -> those in a GGUF.
std::map<std::string, std::string, std::less<>> ggufNames(const Model& model) {
    std::map<std::string, std::string, std::less<>> names;
    if (!model.architecture() || ggufArchitecture(model.family()).empty()) return names;
    for (GgufTensorUse& use : ggufTensors(*model.architecture()))
        names.emplace(std::move(use.model), std::move(use.file));
    return names;
}

} // namespace

Result<Imatrix> imatrixOf(const Model& model, const CalibrationResult& calibration,
                          const StatsCache& cache, const std::string& text) {
    Imatrix out;
    out.datasets = {text};
    out.chunks = calibration.sequences;
    out.chunkSize = calibration.sequences > 0 ? calibration.tokens / calibration.sequences : 0;
    const auto names = ggufNames(model);
    std::map<std::string, std::shared_ptr<const LayerStats>> inputs;
    for (const TensorInfo& tensor : model.tensors()) {
        if (tensor.block < 0 || tensor.input.empty()) continue;
        const std::string input =
            blockInputName(static_cast<std::size_t>(tensor.block), tensor.input);
        auto& stats = inputs[input];
        if (!stats) {
            BITSMITH_TRY(stats, cache.load(input, false));
        }
        const auto name = names.find(tensor.name);
        out.entries.push_back({.tensor = name == names.end() ? tensor.name : name->second,
                               .sumSquares = stats->sumSquares,
                               .count = static_cast<double>(stats->tokens)});
    }
    return out;
}

Result<TensorStats> statsFromImatrix(const std::filesystem::path& path, const Model& model) {
    BITSMITH_TRY(const Imatrix imatrix, readImatrix(path));
    std::map<std::string_view, const ImatrixEntry*> entries;
    for (const ImatrixEntry& entry : imatrix.entries) entries.emplace(entry.tensor, &entry);
    const auto names = ggufNames(model);
    TensorStats out;
    for (const TensorInfo& tensor : model.tensors()) {
        if (tensor.cols == 0) continue;
        auto found = entries.find(tensor.name);
        if (const auto name = names.find(tensor.name);
            found == entries.end() && name != names.end())
            found = entries.find(name->second);
        if (found == entries.end()) continue;
        const ImatrixEntry& entry = *found->second;
        if (!entry.expertCounts.empty() || entry.sumSquares.size() != tensor.cols)
            return fail(ErrorCode::BadInput,
                        "'{}': its tensor '{}' has {} inputs, that of '{}' has {}. The imatrix "
                        "belongs to another model",
                        path.string(), entry.tensor, entry.sumSquares.size(), model.name(),
                        tensor.cols);
        auto stats = std::make_shared<LayerStats>();
        stats->input = entry.tensor;
        stats->tokens = static_cast<std::uint64_t>(entry.count);
        stats->sumSquares = entry.meanSquares();
        out.emplace(tensor.name, std::move(stats));
    }
    if (out.empty())
        return fail(ErrorCode::BadInput,
                    "'{}' has no entry for any tensor of '{}' (it begins with '{}'). The imatrix "
                    "belongs to another model",
                    path.string(), model.name(),
                    imatrix.entries.empty() ? "" : imatrix.entries.front().tensor);
    return out;
}

} // namespace bitsmith
