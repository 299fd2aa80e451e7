#include "core/model/inventory.h"

#include "core/tensor/blocks/block_format.h"

#include <algorithm>
#include <functional>

namespace bitsmith {
namespace {

class Collector {
public:
    std::vector<TensorUse> uses;

    void linear(const LinearSpec& spec, std::string_view role, int block, std::string_view input) {
        if (!spec.present()) return;
        Shape shape{static_cast<std::int64_t>(spec.out), static_cast<std::int64_t>(spec.in)};
        if (spec.transposed) std::swap(shape[0], shape[1]);
        TensorUse use = made(spec.weight, std::move(shape), role, block);
        use.info.rows = spec.out;
        use.info.cols = spec.in;
        use.info.input = input;
        use.info.quantizable = block >= 0;
        use.info.onRequest = role == "head";
        use.transposed = spec.transposed;
        uses.push_back(std::move(use));
        vector(spec.bias, spec.out, "bias", block);
    }

    void table(const std::string& name, std::size_t rows, std::size_t cols, std::string_view role) {
        if (name.empty()) return;
        TensorUse use = made(
            name, {static_cast<std::int64_t>(rows), static_cast<std::int64_t>(cols)}, role, -1);
        use.info.rows = rows;
        use.info.cols = cols;
        use.info.onRequest = role == "embedding";
        uses.push_back(std::move(use));
    }

    void norm(const NormSpec& spec, int block) {
        vector(spec.weight, spec.size, "norm", block);
        vector(spec.bias, spec.size, "norm", block);
    }

private:
    static TensorUse made(const std::string& name, Shape shape, std::string_view role, int block) {
        TensorUse use;
        use.info.name = name;
        use.info.shape = std::move(shape);
        use.info.role = role;
        use.info.block = block;
        return use;
    }

    void vector(const std::string& name, std::size_t size, std::string_view role, int block) {
        if (!name.empty())
            uses.push_back(made(name, {static_cast<std::int64_t>(size)}, role, block));
    }
};

void forEachName(Architecture& a, const std::function<void(std::string&)>& visit) {
    const auto norm = [&](NormSpec& spec) {
        visit(spec.weight);
        visit(spec.bias);
    };
    const auto linear = [&](LinearSpec& spec) {
        visit(spec.weight);
        visit(spec.bias);
    };
    visit(a.embedding);
    visit(a.positions);
    for (LinearSpec* spec : {&a.projectIn, &a.projectOut, &a.head}) linear(*spec);
    norm(a.finalNorm);
    for (BlockSpec& b : a.blocks) {
        for (NormSpec* spec : {&b.attentionNorm, &b.mlpNorm, &b.qNorm, &b.kNorm}) norm(*spec);
        for (LinearSpec* spec :
             {&b.q, &b.k, &b.v, &b.qkv, &b.attentionOut, &b.gate, &b.up, &b.down})
            linear(*spec);
    }
}

} // namespace

std::vector<TensorUse> tensorsOf(const Architecture& a) {
    Collector all;
    all.table(a.embedding, a.vocabulary, a.embeddingDim, "embedding");
    all.table(a.positions, a.maxPositions + a.positionOffset, a.hidden, "positions");
    all.linear(a.projectIn, "other", -1, "");
    for (std::size_t i = 0; i < a.blocks.size(); ++i) {
        const BlockSpec& b = a.blocks[i];
        const int block = static_cast<int>(i);
        all.linear(b.q, "attn.q", block, "attn_in");
        all.linear(b.k, "attn.k", block, "attn_in");
        all.linear(b.v, "attn.v", block, "attn_in");
        all.linear(b.qkv, "attn.qkv", block, "attn_in");
        all.linear(b.attentionOut, "attn.out", block, "attn_out");
        all.linear(b.gate, "mlp.gate", block, "mlp_in");
        all.linear(b.up, "mlp.up", block, "mlp_in");
        all.linear(b.down, "mlp.down", block, "mlp_hidden");
        for (const NormSpec* spec : {&b.attentionNorm, &b.qNorm, &b.kNorm, &b.mlpNorm})
            all.norm(*spec, block);
    }
    all.norm(a.finalNorm, -1);
    all.linear(a.projectOut, "other", -1, "");
    if (!a.tied()) all.linear(a.head, "head", -1, "");
    return std::move(all.uses);
}

void resolvePrefix(Architecture& architecture, const TensorSource& source) {
    const auto families = allFamilies();
    const auto family =
        std::ranges::find(families, architecture.family, [](const Family* f) { return f->id; });
    if (family == families.end()) return;
    const std::string_view usual = (*family)->prefixes.front();
    const auto renamed = [&](const std::string& name, std::string_view prefix) {
        return std::string(prefix) + name.substr(usual.size());
    };
    for (const std::string_view prefix : (*family)->prefixes) {
        if (!source.find(renamed(architecture.embedding, prefix))) continue;
        if (prefix != usual)
            forEachName(architecture, [&](std::string& name) {
                if (name.starts_with(usual)) name = renamed(name, prefix);
            });
        return;
    }
}

Status checkTensors(const std::vector<TensorUse>& uses, const TensorSource& source,
                    const std::filesystem::path& path, std::string_view storedType) {
    for (const auto& [info, transposed] : uses) {
        const SourceTensor* found = source.find(info.name);
        if (!found)
            return fail(ErrorCode::BadInput,
                        "'{}': missing tensor '{}' (config.json expects {}). The download is "
                        "probably incomplete, or config.json belongs to another model",
                        path.string(), info.name, shapeText(info.shape));
        if (found->shape != info.shape)
            return fail(ErrorCode::BadInput,
                        "'{}': tensor '{}' has shape {}; config.json expects {}. Weights and "
                        "config.json belong to different models",
                        path.string(), info.name, shapeText(found->shape), shapeText(info.shape));
        const BlockFormat* blocks = findBlockFormat(found->dtype);
        if (blocks && !blocks->decode && blocks->blockSize > 1)
            return fail(ErrorCode::Unsupported,
                        "'{}': tensor '{}' is of type {}, which this version does not decode, so "
                        "the model cannot be run. Its other tensors can be inspected",
                        path.string(), info.name, found->dtype);
        if (!found->floating)
            return fail(
                ErrorCode::BadInput, "'{}': tensor '{}' holds {}; expected a floating-point type{}",
                path.string(), info.name, found->dtype,
                storedType.empty() ? "" : fmt::format(" (config.json says {})", storedType));
    }
    return {};
}

} // namespace bitsmith
