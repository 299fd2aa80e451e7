#include "core/model/fold_sites.h"

#include "core/base/message.h"

namespace bitsmith {
namespace {

std::vector<LinearSpec> present(std::initializer_list<const LinearSpec*> all) {
    std::vector<LinearSpec> out;
    for (const LinearSpec* spec : all)
        if (spec->present()) out.push_back(*spec);
    return out;
}

void afterNorm(FoldSite& site, const Architecture& a, const NormSpec& norm) {
    if (!a.normBeforeBlock)
        site.reason = "the norm before it also feeds the sum that goes around the layer"_message();
    else if (norm.weight.empty())
        site.reason = "the norm before it has no weights"_message();
    else
        site.norm = norm;
}

// Feature (head h, d) is what attention makes of v's feature (key head of h, d).
void afterAttention(FoldSite& site, const Architecture& a, const BlockSpec& block) {
    const std::size_t share = a.heads / a.kvHeads, queries = a.heads * a.headDim,
                      keys = a.kvHeads * a.headDim;
    site.rows = block.v.present() ? block.v : block.qkv;
    for (std::size_t h = 0; h < a.heads; ++h)
        for (std::size_t d = 0; d < a.headDim; ++d) {
            const std::size_t key = h / share;
            std::size_t row = key * a.headDim + d;
            if (share > 1) site.tied.push_back(static_cast<std::uint32_t>(row));
            if (block.fused == FusedLayout::Concatenated) row += queries + keys;
            if (block.fused == FusedLayout::PerHead) row = (3 * key + 2) * a.headDim + d;
            site.rowOf.push_back(static_cast<std::uint32_t>(row));
        }
}

void afterActivation(FoldSite& site, const Architecture& a, const BlockSpec& block) {
    // act(gate) * up is linear in up; max(0, s x) = s max(0, x) for positive s.
    if (!block.gate.present() && a.activation != Activation::Relu) {
        site.reason =
            "the activation before it is no ReLU and has no gate, so that factors do not pass "
            "through it"_message();
        return;
    }
    site.rows = block.up;
    for (std::size_t c = 0; c < block.up.out; ++c)
        site.rowOf.push_back(static_cast<std::uint32_t>(c));
}

} // namespace

std::vector<FoldSite> foldSites(const Architecture& a) {
    std::vector<FoldSite> sites;
    const auto add = [&](std::size_t block, const char* input,
                         std::initializer_list<const LinearSpec*> consumers) -> FoldSite& {
        FoldSite& site = sites.emplace_back();
        site.block = block;
        site.input = input;
        site.consumers = present(consumers);
        return site;
    };
    for (std::size_t i = 0; i < a.blocks.size(); ++i) {
        const BlockSpec& b = a.blocks[i];
        afterNorm(add(i, "attn_in", {&b.q, &b.k, &b.v, &b.qkv}), a, b.attentionNorm);
        afterAttention(add(i, "attn_out", {&b.attentionOut}), a, b);
        afterNorm(add(i, "mlp_in", {&b.gate, &b.up}), a, b.mlpNorm);
        afterActivation(add(i, "mlp_hidden", {&b.down}), a, b);
    }
    return sites;
}

} // namespace bitsmith
