// Negative log-likelihoods of scored windows, batch by batch, without ever holding more than a few
// vocabulary-wide rows.
#pragma once

#include "core/eval/baseline_cache.h"
#include "core/eval/protocols.h"

namespace bitsmith {

struct Scores {
    std::vector<float> nll; // one per scored position, in text order
    std::vector<float> baselineNll, kl;
    std::vector<std::uint8_t> sameTop;
};

struct ScoreBatch {
    TokenBatch tokens;
    std::vector<std::size_t> rows; // hidden rows that predict a scored target
    std::vector<TokenId> targets;
};

// As many windows from `next` on as fit into maxTokens, at least one.
ScoreBatch makeBatch(const std::vector<ScoredWindow>& windows, std::size_t& next,
                     std::size_t maxTokens);

// What a batch is compared with, if with anything.
struct ScoreBaseline {
    const ForwardPass* pass = nullptr; // null: only nll grows
    const Matrix* hidden = nullptr;    // its hidden states before the final norm; null: run it
    BaselineCache* cache = nullptr;    // of this baseline, or null
};
// Appends the scores of hidden states (tokens x hidden, before the final norm) that somebody ran.
Status scoreHidden(const ForwardPass& model, const Matrix& hidden, const ScoreBaseline& baseline,
                   const ScoreBatch& batch, Scores& scores, RunContext& context);
// Runs the batch, and appends. baseline may be null; then only nll grows. cache: of the baseline,
// or null.
Status scoreBatch(const ForwardPass& model, const ForwardPass* baseline, const ScoreBatch& batch,
                  Scores& scores, BaselineCache* cache, RunContext& context);

} // namespace bitsmith
