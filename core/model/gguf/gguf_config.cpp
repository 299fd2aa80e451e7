#include "core/model/gguf/gguf_config.h"

#include "core/model/families/config_reader.h"
#include "core/model/gguf/gguf_names.h"
#include "core/model/gguf/rope_factors.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>

namespace bitsmith {
namespace {

using nlohmann::json;

// The number that a person wrote before it became an F32: 1e-05, not 9.999999747378752e-06.
double shortest(double value) {
    const auto rounded = static_cast<float>(value);
    char text[32];
    const auto [end, error] = std::to_chars(text, text + sizeof(text), rounded);
    double out = value;
    if (error == std::errc() && static_cast<double>(rounded) == value)
        std::from_chars(text, end, out);
    return out;
}

// Keys below the architecture's name. The first problem is kept, as ConfigReader does.
class Keys {
public:
    Keys(const GgufMetadata& metadata, std::string_view prefix)
        : m_metadata(metadata), m_prefix(prefix) {}

    std::string full(std::string_view name) const { return fmt::format("{}.{}", m_prefix, name); }

    // A whole number in [least, most]; a list of equal ones, a number for each layer, serves too.
    std::optional<std::size_t> count(std::string_view name, std::size_t most,
                                     std::size_t least = 1) {
        const std::string key = full(name);
        const GgufValue* value = m_metadata.find(key);
        if (!value) return std::nullopt;
        std::optional<std::uint64_t> found;
        if (value->isArray()) {
            found = equalEntries(*value, key);
        } else if (auto read = m_metadata.count(key)) {
            found = *read;
        } else {
            note(std::move(read).error());
        }
        if (!found) return std::nullopt;
        if (*found < least || *found > most) {
            bad(fmt::format("'{}' is {}; expected {} to {}", key, *found, least, most));
            return std::nullopt;
        }
        return static_cast<std::size_t>(*found);
    }

    std::size_t required(std::string_view name, std::size_t most) {
        if (!m_metadata.find(full(name)))
            bad(fmt::format("the metadata key '{}' is missing. The file is incomplete or made by a "
                            "program that does not keep to the format",
                            full(name)));
        return count(name, most).value_or(1);
    }

    std::optional<double> number(std::string_view name, double least, double most) {
        auto read = m_metadata.number(full(name));
        if (!read) {
            note(std::move(read).error());
            return std::nullopt;
        }
        if (!*read) return std::nullopt;
        if (!(**read >= least && **read <= most)) {
            bad(fmt::format("'{}' is {}; expected {} to {}", full(name), **read, least, most));
            return std::nullopt;
        }
        return shortest(**read);
    }

    double requiredNumber(std::string_view name, double least, double most) {
        if (!m_metadata.find(full(name)))
            bad(fmt::format("the metadata key '{}' is missing. The file is incomplete or made by a "
                            "program that does not keep to the format",
                            full(name)));
        return number(name, least, most).value_or(least);
    }

    template <class Get>
    auto value(std::string_view name, Get get) {
        auto read = (m_metadata.*get)(full(name));
        if (!read) note(Error(read.error()));
        return read ? *read : typename decltype(read)::value_type();
    }
    bool flag(std::string_view name, bool missing) {
        return value(name, &GgufMetadata::flag).value_or(missing);
    }
    std::string text(std::string_view name) {
        return value(name, &GgufMetadata::text).value_or("");
    }

    void bad(std::string message) { note({ErrorCode::BadInput, std::move(message)}); }
    void unsupported(std::string message) { note({ErrorCode::Unsupported, std::move(message)}); }
    bool ok() const { return !m_error; }
    Status status() const {
        if (m_error) return fail(*m_error);
        return {};
    }

private:
    void note(Error error) {
        if (!m_error) m_error = std::move(error);
    }

