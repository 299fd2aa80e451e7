#include "core/model/gguf/gguf_names.h"

#include <fmt/format.h>

namespace bitsmith {
namespace {

constexpr std::pair<std::string_view, std::string_view> Families[] = {
    {"llama", "llama"}, {"qwen2", "qwen2"},      {"qwen3", "qwen3"},
    {"gpt2", "gpt2"},   {"gpt_neox", "gptneox"},
};

class Collector {
public:
    std::vector<GgufTensorUse> uses;

    void linear(const LinearSpec& spec, const std::string& file, RowOrder order = {}) {
        if (!spec.present()) return;
        GgufTensorUse use = made(spec.weight, file + ".weight", spec.out, spec.in);
        use.transposed = spec.transposed;
        use.order = order;
        uses.push_back(std::move(use));
        vector(spec.bias, file + ".bias", spec.out, order);
    }

    void table(const std::string& name, std::string_view file, std::size_t rows, std::size_t cols) {
        if (name.empty()) return;
        GgufTensorUse use = made(name, std::string(file), rows, cols);
        use.isTable = true;
        uses.push_back(std::move(use));
    }

    void norm(const NormSpec& spec, const std::string& file) {
        vector(spec.weight, file + ".weight", spec.size, {});
        vector(spec.bias, file + ".bias", spec.size, {});
    }

private:
    static GgufTensorUse made(const std::string& name, std::string file, std::size_t rows,
                              std::size_t cols) {
        GgufTensorUse use;
        use.model = name;
        use.file = std::move(file);
        use.rows = rows;
        use.cols = cols;
        return use;
    }

    void vector(const std::string& name, std::string file, std::size_t size, RowOrder order) {
        if (name.empty()) return;
        GgufTensorUse use = made(name, std::move(file), 1, size);
        use.isVector = true;
        use.order = order;
        uses.push_back(std::move(use));
    }
};

} // namespace

std::vector<std::uint32_t> RowOrder::fileRows() const {
    std::vector<std::uint32_t> rows;
    if (kind == Kind::Interleaved) {
        const std::size_t half = headDim / 2;
        for (std::size_t head = 0; head < heads; ++head)
            for (std::size_t side = 0; side < 2; ++side)
                for (std::size_t pair = 0; pair < half; ++pair)
                    rows.push_back(static_cast<std::uint32_t>(head * headDim + 2 * pair + side));
    } else if (kind == Kind::Parts) {
        for (std::size_t head = 0; head < heads; ++head)
            for (std::size_t part = 0; part < 3; ++part)
                for (std::size_t d = 0; d < headDim; ++d)
                    rows.push_back(static_cast<std::uint32_t>((part * heads + head) * headDim + d));
    }
    return rows;
}

std::string_view ggufArchitecture(std::string_view family) {
    for (const auto& [id, name] : Families)
        if (id == family) return name;
    return {};
}

std::string_view familyOfGguf(std::string_view architecture) {
    for (const auto& [id, name] : Families)
        if (name == architecture) return id;
    return {};
}

std::vector<GgufTensorUse> ggufTensors(const Architecture& a) {
    Collector all;
    all.table(a.embedding, GgufEmbedding, a.vocabulary, a.embeddingDim);
    all.table(a.positions, "position_embd.weight", a.maxPositions + a.positionOffset, a.hidden);
    const auto rotated = [&](std::size_t heads) {
        return a.family == "llama" ? RowOrder{RowOrder::Kind::Interleaved, heads, a.headDim}
                                   : RowOrder();
    };
    for (std::size_t i = 0; i < a.blocks.size(); ++i) {
        const BlockSpec& b = a.blocks[i];
        const std::string name = fmt::format("blk.{}.", i);
        all.norm(b.attentionNorm, name + "attn_norm");
        all.linear(b.q, name + "attn_q", rotated(a.heads));
        all.linear(b.k, name + "attn_k", rotated(a.kvHeads));
        all.linear(b.v, name + "attn_v");
        all.linear(b.qkv, name + "attn_qkv",
                   b.fused == FusedLayout::PerHead
                       ? RowOrder{RowOrder::Kind::Parts, a.heads, a.headDim}
                       : RowOrder());
        all.norm(b.qNorm, name + "attn_q_norm");
        all.norm(b.kNorm, name + "attn_k_norm");
        all.linear(b.attentionOut, name + "attn_output");
        all.norm(b.mlpNorm, name + "ffn_norm");
        all.linear(b.gate, name + "ffn_gate");
        all.linear(b.up, name + "ffn_up");
        all.linear(b.down, name + "ffn_down");
    }
    all.norm(a.finalNorm, "output_norm");
    if (!a.tied()) all.linear(a.head, "output");
    return std::move(all.uses);
}

} // namespace bitsmith
