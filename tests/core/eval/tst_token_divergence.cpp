// Token by token against the figures of a whole text (tst_perplexity has those against torch), and
// against itself.
#include "core/eval/evaluate.h"
#include "core/eval/token_divergence.h"
#include "core/pipeline/engine.h"
#include "tests/support/model_files.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace bitsmith;

class TstTokenDivergence : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;

    static std::filesystem::path demo() {
        return std::filesystem::path(BITSMITH_SOURCE_DIR) / "resources/demo/model";
    }
    // The demo model with one matrix turned down.
    std::filesystem::path changed() {
        const std::filesystem::path folder =
            m_dir.filePath(QStringLiteral("changed")).toStdString();
        const auto change = [](const SafetensorsEntry& entry, std::vector<float>& values) {
            if (entry.name.find("layers.1.mlp.down_proj") != std::string::npos)
                for (float& value : values) value *= 0.6F;
        };
        return test::convertModel(demo(), folder, DType::F32, change) ? folder
                                                                      : std::filesystem::path();
    }
    static ForwardPass pass(const std::filesystem::path& folder) {
        return ForwardPass::create(openModel(folder).value(), makeCpuBackend()).value();
    }

private Q_SLOTS:
    void sumsToWhatTheWholeTextHas() {
        const ForwardPass original = pass(demo()), other = pass(changed());
        const std::string text = "Once upon a time there was a little girl who had a red ball. She "
                                 "liked to play with it every day in the garden.";
        const auto tokens = original.model().tokenizer()->encode(text, true);
        RunContext context;
        const auto compared = compareTokens(original, other, tokens, 1, 10, context);
        QVERIFY2(compared, compared ? "" : compared.error().message.c_str());
        QCOMPARE(compared->size(), tokens.size() - 1);
        EvalOptions options;
        options.context = tokens.size();
        const auto whole = evaluate(other, &original, text, options, context);
        QVERIFY2(whole, whole ? "" : whole.error().message.c_str());
        double kl = 0, nll = 0, same = 0;
        for (const auto& one : *compared) {
            kl += one.kl;
            nll -= one.logProbability[1];
            same += one.sameTop();
        }
        const auto count = static_cast<double>(compared->size());
        QCOMPARE(whole->tokens, compared->size());
        QVERIFY(whole->klMean > 1e-3);
        QVERIFY(std::abs(kl / count / whole->klMean - 1) < 1e-3);
        QVERIFY(std::abs(nll / count / whole->nll - 1) < 1e-4);
        QVERIFY(std::abs(same / count - whole->sameTop) < 1e-9);
    }

    void theMostLikelyComeFirst() {
        const ForwardPass original = pass(demo());
        const auto tokens = original.model().tokenizer()->encode("Once upon a time", true);
        RunContext context;
        const auto compared = compareTokens(original, original, tokens, 2, 5, context).value();
        QCOMPARE(compared.size(), tokens.size() - 2);
        for (const auto& one : compared) {
            QCOMPARE(one.kl, 0.0F);
            QVERIFY(one.sameTop());
            QCOMPARE(one.top[0].size(), 5U);
            float sum = 0;
            for (std::size_t i = 0; i < one.top[0].size(); ++i) {
                if (i) QVERIFY(one.top[0][i - 1].probability >= one.top[0][i].probability);
                sum += one.top[0][i].probability;
                QCOMPARE(one.top[0][i].bytes,
                         original.model().tokenizer()->tokenBytes(one.top[0][i].id));
            }
            QVERIFY(sum <= 1.0001F);
            QVERIFY(std::exp(one.logProbability[0]) <= one.top[0][0].probability * 1.0001F);
        }
        QVERIFY(compareTokens(original, original, tokens, tokens.size(), 5, context)->empty());
    }

    void whereTwoTextsPart() {
        const std::vector<TokenId> a{1, 2, 3, 4}, b{1, 2, 9, 4}, c{1, 2};
        QCOMPARE(firstDifference(a, b), 2U);
        QCOMPARE(firstDifference(a, c), 2U);
        QCOMPARE(firstDifference(a, a), std::size_t(-1));
        QCOMPARE(firstDifference(a, {}), 0U);
    }
};

QTEST_GUILESS_MAIN(TstTokenDivergence)
#include "tst_token_divergence.moc"
