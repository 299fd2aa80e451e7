// A tokenizer assembled from its parts: added tokens, normalizer, pre-tokenizer, model,
// post-processor, decoder. What tokenizer.json describes, and vocab.json + merges.txt imply.
#pragma once

#include "core/text/added_tokens.h"
#include "core/text/decoders.h"
#include "core/text/normalizers.h"
#include "core/text/post_processor.h"
#include "core/text/pre_tokenizers.h"
#include "core/text/token_model.h"
#include "core/text/tokenizer.h"

namespace bitsmith {

struct TokenizerParts {
    AddedTokens added;
    std::unique_ptr<const Normalizer> normalizer;     // may be null
    std::unique_ptr<const PreTokenizer> preTokenizer; // may be null: the text is one piece
    std::unique_ptr<const TokenModel> model;
    PostProcessor post;
    std::unique_ptr<const Decoder> decoder; // may be null: tokens joined by spaces
    std::optional<TokenId> begin, end;
    std::string kind;
};

class PipelineTokenizer final : public Tokenizer {
public:
    explicit PipelineTokenizer(TokenizerParts parts) : m_parts(std::move(parts)) {}

    std::vector<TokenId> encode(std::string_view utf8, bool addSpecial) const override;
    std::string decode(std::span<const TokenId> ids, bool keepSpecial) const override;
    std::string tokenBytes(TokenId id) const override;
    std::size_t vocabularySize() const override;
    std::optional<TokenId> beginToken() const override { return m_parts.begin; }
    std::optional<TokenId> endToken() const override { return m_parts.end; }
    std::string_view kind() const override { return m_parts.kind; }

private:
    void encodePart(std::string_view raw, bool atStart, std::vector<TokenId>& ids) const;
    const std::string* tokenText(TokenId id) const;
    TokenizerParts m_parts;
};

} // namespace bitsmith
