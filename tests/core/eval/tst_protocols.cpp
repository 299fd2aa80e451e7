// How texts are cut into scored windows, checked with a tokenizer of one token per character.
#include "core/eval/protocols.h"

#include <QTest>

using namespace bitsmith;

namespace {

class Characters final : public Tokenizer {
public:
    std::vector<TokenId> encode(std::string_view text, bool addSpecial) const override {
        std::vector<TokenId> out;
        if (addSpecial) out.push_back(1);
        for (const char c : text) out.push_back(static_cast<unsigned char>(c));
        return out;
    }
    std::string decode(std::span<const TokenId> ids, bool) const override {
        return {ids.begin(), ids.end()};
    }
    std::string tokenBytes(TokenId id) const override {
        return std::string(1, static_cast<char>(id));
    }
    std::size_t vocabularySize() const override { return 256; }
    std::optional<TokenId> beginToken() const override { return 1; }
    std::optional<TokenId> endToken() const override { return {}; }
    std::string_view kind() const override { return "characters"; }
};

std::size_t targets(const std::vector<ScoredWindow>& windows) {
    std::size_t sum = 0;
    for (const auto& w : windows) sum += w.targets();
    return sum;
}

} // namespace

class TstProtocols : public QObject {
    Q_OBJECT
    Characters m_tokenizer;
private Q_SLOTS:
    void windowsDropTheTail() {
        // BOS + 9 characters = 10 tokens: two windows of 4, 3 predictions each.
        const auto w = cutText(m_tokenizer, "abcdefghi", {.context = 4, .stride = 2}).value();
        QCOMPARE(w.size(), std::size_t(2));
        QCOMPARE(targets(w), std::size_t(6));
        QCOMPARE(w[0].tokens, (std::vector<TokenId>{1, 'a', 'b', 'c'}));
        QCOMPARE(w[1].tokens, (std::vector<TokenId>{'d', 'e', 'f', 'g'}));
    }
    void stridedScoresEveryTokenOnce() {
        const auto w = cutText(m_tokenizer, "abcdefghi",
                               {.protocol = Protocol::Strided, .context = 4, .stride = 2})
                           .value();
        QCOMPARE(targets(w), std::size_t(9)); // all but the first token
        std::string scored;
        for (const auto& window : w)
            for (std::size_t t = window.firstTarget; t < window.tokens.size(); ++t)
                scored += static_cast<char>(window.tokens[t]);
        QCOMPARE(scored, std::string("abcdefghi"));
    }
    void llamaCppScoresTheSecondHalf() {
        const auto w = cutText(m_tokenizer, "abcdefghijk",
                               {.protocol = Protocol::LlamaCpp, .context = 6, .stride = 3})
                           .value();
        QCOMPARE(w.size(), std::size_t(2));        // 12 tokens
        QCOMPARE(w[0].targets(), std::size_t(2));  // n - 1 - n/2
        QCOMPARE(w[1].tokens.front(), TokenId(1)); // replaced by BOS
    }
    void documentsStandAlone() {
        EvalOptions options{.protocol = Protocol::Documents, .context = 5, .separator = "|"};
        const auto w = cutText(m_tokenizer, "abc|  |defghij|k|", options).value();
        QCOMPARE(w.size(), std::size_t(3)); // the blank one is none
        QCOMPARE(w[1].tokens, (std::vector<TokenId>{1, 'd', 'e', 'f', 'g'})); // truncated
        options.limitDocuments = 1;
        QCOMPARE(cutText(m_tokenizer, "abc|defghij|k|", options).value().size(), std::size_t(1));
    }
    void tooShortIsExplained() {
        const auto w = cutText(m_tokenizer, "abc", {.context = 8, .stride = 4});
        QVERIFY(!w);
        QCOMPARE(w.error().code, ErrorCode::BadInput);
        QVERIFY(QString::fromStdString(w.error().message).contains(QStringLiteral("4 tokens")));
    }
};

QTEST_GUILESS_MAIN(TstProtocols)
#include "tst_protocols.moc"
