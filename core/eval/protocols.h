// How a text is cut into contexts and which tokens of each are scored: the four incompatible
// conventions behind published perplexities (methods notes, "Perplexity protocols").
#pragma once

#include "core/eval/evaluate.h"

#include <vector>

namespace bitsmith {

// One context; targets [firstTarget, tokens.size()) are scored, each given all tokens before it.
struct ScoredWindow {
    std::vector<TokenId> tokens;
    std::size_t firstTarget = 1;
    std::size_t targets() const { return tokens.size() - firstTarget; }
};

// options.context and stride are resolved (not 0) here.
// Errors (BadInput): the text is too short for a single prediction.
Result<std::vector<ScoredWindow>> cutText(const Tokenizer& tokenizer, std::string_view text,
                                          const EvalOptions& options);

} // namespace bitsmith
