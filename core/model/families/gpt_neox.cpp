// GPT-NeoX and Pythia: one fused q/k/v product laid out head by head, rotary embeddings on a share
// of each head, attention and MLP in parallel (Black et al. 2022).
#include "core/model/families/parts.h"
#include "core/model/families/rope.h"

namespace bitsmith {
namespace {

constexpr std::string_view ModelTypes[] = {"gpt_neox"};
constexpr std::string_view Prefixes[] = {"gpt_neox.", ""};

Result<Architecture> describe(const nlohmann::json& json) {
    ConfigReader config(json);
    Architecture a;
    a.family = "gpt_neox";
    a.norm = NormKind::Layer;
    a.hidden = config.count("hidden_size", 6144, MaxFeatures);
    a.vocabulary = config.count("vocab_size", 50432, MaxVocabulary);
    a.heads = config.count("num_attention_heads", 64, MaxFeatures);
    const std::size_t blocks = config.count("num_hidden_layers", 44, MaxBlocks);
    a.mlpHidden = config.count("intermediate_size", 24576, MaxFeatures);
    a.maxPositions = config.count("max_position_embeddings", 2048, MaxPositions);
    a.activation = readActivation(config, "hidden_act", "gelu");
    a.normEps = static_cast<float>(config.number("layer_norm_eps", 1e-5, 0, 1));
    a.parallelResidual = config.flag("use_parallel_residual", true);
    const bool bias = config.flag("attention_bias", true);
    const bool tied = config.flag("tie_word_embeddings", false);
    a.kvHeads = a.heads;
    a.headDim = headSize(config, a.hidden, a.heads, "hidden_size", "num_attention_heads");
    const auto rotated =
        static_cast<std::size_t>(static_cast<double>(a.headDim) * rotaryShare(config, 0.25));
    if (rotated % 2 != 0)
        config.bad(fmt::format("'rotary_pct' rotates {} of {} dimensions a head; expected an even "
                               "number",
                               rotated, a.headDim));
    a.rotary = readRotary(config, rotated, a.maxPositions,
                          config.oneOf({"rotary_emb_base", "rope_theta"}));
    BITSMITH_CHECK(config.status());

    a.embeddingDim = a.hidden;
    a.embedding = "gpt_neox.embed_in.weight";
    a.finalNorm = normSpec("gpt_neox.final_layer_norm", a.hidden, true);
    a.head = linearSpec("embed_out", a.vocabulary, a.hidden, false);
    if (tied) a.head.weight = a.embedding;
    for (std::size_t i = 0; i < blocks; ++i) {
        const std::string name = fmt::format("gpt_neox.layers.{}.", i);
        BlockSpec block;
        block.attentionNorm = normSpec(name + "input_layernorm", a.hidden, true);
        block.qkv = linearSpec(name + "attention.query_key_value", 3 * a.hidden, a.hidden, bias);
        block.fused = FusedLayout::PerHead;
        block.attentionOut = linearSpec(name + "attention.dense", a.hidden, a.hidden, bias);
        block.mlpNorm = normSpec(name + "post_attention_layernorm", a.hidden, true);
        block.up = linearSpec(name + "mlp.dense_h_to_4h", a.mlpHidden, a.hidden, true);
        block.down = linearSpec(name + "mlp.dense_4h_to_h", a.hidden, a.mlpHidden, true);
        a.blocks.push_back(std::move(block));
    }
    return a;
}

constexpr Family GptNeox{"gpt_neox", ModelTypes, Prefixes, describe};

} // namespace

const Family& families_gpt_neox() { return GptNeox; }

} // namespace bitsmith
