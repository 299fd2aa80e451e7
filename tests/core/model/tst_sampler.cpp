// Sampling from logits, and bytes of tokens to whole characters.
#include "core/model/sampler.h"
#include "core/model/utf8_stream.h"

#include <QTest>

#include <cmath>
#include <map>

using namespace bitsmith;

namespace {

// Shares of each id over many draws.
std::map<TokenId, double> shares(std::span<const float> logits, const SamplingOptions& options) {
    constexpr int Draws = 20000;
    Rng rng(options.seed, "draws", "test");
    std::map<TokenId, double> counts;
    for (int i = 0; i < Draws; ++i)
        counts[sampleToken(logits, options, rng).value().id] += 1.0 / Draws;
    return counts;
}

const std::vector<float> Halves{std::log(0.5f), std::log(0.125f), std::log(0.25f),
                                std::log(0.125f)};

} // namespace

class TstSampler : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void zeroTemperatureIsGreedy() {
        Rng rng(1);
        const std::vector<float> logits{1, 5, 5, -INFINITY};
        const auto token = sampleToken(logits, {.temperature = 0}, rng).value();
        QCOMPARE(token.id, 1);
        QVERIFY(std::abs(token.logProbability - std::log(1 / (2 + std::exp(-4.0)))) < 1e-6);
    }

    void drawsFollowTheProbabilities() {
        const auto plain = shares(Halves, {.temperature = 1, .topP = 1});
        QVERIFY(std::abs(plain.at(0) - 0.5) < 0.015 && std::abs(plain.at(2) - 0.25) < 0.015 &&
                std::abs(plain.at(1) - 0.125) < 0.015);
        // Temperature 1/2 squares them: 4 : 1/4 : 1 : 1/4 of 5.5.
        const auto cold = shares(Halves, {.temperature = 0.5, .topP = 1});
        QVERIFY(std::abs(cold.at(0) - 4 / 5.5) < 0.015 && std::abs(cold.at(2) - 1 / 5.5) < 0.015);
    }

    void topKAndTopPCutTheTail() {
        const auto two = shares(Halves, {.temperature = 1, .topP = 1, .topK = 2});
        QCOMPARE(two.size(), std::size_t(2));
        QVERIFY(std::abs(two.at(0) - 2.0 / 3) < 0.015);
        // 0.5 + 0.25 reach 0.7; then 0.8 needs the lower id of the two eighths.
        QCOMPARE(shares(Halves, {.temperature = 1, .topP = 0.7}).size(), std::size_t(2));
        const auto three = shares(Halves, {.temperature = 1, .topP = 0.8});
        QVERIFY(three.size() == 3 && three.contains(1) && !three.contains(3));
        QCOMPARE(shares(Halves, {.temperature = 1, .topP = 1e-9}).size(), std::size_t(1));
        QCOMPARE(shares(Halves, {.temperature = 1, .topP = 1, .topK = 99}).size(), std::size_t(4));
    }

    void impossibleTokensAreNeverDrawn() {
        const std::vector<float> logits{-INFINITY, 0, -INFINITY, 0};
        const auto seen = shares(logits, {.temperature = 5, .topP = 1});
        QVERIFY(!seen.contains(0) && !seen.contains(2));
        const std::vector<float> large{3e38f, -3e38f};
        QCOMPARE(shares(large, {.temperature = 1e-9}).size(), std::size_t(1));
    }

    void damagedLogitsAreErrors() {
        Rng rng(1);
        for (const std::vector<float>& logits :
             {std::vector<float>{}, {1, NAN}, {1, INFINITY}, {-INFINITY, -INFINITY}})
            for (const double temperature : {0.0, 1.0})
                QVERIFY(!sampleToken(logits, {.temperature = temperature}, rng).has_value());
    }

    void optionsAreChecked() {
        QVERIFY(checkSampling({}).has_value());
        for (const SamplingOptions& bad : {SamplingOptions{.temperature = -1},
                                           {.temperature = NAN},
                                           {.temperature = INFINITY},
                                           {.topP = 0},
                                           {.topP = 1.1},
                                           {.topP = NAN},
                                           {.topK = -1}}) {
            const Status status = checkSampling(bad);
            QVERIFY(!status);
            QCOMPARE(status.error().code, ErrorCode::Usage);
        }
    }

    void charactersArriveWhole_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("mixed") << QByteArray("a\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80!");
        QTest::newRow("broken") << QByteArray("a\xC3 b\xE2\x82 c\x80\x80 d\xFF \xF0\x9F");
        QTest::newRow("ascii") << QByteArray("plain");
    }
    // However the bytes are cut, the text is the same, and every piece is valid by itself.
    void charactersArriveWhole() {
        QFETCH(QByteArray, text);
        Utf8Stream whole;
        const std::string all = text.toStdString();
        std::string expected = whole.push(all);
        expected += whole.finish();
        for (std::size_t size = 1; size <= 5; ++size) {
            Utf8Stream stream;
            std::string out;
            for (std::size_t at = 0; at < all.size(); at += size) {
                const std::string piece = stream.push(all.substr(at, size));
                QCOMPARE(QString::fromStdString(piece).toStdString(), piece);
                out += piece;
            }
            out += stream.finish();
            QCOMPARE(out, expected);
        }
        if (QString(QTest::currentDataTag()) != "broken") QCOMPARE(expected, all);
    }
};

QTEST_GUILESS_MAIN(TstSampler)
#include "tst_sampler.moc"
