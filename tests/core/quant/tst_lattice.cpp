// Entropy-coded lattices: the rate that is asked for, theory's distances, outliers and degenerate
// matrices, and the rounders made for them against independent arithmetic.
#include "core/codec/coded_matrix.h"
#include "core/quant/grid/lattice_fit.h"
#include "core/quant/recipe.h"
#include "core/quant/round/gptq_panel.h"
#include "core/tensor/bit_packing.h"
#include "core/tensor/convert.h"
#include "tests/core/quant/samples.h"

#include <QTest>

#include <numeric>

using namespace bitsmith;

namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

std::shared_ptr<const Recipe> recipeWith(const std::string& id, const Settings& settings) {
    auto recipe = *findRecipe(id);
    for (const auto& [name, value] : settings) {
        auto changed = withSetting(*recipe, name, value);
        if (!changed) qFatal("%s", changed.error().message.c_str());
        recipe = *changed;
    }
    return recipe;
}

LayerResult quantized(const Matrix& w, const LayerStats* stats, const std::string& id,
                      const Settings& settings, int bits = 4) {
    RunContext context;
    auto result =
        quantizeLayer({.name = "layer", .weights = w.view(), .stats = stats, .bits = bits},
                      *recipeWith(id, settings), stats, context);
    if (!result) qFatal("%s", result.error().message.c_str());
    return *result;
}

// Gaussian weights with some far out, as in language models.
Matrix heavyTailed(std::size_t rows, std::size_t cols, std::uint64_t seed) {
    Matrix out = test::randomMatrix(rows, cols, seed);
    const Matrix other = test::randomMatrix(rows, cols, seed + 100);
    for (std::size_t i = 0; i < out.values().size(); ++i)
        out.values()[i] *= std::exp(0.5F * other.values()[i]);
    return out;
}

std::vector<int> codesOf(const QuantizedMatrix& m) {
    std::vector<int> out;
    std::vector<std::uint16_t> row(m.cols);
    for (std::size_t r = 0; r < m.rows; ++r) {
        unpackBits(std::span(m.codes).subspan(r * m.rowBytes(), m.rowBytes()), m.bits,
                   std::span(row));
        for (const std::uint16_t code : row) out.push_back(int(code) - (1 << (m.bits - 1)));
    }
    return out;
}

// Inputs whose features differ a hundredfold in strength.
LayerStats unevenStats(std::size_t cols) {
    Matrix inputs = test::correlatedInputs(4 * cols, cols, 3);
    for (std::size_t s = 0; s < inputs.rows(); ++s)
        for (std::size_t c = 0; c < cols; ++c)
            inputs(s, c) *= std::exp2(float((c * 7) % cols) / float(cols) * 6.6F);
    return test::statsOf(inputs);
}

} // namespace

