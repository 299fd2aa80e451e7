// Writes a LLaMA-shaped model of random weights of any size, fast and streaming: for tests of
// memory and speed. No tokenizer: it says nothing worth reading.
//
//   make_large_model OUT [--hidden 4096] [--mlp 11008] [--layers 32] [--heads 32] [--kv-heads 32]
//                    [--vocabulary 32000] [--dtype bf16|f16|f32] [--shard-gb 5] [--seed 1]
//
// The defaults are LLaMA-7B: 13.5 GB.
#include "core/base/atomic_file.h"
#include "core/base/random.h"
#include "core/io/safetensors.h"
#include "core/tensor/convert.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <map>
#include <string>
#include <vector>

using namespace bitsmith;
using Declaration = SafetensorsWriter::Declaration;
namespace fs = std::filesystem;

namespace {

struct Options {
    fs::path folder;
    std::map<std::string, std::int64_t> numbers{
        {"--hidden", 4096}, {"--mlp", 11008},        {"--layers", 32},  {"--heads", 32},
        {"--kv-heads", 32}, {"--vocabulary", 32000}, {"--shard-gb", 5}, {"--seed", 1}};
    DType dtype = DType::BF16;
    std::int64_t operator[](const char* name) const { return numbers.at(name); }
};

Result<Options> parse(int count, char** words) {
    Options options;
    if (count < 2 || count % 2 != 0)
        return fail(ErrorCode::Usage,
                    "usage: make_large_model OUT [--hidden N] [--mlp N] [--layers N] "
                    "[--heads N] [--kv-heads N] [--vocabulary N] [--dtype "
                    "bf16|f16|f32] [--shard-gb N] [--seed N]");
    options.folder = words[1];
    for (int i = 2; i < count; i += 2) {
        const std::string name = words[i], value = words[i + 1];
        if (name == "--dtype") {
            std::string upper = value;
            std::transform(upper.begin(), upper.end(), upper.begin(), ::toupper);
            const auto dtype = dtypeFromName(upper);
            if (!dtype || !isFloating(*dtype))
                return fail(ErrorCode::Usage, "no such dtype: {}", value);
            options.dtype = *dtype;
            continue;
        }
        const auto at = options.numbers.find(name);
        if (at == options.numbers.end()) return fail(ErrorCode::Usage, "no such option: {}", name);
        const auto [end, error] =
            std::from_chars(value.data(), value.data() + value.size(), at->second);
        if (error != std::errc() || end != value.data() + value.size() || at->second < 1)
            return fail(ErrorCode::Usage, "{} needs a positive whole number, not {}", name, value);
    }
    if (options["--hidden"] % options["--heads"] != 0 ||
        options["--heads"] % options["--kv-heads"] != 0)
        return fail(ErrorCode::Usage, "heads must divide hidden, and kv-heads the heads");
    return options;
}

std::vector<Declaration> tensorsOf(const Options& o) {
    const std::int64_t hidden = o["--hidden"], mlp = o["--mlp"],
                       kv = hidden / o["--heads"] * o["--kv-heads"];
    std::vector<Declaration> all;
    const auto add = [&](const std::string& name, Shape shape) {
        all.push_back({name + ".weight", o.dtype, std::move(shape)});
    };
    add("model.embed_tokens", {o["--vocabulary"], hidden});
    for (std::int64_t i = 0; i < o["--layers"]; ++i) {
        const std::string layer = "model.layers." + std::to_string(i) + ".";
        add(layer + "input_layernorm", {hidden});
        add(layer + "self_attn.q_proj", {hidden, hidden});
        add(layer + "self_attn.k_proj", {kv, hidden});
        add(layer + "self_attn.v_proj", {kv, hidden});
        add(layer + "self_attn.o_proj", {hidden, hidden});
        add(layer + "post_attention_layernorm", {hidden});
        add(layer + "mlp.gate_proj", {mlp, hidden});
        add(layer + "mlp.up_proj", {mlp, hidden});
        add(layer + "mlp.down_proj", {hidden, mlp});
    }
    add("model.norm", {hidden});
    add("lm_head", {o["--vocabulary"], hidden});
    return all;
}

std::uint64_t bytesOf(const Declaration& d) {
    return static_cast<std::uint64_t>(elementCount(d.shape)) * byteSize(d.dtype);
}

// Values are drawn from a table of normal ones: four 16-bit indices from each random word.
class Values {
public:
    static constexpr std::size_t TableSize = 65536;

    explicit Values(DType dtype) : m_element(byteSize(dtype)), m_table(TableSize * m_element) {
        std::vector<float> normal(TableSize);
        Rng rng(0, "table", "large model");
        for (float& v : normal) v = static_cast<float>(0.02 * rng.normal());
        fromFloat(dtype, normal, m_table);
    }

