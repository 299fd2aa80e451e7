#include "core/eval/evaluate.h"

#include "core/base/memory.h"
#include "core/eval/score.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace bitsmith {
namespace {

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
        r.activations = model.activationsText();
        if (const auto& cache = model.cacheScheme()) {
            const Architecture& a = model.architecture();
            const std::size_t features = a.kvHeads * a.headDim;
            const std::size_t packed = cache->packedAt(r.context);
            r.cache = cache->text();
            r.cacheBytes =
                a.blocks.size() * (packed / cache->group * cache->pieceBytes(features, a.headDim) +
                                   2 * sizeof(float) * features * (r.context - packed));
            r.cacheBytesF16 = a.blocks.size() * 4 * features * r.context;
        }
        r.stride = options.protocol == Protocol::Strided ? options.stride : 0;
        r.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        r.tokensPerSecond = static_cast<double>(r.tokens) / std::max(r.seconds, 1e-9);
        r.peakRssBytes = peakResidentBytes();
        return r;
    };
    auto lastPublished = start;
    for (std::size_t next = 0; next < windows.size();) {
        const ScoreBatch batch = makeBatch(windows, next, options.batchTokens);
        BITSMITH_CHECK(
            scoreBatch(model, baseline, batch, scores, options.baselineCache.get(), context));
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
