// The tokens that a tokenizer puts in front of and behind every text.
#pragma once

#include "core/text/json_place.h"
#include "core/text/tokenizer.h"

#include <functional>

namespace bitsmith {

struct PostProcessor {
    std::vector<TokenId> before, after;
};

// Reads the template for a single text. Errors: BadInput with the place; Unsupported, naming a
// post-processor that is not known or a template that repeats the text.
Result<PostProcessor> readPostProcessor(const JsonPlace& place);

} // namespace bitsmith
