#include "core/eval/token_divergence.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace bitsmith {
namespace {

constexpr std::size_t ChunkBytes = std::size_t{32} << 20; // of vocabulary-wide rows at once

std::vector<LikelyToken> mostLikely(std::span<const float> logP, std::size_t count,
                                    const Tokenizer& tokenizer) {
    std::vector<TokenId> order(logP.size());
    std::iota(order.begin(), order.end(), TokenId{0});
    count = std::min(count, order.size());
    const auto likelier = [&](TokenId a, TokenId b) {
        const float pa = logP[static_cast<std::size_t>(a)], pb = logP[static_cast<std::size_t>(b)];
        return pa != pb ? pa > pb : a < b;
    };
    std::ranges::partial_sort(order, order.begin() + static_cast<std::ptrdiff_t>(count), likelier);
    std::vector<LikelyToken> out;
    for (std::size_t i = 0; i < count; ++i)
        out.push_back({order[i], tokenizer.tokenBytes(order[i]),
                       std::exp(logP[static_cast<std::size_t>(order[i])])});
    return out;
}

// Log-probabilities of `count` places from hidden row `from` on, over the first `choices` tokens:
// rows of the head beyond the tokenizer's vocabulary are padding.
Result<Matrix> logProbabilities(const ForwardPass& pass, const Matrix& hidden, std::size_t from,
                                std::size_t count, std::size_t choices) {
    const ConstMatrixView rows(hidden.data() + from * hidden.cols(), count, hidden.cols());
    BITSMITH_TRY(const Matrix all, pass.logits(rows));
    Matrix out(count, choices);
    for (std::size_t r = 0; r < count; ++r)
        std::copy_n(all.view().row(r).begin(), choices, out.view().row(r).begin());
    pass.backend().logSoftmax(out.view());
    return out;
}

} // namespace

Result<std::vector<TokenDivergence>> compareTokens(const ForwardPass& baseline,
                                                   const ForwardPass& model,
                                                   std::span<const TokenId> tokens,
                                                   std::size_t first, std::size_t top,
                                                   RunContext& context) {
    assert(first > 0 && top > 0);
    if (baseline.architecture().vocabulary != model.architecture().vocabulary)
        return fail(ErrorCode::BadInput,
                    "'{}' has a vocabulary of {} tokens, '{}' of {}: they cannot be compared",
                    baseline.model().name(), baseline.architecture().vocabulary,
                    model.model().name(), model.architecture().vocabulary);
    const Tokenizer* tokenizer = baseline.model().tokenizer();
    if (!tokenizer) return fail(baseline.model().whyNoTokenizer());
    std::vector<TokenDivergence> out;
    if (tokens.size() <= first) return out;
    TokenBatch batch;
    batch.append(tokens.first(tokens.size() - 1)); // the last predicts nothing that is asked
    BITSMITH_TRY(const Matrix hiddenP, baseline.run(batch, context));
    BITSMITH_TRY(const Matrix hiddenQ, model.run(batch, context));
    const std::size_t choices =
        std::min<std::size_t>(model.architecture().vocabulary, tokenizer->vocabularySize());
    const std::size_t chunk = std::clamp<std::size_t>(
        ChunkBytes / (sizeof(float) * model.architecture().vocabulary), 1, 1024);
    for (std::size_t at = first; at < tokens.size(); at += chunk) {
        context.checkpoint();
        const std::size_t count = std::min(chunk, tokens.size() - at);
        BITSMITH_TRY(const Matrix logP,
                     logProbabilities(baseline, hiddenP, at - 1, count, choices));
        BITSMITH_TRY(const Matrix logQ, logProbabilities(model, hiddenQ, at - 1, count, choices));
        for (std::size_t i = 0; i < count; ++i) {
            const auto p = logP.view().row(i), q = logQ.view().row(i);
            TokenDivergence one{.id = tokens[at + i],
                                .bytes = tokenizer->tokenBytes(tokens[at + i])};
            double kl = 0; // terms cancel to far below their size
            for (std::size_t v = 0; v < choices; ++v)
                kl += static_cast<double>(std::exp(p[v])) * (static_cast<double>(p[v]) - q[v]);
            one.kl = static_cast<float>(std::max(0.0, kl));
            if (const auto id = static_cast<std::size_t>(one.id); id < choices)
                one.logProbability = {p[id], q[id]};
            one.top = {mostLikely(p, top, *tokenizer), mostLikely(q, top, *tokenizer)};
            out.push_back(std::move(one));
        }
    }
    return out;
}

std::size_t firstDifference(std::span<const TokenId> a, std::span<const TokenId> b) {
    const auto [x, y] = std::ranges::mismatch(a, b);
    if (x == a.end() && y == b.end()) return static_cast<std::size_t>(-1);
    return static_cast<std::size_t>(x - a.begin());
}

} // namespace bitsmith