    void fill(Rng& rng, std::span<std::byte> out) const {
        switch (m_element) {
        case 1:
            return fillElements<1>(rng, out);
        case 2:
            return fillElements<2>(rng, out);
        case 4:
            return fillElements<4>(rng, out);
        default:
            return fillElements<8>(rng, out);
        }
    }

private:
    template <std::size_t Bytes>
    void fillElements(Rng& rng, std::span<std::byte> out) const {
        std::uint64_t word = 0;
        for (std::size_t i = 0; i < out.size() / Bytes; ++i, word >>= 16) {
            if (i % 4 == 0) word = rng.next();
            std::memcpy(out.data() + i * Bytes, m_table.data() + (word & 0xFFFF) * Bytes, Bytes);
        }
    }

    std::size_t m_element;
    std::vector<std::byte> m_table;
};

Status writeTensor(SafetensorsWriter& writer, const Declaration& tensor, const Values& values,
                   std::uint64_t seed, std::vector<std::byte>& buffer) {
    Rng rng(seed, tensor.name, "weights");
    const bool isNorm = tensor.shape.size() == 1;
    for (std::uint64_t left = bytesOf(tensor); left > 0;) {
        const auto piece = std::span(buffer).first(std::min<std::uint64_t>(left, buffer.size()));
        if (isNorm)
            fromFloat(tensor.dtype, std::vector<float>(piece.size() / byteSize(tensor.dtype), 1.0F),
                      piece);
        else
            values.fill(rng, piece);
        BITSMITH_CHECK(writer.write(piece));
        left -= piece.size();
    }
    return {};
}

std::string configText(const Options& o) {
    const nlohmann::ordered_json config{{"architectures", {"LlamaForCausalLM"}},
                                        {"model_type", "llama"},
                                        {"hidden_size", o["--hidden"]},
                                        {"intermediate_size", o["--mlp"]},
                                        {"num_hidden_layers", o["--layers"]},
                                        {"num_attention_heads", o["--heads"]},
                                        {"num_key_value_heads", o["--kv-heads"]},
                                        {"vocab_size", o["--vocabulary"]},
                                        {"max_position_embeddings", 4096},
                                        {"rms_norm_eps", 1e-5},
                                        {"rope_theta", 10000.0},
                                        {"hidden_act", "silu"},
                                        {"tie_word_embeddings", false},
                                        {"torch_dtype", o.dtype == DType::BF16  ? "bfloat16"
                                                        : o.dtype == DType::F16 ? "float16"
                                                                                : "float32"}};
    return config.dump(2) + "\n";
}

Status run(const Options& options) {
    const std::uint64_t most = static_cast<std::uint64_t>(options["--shard-gb"]) * 1'000'000'000;
    std::vector<std::vector<Declaration>> shards(1);
    std::uint64_t inShard = 0, total = 0;
    for (Declaration& tensor : tensorsOf(options)) {
        const std::uint64_t bytes = bytesOf(tensor);
        if (inShard + bytes > most && !shards.back().empty()) {
            shards.emplace_back();
            inShard = 0;
        }
        inShard += bytes;
        total += bytes;
        shards.back().push_back(std::move(tensor));
    }
    std::error_code error;
    fs::create_directories(options.folder, error);
    if (error) return fail(ErrorCode::Failed, "{}: {}", options.folder.string(), error.message());

    const Values values(options.dtype);
    std::vector<std::byte> buffer(std::size_t{4} << 20);
    nlohmann::ordered_json map = nlohmann::ordered_json::object();
    for (std::size_t i = 0; i < shards.size(); ++i) {
        const std::string name =
            shards.size() == 1
                ? std::string("model.safetensors")
                : fmt::format("model-{:05}-of-{:05}.safetensors", i + 1, shards.size());
        BITSMITH_TRY(
            SafetensorsWriter writer,
            SafetensorsWriter::create(options.folder / name, shards[i], {{"format", "pt"}}));
        for (const Declaration& tensor : shards[i]) {
            BITSMITH_CHECK(writeTensor(writer, tensor, values,
                                       static_cast<std::uint64_t>(options["--seed"]), buffer));
            map[tensor.name] = name;
        }
        BITSMITH_CHECK(writer.finish());
    }
    if (shards.size() > 1) {
        const nlohmann::ordered_json index{{"metadata", {{"total_size", total}}},
                                           {"weight_map", std::move(map)}};
        BITSMITH_CHECK(writeFileAtomically(options.folder / "model.safetensors.index.json",
                                           index.dump(2) + "\n"));
    }
    BITSMITH_CHECK(writeFileAtomically(options.folder / "config.json", configText(options)));
    std::printf("%.3f GB in %zu file(s)\n", static_cast<double>(total) / 1e9, shards.size());
    return {};
}

} // namespace

int main(int count, char** words) {
    const auto options = parse(count, words);
    const Status status = options ? run(*options) : Status(fail(options.error()));
    if (status) return 0;
    std::fprintf(stderr, "%s\n", status.error().message.c_str());
    return exitCode(status.error().code);
}
