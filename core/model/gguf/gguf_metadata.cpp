#include "core/model/gguf/gguf_metadata.h"

#include "core/base/message.h"
#include "core/model/gguf/gguf_names.h"
#include "core/model/gguf/rope_factors.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace bitsmith {
namespace {

using nlohmann::json;

tl::unexpected<Error> otherwise(const Architecture& a, const std::string& what) {
    return fail(ErrorCode::Unsupported, "{}",
                "llama.cpp cannot run this {} model as it is: {}"_message(a.family, what));
}

// What llama.cpp has built into an architecture, and a config.json may say otherwise.
Status checkComputed(const Architecture& a, std::vector<std::string>& notes) {
    const bool isGelu = a.activation == Activation::Gelu || a.activation == Activation::GeluTanh;
    const bool isPlainMlp = a.family == "gpt2" || a.family == "gpt_neox";
    if (isPlainMlp ? !isGelu : a.activation != Activation::Silu)
        return otherwise(a, "its MLP has {} built in, this model has another activation"_message(
                                isPlainMlp ? "GELU" : "SiLU"));
    if (isPlainMlp && a.activation == Activation::Gelu)
        notes.emplace_back(
            "llama.cpp computes GELU with its tanh approximation; this model was trained with the "
            "exact function"_message());
    if (a.embeddingDim != a.hidden || !a.normBeforeBlock || a.positionOffset != 0)
        return otherwise(a, "it projects embeddings or norms after the blocks"_message());
    if (a.rotary.longest != 0)
        notes.push_back("texts longer than {} tokens would need dynamic rotary scaling, "
                        "which GGUF cannot say"_message(a.rotary.longest));
    for (const BlockSpec& block : a.blocks) {
        const double usual = 1 / std::sqrt(static_cast<double>(a.headDim));
        if (block.attentionScale != 0 && std::abs(block.attentionScale / usual - 1) > 1e-6)
            return otherwise(a, "it scales attention in another way"_message());
        if (a.family == "gpt_neox" && block.qkv.bias.empty())
            return otherwise(a, "its attention has no biases, which llama.cpp asks for"_message());
        if (a.family == "qwen3" && !block.q.bias.empty())
            return otherwise(a, "its attention has biases, which llama.cpp leaves out"_message());
    }
    return {};
}

class Keys {
public:
    Keys(GgufMetadata& metadata, std::string_view prefix)
        : m_metadata(metadata), m_prefix(prefix) {}
    void count(std::string_view name, std::size_t value) {
        m_metadata.set(full(name), GgufValue::u32(value));
    }
    void number(std::string_view name, double value) {
        // As F32 it is written; what is compared and shown should be what is read back.
        m_metadata.set(full(name), GgufValue::f32(static_cast<float>(value)));
    }
    void flag(std::string_view name, bool value) {
        m_metadata.set(full(name), GgufValue::flag(value));
    }
    void flags(std::string_view name, std::vector<bool> values) {
        GgufValue list;
        list.type = GgufType::Bool;
        list.value = std::move(values);
        m_metadata.set(full(name), std::move(list));
    }
    void text(std::string_view name, std::string value) {
        m_metadata.set(full(name), GgufValue::text(std::move(value)));
    }

private:
    std::string full(std::string_view name) const { return fmt::format("{}.{}", m_prefix, name); }
    GgufMetadata& m_metadata;
    std::string m_prefix;
};

double member(const json& object, const char* key, double missing) {
    const auto place = object.find(key);
    return place != object.end() && place->is_number() ? place->get<double>() : missing;
}

Status describeYarn(const Architecture& a, const json& config, Keys& keys) {
    json scaling;
    for (const char* key : {"rope_scaling", "rope_parameters"})
        if (config.is_object() && config.contains(key) && config[key].is_object())
            scaling = config[key];
    if (!scaling.is_object())
        return otherwise(a, "how its rotary embedding is scaled is not known"_message());
    const auto positions = static_cast<double>(a.maxPositions);
    const double original = member(scaling, "original_max_position_embeddings", positions);
    const double factor = member(scaling, "factor", std::max(1.0, positions / original));
    const double expected = factor > 1 ? 0.1 * std::log(factor) + 1 : 1;
    if (std::abs(a.rotary.attentionFactor / expected - 1) > 1e-6)
        return otherwise(a, "its YaRN scaling has an attention factor of its own"_message());
    if (scaling.contains("truncate") && scaling["truncate"] == json(false))
        return otherwise(a, "its YaRN scaling does not round its bounds"_message());
    keys.text("rope.scaling.type", "yarn");
    keys.number("rope.scaling.factor", factor);
    keys.count("rope.scaling.original_context_length", static_cast<std::size_t>(original));
    if (scaling.contains("beta_fast"))
        keys.number("rope.scaling.yarn_beta_fast", member(scaling, "beta_fast", 32));
    if (scaling.contains("beta_slow"))
        keys.number("rope.scaling.yarn_beta_slow", member(scaling, "beta_slow", 1));
    return {};
}

Status describeRope(const Architecture& a, const json& config, Keys& keys, GgufDescription& out) {
    if (a.rotary.dims == 0) return {};
    keys.count("rope.dimension_count", a.rotary.dims);
    keys.number("rope.freq_base", a.rotary.theta);
    const std::vector<double> divisors = ropeDivisors(a.rotary);
    const auto near = [](double x, double y) { return std::abs(x / y - 1) < 1e-9; };
    const bool isUniform =
        std::ranges::all_of(divisors, [&](double d) { return near(d, divisors.front()); });
    if (a.rotary.attentionFactor != 1) return describeYarn(a, config, keys);
    if (isUniform && near(divisors.front(), 1)) return {};
    if (isUniform) {
        keys.text("rope.scaling.type", "linear");
        keys.number("rope.scaling.factor", divisors.front());
        return {};
    }
    if (a.family != "llama")
        return otherwise(
            a, "it scales rotary frequencies one by one, which llama.cpp reads for the LLaMA "
               "architecture alone"_message());
    out.ropeFactors.assign(divisors.begin(), divisors.end());
    return {};
}

} // namespace