    std::optional<std::uint64_t> equalEntries(const GgufValue& value, const std::string& key) {
        const auto first = [&](const auto& list) -> std::optional<std::uint64_t> {
            if (!list.empty() && std::ranges::all_of(list, [&](auto v) { return v == list[0]; }) &&
                list[0] >= 0)
                return static_cast<std::uint64_t>(list[0]);
            unsupported(fmt::format("'{}' differs from layer to layer, which no supported "
                                    "architecture does",
                                    key));
            return std::nullopt;
        };
        if (const auto* counts = std::get_if<std::vector<std::uint64_t>>(&value.value))
            return first(*counts);
        if (const auto* whole = std::get_if<std::vector<std::int64_t>>(&value.value))
            return first(*whole);
        bad(fmt::format("'{}' is a list; expected a whole number", key));
        return std::nullopt;
    }

    const GgufMetadata& m_metadata;
    std::string m_prefix;
    std::optional<Error> m_error;
};

// Whether the head is the embedding written a second time, as some loaders want it.
bool isCopy(const GgufFile& file, const GgufTensor& head, const GgufTensor& embedding) {
    if (head.format != embedding.format || head.dims != embedding.dims) return false;
    const auto a = file.bytes(head), b = file.bytes(embedding);
    if (a.size() != b.size()) return false;
    // A look at a few places spares reading heads that are their own.
    constexpr std::size_t Sample = 256;
    for (std::size_t at = 0; at < a.size(); at += std::max(a.size() / 16, Sample)) {
        const std::size_t size = std::min(Sample, a.size() - at);
        if (std::memcmp(a.data() + at, b.data() + at, size) != 0) return false;
    }
    return std::memcmp(a.data(), b.data(), a.size()) == 0;
}

void describeRope(const GgufFile& file, Keys& keys, json& config, double theta) {
    std::string type = keys.text("rope.scaling.type");
    double factor = keys.number("rope.scaling.factor", 1e-6, 1e6).value_or(0);
    if (type.empty())
        if (const auto old = keys.number("rope.scale_linear", 1e-6, 1e6)) {
            type = "linear";
            factor = *old;
        }
    if (const GgufTensor* factors = file.find(GgufRopeFactors)) {
        const auto bytes = file.bytes(*factors);
        std::vector<float> divisors(bytes.size() / sizeof(float));
        if (factors->format->name != "F32" || divisors.size() > MaxFeatures) {
            keys.unsupported(fmt::format("tensor '{}' is of type {}; expected F32", GgufRopeFactors,
                                         factors->format->name));
            return;
        }
        std::memcpy(divisors.data(), bytes.data(), divisors.size() * sizeof(float));
        const auto scaling = llama3Scaling(divisors, theta);
        if (!scaling)
            keys.unsupported(fmt::format("tensor '{}' scales the rotary embedding in a way that is "
                                         "not that of Llama 3",
                                         GgufRopeFactors));
        else
            config["rope_scaling"] = *scaling;
        return;
    }
    if (type.empty() || type == "none" || (type == "linear" && (factor == 0 || factor == 1)))
        return;
    if (type != "linear" && type != "yarn") {
        keys.unsupported(fmt::format("'{}' is '{}'; known: none, linear, yarn",
                                     keys.full("rope.scaling.type"), type));
        return;
    }
    json scaling{{"rope_type", type}, {"factor", factor == 0 ? 1.0 : factor}};
    if (const auto original = keys.count("rope.scaling.original_context_length", MaxPositions))
        scaling["original_max_position_embeddings"] = *original;
    if (type == "yarn") {
        if (const auto fast = keys.number("rope.scaling.yarn_beta_fast", 1e-3, 1e6))
            scaling["beta_fast"] = *fast;
        if (const auto slow = keys.number("rope.scaling.yarn_beta_slow", 1e-3, 1e6))
            scaling["beta_slow"] = *slow;
        const auto log = keys.number("rope.scaling.yarn_log_multiplier", -1e6, 1e6);
        const auto attention = keys.number("rope.scaling.attn_factor", -1e6, 1e6);
        if (log.value_or(0) != 0 || attention.value_or(1) != 1)
            keys.unsupported("YaRN with an attention factor of its own is not supported");
    }
    config["rope_scaling"] = scaling;
}

struct Describer {
    const GgufFile& file;
    Keys& keys;
    json config;
    std::size_t hidden = 0, heads = 0, context = 0;
    std::string_view family;

    bool has(std::string_view tensor) const { return file.find(tensor) != nullptr; }

