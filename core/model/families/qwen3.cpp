// Qwen3: LLaMA's block with an explicit head dimension and an RMS norm on each query and key head
// (Yang et al. 2025). The dense models only.
#include "core/model/families/parts.h"

namespace bitsmith {
namespace {

constexpr std::string_view ModelTypes[] = {"qwen3"};
constexpr std::string_view Prefixes[] = {"model.", ""};

Result<Architecture> describe(const nlohmann::json& json) {
    ConfigReader config(json);
    const bool bias = config.flag("attention_bias", false);
    Architecture a = describeLlamaShape(config, "qwen3",
                                        {.mlpHidden = 22016,
                                         .vocabulary = 151936,
                                         .headDim = 128,
                                         .maxPositions = 32768,
                                         .qkvBias = bias,
                                         .outBias = bias,
                                         .headNorms = true});
    if (config.flag("use_sliding_window", false) && !config.isNull("sliding_window"))
        setWindows(config, a, config.count("sliding_window", 4096, MaxPositions),
                   config.count("max_window_layers", 28, MaxBlocks));
    BITSMITH_CHECK(config.status());
    return a;
}

constexpr Family Qwen3{"qwen3", ModelTypes, Prefixes, describe};

} // namespace

const Family& families_qwen3() { return Qwen3; }

} // namespace bitsmith
