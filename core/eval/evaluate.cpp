#include "core/eval/evaluate.h"

#include "core/base/memory.h"
#include "core/base/parallel.h"
#include "core/eval/protocols.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace bitsmith {
namespace {

// Vocabulary-wide rows in flight at once: bounded, whatever the vocabulary.
constexpr std::uint64_t LogitBytes = std::uint64_t{64} << 20;

struct Scores {
    std::vector<float> nll; // one per scored position, in text order
    std::vector<float> baselineNll, kl;
    std::vector<std::uint8_t> sameTop;
};

struct Batch {
    TokenBatch tokens;
    std::vector<std::size_t> rows; // hidden rows that predict a scored target
    std::vector<TokenId> targets;
};

Batch makeBatch(const std::vector<ScoredWindow>& windows, std::size_t& next,
                std::size_t maxTokens) {
    Batch batch;
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

Status score(const ForwardPass& model, const ForwardPass* baseline, const Batch& batch,
             Scores& scores, RunContext& context) {
    BITSMITH_TRY(const Matrix hidden, model.run(batch.tokens, context));
    Matrix baseHidden;
    if (baseline) {
        BITSMITH_TRY(baseHidden, baseline->run(batch.tokens, context));
    }
    const std::size_t vocabulary = model.architecture().vocabulary;
    const std::size_t chunk = std::clamp<std::size_t>(LogitBytes / (vocabulary * 4), 1, 1024);
    for (std::size_t first = 0; first < batch.rows.size(); first += chunk) {
        context.checkpoint();
        const std::size_t count = std::min(chunk, batch.rows.size() - first);
        const auto rows = std::span(batch.rows).subspan(first, count);
        BITSMITH_TRY(Matrix logQ, model.logits(gathered(hidden, rows).view()));
        model.backend().logSoftmax(logQ.view());
        Matrix logP;
        if (baseline) {
            BITSMITH_TRY(logP, baseline->logits(gathered(baseHidden, rows).view()));
            baseline->backend().logSoftmax(logP.view());
        }
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
    }
    return {};
}

double mean(std::span<const float> values) {
    double sum = 0;
    for (const float v : values) sum += v;
    return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

// Linear interpolation at f * (n - 1) of sorted values.
double percentile(std::span<const float> sorted, double f) {
    const double at = f * static_cast<double>(sorted.size() - 1);
    const auto low = static_cast<std::size_t>(at);
    const auto high = std::min(low + 1, sorted.size() - 1);
    return sorted[low] + (at - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}

EvalResult summary(const Scores& scores, bool final) {
    EvalResult r;
    r.tokens = scores.nll.size();
    r.nll = mean(scores.nll);
    r.perplexity = std::exp(r.nll);
    double variance = 0;
    for (const float v : scores.nll) variance += (v - r.nll) * (v - r.nll);
    if (r.tokens > 1)
        r.perplexityError = r.perplexity * std::sqrt(variance / static_cast<double>(r.tokens) /
                                                     static_cast<double>(r.tokens - 1));
    r.hasBaseline = !scores.kl.empty();
    if (!r.hasBaseline) return r;
    r.baselinePerplexity = std::exp(mean(scores.baselineNll));
    r.klMean = mean(scores.kl);
    std::size_t same = 0;
    for (const auto s : scores.sameTop) same += s;
    r.sameTop = static_cast<double>(same) / static_cast<double>(scores.sameTop.size());
    if (!final) return r;
    std::vector<float> sorted = scores.kl;
    std::ranges::sort(sorted);
    r.klP50 = percentile(sorted, 0.5);
    r.klP99 = percentile(sorted, 0.99);
    r.klP999 = percentile(sorted, 0.999);
    r.klMax = sorted.back();
    return r;
}

Status resolve(EvalOptions& options, const ForwardPass& model, const ForwardPass* baseline) {
    const std::size_t positions = model.architecture().maxPositions;
    if (options.context == 0)
        options.context = positions > 0 ? std::min<std::size_t>(positions, 2048) : 2048;
    if (options.stride == 0) options.stride = std::max<std::size_t>(1, options.context / 2);
    if (options.context < 2)
        return fail(ErrorCode::Usage, "a context of {} tokens predicts nothing; use 2 or more",
                    options.context);
    if (options.stride > options.context)
        return fail(ErrorCode::Usage, "a stride of {} skips tokens; use at most the context, {}",
                    options.stride, options.context);
    if (positions > 0 && options.context > positions)
        return fail(ErrorCode::Usage,
                    "a context of {} tokens is longer than the {} positions that '{}' was made for",
                    options.context, positions, model.model().name());
    if (baseline && baseline->architecture().vocabulary != model.architecture().vocabulary)
        return fail(ErrorCode::Usage,
                    "'{}' has a vocabulary of {} tokens and the baseline '{}' one of {}: their "
                    "predictions cannot be compared",
                    model.model().name(), model.architecture().vocabulary, baseline->model().name(),
                    baseline->architecture().vocabulary);
    return {};
}

} // namespace

Result<EvalResult> evaluate(const ForwardPass& model, const ForwardPass* baseline,
                            std::string_view text, const EvalOptions& given, RunContext& context) {
    const auto start = std::chrono::steady_clock::now();
    EvalOptions options = given;
    BITSMITH_CHECK(resolve(options, model, baseline));
    const Tokenizer* tokenizer = model.model().tokenizer();
    if (!tokenizer) return fail(model.model().whyNoTokenizer());
    context.beginStep("tokenizing", 0, 0.02);
    BITSMITH_TRY(const auto windows, cutText(*tokenizer, text, options));

    context.beginStep("predicting", 0.02, 1);
    Scores scores;
    const auto finished = [&](bool final) {
        EvalResult r = summary(scores, final);
        r.protocol = options.protocol;
        r.context = options.context;
        r.stride = options.protocol == Protocol::Strided ? options.stride : 0;
        r.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        r.tokensPerSecond = static_cast<double>(r.tokens) / std::max(r.seconds, 1e-9);
        r.peakRssBytes = peakResidentBytes();
        return r;
    };
    auto lastPublished = start;
    for (std::size_t next = 0; next < windows.size();) {
        const Batch batch = makeBatch(windows, next, options.batchTokens);
        BITSMITH_CHECK(score(model, baseline, batch, scores, context));
        context.checkpoint(static_cast<double>(next) / static_cast<double>(windows.size()));
        if (const auto now = std::chrono::steady_clock::now();
            now - lastPublished > std::chrono::seconds(1)) {
            context.publish(finished(false));
            lastPublished = now;
        }
    }
    return finished(true);
}

} // namespace bitsmith
