// Tokens that are looked for in the text itself, before the model sees it: <|endoftext|>, <s>, ...
#pragma once

#include "core/text/normalizers.h"
#include "core/text/pieces.h"
#include "core/text/vocabulary.h"

#include <map>
#include <optional>
#include <set>

namespace bitsmith {

struct AddedToken {
    TokenId id = 0;
    std::string content;
    bool singleWord = false; // only where no word character stands next to it
    bool lstrip = false;     // takes the white space before it along
    bool rstrip = false;     // and behind it
    bool normalized = false; // looked for in the normalized text, not in the raw one
    bool special = false;    // left out when decoding
};

// A stretch of text: a token, or text still to be encoded.
struct TextPart {
    TextRange range;
    std::optional<TokenId> token;
};

// Finds the leftmost token, of several there the longest, again and again.
class TokenFinder {
public:
    void add(std::string_view text, const AddedToken& token);
    std::vector<TextPart> split(std::string_view text) const;
    bool empty() const { return m_tokens.empty(); }

private:
    struct Node {
        std::map<char, std::size_t> next;
        int token = -1; // in m_tokens
    };
    struct Match {
        TextRange range;
        const AddedToken* token;
    };
    std::optional<Match> matchAt(std::string_view text, std::size_t at) const;
    std::vector<Node> m_nodes{1};
    std::vector<AddedToken> m_tokens;
};

class AddedTokens {
public:
    static constexpr std::size_t MaxContentBytes = 1024; // bounds the cost of a search

    // A token whose text the vocabulary has takes the id from there. Empty texts are ignored, as in
    // the reference. Errors (BadInput): two tokens with one id, a text too long, an id out of
    // range.
    Status add(AddedToken token, std::int64_t id, const Vocabulary& vocabulary);
    // To call after the last add(): the normalizer (may be null) rewrites what normalized tokens
    // are looked for by.
    void finish(const Normalizer* normalizer);

    const TokenFinder& raw() const { return m_raw; }               // for the text as given
    const TokenFinder& normalized() const { return m_normalized; } // for the normalized text
    const AddedToken* find(TokenId id) const;
    std::optional<TokenId> find(std::string_view content) const;
    bool isSpecial(TokenId id) const;
    std::size_t idLimit() const; // highest id + 1

private:
    std::map<TokenId, AddedToken> m_tokens;
    std::map<std::string, TokenId, std::less<>> m_ids;
    TokenFinder m_raw, m_normalized;
};

} // namespace bitsmith
