// Decoding with a cache: one sequence, a few tokens at a time.
#include "core/model/block_activations.h"
#include "core/model/forward.h"
#include "core/model/forward_state.h"

namespace bitsmith {

std::shared_ptr<KvCache> ForwardPass::newCache(std::size_t capacity) const {
    const Architecture& a = architecture();
    return std::make_shared<KvCache>(capacity, blockCount(), a.kvHeads * a.headDim, a.headDim,
                                     m_kv);
}

Result<std::vector<float>> ForwardPass::step(KvCache& cache,
                                             std::span<const TokenId> tokens) const {
    const std::size_t past = cache.length(), total = past + tokens.size();
    if (tokens.empty()) return fail(ErrorCode::Usage, "a step needs at least one token");
    if (total > cache.capacity())
        return fail(ErrorCode::Failed, "the cache holds {} tokens; {} would be needed",
                    cache.capacity(), total);
    if (blockCount() > 0 && m_kv.has_value() != cache.block(0).packed.has_value())
        return fail(ErrorCode::Usage, "the cache was made before keys and values were to be packed "
                                      "(or not to be); make a new one");
    const std::size_t starts[] = {0, tokens.size()};
    BITSMITH_TRY(Matrix hidden, embedAt(tokens, starts, past));
    cache.reserve(total);
    const auto rotary = m_state->rotaryFor(architecture(), total);
    for (std::size_t i = 0; i < blockCount(); ++i) {
        BITSMITH_TRY(const auto weights, loadBlock(i));
        runBlockOn({.architecture = architecture(),
                    .backend = *m_backend,
                    .weights = *weights,
                    .rotary = rotary.get(),
                    .starts = starts,
                    .cache = &cache.block(i),
                    .past = past,
                    .activations = m_activations ? &(*m_activations)[i] : nullptr,
                    .kv = m_kv ? &*m_kv : nullptr},
                   hidden.view());
    }
    cache.advance(tokens.size());
    const Matrix& rows = hidden;
    BITSMITH_TRY(const Matrix last, logits(rows.view().rowRange(tokens.size() - 1, 1)));
    return std::vector<float>(last.values().begin(), last.values().end());
}

} // namespace bitsmith
