// Sampling: text continued token by token from a KV cache.
#pragma once

#include "core/base/run_context.h"
#include "core/model/forward.h"

#include <functional>

namespace bitsmith {

struct SamplingOptions {
    std::size_t tokens = 128; // at most
    double temperature = 0.7; // 0: greedy
    double topP = 0.95;
    int topK = 0; // 0: all
    std::uint64_t seed = 0;
    bool stopAtEnd = true; // at the tokenizer's end token
};

struct GeneratedToken {
    TokenId id = 0;
    std::string bytes;        // as Tokenizer::tokenBytes
    float logProbability = 0; // under the untempered distribution
};

struct Generation {
    std::string text; // without the prompt
    std::vector<GeneratedToken> tokens;
    std::size_t promptTokens = 0;
    std::uint64_t cacheBytes = 0, cacheBytesF16 = 0; // keys and values in the end; in 16 bits each
    double promptSeconds = 0, seconds = 0;           // of the prompt pass; of sampling
};

// Errors: no tokenizer; prompt longer than the context. onToken is called from the calling thread.
Result<Generation> generate(const ForwardPass& pass, std::string_view prompt,
                            const SamplingOptions& options, RunContext& context,
                            const std::function<void(const GeneratedToken&)>& onToken = {});

} // namespace bitsmith
