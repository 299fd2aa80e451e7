// The part of a tokenizer that turns pieces of text into ids: BPE, WordLevel, WordPiece, Unigram.
#pragma once

#include "core/text/pieces.h"
#include "core/text/vocabulary.h"

#include <memory>
#include <optional>

namespace bitsmith {

// Immutable, safe to use from several threads.
class TokenModel {
public:
    explicit TokenModel(Vocabulary vocabulary) : m_vocabulary(std::move(vocabulary)) {}
    virtual ~TokenModel() = default;
    TokenModel(const TokenModel&) = delete;
    TokenModel& operator=(const TokenModel&) = delete;

    // Appends the ids of all pieces. What the vocabulary cannot express becomes the unknown token,
    // or nothing where there is none.
    virtual void encode(const Pieces& pieces, std::vector<TokenId>& ids) const = 0;
    virtual std::string_view kind() const = 0;
    const Vocabulary& vocabulary() const { return m_vocabulary; }

private:
    Vocabulary m_vocabulary;
};

} // namespace bitsmith