    void common() {
        hidden = keys.required("embedding_length", MaxFeatures);
        heads = keys.required("attention.head_count", MaxFeatures);
        context = keys.required("context_length", MaxPositions);
        if (keys.count("expert_count", MaxFeatures, 0).value_or(0) > 0)
            keys.unsupported(fmt::format("a mixture of experts ('{}') is not supported",
                                         keys.full("expert_count")));
        const GgufTensor* embedding = file.find(GgufEmbedding);
        if (!embedding || embedding->dims.size() != 2 || embedding->dims[0] != hidden ||
            embedding->dims[1] > MaxVocabulary) {
            keys.bad(fmt::format("tensor '{}' is {}; '{}' asks for rows of {} features",
                                 GgufEmbedding, embedding ? "of another shape" : "missing",
                                 keys.full("embedding_length"), hidden));
            return;
        }
        config["vocab_size"] = embedding->dims[1];
        const GgufTensor* head = file.find(GgufHead);
        config["tie_word_embeddings"] = !head || isCopy(file, *head, *embedding);
        for (const auto& [type, name] :
             {std::pair("F32", "float32"), {"F16", "float16"}, {"BF16", "bfloat16"}})
            if (embedding->format->name == type) config["torch_dtype"] = name;
        for (const auto& [key, name] : {std::pair("tokenizer.ggml.bos_token_id", "bos_token_id"),
                                        {"tokenizer.ggml.eos_token_id", "eos_token_id"}})
            if (const auto id = file.metadata().count(key); id && *id && **id < embedding->dims[1])
                config[name] = **id;
    }

    std::string activation(std::string_view usual) {
        const auto named = file.metadata().text(GgufActivation);
        const bool known = named && *named && (**named == "gelu" || **named == "gelu_new");
        return known ? **named : std::string(usual);
    }

    // Which layers have the window; by default all.
    void windows(std::size_t window) {
        config["sliding_window"] = window;
        const GgufValue* pattern =
            file.metadata().find(keys.full("attention.sliding_window_pattern"));
        const auto layers = config["num_hidden_layers"].get<std::size_t>();
        const std::vector<bool> all(layers, true);
        const auto* has = pattern ? std::get_if<std::vector<bool>>(&pattern->value) : &all;
        if (!has || has->size() != layers) {
            keys.unsupported(fmt::format("'{}' is no list of flags, one a layer",
                                         keys.full("attention.sliding_window_pattern")));
            return;
        }
        json types = json::array();
        for (const bool sliding : *has)
            types.push_back(sliding ? "sliding_attention" : "full_attention");
        config["layer_types"] = types;
    }

    void llamaShape() {
        config["hidden_size"] = hidden;
        config["num_attention_heads"] = heads;
        config["num_hidden_layers"] = keys.required("block_count", MaxBlocks);
        config["intermediate_size"] = keys.required("feed_forward_length", MaxFeatures);
        config["num_key_value_heads"] =
            keys.count("attention.head_count_kv", MaxFeatures).value_or(heads);
        config["max_position_embeddings"] = context;
        config["rms_norm_eps"] = keys.requiredNumber("attention.layer_norm_rms_epsilon", 0, 1);
        config["hidden_act"] = "silu";
        if (!keys.ok()) return;
        if (hidden % heads != 0 && !keys.count("attention.key_length", MaxFeatures))
            keys.bad(fmt::format("'{}' ({}) does not divide '{}' ({})",
                                 keys.full("attention.head_count"), heads,
                                 keys.full("embedding_length"), hidden));
        const std::size_t size =
            keys.count("attention.key_length", MaxFeatures).value_or(hidden / heads);
        if (keys.count("attention.value_length", MaxFeatures).value_or(size) != size)
            keys.unsupported("keys and values of different lengths are not supported");
        if (keys.count("rope.dimension_count", MaxFeatures).value_or(size) != size)
            keys.unsupported(fmt::format("'{}' rotates a part of each head, which is not supported "
                                         "in this architecture",
                                         keys.full("rope.dimension_count")));
        config["head_dim"] = size;
        const double theta = keys.number("rope.freq_base", 1e-3, 1e15).value_or(10000);
        config["rope_theta"] = theta;
        describeRope(file, keys, config, theta);
        const auto window = keys.count("attention.sliding_window", MaxPositions, 0).value_or(0);
        const bool bias = has("blk.0.attn_q.bias");
        if (family == "llama") {
            config["attention_bias"] = bias;
            config["mlp_bias"] = has("blk.0.ffn_up.bias");
            if (window > 0) {
                // What Mistral's own class has and LLaMA's has not.
                config["model_type"] = "mistral";
                config["architectures"] = {"MistralForCausalLM"};
                windows(window);
            }
        } else {
            if (family == "qwen3") config["attention_bias"] = bias;
            config["use_sliding_window"] = window > 0;
            if (window > 0) windows(window);
        }
    }