Result<GgufDescription> ggufDescription(const Architecture& a, const json& config) {
    const std::string_view name = ggufArchitecture(a.family);
    if (name.empty())
        return fail(
            ErrorCode::Unsupported, "{}",
            "llama.cpp has no architecture for the family '{}', so no GGUF of it can be run. "
            "Export it as GPTQ, AWQ or compressed-tensors instead"_message(a.family));
    GgufDescription out;
    BITSMITH_CHECK(checkComputed(a, out.notes));
    out.metadata.set("general.architecture", GgufValue::text(std::string(name)));
    Keys keys(out.metadata, name);
    keys.count("context_length", a.maxPositions);
    keys.count("embedding_length", a.hidden);
    keys.count("block_count", a.blocks.size());
    keys.count("feed_forward_length", a.mlpHidden);
    keys.count("attention.head_count", a.heads);
    keys.count("vocab_size", a.vocabulary);
    if (a.norm == NormKind::Rms) {
        keys.count("attention.head_count_kv", a.kvHeads);
        keys.number("attention.layer_norm_rms_epsilon", a.normEps);
        keys.count("attention.key_length", a.headDim);
        keys.count("attention.value_length", a.headDim);
    } else {
        keys.number("attention.layer_norm_epsilon", a.normEps);
    }
    if (a.family == "gpt_neox") keys.flag("use_parallel_residual", a.parallelResidual);
    std::vector<bool> hasWindow;
    std::size_t window = 0;
    for (const BlockSpec& block : a.blocks) {
        hasWindow.push_back(block.window > 0);
        window = std::max(window, block.window); // a config.json has one for all
    }
    if (window > 0) {
        keys.count("attention.sliding_window", window);
        if (!std::ranges::all_of(hasWindow, [](bool has) { return has; }))
            keys.flags("attention.sliding_window_pattern", hasWindow);
        out.notes.emplace_back(
            "llama.cpp gives this architecture no sliding window: behind the window's length its "
            "results differ"_message());
    }
    // The key that llama.cpp does not read keeps what a reader could not know.
    if (a.family == "gpt2" && a.activation == Activation::Gelu)
        out.metadata.set(std::string(GgufActivation), GgufValue::text("gelu"));
    if (a.family == "gpt_neox" && a.activation == Activation::GeluTanh)
        out.metadata.set(std::string(GgufActivation), GgufValue::text("gelu_new"));
    BITSMITH_CHECK(describeRope(a, config, keys, out));
    return out;
}

} // namespace bitsmith
