// Byte-pair encoding against the plainest possible implementation, on random vocabularies and
// texts: cutting at joints, the cache, the scan and the heap must not change one token.
#include "core/base/random.h"
#include "core/text/bpe.h"
#include "core/text/utf8.h"

#include <QTest>

#include <algorithm>

using namespace bitsmith;

namespace {

using Symbols = std::vector<std::string>;

// Joins the pair of lowest rank, the leftmost of equals, until none is left.
Symbols naive(Symbols symbols, const Bpe::Merges& merges) {
    for (;;) {
        std::size_t bestRank = merges.size(), bestPlace = 0;
        for (std::size_t i = 0; i + 1 < symbols.size(); ++i)
            for (std::size_t rank = 0; rank < bestRank; ++rank)
                if (merges[rank].first == symbols[i] && merges[rank].second == symbols[i + 1]) {
                    bestRank = rank;
                    bestPlace = i;
                }
        if (bestRank == merges.size()) return symbols;
        symbols[bestPlace] += symbols[bestPlace + 1];
        symbols.erase(symbols.begin() + static_cast<std::ptrdiff_t>(bestPlace) + 1);
    }
}

struct RandomModel {
    Symbols alphabet{"a", "b", "c", " ", "\u00e9", "\u4e2d"};
    Symbols tokens;
    Bpe::Merges merges;

    explicit RandomModel(Rng& rng) : tokens(alphabet) {
        for (int i = 0; i < 25; ++i) {
            const std::string left = tokens[rng.below(tokens.size())];
            const std::string right = tokens[rng.below(tokens.size())];
            if (left.size() + right.size() > 12) continue;
            if (std::find(merges.begin(), merges.end(), std::pair(left, right)) != merges.end())
                continue;
            merges.emplace_back(left, right);
            if (std::find(tokens.begin(), tokens.end(), left + right) == tokens.end())
                tokens.push_back(left + right);
        }
    }
    Vocabulary vocabulary() const {
        Vocabulary out;
        for (std::size_t i = 0; i < tokens.size(); ++i)
            if (!out.add(tokens[i], static_cast<std::int64_t>(i))) qFatal("token twice");
        if (!out.finish()) qFatal("unfinished");
        return out;
    }
};

} // namespace

class TstBytePairs : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyPathGivesTheNaiveResult() {
        Rng rng(5);
        for (int round = 0; round < 60; ++round) {
            const RandomModel model(rng);
            const auto bpe = Bpe::create(model.vocabulary(), model.merges, {}).value();
            Pieces pieces;
            Symbols wanted;
            for (const std::size_t length : {1, 2, 5, 9, 30, 31, 32, 33, 34, 80, 200}) {
                Symbols symbols;
                std::string text;
                for (std::size_t i = 0; i < length; ++i) {
                    symbols.push_back(model.alphabet[rng.below(model.alphabet.size())]);
                    text += symbols.back();
                }
                // Twice: the second time from the cache.
                for (int twice = 0; twice < 2; ++twice) {
                    pieces.ranges.push_back({pieces.text.size(), pieces.text.size() + text.size()});
                    pieces.text += text;
                    for (std::string& token : naive(symbols, model.merges))
                        wanted.push_back(std::move(token));
                }
            }
            std::vector<TokenId> ids;
            bpe->encode(pieces, ids);
            Symbols tokens;
            for (const TokenId id : ids) tokens.push_back(*bpe->vocabulary().text(id));
            QVERIFY(tokens == wanted);
        }
    }

    void aMillionEqualCharactersAreQuick() {
        Vocabulary vocabulary;
        Bpe::Merges merges;
        QVERIFY(vocabulary.add("a", 0).has_value());
        for (std::string token = "a"; token.size() < 64; token += token) {
            merges.emplace_back(token, token);
            QVERIFY(vocabulary.add(token + token, std::ssize(merges)).has_value());
        }
        QVERIFY(vocabulary.finish().has_value());
        const auto bpe = Bpe::create(std::move(vocabulary), merges, {}).value();
        std::vector<TokenId> ids;
        bpe->encode(Pieces(std::string(1'000'003, 'a'), true), ids);
        QCOMPARE(ids.size(), std::size_t(1'000'003 / 64 + 2)); // the rest of 3: 2 + 1
        QCOMPARE(ids.back(), 0);
    }

    void unknownCharacters_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("fuse");
        QTest::addColumn<bool>("bytes");
        QTest::addColumn<QString>("tokens");
        QTest::newRow("each") << "axyb" << false << false << "a ? ? b";
        QTest::newRow("fused") << "axyb" << true << false << "a ? b";
        QTest::newRow("bytes") << "a\u00e9b" << true << true << "a <0xC3> <0xA9> b";
        QTest::newRow("not all bytes") << "a\u4e2db" << true << true << "a ? b";
        // Longer than what is encoded in one go: fused across all places where it might be cut.
        QTest::newRow("long") << QString("b") + QString(60, 'x') + "b" << true << false << "b ? b";
    }
    void unknownCharacters() {
        QFETCH(QString, text);
        QFETCH(bool, fuse);
        QFETCH(bool, bytes);
        QFETCH(QString, tokens);
        Vocabulary vocabulary;
        int id = 0;
        for (const char* token : {"?", "a", "b", "<0xC3>", "<0xA9>"})
            QVERIFY(vocabulary.add(token, id++).has_value());
        QVERIFY(vocabulary.finish().has_value());
        const auto bpe =
            Bpe::create(std::move(vocabulary), {},
                        {.unknownToken = "?", .fuseUnknown = fuse, .byteFallback = bytes})
                .value();
        std::vector<TokenId> ids;
        bpe->encode(Pieces(text.toStdString(), true), ids);
        QStringList found;
        for (const TokenId one : ids) found << QString::fromStdString(*bpe->vocabulary().text(one));
        QCOMPARE(found.join(" "), tokens);
    }

    void droppedCharactersLetNeighboursMeet() {
        Vocabulary vocabulary;
        int id = 0;
        for (const char* token : {"a", "b", "ab"}) QVERIFY(vocabulary.add(token, id++).has_value());
        QVERIFY(vocabulary.finish().has_value());
        const auto bpe = Bpe::create(std::move(vocabulary), {{"a", "b"}}, {}).value();
        std::vector<TokenId> ids;
        bpe->encode(Pieces("a" + std::string(40, 'x') + "b", true), ids);
        QCOMPARE(ids, std::vector<TokenId>{2});
    }
};

QTEST_GUILESS_MAIN(TstBytePairs)
#include "tst_byte_pairs.moc"
