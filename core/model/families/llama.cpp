// LLaMA 1 to 3 and Mistral: RMS norms before attention and a gated MLP, rotary embeddings, grouped
// key/value heads (Touvron et al. 2023; Jiang et al. 2023, with a sliding window).
#include "core/model/families/parts.h"

#include <nlohmann/json.hpp>

namespace bitsmith {
namespace {

constexpr std::string_view ModelTypes[] = {"llama", "mistral"};
constexpr std::string_view Prefixes[] = {"model.", ""};

Result<Architecture> describe(const nlohmann::json& json) {
    ConfigReader config(json);
    LlamaShape shape;
    const bool mistral = config.text("model_type", "llama") == "mistral";
    if (mistral) {
        shape.mlpHidden = 14336;
        shape.kvHeads = 8;
        shape.maxPositions = 131072;
    } else {
        shape.qkvBias = shape.outBias = config.flag("attention_bias", false);
        shape.mlpBias = config.flag("mlp_bias", false);
    }
    Architecture a = describeLlamaShape(config, "llama", shape);
    if (mistral) {
        // An absent key means the window of the first Mistral; null means none.
        const bool absent = !json.is_object() || !json.contains("sliding_window");
        const auto window = config.optionalCount("sliding_window", MaxPositions);
        setWindows(config, a, window.value_or(absent ? 4096 : 0), 0);
    }
    BITSMITH_CHECK(config.status());
    return a;
}

constexpr Family Llama{"llama", ModelTypes, Prefixes, describe};

} // namespace

const Family& families_llama() { return Llama; }

} // namespace bitsmith
