#include "core/calibration/calibrate.h"

#include "core/base/hash.h"

#include <algorithm>
#include <numeric>
#include <set>

namespace bitsmith {
namespace {

// The inputs that a block's linear layers multiply with, as the model names them.
std::vector<std::string> inputsOf(const Model& model, std::size_t block) {
    std::set<std::string> names;
    for (const TensorInfo& tensor : model.tensors())
        if (tensor.block == static_cast<int>(block) && !tensor.input.empty())
            names.insert(tensor.input);
    return {names.begin(), names.end()};
}

CalibrationResult::Layer summary(const LayerStats& stats) {
    CalibrationResult::Layer layer;
    layer.input = stats.input;
    layer.features = stats.meanAbs.size();
    layer.meanAbs = std::accumulate(stats.meanAbs.begin(), stats.meanAbs.end(), 0.0) /
                    static_cast<double>(std::max<std::size_t>(1, layer.features));
    layer.maxAbs = stats.maxAbs.empty() ? 0 : *std::ranges::max_element(stats.maxAbs);
    layer.deadChannels = static_cast<std::size_t>(std::ranges::count(stats.maxAbs, 0.0f));
    return layer;
}

// A damaged entry is as good as none: it is measured again.
bool usable(const StatsCache& cache, const std::string& input, RunContext& context) {
    if (!cache.contains(input)) return false;
    const auto stats = cache.load(input, false);
    if (!stats) context.warn(stats.error().message);
    return stats.has_value();
}

} // namespace

std::string calibrationKey(const Model& model, const CalibrationSamples& samples) {
    return Hasher().add("layer-stats-3").add(model.contentKey()).add(samples.key).hex();
}

Result<CalibrationResult> calibrate(const ForwardPass& pass, const CalibrationSamples& samples,
                                    const StatsCache& cache, RunContext& context) {
    CalibrationResult result;
    result.key = cache.key();
    result.tokens = samples.tokens();
    result.sequences = samples.sequences.size();
    result.cached = true;
    const std::size_t blocks = pass.blockCount();

    // Hidden states must walk up to the last block that is missing, and no further.
    std::size_t end = 0;
    std::vector<std::vector<std::string>> inputs;
    std::vector<bool> missing(blocks);
    for (std::size_t b = 0; b < blocks; ++b) {
        inputs.push_back(inputsOf(pass.model(), b));
        missing[b] = std::ranges::any_of(inputs[b], [&](const std::string& input) {
            return !usable(cache, blockInputName(b, input), context);
        });
        if (missing[b]) end = b + 1;
    }
    std::optional<BlockWalk> walk;
    if (end > 0) {
        BITSMITH_TRY(auto started, BlockWalk::start(pass, samples));
        walk.emplace(std::move(started));
        result.cached = false;
    }
    for (std::size_t b = 0; b < blocks; ++b) {
        std::vector<std::shared_ptr<const LayerStats>> measured;
        if (b < end) {
            BITSMITH_TRY(const auto weights, pass.loadBlock(b));
            BITSMITH_TRY(measured, walk->advance(*weights, b, missing[b], context));
            for (const auto& stats : measured) BITSMITH_CHECK(cache.save(*stats));
            pass.releaseBlock(b);
        }
        for (const std::string& input : inputs[b]) {
            const std::string name = blockInputName(b, input);
            const auto it =
                std::ranges::find(measured, name, [](const auto& s) { return s->input; });
            if (it != measured.end()) {
                result.layers.push_back(summary(**it));
                continue;
            }
            BITSMITH_TRY(const auto stats, cache.load(name, false));
            result.layers.push_back(summary(*stats));
        }
        context.checkpoint(static_cast<double>(b + 1) / static_cast<double>(blocks));
    }
    return result;
}

} // namespace bitsmith
