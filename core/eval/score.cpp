#include "core/eval/score.h"

#include "core/base/hash.h"
#include "core/base/parallel.h"

#include <algorithm>
#include <cmath>

namespace bitsmith {
namespace {

// Vocabulary-wide rows in flight at once: bounded, whatever the vocabulary.
constexpr std::uint64_t LogitBytes = std::uint64_t{64} << 20;

Matrix gathered(const Matrix& hidden, std::span<const std::size_t> rows) {
    Matrix out(rows.size(), hidden.cols());
    for (std::size_t i = 0; i < rows.size(); ++i)
        std::ranges::copy(hidden.view().row(rows[i]), out.view().row(i).begin());
    return out;
}

// KL(p || q) in nats from two rows of log-probabilities. Summed in double: near equality the terms
// cancel to far below their size.
float divergence(std::span<const float> logP, std::span<const float> logQ) {
    double sum = 0;
    for (std::size_t v = 0; v < logP.size(); ++v)
        sum += static_cast<double>(std::exp(logP[v])) * (static_cast<double>(logP[v]) - logQ[v]);
    return static_cast<float>(std::max(0.0, sum));
}

std::ptrdiff_t top(std::span<const float> row) {
    return std::ranges::max_element(row) - row.begin();
}

// What was run and which positions count: batches may be cut differently from model to model.
std::uint64_t batchKey(const ScoreBatch& batch) {
    const auto text = [](const auto& numbers) {
        const auto bytes = std::as_bytes(std::span(numbers));
        return std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    };
    return hash64(text(batch.rows),
                  hash64(text(batch.tokens.tokens), hash64(text(batch.tokens.starts))));
}

} // namespace

ScoreBatch makeBatch(const std::vector<ScoredWindow>& windows, std::size_t& next,
                     std::size_t maxTokens) {
    ScoreBatch batch;
    while (next < windows.size()) {
        const ScoredWindow& window = windows[next];
        const std::size_t start = batch.tokens.tokens.size();
        if (start > 0 && start + window.tokens.size() > maxTokens) break;
        // The last token predicts nothing that is scored: it need not be run.
        batch.tokens.append(std::span(window.tokens).first(window.tokens.size() - 1));
        for (std::size_t t = window.firstTarget; t < window.tokens.size(); ++t) {
            batch.rows.push_back(start + t - 1);
            batch.targets.push_back(window.tokens[t]);
        }
        ++next;
    }
    return batch;
}

Status scoreBatch(const ForwardPass& model, const ForwardPass* baseline, const ScoreBatch& batch,
                  Scores& scores, BaselineCache* cache, RunContext& context) {
    BITSMITH_TRY(const Matrix hidden, model.run(batch.tokens, context));
    return scoreHidden(model, hidden, {.pass = baseline, .cache = cache}, batch, scores, context);
}

Status scoreHidden(const ForwardPass& model, const Matrix& hidden, const ScoreBaseline& against,
                   const ScoreBatch& batch, Scores& scores, RunContext& context) {
    const ForwardPass* baseline = against.pass;
    BaselineCache* cache = against.cache;
    const std::vector<Matrix>* kept = baseline && cache ? cache->find(batchKey(batch)) : nullptr;
    Matrix ran;
    if (baseline && !kept && !against.hidden) {
        BITSMITH_TRY(ran, baseline->run(batch.tokens, context));
    }
    const Matrix& baseHidden = against.hidden ? *against.hidden : ran;
    std::vector<Matrix> toKeep;
    const std::size_t vocabulary = model.architecture().vocabulary;
    const std::size_t chunk = std::clamp<std::size_t>(LogitBytes / (vocabulary * 4), 1, 1024);
    const bool keep = cache && !kept && batch.rows.size() * vocabulary * 4 <= cache->room();
    for (std::size_t first = 0; first < batch.rows.size(); first += chunk) {
        context.checkpoint();
        const std::size_t count = std::min(chunk, batch.rows.size() - first);
        const auto rows = std::span(batch.rows).subspan(first, count);
        BITSMITH_TRY(Matrix logQ, model.logits(gathered(hidden, rows).view()));
        model.backend().logSoftmax(logQ.view());
        Matrix computed;
        if (baseline && !kept) {
            BITSMITH_TRY(computed, baseline->logits(gathered(baseHidden, rows).view()));
            baseline->backend().logSoftmax(computed.view());
        }
        const Matrix& logP = kept ? kept->at(first / chunk) : computed;
        const std::size_t at = scores.nll.size();
        scores.nll.resize(at + count);
        if (baseline) {
            scores.baselineNll.resize(at + count);
            scores.kl.resize(at + count);
            scores.sameTop.resize(at + count);
        }
        parallelFor(count, 16, [&](std::size_t from, std::size_t to) {
            for (std::size_t i = from; i < to; ++i) {
                const auto target = static_cast<std::size_t>(batch.targets[first + i]);
                scores.nll[at + i] = -logQ(i, target);
                if (!baseline) continue;
                scores.baselineNll[at + i] = -logP(i, target);
                scores.kl[at + i] = divergence(logP.view().row(i), logQ.view().row(i));
                scores.sameTop[at + i] = top(logP.view().row(i)) == top(logQ.view().row(i));
            }
        });
        if (keep) toKeep.push_back(std::move(computed));
    }
    if (baseline && keep) cache->add(batchKey(batch), std::move(toKeep));
    return {};
}

} // namespace bitsmith
