// The half-quadratic fit: never above the full range in its own norm, indifferent to the unit of
// the weights, good against outliers, and as an independent implementation in numpy.
#include "core/base/parallel.h"
#include "tests/core/quant/golden_script.h"
#include "tests/core/quant/layer_quantizing.h"
#include "tests/core/quant/real_layer.h"

#include <QTest>

using namespace bitsmith;
using test::Json, test::quantized, test::recipeWith;

namespace {

// Normal weights with a few far outliers, as in language models.
Matrix heavyTailed(std::size_t rows, std::size_t cols, std::uint64_t seed) {
    Matrix w = test::randomMatrix(rows, cols, seed, 0.02);
    Rng rng(seed + 1);
    for (float& value : w.values())
        if (rng.uniform() < 0.01) value *= 6;
    return w;
}

double normOf(std::span<const float> w, std::span<const float> v) {
    double sum = 0;
    for (std::size_t i = 0; i < w.size(); ++i) sum += std::pow(std::abs(double(w[i]) - v[i]), 0.7);
    return sum;
}

} // namespace

class TstHqq : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void neverWorseInItsNorm_data() {
        QTest::addColumn<QString>("grid");
        QTest::addColumn<int>("bits");
        for (const char* grid :
             {R"({"group_size": 64})", R"({"group_size": 0})", R"({"granularity": "tensor"})",
              R"({"group_size": 32, "symmetric": true})",
              R"({"group_size": 64, "ragged": "short_last_group"})"})
            for (const int bits : {2, 3, 4, 8})
                QTest::addRow("%s %d bits", grid, bits) << grid << bits;
    }
    void neverWorseInItsNorm() {
        QFETCH(QString, grid);
        QFETCH(int, bits);
        Json settings = Json::parse(grid.toStdString());
        const Matrix w = heavyTailed(40, 160, 61);
        const auto nearest = quantized(w, nullptr, bits, *recipeWith("rtn", settings));
        settings["search"] = "hqq";
        const auto fitted = quantized(w, nullptr, bits, *recipeWith("rtn", settings));
        QCOMPARE(fitted.matrix->storedBytes(), nearest.matrix->storedBytes());
        const Matrix a = decode(*nearest.matrix), b = decode(*fitted.matrix);
        const std::size_t stretch =
            nearest.matrix->parameterRows == 1 ? w.values().size() : nearest.matrix->groupSize;
        double before = 0, after = 0;
        for (std::size_t first = 0; first < w.values().size();) {
            // Groups do not cross rows.
            const std::size_t left = stretch > 160 ? stretch : 160 - first % 160;
            const std::size_t count = std::min(stretch, left);
            const auto own = w.values().subspan(first, count);
            const double x = normOf(own, a.values().subspan(first, count)),
                         y = normOf(own, b.values().subspan(first, count));
            QVERIFY2(y <= x * (1 + 1e-5), qPrintable(QString("%1 above %2").arg(y).arg(x)));
            before += x;
            after += y;
            first += count;
        }
        qInfo("norm of the errors: %.4f of the full range's", after / before);
        QVERIFY(bits <= 4 ? after < before : after <= before);
    }

    // 1024 times the weights are 1024 times the scales.
    void unitDoesNotMatter() {
        const Matrix w = heavyTailed(20, 128, 62);
        Matrix large = w;
        for (float& value : large.values()) value *= 1024;
        const auto recipe = recipeWith("hqq", {});
        const auto a = quantized(w, nullptr, 4, *recipe), b = quantized(large, nullptr, 4, *recipe);
        QVERIFY(a.matrix->codes == b.matrix->codes);
        QVERIFY(a.matrix->zeros == b.matrix->zeros);
        for (std::size_t p = 0; p < a.matrix->parameters(); ++p)
            QCOMPARE(1024 * a.matrix->scale(p), b.matrix->scale(p));
    }

    void needsNoData() {
        QVERIFY(!(*findRecipe("hqq"))->needsStats());
        // And takes none: statistics change nothing.
        const Matrix w = heavyTailed(20, 128, 63);
        const LayerStats stats = test::statsOf(test::correlatedInputs(300, 128, 64));
        const auto recipe = recipeWith("hqq", {});
        QVERIFY(*quantized(w, nullptr, 4, *recipe).matrix ==
                *quantized(w, &stats, 4, *recipe).matrix);
    }

    void strangeGroups() {
        Matrix w(4, 64); // zeros; one value; two values; far outliers
        for (std::size_t c = 0; c < 64; ++c) {
            w(1, c) = 0.5F;
            w(2, c) = c % 2 ? 1.0F : -1.0F;
            w(3, c) = c == 7 ? 1e6F : 1e-6F;
        }
        for (const bool symmetric : {false, true}) {
            const auto result =
                quantized(w, nullptr, 3, *recipeWith("hqq", {{"symmetric", symmetric}}));
            const Matrix back = decode(*result.matrix);
            for (std::size_t c = 0; c < 64; ++c) {
                QCOMPARE(back(0, c), 0.0F);
                QVERIFY(std::isfinite(back(3, c)));
                if (!symmetric) QVERIFY(std::abs(back(1, c) - 0.5F) < 1e-3F);
            }
        }
    }

    void sameBytesForAnyThreads() {
        const Matrix w = heavyTailed(200, 160, 65);
        for (const char* granularity : {"group", "tensor"}) {
            const auto recipe = recipeWith("hqq", {{"granularity", granularity}});
            setThreads(1);
            const auto one = quantized(w, nullptr, 3, *recipe);
            setThreads(2);
            const auto two = quantized(w, nullptr, 3, *recipe);
            setThreads(0);
            QVERIFY(*one.matrix == *two.matrix);
        }
    }

    void agreesWithNumpy_data() {
        QTest::addColumn<QString>("model"); // empty: random
        QTest::addColumn<int>("bits");
        QTest::addColumn<bool>("symmetric");
        QTest::newRow("4 bits") << "" << 4 << false;
        QTest::newRow("3 bits") << "" << 3 << false;
        QTest::newRow("2 bits, symmetric") << "" << 2 << true;
        for (const char* model : test::RealModels)
            QTest::addRow("%s, 3 bits", model) << model << 3 << false;
    }
    void agreesWithNumpy() {
        QFETCH(QString, model);
        QFETCH(int, bits);
        QFETCH(bool, symmetric);
        if (!test::GoldenScript::hasNumpy()) QSKIP("needs /usr/bin/python3 with numpy");
        Matrix w = heavyTailed(60, 256, 66);
        if (!model.isEmpty()) {
            BITSMITH_REAL_LAYER(layer, model);
            w = layer->weights;
        }
        const test::GoldenScript script;
        script.write("case.json", Json({{"rows", w.rows()},
                                        {"cols", w.cols()},
                                        {"bits", bits},
                                        {"group_size", 64},
                                        {"symmetric", symmetric}})
                                      .dump());
        script.write("weights.f32", std::span(std::as_const(w).values()));
        const QString complaint = script.run("hqq/hqq_numpy.py");
        QVERIFY2(complaint.isEmpty(), qPrintable(complaint));
        const auto scales = script.read<double>("scales.f64");
        const auto zeros = script.read<std::uint8_t>("zeros.u8");
        const auto result =
            quantized(w, nullptr, bits, *recipeWith("hqq", {{"symmetric", symmetric}}));
        const QuantizedMatrix& m = *result.matrix;
        QCOMPARE(scales.size(), m.parameters());
        std::size_t same = 0;
        for (std::size_t p = 0; p < scales.size(); ++p)
            same += m.scale(p) == float(scales[p]) && m.zero(p) == zeros[p];
        qInfo("groups equal: %zu of %zu", same, scales.size());
        // A tie or a last bit of fp16 may go either way.
        QVERIFY(double(same) >= 0.97 * double(scales.size()));
    }
};

QTEST_GUILESS_MAIN(TstHqq)
#include "tst_hqq.moc"
