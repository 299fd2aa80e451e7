// Qwen2 and Qwen2.5: LLaMA's block with biases on q, k and v (Yang et al. 2024).
#include "core/model/families/parts.h"

namespace bitsmith {
namespace {

constexpr std::string_view ModelTypes[] = {"qwen2"};
constexpr std::string_view Prefixes[] = {"model.", ""};

Result<Architecture> describe(const nlohmann::json& json) {
    ConfigReader config(json);
    Architecture a = describeLlamaShape(
        config, "qwen2",
        {.mlpHidden = 22016, .vocabulary = 151936, .maxPositions = 32768, .qkvBias = true});
    // The window applies from block max_window_layers on, and only where it is switched on.
    if (config.flag("use_sliding_window", false) && !config.isNull("sliding_window"))
        setWindows(config, a, config.count("sliding_window", 4096, MaxPositions),
                   config.count("max_window_layers", 28, MaxBlocks));
    BITSMITH_CHECK(config.status());
    return a;
}

constexpr Family Qwen2{"qwen2", ModelTypes, Prefixes, describe};

} // namespace

const Family& families_qwen2() { return Qwen2; }

} // namespace bitsmith
