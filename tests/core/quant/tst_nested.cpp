// The grid "nested": scales and minimums that are whole numbers themselves.
#include "tests/core/quant/books_golden.h"
#include "tests/core/quant/layer_quantizing.h"

#include <QTest>

using namespace bitsmith;
using test::Json, test::quantized, test::recipeWith;

class TstNested : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sizesAreThoseOfKQuants_data() {
        QTest::addColumn<int>("bits");
        QTest::addColumn<QString>("settings");
        QTest::addColumn<double>("expected"); // bits per weight
        QTest::newRow("Q4_K") << 4 << "{}" << 4.5;
        QTest::newRow("Q5_K") << 5 << "{}" << 5.5;
        QTest::newRow("Q2_K") << 2 << R"({"group_size": 16, "super_group": 16, "scale_bits": 4})"
                              << 2.625;
        QTest::newRow("8 bits, long runs") << 3 << R"({"scale_bits": 8, "super_group": 256})"
                                           << 3 + 2 * (8.0 / 32 + 16.0 / (32 * 256));
    }
    void sizesAreThoseOfKQuants() {
        QFETCH(int, bits);
        QFETCH(QString, settings);
        QFETCH(double, expected);
        const Matrix w = test::randomMatrix(64, 512, 3, 0.02);
        const auto result = quantized(
            w, nullptr, bits, *recipeWith("kquant_like", Json::parse(settings.toStdString())));
        QCOMPARE(result.report.bitsPerWeight, expected);
        if (!test::GoldenScript::hasNumpy()) QSKIP("needs python3 with numpy");
        const auto golden = test::decodedByNumpy(*result.matrix);
        QVERIFY2(golden.problem.isEmpty(), qPrintable(golden.problem));
    }
    void everyWeightHasItsNearestLevel() {
        const Matrix w = test::randomMatrix(9, 100, 5, 0.02);
        const auto result =
            quantized(w, nullptr, 3, *recipeWith("kquant_like", {{"ragged", "short_last_group"}}));
        const Matrix values = decode(*result.matrix);
        for (std::size_t r = 0; r < w.rows(); ++r)
            for (std::size_t c = 0; c < w.cols(); ++c)
                for (const float level :
                     findGrid("nested")->levels(*result.matrix, r, c / result.matrix->groupSize))
                    QVERIFY(std::abs(w(r, c) - values(r, c)) <= std::abs(w(r, c) - level) + 1e-6F);
    }
    // At no more bits than searched ranges with scales in full.
    void smallGroupsPay() {
        Matrix w = test::randomMatrix(64, 512, 7, 0.02);
        Rng rng(8);
        for (float& value : w.values())
            if (rng.uniform() < 0.02) value *= 4;
        for (const int bits : {2, 3, 4}) {
            const auto nested =
                quantized(w, nullptr, bits, *recipeWith("kquant_like", {{"super_group", 16}}));
            const auto plain =
                quantized(w, nullptr, bits, *recipeWith("rtn_mse", {{"group_size", 32}}));
            QVERIFY(nested.report.bytes < plain.report.bytes);
            QVERIFY2(nested.report.weightError < 1.05 * plain.report.weightError,
                     qPrintable(QString("%1 bits: %2 against %3")
                                    .arg(bits)
                                    .arg(nested.report.weightError)
                                    .arg(plain.report.weightError)));
        }
    }
    void edges() {
        // All equal, all zero, far apart, only negative: finite, and exact where levels can be.
        Matrix w(4, 64);
        for (std::size_t c = 0; c < 64; ++c) {
            w(0, c) = -0.5F;
            w(2, c) = c % 2 ? 1e9F : -1e9F;
            w(3, c) = 1e-9F * static_cast<float>(c);
        }
        const Matrix values = decode(
            *quantized(w, nullptr, 4, *recipeWith("kquant_like", {{"super_group", 2}})).matrix);
        for (const float v : values.values()) QVERIFY(std::isfinite(v));
        for (std::size_t c = 0; c < 64; ++c) {
            QVERIFY(std::abs(values(0, c) + 0.5F) < 0.01F);
            QCOMPARE(values(1, c), 0.0F);
            QVERIFY(std::abs(values(3, c)) < 1e-6F);
        }
    }
    void gptqRoundsOnIt() {
        const Matrix w = test::randomMatrix(70, 128, 71, 0.02);
        const LayerStats stats = test::statsOf(test::correlatedInputs(300, 128, 6));
        const auto nearest = quantized(w, &stats, 3, **findRecipe("kquant_like"));
        for (const char* rounder : {"gptq", "quantease"}) {
            const auto other =
                quantized(w, &stats, 3, *recipeWith("kquant_like", {{"round", rounder}}));
            QCOMPARE(other.report.bytes, nearest.report.bytes);
            QVERIFY(other.report.outputError < 0.8 * nearest.report.outputError);
        }
    }
};

QTEST_GUILESS_MAIN(TstNested)
#include "tst_nested.moc"
