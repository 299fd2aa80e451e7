// One text, token by token, under two models: how far their predictions are apart at each place,
// and what each of them would have said. For looking at, not for averages (evaluate.h).
#pragma once

#include "core/base/run_context.h"
#include "core/model/forward.h"

#include <array>
#include <span>
#include <string>
#include <vector>

namespace bitsmith {

struct LikelyToken {
    TokenId id = 0;
    std::string bytes; // as Tokenizer::tokenBytes
    float probability = 0;
};

struct TokenDivergence {
    TokenId id = 0;
    std::string bytes;                     // as Tokenizer::tokenBytes
    float kl = 0;                          // nats, KL(baseline || model) of this token's place
    std::array<float, 2> logProbability{}; // of this token: baseline, model
    std::array<std::vector<LikelyToken>, 2> top; // the most likely first: baseline, model
    bool sameTop() const { return top[0].front().id == top[1].front().id; }
};

// Of tokens [first, tokens.size()), each given all before it; first > 0. top: so many likely ones.
// Errors (BadInput): vocabularies that differ, a text longer than either model's context.
Result<std::vector<TokenDivergence>> compareTokens(const ForwardPass& baseline,
                                                   const ForwardPass& model,
                                                   std::span<const TokenId> tokens,
                                                   std::size_t first, std::size_t top,
                                                   RunContext& context);

// The first place where two continuations of the same prompt differ; the shorter one's length where
// one begins the other; npos where they are equal.
std::size_t firstDifference(std::span<const TokenId> a, std::span<const TokenId> b);

} // namespace bitsmith
