// OPT: learned positions that begin at row 2, a plain MLP; the 350m model normalises after the
// residual sums and projects a narrower embedding (Zhang et al. 2022).
#include "core/model/families/parts.h"

namespace bitsmith {
namespace {

constexpr std::string_view ModelTypes[] = {"opt"};
constexpr std::string_view Prefixes[] = {"model.decoder.", "decoder.", ""};
constexpr std::size_t PositionOffset = 2;

Result<Architecture> describe(const nlohmann::json& json) {
    ConfigReader config(json);
    Architecture a;
    a.family = "opt";
    a.norm = NormKind::Layer;
    a.normEps = 1e-5f;
    a.hidden = config.count("hidden_size", 768, MaxFeatures);
    a.vocabulary = config.count("vocab_size", 50272, MaxVocabulary);
    a.heads = config.count("num_attention_heads", 12, MaxFeatures);
    const std::size_t blocks = config.count("num_hidden_layers", 12, MaxBlocks);
    a.mlpHidden = config.count("ffn_dim", 3072, MaxFeatures);
    a.maxPositions = config.count("max_position_embeddings", 2048, MaxPositions);
    a.embeddingDim = config.count("word_embed_proj_dim", a.hidden, MaxFeatures);
    a.activation = readActivation(config, "activation_function", "relu");
    a.normBeforeBlock = config.flag("do_layer_norm_before", true);
    const bool noFinalNorm = config.flag("_remove_final_layer_norm", false);
    const bool bias = config.flag("enable_bias", true);
    const bool affine = config.flag("layer_norm_elementwise_affine", true);
    const bool tied = config.flag("tie_word_embeddings", true);
    a.kvHeads = a.heads;
    a.headDim = headSize(config, a.hidden, a.heads, "hidden_size", "num_attention_heads");
    BITSMITH_CHECK(config.status());

    const std::string prefix(Prefixes[0]);
    const auto norm = [&](const std::string& name) {
        return affine ? normSpec(name, a.hidden, true) : NormSpec{"", "", a.hidden};
    };
    a.embedding = prefix + "embed_tokens.weight";
    a.positions = prefix + "embed_positions.weight";
    a.positionOffset = PositionOffset;
    if (a.embeddingDim != a.hidden) {
        a.projectIn = linearSpec(prefix + "project_in", a.hidden, a.embeddingDim, false);
        a.projectOut = linearSpec(prefix + "project_out", a.embeddingDim, a.hidden, false);
    }
    if (a.normBeforeBlock && !noFinalNorm) a.finalNorm = norm(prefix + "final_layer_norm");
    a.head = linearSpec("lm_head", a.vocabulary, a.embeddingDim, false);
    if (tied) a.head.weight = a.embedding;
    for (std::size_t i = 0; i < blocks; ++i) {
        const std::string name = fmt::format("{}layers.{}.", prefix, i);
        const std::string attention = name + "self_attn.";
        BlockSpec block;
        block.attentionNorm = norm(name + "self_attn_layer_norm");
        block.q = linearSpec(attention + "q_proj", a.hidden, a.hidden, bias);
        block.k = linearSpec(attention + "k_proj", a.hidden, a.hidden, bias);
        block.v = linearSpec(attention + "v_proj", a.hidden, a.hidden, bias);
        block.attentionOut = linearSpec(attention + "out_proj", a.hidden, a.hidden, bias);
        block.mlpNorm = norm(name + "final_layer_norm");
        block.up = linearSpec(name + "fc1", a.mlpHidden, a.hidden, bias);
        block.down = linearSpec(name + "fc2", a.hidden, a.mlpHidden, bias);
        a.blocks.push_back(std::move(block));
    }
    return a;
}

constexpr Family Opt{"opt", ModelTypes, Prefixes, describe};

} // namespace

const Family& families_opt() { return Opt; }

} // namespace bitsmith
