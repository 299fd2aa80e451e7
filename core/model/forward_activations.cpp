// Which scheme each product of each block has.
#include "core/model/block_activations.h"
#include "core/model/forward.h"

#include <algorithm>

namespace bitsmith {
namespace {

using Shared = std::shared_ptr<const ActivationScheme>;

// A tensor's own scheme, where it covers the product.
Shared coveredBy(const std::map<std::string, Shared, std::less<>>& schemes,
                 const std::string& tensor, Product product) {
    const auto found = schemes.find(tensor);
    return found != schemes.end() && found->second->covers(product) ? found->second : nullptr;
}

} // namespace

Status ForwardPass::quantizeActivations(const std::optional<ActivationScheme>& scheme,
                                        const ActivationRanges& ranges) {
    m_activations.reset();
    m_activationsText.clear();
    if (!scheme) return {};
    const auto shared = std::make_shared<const ActivationScheme>(*scheme);
    ProductSchemes all;
    for (std::size_t p = 0; p < ProductCount; ++p)
        if (scheme->products[p]) all[p] = shared;
    const std::vector<ProductSchemes> schemes(blockCount(), all);
    BITSMITH_TRY(m_activations, makeBlockActivations(architecture(), schemes, ranges));
    m_activationsText = scheme->text();
    return {};
}

Status ForwardPass::useModelActivations() {
    m_activations.reset();
    m_activationsText.clear();
    std::map<std::string, Shared, std::less<>> schemes;
    std::map<std::string, Shared> parsed;
    for (const TensorInfo& tensor : m_model->tensors()) {
        if (tensor.activations.empty()) continue;
        Shared& known = parsed[tensor.activations];
        if (!known) {
            auto scheme = parseActivationScheme(tensor.activations);
            if (!scheme)
                return fail(ErrorCode::BadInput, "'{}': {}", tensor.name, scheme.error().message);
            known = std::make_shared<const ActivationScheme>(*std::move(scheme));
        }
        schemes[tensor.name] = known;
    }
    if (schemes.empty()) return {};
    std::vector<ProductSchemes> all(blockCount());
    for (std::size_t b = 0; b < all.size(); ++b) {
        const BlockSpec& spec = architecture().blocks[b];
        const bool fused = spec.fused != FusedLayout::None;
        const std::string& key = fused ? spec.qkv.weight : spec.k.weight;
        const std::string& value = fused ? spec.qkv.weight : spec.v.weight;
        const std::pair<Product, const std::string*> owners[] = {
            {Product::Q, fused ? &spec.qkv.weight : &spec.q.weight},
            {Product::K, &key},
            {Product::V, &value},
            {Product::QK, &key},
            {Product::PV, &value},
            {Product::Out, &spec.attentionOut.weight},
            {Product::Gate, &spec.gate.weight},
            {Product::Up, &spec.up.weight},
            {Product::Down, &spec.down.weight}};
        for (const auto& [product, tensor] : owners)
            all[b][static_cast<std::size_t>(product)] = coveredBy(schemes, *tensor, product);
    }
    BITSMITH_TRY(m_activations,
                 makeBlockActivations(architecture(), all, m_model->activationRanges()));
    m_activationsText =
        fmt::format("as in the model: {}", parsed.size() == 1 ? parsed.begin()->first : "several");
    return {};
}

Result<RunPrecision> parseRunPrecision(std::string_view activations, std::string_view cache) {
    RunPrecision out;
    out.ownActivations = activations.empty();
    if (!activations.empty() && activations != "none") {
        BITSMITH_TRY(out.activations, parseActivationScheme(activations));
    }
    if (!cache.empty() && cache != "none") {
        BITSMITH_TRY(out.cache, parseKvScheme(cache));
    }
    return out;
}

Status ForwardPass::setPrecision(const RunPrecision& precision, const ActivationRanges& ranges) {
    quantizeCache(precision.cache);
    return precision.ownActivations ? useModelActivations()
                                    : quantizeActivations(precision.activations, ranges);
}

ForwardPass ForwardPass::observing(ActivationRanges& seen) const {
    ForwardPass copy = *this;
    copy.m_kv.reset();
    auto blocks = std::make_shared<std::vector<BlockActivations>>(blockCount());
    for (std::size_t b = 0; b < blocks->size(); ++b) {
        (*blocks)[b].seen = &seen;
        (*blocks)[b].block = b;
    }
    copy.m_activations = std::move(blocks);
    return copy;
}

} // namespace bitsmith
