// GPT-2: layer norms before attention and MLP, learned positions, one fused q/k/v product, all
// linear weights stored (in, out) (Radford et al. 2019).
#include "core/model/families/parts.h"

#include <cmath>

namespace bitsmith {
namespace {

constexpr std::string_view ModelTypes[] = {"gpt2"};
constexpr std::string_view Prefixes[] = {"transformer.", ""};

LinearSpec conv1d(const std::string& name, std::size_t out, std::size_t in) {
    LinearSpec spec = linearSpec(name, out, in, true);
    spec.transposed = true;
    return spec;
}

Result<Architecture> describe(const nlohmann::json& json) {
    ConfigReader config(json);
    Architecture a;
    a.family = "gpt2";
    a.norm = NormKind::Layer;
    a.hidden = config.count(config.oneOf({"n_embd", "hidden_size"}), 768, MaxFeatures);
    a.vocabulary = config.count("vocab_size", 50257, MaxVocabulary);
    a.heads = config.count(config.oneOf({"n_head", "num_attention_heads"}), 12, MaxFeatures);
    const auto blocks = config.count(config.oneOf({"n_layer", "num_hidden_layers"}), 12, MaxBlocks);
    a.maxPositions = config.count(config.oneOf({"n_positions", "max_position_embeddings", "n_ctx"}),
                                  1024, MaxPositions);
    a.mlpHidden = config.count("n_inner", 4 * a.hidden, MaxFeatures);
    a.activation = readActivation(config, "activation_function", "gelu_new");
    a.normEps = static_cast<float>(config.number("layer_norm_epsilon", 1e-5, 0, 1));
    a.kvHeads = a.heads;
    a.headDim = headSize(config, a.hidden, a.heads, "n_embd", "n_head");
    const bool scale = config.flag("scale_attn_weights", true);
    const bool scaleByBlock = config.flag("scale_attn_by_inverse_layer_idx", false);
    if (config.flag("add_cross_attention", false))
        config.unsupported("cross attention is not supported");
    const bool tied = config.flag("tie_word_embeddings", true);
    BITSMITH_CHECK(config.status());

    a.embeddingDim = a.hidden;
    a.embedding = "transformer.wte.weight";
    a.positions = "transformer.wpe.weight";
    a.finalNorm = normSpec("transformer.ln_f", a.hidden, true);
    a.head = linearSpec("lm_head", a.vocabulary, a.hidden, false);
    if (tied) a.head.weight = a.embedding;
    for (std::size_t i = 0; i < blocks; ++i) {
        const std::string name = fmt::format("transformer.h.{}.", i);
        BlockSpec block;
        block.attentionNorm = normSpec(name + "ln_1", a.hidden, true);
        block.qkv = conv1d(name + "attn.c_attn", 3 * a.hidden, a.hidden);
        block.fused = FusedLayout::Concatenated;
        block.attentionOut = conv1d(name + "attn.c_proj", a.hidden, a.hidden);
        block.mlpNorm = normSpec(name + "ln_2", a.hidden, true);
        block.up = conv1d(name + "mlp.c_fc", a.mlpHidden, a.hidden);
        block.down = conv1d(name + "mlp.c_proj", a.hidden, a.mlpHidden);
        block.attentionScale = scale ? 1 / std::sqrt(static_cast<float>(a.headDim)) : 1.0f;
        if (scaleByBlock) block.attentionScale /= static_cast<float>(i + 1);
        a.blocks.push_back(std::move(block));
    }
    return a;
}

constexpr Family Gpt2{"gpt2", ModelTypes, Prefixes, describe};

} // namespace

const Family& families_gpt2() { return Gpt2; }

} // namespace bitsmith
