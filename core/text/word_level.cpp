#include "core/text/word_level.h"

namespace bitsmith {

namespace {

class WordLevel final : public TokenModel {
public:
    WordLevel(Vocabulary vocabulary, const std::string& unknownToken)
        : TokenModel(std::move(vocabulary)), m_unknown(this->vocabulary().find(unknownToken)) {}

    void encode(const Pieces& pieces, std::vector<TokenId>& ids) const override {
        ids.reserve(ids.size() + pieces.ranges.size());
        for (const TextRange range : pieces.ranges) {
            const TokenId known = vocabulary().find(slice(pieces.text, range));
            const TokenId id = known != Vocabulary::None ? known : m_unknown;
            if (id != Vocabulary::None) ids.push_back(id);
        }
    }
    std::string_view kind() const override { return "WordLevel"; }

private:
    TokenId m_unknown;
};

} // namespace

std::unique_ptr<TokenModel> makeWordLevel(Vocabulary vocabulary, const std::string& unknownToken) {
    return std::make_unique<WordLevel>(std::move(vocabulary), unknownToken);
}

} // namespace bitsmith
