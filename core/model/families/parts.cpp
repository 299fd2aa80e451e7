#include "core/model/families/parts.h"

#include "core/model/families/rope.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace bitsmith {

Activation readActivation(ConfigReader& config, std::string_view key, std::string_view missing) {
    struct Name {
        std::string_view name;
        Activation kind;
    };
    static constexpr std::array Names{
        Name{"silu", Activation::Silu},
        Name{"swish", Activation::Silu},
        Name{"gelu", Activation::Gelu},
        Name{"gelu_python", Activation::Gelu},
        Name{"gelu_new", Activation::GeluTanh},
        Name{"gelu_fast", Activation::GeluTanh},
        Name{"gelu_pytorch_tanh", Activation::GeluTanh},
        Name{"gelu_python_tanh", Activation::GeluTanh},
        Name{"gelu_accurate", Activation::GeluTanh},
        Name{"quick_gelu", Activation::QuickGelu},
        Name{"relu", Activation::Relu},
    };
    const std::string wanted = config.text(key, missing);
    for (const auto& [name, kind] : Names)
        if (name == wanted) return kind;
    std::string known;
    for (const auto& entry : Names) known.append(known.empty() ? "" : ", ").append(entry.name);
    config.unsupported(
        fmt::format("activation '{}' ({}) is not supported; known: {}", wanted, key, known));
    return Activation::Silu;
}

LinearSpec linearSpec(const std::string& name, std::size_t out, std::size_t in, bool bias) {
    return {name + ".weight", bias ? name + ".bias" : "", out, in, false};
}

NormSpec normSpec(const std::string& name, std::size_t size, bool bias) {
    return {name + ".weight", bias ? name + ".bias" : "", size};
}

std::size_t headSize(ConfigReader& config, std::size_t hidden, std::size_t heads,
                     std::string_view hiddenKey, std::string_view headsKey) {
    if (hidden % heads == 0) return hidden / heads;
    config.bad(
        fmt::format("'{}' ({}) does not divide '{}' ({})", headsKey, heads, hiddenKey, hidden));
    return 1;
}

Architecture describeLlamaShape(ConfigReader& config, std::string_view family,
                                const LlamaShape& shape) {
    Architecture a;
    a.family = family;
    a.norm = NormKind::Rms;
    a.hidden = config.count("hidden_size", shape.hidden, MaxFeatures);
    a.mlpHidden = config.count("intermediate_size", shape.mlpHidden, MaxFeatures);
    a.vocabulary = config.count("vocab_size", shape.vocabulary, MaxVocabulary);
    a.heads = config.count("num_attention_heads", shape.heads, MaxFeatures);
    const std::size_t blocks = config.count("num_hidden_layers", shape.blocks, MaxBlocks);
    const bool asHeads = shape.kvHeads == 0 || config.isNull("num_key_value_heads");
    a.kvHeads = config.count("num_key_value_heads", asHeads ? a.heads : shape.kvHeads, MaxFeatures);
    a.maxPositions = config.count("max_position_embeddings", shape.maxPositions, MaxPositions);
    a.normEps = static_cast<float>(config.number("rms_norm_eps", 1e-6, 0, 1));
    a.activation = readActivation(config, "hidden_act", "silu");
    if (config.has("head_dim") || (shape.headDim && !config.isNull("head_dim")))
        a.headDim = config.count("head_dim", shape.headDim, MaxFeatures);
    else
        a.headDim = headSize(config, a.hidden, a.heads, "hidden_size", "num_attention_heads");
    if (a.heads % a.kvHeads != 0)
        config.bad(fmt::format("'num_key_value_heads' ({}) does not divide 'num_attention_heads' "
                               "({})",
                               a.kvHeads, a.heads));
    if (a.heads * a.headDim > MaxFeatures)
        config.bad(fmt::format("'head_dim' ({}) times 'num_attention_heads' ({}) is more than {}",
                               a.headDim, a.heads, MaxFeatures));
    if (a.headDim % 2 != 0)
        config.bad(
            fmt::format("the head dimension is {}; rotary embeddings need an even one", a.headDim));
    if (rotaryShare(config, 1) != 1)
        config.unsupported("partial rotary embeddings are not supported in this family");
    const bool tied = config.flag("tie_word_embeddings", false);
    if (!config.ok()) return a;
    a.rotary = readRotary(config, a.headDim, a.maxPositions);

    a.embeddingDim = a.hidden;
    a.embedding = "model.embed_tokens.weight";
    a.finalNorm = normSpec("model.norm", a.hidden, false);
    a.head = linearSpec("lm_head", a.vocabulary, a.hidden, false);
    if (tied) a.head.weight = a.embedding;
    const std::size_t queries = a.heads * a.headDim, keys = a.kvHeads * a.headDim;
    for (std::size_t i = 0; i < blocks; ++i) {
        const std::string name = fmt::format("model.layers.{}.", i);
        const std::string attention = name + "self_attn.", mlp = name + "mlp.";
        BlockSpec block;
        block.attentionNorm = normSpec(name + "input_layernorm", a.hidden, false);
        block.q = linearSpec(attention + "q_proj", queries, a.hidden, shape.qkvBias);
        block.k = linearSpec(attention + "k_proj", keys, a.hidden, shape.qkvBias);
        block.v = linearSpec(attention + "v_proj", keys, a.hidden, shape.qkvBias);
        if (shape.headNorms) {
            block.qNorm = normSpec(attention + "q_norm", a.headDim, false);
            block.kNorm = normSpec(attention + "k_norm", a.headDim, false);
        }
        block.attentionOut = linearSpec(attention + "o_proj", a.hidden, queries, shape.outBias);
        block.mlpNorm = normSpec(name + "post_attention_layernorm", a.hidden, false);
        block.gate = linearSpec(mlp + "gate_proj", a.mlpHidden, a.hidden, shape.mlpBias);
        block.up = linearSpec(mlp + "up_proj", a.mlpHidden, a.hidden, shape.mlpBias);
        block.down = linearSpec(mlp + "down_proj", a.hidden, a.mlpHidden, shape.mlpBias);
        a.blocks.push_back(std::move(block));
    }
    return a;
}

void setWindows(ConfigReader& config, Architecture& architecture, std::size_t window,
                std::size_t first) {
    const nlohmann::json* types = config.value("layer_types");
    auto& blocks = architecture.blocks;
    if (!types || window == 0) {
        for (std::size_t i = first; i < blocks.size(); ++i) blocks[i].window = window;
        return;
    }
    if (!types->is_array() || types->size() != blocks.size()) {
        config.bad(fmt::format("'layer_types' must be a list of {} names, one for each layer",
                               blocks.size()));
        return;
    }
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const nlohmann::json& type = (*types)[i];
        if (type == "sliding_attention")
            blocks[i].window = window;
        else if (type != "full_attention")
            config.unsupported(fmt::format("the type of layer {} in 'layer_types' is not "
                                           "supported; known: full_attention, sliding_attention",
                                           i));
    }
}

} // namespace bitsmith
