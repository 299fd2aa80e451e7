// Cutting a normalized text into the pieces that the model sees one by one.
#pragma once

#include "core/text/json_place.h"
#include "core/text/pieces.h"

#include <memory>

namespace bitsmith {

// Immutable, safe to use from several threads.
class PreTokenizer {
public:
    virtual ~PreTokenizer() = default;
    virtual void apply(Pieces& pieces) const = 0;
};

using PreTokenizerPtr = std::unique_ptr<const PreTokenizer>;

// Errors: BadInput with the place; Unsupported, naming a pre-tokenizer that is not known.
Result<PreTokenizerPtr> readPreTokenizer(const JsonPlace& place);

// GPT-2's: its own regular expression, then the byte alphabet.
PreTokenizerPtr makeByteLevelPreTokenizer(bool addPrefixSpace, bool useRegex);
PreTokenizerPtr makeSequencePreTokenizer(std::vector<PreTokenizerPtr> steps);
// Isolates each match of a regular expression that is known to be valid.
PreTokenizerPtr makeRegexPreTokenizer(std::string_view regex);

// The regular expressions of the families whose vocab.json says nothing about them.
inline constexpr std::string_view Gpt2Regex =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
inline constexpr std::string_view Qwen2Regex =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

} // namespace bitsmith