    void gpt2() {
        config["n_embd"] = hidden;
        config["n_head"] = heads;
        config["n_layer"] = keys.required("block_count", MaxBlocks);
        config["n_inner"] = keys.required("feed_forward_length", MaxFeatures);
        const GgufTensor* positions = file.find("position_embd.weight");
        config["n_positions"] =
            positions && positions->dims.size() == 2 && positions->dims[1] <= MaxPositions
                ? positions->dims[1]
                : context;
        config["layer_norm_epsilon"] = keys.requiredNumber("attention.layer_norm_epsilon", 0, 1);
        config["activation_function"] = activation("gelu_new");
    }

    void gptNeox() {
        config["hidden_size"] = hidden;
        config["num_attention_heads"] = heads;
        config["num_hidden_layers"] = keys.required("block_count", MaxBlocks);
        config["intermediate_size"] = keys.required("feed_forward_length", MaxFeatures);
        config["max_position_embeddings"] = context;
        config["layer_norm_eps"] = keys.requiredNumber("attention.layer_norm_epsilon", 0, 1);
        config["hidden_act"] = activation("gelu");
        config["use_parallel_residual"] = keys.flag("use_parallel_residual", true);
        config["attention_bias"] = has("blk.0.attn_qkv.bias");
        const double theta = keys.number("rope.freq_base", 1e-3, 1e15).value_or(10000);
        config["rotary_emb_base"] = theta;
        if (!keys.ok()) return;
        const std::size_t size = std::max<std::size_t>(hidden / heads, 1);
        const std::size_t rotated = keys.count("rope.dimension_count", size).value_or(size);
        double share = static_cast<double>(rotated) / static_cast<double>(size);
        if (static_cast<std::size_t>(share * static_cast<double>(size)) < rotated)
            share = std::nextafter(share, 2);
        config["rotary_pct"] = share;
        describeRope(file, keys, config, theta);
    }
};

} // namespace

Result<json> ggufConfig(const GgufFile& file) {
    BITSMITH_TRY(const auto name, file.metadata().text("general.architecture"));
    if (!name)
        return fail(ErrorCode::Unsupported,
                    "it does not say which architecture it holds (general.architecture)");
    if (file.tensors().empty())
        return fail(ErrorCode::Unsupported, "it holds no weights, only metadata and perhaps a "
                                            "vocabulary");
    const std::string_view family = familyOfGguf(*name);
    if (family.empty())
        return fail(ErrorCode::Unsupported,
                    "its architecture, '{}', is not supported; known: llama, qwen2, qwen3, gpt2, "
                    "gptneox",
                    name->substr(0, MaxText));
    Keys keys(file.metadata(), *name);
    Describer d{file, keys, json{{"model_type", family}}};
    d.family = family;
    static constexpr std::pair<std::string_view, const char*> Classes[] = {
        {"llama", "LlamaForCausalLM"},
        {"qwen2", "Qwen2ForCausalLM"},
        {"qwen3", "Qwen3ForCausalLM"},
        {"gpt2", "GPT2LMHeadModel"},
        {"gpt_neox", "GPTNeoXForCausalLM"}};
    for (const auto& [id, klass] : Classes)
        if (id == family) d.config["architectures"] = {klass};
    d.common();
    if (keys.ok()) {
        if (family == "gpt2")
            d.gpt2();
        else if (family == "gpt_neox")
            d.gptNeox();
        else
            d.llamaShape();
    }
    BITSMITH_CHECK(keys.status());
    return std::move(d.config);
}

} // namespace bitsmith
