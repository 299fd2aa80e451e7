// Byte-pair encoding: starts from single characters and joins the pair of neighbours whose merge
// comes first in the list, until none is left (Sennrich, Haddow, Birch 2016; Gage 1994).
#pragma once

#include "core/text/pair_table.h"
#include "core/text/token_model.h"

#include <array>
#include <bitset>

namespace bitsmith {

struct BpeOptions {
    std::string unknownToken;       // empty: none
    std::string continuationPrefix; // before every character of a piece but the first
    std::string endSuffix;          // after the last character of a piece
    bool fuseUnknown = false;       // a run of unknown characters is one token
    bool byteFallback = false;      // unknown characters become <0xHH> tokens where all exist
    bool ignoreMerges = false;      // a piece that is a token is that token, whatever the merges
};

// The text of the token that stands for one byte: "<0x0A>".
std::string byteToken(unsigned char byte);

class Bpe final : public TokenModel {
public:
    using Merges = std::vector<std::pair<std::string, std::string>>;

    // Errors (BadInput): a merge names a token that the vocabulary does not have.
    static Result<std::unique_ptr<Bpe>> create(Vocabulary vocabulary, const Merges& merges,
                                               BpeOptions options);

    void encode(const Pieces& pieces, std::vector<TokenId>& ids) const override;
    std::string_view kind() const override;

private:
    struct Merge {
        std::uint32_t rank = 0;
        TokenId result = 0;
    };
    class Cache;

    Bpe(Vocabulary vocabulary, BpeOptions options);
    Status readMerges(const Merges& merges);
    void findJoints(const Merges& merges);
    bool canCut(char32_t left, char32_t right) const;
    TokenId characterId(std::string_view character, char32_t codePoint) const;
    const Merge* findMerge(TokenId left, TokenId right) const {
        return m_merges.find(
            m_merges.key(static_cast<std::uint32_t>(left), static_cast<std::uint32_t>(right)));
    }

    void encodePiece(std::string_view piece, Cache& cache, std::vector<TokenId>& ids) const;
    void encodeCached(std::string_view piece, Cache& cache, std::vector<TokenId>& ids) const;
    void split(std::string_view piece, std::vector<TokenId>& symbols) const;
    void mergeShort(std::vector<TokenId>& symbols) const;
    void mergeLong(std::vector<TokenId>& symbols) const;

    BpeOptions m_options;
    TokenId m_unknown = Vocabulary::None;
    std::array<TokenId, 256> m_bytes{};      // of <0xHH>, or None
    std::array<TokenId, 0x300> m_characters; // ids of the commonest characters
    PairTable<Merge> m_merges;
    // Pairs of characters that stand side by side inside some merged token. Between any other two
    // no merge can ever reach, so a long piece may be cut there without changing its tokens.
    PairTable<bool> m_joints;
    std::bitset<128 * 128> m_asciiJoints;
    bool m_cuttable = false;
};

} // namespace bitsmith