class TstLattice : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void meetsTheRate_data() {
        QTest::addColumn<QString>("recipe");
        QTest::addColumn<double>("rate");
        for (const char* recipe : {"ecq", "ecq_gptq", "watersic", "rdoq_gptq"})
            for (const double rate : {1.5, 2.25, 3.0, 4.5, 6.0})
                QTest::addRow("%s %.2f", recipe, rate) << recipe << rate;
    }
    void meetsTheRate() {
        QFETCH(QString, recipe);
        QFETCH(double, rate);
        const Matrix w = heavyTailed(96, 256, 1);
        const LayerStats stats = test::statsOf(test::correlatedInputs(512, 256, 5));
        const auto result =
            quantized(w, &stats, recipe.toStdString(), {{"rate", std::to_string(rate)}});
        const double target = rate * 96 * 256 / 8;
        QVERIFY2(double(result.report.bytes) <= target,
                 qPrintable(QString::number(double(result.report.bytes) / target)));
        QVERIFY2(double(result.report.bytes) >= 0.994 * target,
                 qPrintable(QString::number(double(result.report.bytes) / target)));
        QCOMPARE(result.report.bytes, codedMatrixBytes(*result.matrix));
        const auto predicted = predictStoredBytes(
            96, 256, 4, *recipeWith(recipe.toStdString(), {{"rate", std::to_string(rate)}}));
        QCOMPARE(*predicted, std::uint64_t(std::ceil(target)));
    }

    // More than a million weights: searched on a sample, met on the whole. Without a rate the
    // plan's bits are it.
    void meetsTheRateOfLargeMatrices() {
        const Matrix w = heavyTailed(1100, 1024, 2);
        const auto result = quantized(w, nullptr, "ecq", {}, 3);
        QVERIFY(result.report.bitsPerWeight <= 3);
        QVERIFY2(result.report.bitsPerWeight >= 2.99,
                 qPrintable(QString::number(result.report.bitsPerWeight)));
    }

    // No quantizer of Gaussian numbers beats 6.02 dB a bit; this one is a quarter of a bit from it.
    void isNearShannonsBound_data() {
        QTest::addColumn<double>("rate");
        for (const double rate : {1.0, 2.0, 3.0, 4.0}) QTest::addRow("%.0f", rate) << rate;
    }
    void isNearShannonsBound() {
        QFETCH(double, rate);
        const Matrix w = test::randomMatrix(512, 1024, 7);
        const auto result =
            quantized(w, nullptr, "ecq", {{"rate", std::to_string(rate)}, {"steps", "matrix"}});
        const double gap = result.report.bitsPerWeight + 0.5 * std::log2(result.report.weightError);
        QVERIFY2(gap > 0.2 && gap < 0.45, qPrintable(QString::number(gap)));
    }

    void beatsFixedRates_data() {
        QTest::addColumn<bool>("tails");
        QTest::addColumn<int>("bits");
        for (const bool tails : {false, true})
            for (const int bits : {2, 3, 4, 5})
                QTest::addRow("%d bits%s", bits, tails ? ", tails" : "") << tails << bits;
    }
    void beatsFixedRates() {
        QFETCH(bool, tails);
        QFETCH(int, bits);
        const Matrix w = tails ? heavyTailed(128, 512, 3) : test::randomMatrix(128, 512, 3);
        const auto fixed = quantized(w, nullptr, "rtn", {{"group_size", "128"}}, bits);
        const auto own =
            quantized(w, nullptr, "ecq", {{"rate", std::to_string(fixed.report.bitsPerWeight)}});
        QVERIFY(own.report.bytes <= fixed.report.bytes);
        // At least 2.5 dB.
        QVERIFY2(own.report.weightError < 0.56 * fixed.report.weightError,
                 qPrintable(QString("%1 against %2")
                                .arg(own.report.weightError)
                                .arg(fixed.report.weightError)));
    }

    void outliersAreNotClipped() {
        Matrix w = test::randomMatrix(64, 64, 4);
        w(5, 6) = 700;
        w(40, 1) = -900;
        const auto result =
            quantized(w, nullptr, "ecq", {{"rate", "4"}, {"steps", "matrix"}, {"centroid", "0"}});
        QCOMPARE(result.matrix->bits, 16);
        const float step = result.matrix->scale(0);
        const Matrix back = decode(*result.matrix);
        for (std::size_t i = 0; i < w.values().size(); ++i)
            QVERIFY(std::abs(w.values()[i] - back.values()[i]) <= 0.501F * step);
        // And back from their coded form.
        const auto again = decodeMatrix(encodeMatrix(*result.matrix), *result.matrix, 1);
        QVERIFY(again.has_value() && **again == *result.matrix);
        QCOMPARE(quantized(test::randomMatrix(64, 64, 4), nullptr, "ecq", {}).matrix->bits, 8);
    }

    void degenerateMatrices() {
        const LayerStats stats = test::statsOf(test::correlatedInputs(100, 64, 5));
        for (const char* steps : {"row", "matrix"})
            for (const char* recipe : {"ecq", "ecq_gptq", "watersic", "rdoq_gptq"}) {
                const Settings settings = {{"steps", steps}};
                const Matrix zero(16, 64);
                const auto nothing = quantized(zero, &stats, recipe, settings);
                QVERIFY(decode(*nothing.matrix) == zero);
                QCOMPARE(nothing.report.weightError, 0.0);
                Matrix some = test::randomMatrix(32, 64, 8);
                for (std::size_t c = 0; c < 64; ++c) {
                    some(3, c) = 0;
                    some(4, c) = 0.25F;
                }
                const auto result = quantized(some, &stats, recipe, settings);
                QVERIFY2(result.report.weightError < 0.1, recipe);
                const Matrix back = decode(*result.matrix);
                for (std::size_t c = 0; c < 64; ++c) QCOMPARE(back(3, c), 0.0F);
            }
        const Matrix column = test::randomMatrix(200, 1, 9);
        const auto result = quantized(column, nullptr, "ecq", {{"steps", "matrix"}}, 5);
        QVERIFY2(result.report.weightError < 0.01,
                 qPrintable(QString::number(result.report.weightError)));
        // Weights beyond what a 16-bit scale can say.
        Matrix huge = test::randomMatrix(8, 64, 10, 1e9);
        const auto clipped = quantized(huge, nullptr, "ecq", {{"step", "1"}});
        QVERIFY(!clipped.report.notes.empty());
        const Matrix back = decode(*clipped.matrix);
        for (const float value : back.values()) QVERIFY(std::isfinite(value));
    }

    // Few different steps, near the rows' own.
    void rowStepsComeFromALogarithmicSet() {
        Matrix w = test::randomMatrix(64, 128, 11);
        for (std::size_t r = 0; r < 64; ++r)
            for (std::size_t c = 0; c < 128; ++c) w(r, c) *= std::exp2(float(r) / 16);
        const auto result =
            quantized(w, nullptr, "ecq",
                      {{"row_grain", "4"}, {"row_power", "1"}, {"step", "0.5"}, {"centroid", "0"}});
        std::vector<float> seen;
        for (std::size_t r = 0; r < 64; ++r) {
            double sum = 0;
            for (std::size_t c = 0; c < 128; ++c) sum += double(w(r, c)) * w(r, c);
            const double ratio = result.matrix->scale(r) / (0.5 * std::sqrt(sum / 128));
            QVERIFY2(std::abs(std::log2(ratio)) < 0.126, qPrintable(QString::number(ratio)));
            seen.push_back(result.matrix->scale(r));
        }
        std::ranges::sort(seen);
        QVERIFY(std::ranges::unique(seen).begin() - seen.begin() <= 19);
    }

    void feedbackLowersTheOutputError() {
        const Matrix w = heavyTailed(64, 128, 12);
        const LayerStats stats = test::statsOf(test::correlatedInputs(400, 128, 6));
        for (const char* rate : {"2", "3", "4"}) {
            const auto plain = quantized(w, &stats, "ecq", {{"rate", rate}});
            const auto fed = quantized(w, &stats, "ecq_gptq", {{"rate", rate}});
            QVERIFY2(fed.report.outputError < 0.8 * plain.report.outputError,
                     qPrintable(QString("%1 against %2")
                                    .arg(fed.report.outputError)
                                    .arg(plain.report.outputError)));
        }
    }

    // Error against rate, without feedback: each turn lowers J, and the rate.
    void turnsLowerTheLagrangian() {
        const std::size_t rows = 64, cols = 192;
        const Matrix w = heavyTailed(rows, cols, 13);
        ErrorFeedback feedback;
        feedback.usable = true;
        feedback.order.resize(cols);
        std::iota(feedback.order.begin(), feedback.order.end(), 0U);
        feedback.dead.resize(cols);
        feedback.carry = Matrix(cols, cols);
        feedback.weight.resize(cols);
        for (std::size_t c = 0; c < cols; ++c) feedback.weight[c] = 0.5 + double(c) / cols;
        const auto fit = makeLatticeFit({.steps = "matrix", .centroid = 0}, 1.0,
                                        *latticeLayout(rows, cols, {.steps = "matrix"}));
        fit->fitGroup(0, 0, w.view(), {});
        const double step = double(fit->stepOf(0)), lambda = 0.1;
        RunContext context;
        GptqPanelArgs args{.weights = w.view(),
                           .feedback = feedback,
                           .fit = *fit,
                           .importance = {},
                           .lambda = float(lambda)};
        double last = 1e300, lastBits = 1e300;
        std::unique_ptr<RateCost> cost;
        for (int turn = 0; turn < 5; ++turn) {
            args.cost = cost.get();
            const auto packed = gptqRows(args, context);
            std::vector<std::uint16_t> codes(rows * cols);
            unpackBits(packed, 16, std::span(codes));
            CodeCounts counts{};
            countCodes(codes, counts);
            auto next = std::make_unique<RateCost>(counts);
            double error = 0;
            for (std::size_t i = 0; i < codes.size(); ++i) {
                const double d = double(w.values()[i]) / step - (int(codes[i]) - (1 << 15));
                error += std::pow(feedback.weight[i % cols] * d, 2);
            }
            const double bits = next->total(counts);
            const double j = error + lambda * bits;
            QVERIFY2(j < last * (1 + 1e-5), qPrintable(QString::number(turn)));
            QVERIFY(bits <= lastBits);
            if (turn == 1) QVERIFY(bits < 0.95 * lastBits);
            last = j;
            lastBits = bits;
            cost = std::move(next);
        }
    }

    // Each column rounded to the step of its own, all later ones moved to the best values that the
    // errors so far leave: solved anew for each column, in double, without any factor.
    void watersicAgainstDirectSolution() {
        const std::size_t n = 24, rows = 12;
        const Matrix w = test::randomMatrix(rows, n, 14);
        const LayerStats stats = unevenStats(n);
        const auto result = quantized(w, &stats, "watersic",
                                      {{"step", "0.4"},
                                       {"steps", "matrix"},
                                       {"damping", "0.02"},
                                       {"centroid", "0"},
                                       {"gains", "false"}});
        QVERIFY(result.matrix->columnScaled);
        std::vector<float> factors(n);
        toFloat(DType::F16, result.matrix->columnScales, factors);
        const double step = double(result.matrix->scale(0));
        std::vector<double> h(n * n);
        double mean = 0;
        for (std::size_t c = 0; c < n; ++c) mean += double(stats.gram(c, c)) / double(n);
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j)
                h[i * n + j] = double(stats.gram(i, j)) + (i == j ? 0.02 * mean : 0);
        const auto codes = codesOf(*result.matrix);
        std::size_t same = 0;
        for (std::size_t r = 0; r < rows; ++r) {
            std::vector<double> error(n); // w - q of the columns done
            for (std::size_t j = 0; j < n; ++j) {
                // H_FF x = H_FS error: how far the columns from j on should move.
                const std::size_t m = n - j;
                std::vector<double> a(m * m), b(m);
                for (std::size_t i = 0; i < m; ++i) {
                    for (std::size_t k = 0; k < m; ++k) a[i * m + k] = h[(j + i) * n + j + k];
                    for (std::size_t k = 0; k < j; ++k) b[i] += h[(j + i) * n + k] * error[k];
                }
                for (std::size_t p = 0; p < m; ++p)
                    for (std::size_t i = p + 1; i < m; ++i) {
                        const double f = a[i * m + p] / a[p * m + p];
                        for (std::size_t k = p; k < m; ++k) a[i * m + k] -= f * a[p * m + k];
                        b[i] -= f * b[p];
                    }
                for (std::size_t p = m; p-- > 0;) {
                    for (std::size_t k = p + 1; k < m; ++k) b[p] -= a[p * m + k] * b[k];
                    b[p] /= a[p * m + p];
                }
                const double own = step * double(factors[j]);
                const int k = int(std::nearbyint((double(w(r, j)) + b[0]) / own));
                same += k == codes[r * n + j];
                error[j] = double(w(r, j)) - own * codes[r * n + j];
            }
        }
        QVERIFY2(same >= rows * n - 2, qPrintable(QString::number(same)));
    }

    void waterFillingPaysWhereColumnsDiffer() {
        const Matrix w = test::randomMatrix(256, 96, 15);
        const LayerStats stats = unevenStats(96);
        const Settings settings = {{"rate", "3"}, {"steps", "matrix"}};
        const auto common = quantized(w, &stats, "ecq_gptq", settings);
        const auto filled = quantized(w, &stats, "watersic", settings);
        QVERIFY2(filled.report.outputError < 0.9 * common.report.outputError,
                 qPrintable(QString("%1 against %2")
                                .arg(filled.report.outputError)
                                .arg(common.report.outputError)));
        auto refitted = settings;
        refitted.emplace_back("refit", "true");
        refitted[0] = {"step", "0.5"};
        refitted.emplace(refitted.begin(), "damping", "0.0001");
        auto as = refitted;
        as.back().second = "false";
        const double after = quantized(w, &stats, "watersic", refitted).report.outputError;
        const double before = quantized(w, &stats, "watersic", as).report.outputError;
        QVERIFY2(after < before, qPrintable(QString("%1 against %2").arg(after).arg(before)));
    }

    void othersAreRefused() {
        for (const char* rounder : {"rdoq", "watersic"}) {
            const auto grid = findGrid("affine");
            const auto params = grid->defaults();
            const Matrix w = test::randomMatrix(8, 64, 16);
            const LayerStats stats = test::statsOf(test::correlatedInputs(100, 64, 5));
            auto fit = *grid->begin(8, 64, 4, *params);
            LayerReport report;
            RunContext context;
            const LayerTask task{.name = "layer", .weights = w.view(), .stats = &stats};
            const auto own = findRounder(rounder)->defaults();
            const auto result = findRounder(rounder)->round(task, *fit, *own, report, context);
            QVERIFY(!result.has_value());
            QVERIFY(result.error().message.find("lattice") != std::string::npos);
        }
    }
};

QTEST_GUILESS_MAIN(TstLattice)
#include "tst_lattice.moc"
