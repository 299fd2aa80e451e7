#include "core/model/generate.h"

#include "core/base/memory.h"
#include "core/base/message.h"
#include "core/model/kv_cache.h"
#include "core/model/sampler.h"
#include "core/model/utf8_stream.h"

#include <algorithm>
#include <chrono>

namespace bitsmith {
namespace {

constexpr std::size_t PromptPiece = 256; // tokens between two looks at the stop flag

double since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Result<std::vector<TokenId>> promptTokens(const Model& model, std::string_view prompt) {
    const Tokenizer* tokenizer = model.tokenizer();
    if (!tokenizer) return fail(model.whyNoTokenizer());
    std::vector<TokenId> ids = tokenizer->encode(prompt, true);
    if (!ids.empty()) return ids;
    // An empty prompt: begin as the model's texts do.
    for (const auto token : {tokenizer->beginToken(), tokenizer->endToken()})
        if (token) return std::vector<TokenId>{*token};
    return fail(ErrorCode::Usage, "the prompt is empty, and this model's tokenizer has no token "
                                  "that begins a text. Give a prompt of at least one character");
}

} // namespace

Result<Generation> generate(const ForwardPass& pass, std::string_view prompt,
                            const SamplingOptions& options, RunContext& context,
                            const std::function<void(const GeneratedToken&)>& onToken) {
    BITSMITH_CHECK(checkSampling(options));
    const Model& model = pass.model();
    BITSMITH_TRY(const std::vector<TokenId> ids, promptTokens(model, prompt));
    const Tokenizer& tokenizer = *model.tokenizer();
    const std::size_t room = pass.architecture().maxPositions;
    if (ids.size() > room)
        return fail(ErrorCode::BadInput,
                    "the prompt is {} tokens long; '{}' was trained on a context of {}. Shorten it",
                    ids.size(), model.name(), room);

    Generation out;
    out.promptTokens = ids.size();
    const auto cache = pass.newCache(ids.size() + std::min(room - ids.size(), options.tokens));
    pass.keepBlocks(availableMemoryBytes() / 2);
    auto start = std::chrono::steady_clock::now();
    std::vector<float> logits;
    for (std::size_t done = 0; done < ids.size(); done += PromptPiece) {
        context.checkpoint();
        const std::size_t count = std::min(PromptPiece, ids.size() - done);
        BITSMITH_TRY(logits, pass.step(*cache, std::span(ids).subspan(done, count)));
    }
    out.promptSeconds = since(start);

    start = std::chrono::steady_clock::now();
    Rng rng(options.seed, "generate", "sampling");
    Utf8Stream text;
    // Rows of the head beyond the tokenizer's vocabulary are padding and name no text.
    const std::size_t choices = std::min(logits.size(), tokenizer.vocabularySize());
    while (out.tokens.size() < options.tokens) {
        context.checkpoint(static_cast<double>(out.tokens.size()) /
                           static_cast<double>(options.tokens));
        const auto sampled = sampleToken(std::span(logits).first(choices), options, rng);
        if (!sampled)
            return fail(sampled.error().code, "'{}': {}", model.path().string(),
                        sampled.error().message);
        const SampledToken& next = *sampled;
        if (options.stopAtEnd && next.id == tokenizer.endToken()) break;
        GeneratedToken token{next.id, tokenizer.tokenBytes(next.id), next.logProbability};
        out.text += text.push(token.bytes);
        if (onToken) onToken(token);
        out.tokens.push_back(std::move(token));
        if (out.tokens.size() == options.tokens) break;
        if (ids.size() + out.tokens.size() > room) {
            context.warn("stopped after {} tokens: the context of {} tokens is full"_message(
                out.tokens.size(), room));
            break;
        }
        BITSMITH_TRY(logits, pass.step(*cache, {&next.id, 1}));
    }
    out.text += text.finish();
    out.cacheBytes = cache->bytes();
    out.cacheBytesF16 = cache->bytesF16();
    out.seconds = since(start);
    return out;
}

} // namespace bitsmith
