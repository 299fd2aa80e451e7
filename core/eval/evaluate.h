// What a model says of a text: perplexity by named protocol, and how far a quantized model has
// moved from a baseline (KL divergence, same-top-1), without storing logits.
#pragma once

#include "core/base/run_context.h"
#include "core/model/forward.h"

#include <memory>
#include <optional>
#include <string>

namespace bitsmith {

class BaselineCache; // baseline_cache.h

enum class Protocol { Windows, Documents, Strided, LlamaCpp };
std::string_view protocolName(Protocol protocol);
std::optional<Protocol> protocolFromName(std::string_view name);

struct EvalOptions {
    Protocol protocol = Protocol::Windows;
    std::size_t context = 0;                     // window length; 0: the model's own, at most 2048
    std::size_t stride = 0;                      // strided; 0: half the context
    std::string separator = "\n<|endoftext|>\n"; // documents
    std::size_t limitTokens = 0;                 // use at most so many tokens of the text; 0: all
    std::size_t limitDocuments = 0;
    std::size_t batchTokens = 4096; // run at once; more where weights are read once per batch
    // Shared by evaluations with the same baseline, text and options; null: nothing is kept.
    std::shared_ptr<BaselineCache> baselineCache;
};

struct EvalResult {
    Protocol protocol = Protocol::Windows;
    std::size_t context = 0, stride = 0;
    std::uint64_t tokens = 0;   // predicted
    double nll = 0;             // mean, nats per predicted token
    double perplexity = 0;      // exp(nll)
    double perplexityError = 0; // standard error of the perplexity
    double seconds = 0, tokensPerSecond = 0;
    std::uint64_t peakRssBytes = 0;
    bool hasBaseline = false;
    double baselinePerplexity = 0;
    double klMean = 0, klP50 = 0, klP99 = 0, klP999 = 0, klMax = 0; // nats; KL(baseline || model)
    double sameTop = 0; // fraction of positions with the same most likely token
    // How the model was run; empty: in full precision. Of a quantized cache: the bytes that
    // `context` tokens take, and in 16 bits a value.
    std::string activations, cache;
    std::uint64_t cacheBytes = 0, cacheBytesF16 = 0;
    // What was predicted of this model before it was made, where that is known; negative: nothing.
    double predictedKl = -1, predictedPerplexity = -1;
};

// Reads the whole text (UTF-8). Publishes EvalResult so far now and then. Errors: no tokenizer,
// text too short for one window, vocabularies that differ between model and baseline.
Result<EvalResult> evaluate(const ForwardPass& model, const ForwardPass* baseline,
                            std::string_view text, const EvalOptions& options, RunContext& context);

} // namespace bitsmith
