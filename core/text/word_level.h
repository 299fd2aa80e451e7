// Every piece is a token or unknown: the character-level tokenizers of small models.
#pragma once

#include "core/text/token_model.h"

namespace bitsmith {

// unknownToken: empty, or not in the vocabulary: unknown pieces are left out.
std::unique_ptr<TokenModel> makeWordLevel(Vocabulary vocabulary, const std::string& unknownToken);

} // namespace bitsmith
