// The small files beside a tokenizer: tokenizer_config.json, special_tokens_map.json,
// added_tokens.json. All are optional.
#pragma once

#include "core/text/added_tokens.h"
#include "core/text/json_place.h"

#include <memory>

namespace bitsmith {

struct TokenizerConfig {
    std::string tokenizerClass; // "LlamaTokenizer", without a trailing "Fast"; empty: not said
    std::optional<bool> addBegin, addEnd;
    bool addPrefixSpace = false;
    // Texts of the special tokens by role: "bos_token", "eos_token", "unk_token", "cls_token", ...
    std::map<std::string, AddedToken, std::less<>> special;
    std::map<std::int64_t, AddedToken> added; // by id; the ids are unchecked

    // The text of a special token; empty if there is none.
    std::string specialText(std::string_view role) const;
};

// Errors (BadInput) name the file and the place.
Result<TokenizerConfig> readTokenizerConfig(const TextFiles& files);

// {"content": ..., "lstrip": ..., ...}, or the content alone. A token that says nothing else is as
// `otherwise`.
Result<AddedToken> readAddedToken(const JsonPlace& place, AddedToken otherwise);

} // namespace bitsmith
