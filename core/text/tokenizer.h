// Text to token ids and back, identical to the reference libraries.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bitsmith {

class TextFiles;
using TokenId = std::int32_t;

// Immutable, safe to use from several threads.
class Tokenizer {
public:
    virtual ~Tokenizer() = default;
    // addSpecial: put the tokens in front (and behind) that the model's own post-processor puts
    // there (BOS where the tokenizer adds one).
    virtual std::vector<TokenId> encode(std::string_view utf8, bool addSpecial = true) const = 0;
    // Special tokens are left out unless keepSpecial. Invalid UTF-8 is replaced by U+FFFD.
    virtual std::string decode(std::span<const TokenId> ids, bool keepSpecial = false) const = 0;
    // The bytes one token contributes in the middle of a text (may be part of a UTF-8 sequence).
    virtual std::string tokenBytes(TokenId id) const = 0;
    virtual std::size_t vocabularySize() const = 0;
    virtual std::optional<TokenId> beginToken() const = 0;
    virtual std::optional<TokenId> endToken() const = 0;
    virtual std::string_view kind() const = 0; // "byte-level BPE", "SentencePiece", ...
};

// Looks for tokenizer.json and tokenizer.model, then for vocab.json + merges.txt. Where a folder
// has both of the former, both must be sound; the ids are those of tokenizer.model, unless
// tokenizer.json has more tokens.
// Errors: BadInput, broken file (names it and the place); Unsupported, a component that is not
// known (names it). nullptr without error: the folder has no tokenizer.
Result<std::shared_ptr<const Tokenizer>> loadTokenizer(const TextFiles& files);
Result<std::shared_ptr<const Tokenizer>> loadTokenizer(const std::filesystem::path& folder);

} // namespace bitsmith
