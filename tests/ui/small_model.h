// A llama-family model of random weights with a word tokenizer, written on the fly: real files for
// tests of the window. Also a text in its vocabulary.
#pragma once

#include "core/base/atomic_file.h"
#include "core/base/random.h"
#include "core/io/safetensors.h"

#include <nlohmann/json.hpp>

#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

namespace bitsmith::test {

struct SmallModel {
    int hidden = 128, mlp = 384, blocks = 4, heads = 4, kvHeads = 2, context = 64, words = 60;
};

inline std::string wordOf(int i) { return "w" + std::to_string(i); }

inline std::string smallText(const SmallModel& shape, int words, std::uint64_t seed) {
    Rng rng(seed, "text", "test");
    std::string out;
    for (int i = 0; i < words; ++i)
        out += wordOf(static_cast<int>(rng.below(static_cast<std::uint64_t>(shape.words)))) + " ";
    return out;
}

inline Status writeSmallModel(const std::filesystem::path& folder, const SmallModel& shape) {
    std::filesystem::create_directories(folder);
    const int vocabulary = shape.words + 2;
    nlohmann::ordered_json config{{"model_type", "llama"},
                                  {"architectures", {"LlamaForCausalLM"}},
                                  {"hidden_size", shape.hidden},
                                  {"intermediate_size", shape.mlp},
                                  {"num_hidden_layers", shape.blocks},
                                  {"num_attention_heads", shape.heads},
                                  {"num_key_value_heads", shape.kvHeads},
                                  {"vocab_size", vocabulary},
                                  {"max_position_embeddings", shape.context},
                                  {"rms_norm_eps", 1e-5},
                                  {"rope_theta", 10000.0},
                                  {"hidden_act", "silu"},
                                  {"tie_word_embeddings", true}};
    BITSMITH_CHECK(writeFileAtomically(folder / "config.json", config.dump()));

    nlohmann::ordered_json words{{"<unk>", 0}, {"<s>", 1}};
    for (int i = 0; i < shape.words; ++i) words[wordOf(i)] = i + 2;
    const nlohmann::ordered_json tokenizer{
        {"version", "1.0"},
        {"truncation", nullptr},
        {"padding", nullptr},
        {"added_tokens", nlohmann::ordered_json::array()},
        {"normalizer", nullptr},
        {"pre_tokenizer", {{"type", "Whitespace"}}},
        {"post_processor", nullptr},
        {"decoder", nullptr},
        {"model", {{"type", "WordLevel"}, {"vocab", words}, {"unk_token", "<unk>"}}}};
    BITSMITH_CHECK(writeFileAtomically(folder / "tokenizer.json", tokenizer.dump()));

    std::vector<SafetensorsWriter::Declaration> tensors;
    const auto add = [&](const std::string& name, std::vector<std::int64_t> size) {
        tensors.push_back({name, DType::F32, std::move(size)});
    };
    const int kv = shape.hidden / shape.heads * shape.kvHeads;
    add("model.embed_tokens.weight", {vocabulary, shape.hidden});
    for (int b = 0; b < shape.blocks; ++b) {
        const std::string at = "model.layers." + std::to_string(b) + ".";
        add(at + "input_layernorm.weight", {shape.hidden});
        add(at + "self_attn.q_proj.weight", {shape.hidden, shape.hidden});
        add(at + "self_attn.k_proj.weight", {kv, shape.hidden});
        add(at + "self_attn.v_proj.weight", {kv, shape.hidden});
        add(at + "self_attn.o_proj.weight", {shape.hidden, shape.hidden});
        add(at + "post_attention_layernorm.weight", {shape.hidden});
        add(at + "mlp.gate_proj.weight", {shape.mlp, shape.hidden});
        add(at + "mlp.up_proj.weight", {shape.mlp, shape.hidden});
        add(at + "mlp.down_proj.weight", {shape.hidden, shape.mlp});
    }
    add("model.norm.weight", {shape.hidden});
    BITSMITH_TRY(auto writer, SafetensorsWriter::create(folder / "model.safetensors", tensors, {}));
    for (const auto& tensor : tensors) {
        Rng rng(7, tensor.name, "weights");
        std::vector<float> values(static_cast<std::size_t>(elementCount(tensor.shape)));
        const bool norm = tensor.shape.size() == 1;
        for (float& value : values) value = norm ? 1.0F : static_cast<float>(0.06 * rng.normal());
        BITSMITH_CHECK(writer.write(std::as_bytes(std::span<const float>(values))));
    }
    return writer.finish();
}

} // namespace bitsmith::test
