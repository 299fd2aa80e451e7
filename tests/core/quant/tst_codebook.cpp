// K-means on a line against all possible cuts, and the grid "codebook": levels of each channel,
// group or tensor.
#include "core/quant/grid/k_means.h"
#include "core/quant/transform/column_scaling.h"
#include "core/tensor/codebooks.h"
#include "tests/core/quant/books_golden.h"
#include "tests/core/quant/layer_quantizing.h"
#include "tests/core/quant/real_layer.h"

#include <QTest>

#include <array>
#include <functional>
#include <limits>

using namespace bitsmith;
using test::Json, test::quantized, test::recipeWith;

namespace {

double costOf(std::span<const float> values, std::span<const float> weights,
              std::span<const double> centres) {
    double cost = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        double least = std::numeric_limits<double>::infinity();
        for (const double c : centres) least = std::min(least, (values[i] - c) * (values[i] - c));
        cost += (weights.empty() ? 1 : weights[i]) * least;
    }
    return cost;
}

std::vector<float> randomWeights(std::size_t count, std::uint64_t seed) {
    Rng rng(seed);
    std::vector<float> out(count);
    for (float& w : out) w = static_cast<float>(rng.uniform() < 0.1 ? 0 : rng.uniform());
    return out;
}

// Every way to cut the sorted values into k runs.
double leastOfAllCuts(std::vector<std::pair<float, float>> points, std::size_t k) {
    std::ranges::sort(points);
    const auto run = [&](std::size_t first, std::size_t last) {
        double w = 0, x = 0, cost = 0;
        for (std::size_t i = first; i < last; ++i) {
            w += points[i].second;
            x += double(points[i].second) * points[i].first;
        }
        for (std::size_t i = first; i < last; ++i)
            cost += w > 0 ? points[i].second * std::pow(points[i].first - x / w, 2) : 0;
        return cost;
    };
    const std::function<double(std::size_t, std::size_t)> least = [&](std::size_t first,
                                                                      std::size_t runs) {
        if (runs == 1) return run(first, points.size());
        double best = std::numeric_limits<double>::infinity();
        for (std::size_t cut = first; cut <= points.size(); ++cut)
            best = std::min(best, run(first, cut) + least(cut, runs - 1));
        return best;
    };
    return least(0, k);
}

} // namespace

class TstCodebook : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void noCutsAreBetter() {
        for (std::uint64_t seed = 0; seed < 60; ++seed) {
            const std::size_t n = 1 + seed % 9, k = 1 + seed % 4;
            const Matrix values = test::randomMatrix(1, n, seed);
            const auto weights = seed % 3 == 0 ? std::vector<float>() : randomWeights(n, seed);
            double mass = 0;
            for (const float w : weights) mass += w;
            std::vector<std::pair<float, float>> points;
            for (std::size_t i = 0; i < n; ++i)
                points.emplace_back(values.values()[i], mass > 0 ? weights[i] : 1.0F);
            const auto centres = kMeans(values.values(), weights, k);
            QCOMPARE(centres.size(), k);
            QVERIFY(std::ranges::is_sorted(centres));
            const double cost =
                costOf(values.values(), mass > 0 ? weights : std::vector<float>(), centres);
            QVERIFY2(std::abs(cost - leastOfAllCuts(points, k)) < 1e-9,
                     qPrintable(QString("%1: %2 against %3")
                                    .arg(seed)
                                    .arg(cost)
                                    .arg(leastOfAllCuts(points, k))));
        }
    }
    void asNumpyFinds_data() {
        QTest::addColumn<int>("n");
        QTest::addColumn<int>("k");
        QTest::addColumn<double>("slack"); // beyond MostExactValues a local optimum
        QTest::newRow("300 to 8") << 300 << 8 << 1e-9;
        QTest::newRow("1000 to 16") << 1000 << 16 << 1e-9;
        QTest::newRow("more than exact") << int(MostExactValues) + 900 << 4 << 1e-4;
    }
    void asNumpyFinds() {
        if (!test::GoldenScript::hasNumpy()) QSKIP("needs python3 with numpy");
        QFETCH(int, n);
        QFETCH(int, k);
        QFETCH(double, slack);
        const Matrix values = test::randomMatrix(1, std::size_t(n), 7, 0.02);
        const auto weights = randomWeights(std::size_t(n), 8);
        const test::GoldenScript script;
        script.write("case.json", Json{{"k", k}, {"rows", 1}}.dump());
        script.write("values.f32", values.values());
        script.write("weights.f32", std::span<const float>(weights));
        const QString problem = script.run("codebook/k_means_numpy.py");
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        const double expected = script.read<double>("cost.f64")[0];
        const double cost =
            costOf(values.values(), weights, kMeans(values.values(), weights, std::size_t(k)));
        QVERIFY2(
            cost >= expected * (1 - 1e-9) && cost <= expected * (1 + slack),
            qPrintable(QString("%1 against %2").arg(cost, 0, 'g', 12).arg(expected, 0, 'g', 12)));
    }
    // Each channel's sum of G_jj (w - v)^2 is the least there is, but for levels in 16 bits.
    void channelsAsNumpyFinds_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("bits");
        for (const char* model : test::RealModels)
            for (const int bits : {2, 3, 4})
                QTest::addRow("%s, %d bits", model, bits) << model << bits;
    }
    void channelsAsNumpyFinds() {
        QFETCH(QString, model);
        QFETCH(int, bits);
        if (!test::GoldenScript::hasNumpy()) QSKIP("needs python3 with numpy");
        BITSMITH_REAL_LAYER(layer, model);
        Matrix w(16, layer->weights.cols());
        std::copy_n(layer->weights.data(), w.values().size(), w.data());
        const Matrix& gram = layer->stats.gram;
        std::vector<float> weights;
        for (std::size_t r = 0; r < w.rows(); ++r)
            for (std::size_t c = 0; c < w.cols(); ++c) weights.push_back(gram(c, c));
        const test::GoldenScript script;
        script.write("case.json", Json{{"k", 1 << bits}, {"rows", w.rows()}}.dump());
        script.write("values.f32", std::span(std::as_const(w).values()));
        script.write("weights.f32", std::span<const float>(weights));
        const QString problem = script.run("codebook/k_means_numpy.py");
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        const auto least = script.read<double>("cost.f64");
        QCOMPARE(least.size(), w.rows());
        const auto result =
            quantized(w, &layer->stats, bits, *recipeWith("squeezellm", {{"outlier_fraction", 0}}));
        const Matrix v = decode(*result.matrix);
        for (std::size_t r = 0; r < w.rows(); ++r) {
            double cost = 0;
            for (std::size_t c = 0; c < w.cols(); ++c)
                cost += double(gram(c, c)) * std::pow(double(w(r, c)) - double(v(r, c)), 2);
            QVERIFY2(cost >= least[r] * (1 - 1e-6) && cost <= least[r] * (1 + 1e-4),
                     qPrintable(QString("channel %1: %2 against %3")
                                    .arg(r)
                                    .arg(cost, 0, 'g', 12)
                                    .arg(least[r], 0, 'g', 12)));
        }
    }
    void fewValuesAreKeptExactly() {
        Matrix w(3, 40);
        for (std::size_t i = 0; i < w.values().size(); ++i)
            w.values()[i] = std::array{0.5F, -0.25F, 1.0F, 0.0F}[i % 4];
        for (const char* granularity : {"channel", "tensor", "group"}) {
            const auto result = quantized(w, nullptr, 3,
                                          *recipeWith("squeezellm", {{"granularity", granularity},
                                                                     {"group_size", 8},
                                                                     {"outlier_fraction", 0}}));
            QCOMPARE(decode(*result.matrix), w);
        }
    }
    void sizesAreExact_data() {
        QTest::addColumn<QString>("granularity");
        QTest::addColumn<int>("bits");
        QTest::addColumn<double>("expected"); // bits per weight of 64 x 256
        QTest::newRow("channel") << "channel" << 3 << 3 + 16.0 * 8 / 256;
        QTest::newRow("group") << "group" << 4 << 4 + 16.0 * 16 / 64;
        QTest::newRow("tensor") << "tensor" << 4 << 4 + 16.0 * 16 / (64 * 256);
    }
    void sizesAreExact() {
        QFETCH(QString, granularity);
        QFETCH(int, bits);
        QFETCH(double, expected);
        const Matrix w = test::randomMatrix(64, 256, 3, 0.02);
        const auto recipe = recipeWith("squeezellm", {{"granularity", granularity.toStdString()},
                                                      {"group_size", 64},
                                                      {"outlier_fraction", 0}});
        const auto result = quantized(w, nullptr, bits, *recipe);
        QCOMPARE(result.report.bitsPerWeight, expected);
        // Each weight has its nearest level.
        const auto codes = test::codesOf(*result.matrix);
        const Matrix values = decode(*result.matrix);
        for (std::size_t r = 0; r < w.rows(); ++r)
            for (std::size_t c = 0; c < w.cols(); ++c) {
                const auto levels =
                    findGrid("codebook")->levels(*result.matrix, r, c / result.matrix->groupSize);
                QCOMPARE(levels.size(), std::size_t{1} << bits);
                QCOMPARE(values(r, c), levels[codes[r * w.cols() + c]]);
                for (const float level : levels)
                    QVERIFY(std::abs(w(r, c) - values(r, c)) <= std::abs(w(r, c) - level) + 1e-7F);
            }
        if (!test::GoldenScript::hasNumpy() || result.matrix->parameterRows == 1) return;
        const auto golden = test::decodedByNumpy(*result.matrix);
        QVERIFY2(golden.problem.isEmpty(), qPrintable(golden.problem));
    }
    // Any uniform grid of a row is a codebook, so that the best one is no worse.
    void betterThanAnyUniformGrid() {
        const Matrix w = test::randomMatrix(48, 256, 5, 0.02);
        for (const int bits : {2, 3, 4}) {
            const auto uniform =
                quantized(w, nullptr, bits, *recipeWith("rtn_mse", {{"granularity", "channel"}}));
            const auto book =
                quantized(w, nullptr, bits, *recipeWith("squeezellm", {{"outlier_fraction", 0}}));
            QVERIFY(book.report.weightError < uniform.report.weightError);
        }
    }
    void roundersByColumnsHelp() {
        const Matrix w = test::randomMatrix(48, 128, 9, 0.02);
        const LayerStats stats = test::statsOf(test::correlatedInputs(300, 128, 6));
        const Json plain = {{"outlier_fraction", 0}};
        const auto nearest = quantized(w, &stats, 3, *recipeWith("squeezellm", plain));
        for (const char* rounder : {"gptq", "quantease"})
            for (const char* granularity : {"channel", "group", "tensor"}) {
                Json settings = plain;
                settings["round"] = rounder;
                settings["granularity"] = granularity;
                settings["group_size"] = 64;
                const auto result = quantized(w, &stats, 3, *recipeWith("squeezellm", settings));
                const double error = test::relativeError(w, *result.matrix, stats);
                QVERIFY2(error < 0.8 * test::relativeError(w, *nearest.matrix, stats),
                         qPrintable(QString("%1 %2: %3").arg(rounder, granularity).arg(error)));
            }
        auto refused = withSetting(**findRecipe("squeezellm"), "round", "signround");
        QVERIFY(!refused.has_value());
        QVERIFY2(refused.error().message.find("codebook") != std::string::npos,
                 refused.error().message.c_str());
    }
    void sensitiveWeightsGetNearerLevels() {
        const Matrix w = test::randomMatrix(48, 256, 5, 0.02);
        const LayerStats stats = test::statsOf(test::correlatedInputs(300, 256, 6));
        const Json plain = {{"outlier_fraction", 0}};
        Json uniform = plain;
        uniform["sensitivity"] = "uniform";
        const auto weighted = quantized(w, &stats, 3, *recipeWith("squeezellm", plain));
        const auto alike = quantized(w, &stats, 3, *recipeWith("squeezellm", uniform));
        const auto cost = [&](const QuantizedMatrix& m) {
            const Matrix v = decode(m);
            double sum = 0;
            for (std::size_t r = 0; r < w.rows(); ++r)
                for (std::size_t c = 0; c < w.cols(); ++c)
                    sum += stats.gram(c, c) * std::pow(double(w(r, c)) - v(r, c), 2);
            return sum;
        };
        QVERIFY(cost(*weighted.matrix) < cost(*alike.matrix));
        QVERIFY(weighted.report.weightError > alike.report.weightError);
    }
    // Given the Fisher information of each weight, each channel's sum of F (w - v)^2 is the least
    // there is; scaled inputs change nothing about it, and what mixes columns says what it lacks.
    void fisherOfEachWeightCounts_data() {
        QTest::addColumn<QString>("granularity");
        QTest::addColumn<QString>("rounder");
        for (const char* granularity : {"channel", "group", "tensor"})
            QTest::addRow("%s", granularity) << granularity << "nearest";
        QTest::addRow("gptq in activation order") << "group"
                                                  << "gptq";
    }
    void fisherOfEachWeightCounts() {
        QFETCH(QString, granularity);
        QFETCH(QString, rounder);
        const Matrix w = test::randomMatrix(24, 96, 5, 0.02);
        Matrix fisher(24, 96);
        Rng rng(17);
        for (float& f : fisher.values()) f = static_cast<float>(std::exp(8 * rng.uniform()));
        const LayerStats stats = test::statsOf(test::correlatedInputs(300, 96, 6));
        Json settings = {{"outlier_fraction", 0},
                         {"granularity", granularity.toStdString()},
                         {"group_size", 32},
                         {"round", rounder.toStdString()}};
        if (rounder == "gptq") settings["act_order"] = true;
        RunContext context;
        const auto run = [&](const Json& changes, ConstMatrixView known) {
            Json all = settings;
            all.update(changes);
            return quantizeLayer({.name = "layer",
                                  .weights = w.view(),
                                  .stats = &stats,
                                  .bits = 3,
                                  .fisher = known},
                                 *recipeWith("squeezellm", all), &stats, context)
                .value();
        };
        const auto result = run(Json::object(), std::as_const(fisher).view());
        QVERIFY(result.report.notes.empty());
        const auto without = run(Json::object(), {});
        QCOMPARE(without.report.notes.size(), std::size_t(1));
        QVERIFY(without.report.notes[0].find("gradients") != std::string::npos);
        QVERIFY(*without.matrix != *result.matrix);
        QVERIFY(without.matrix->books ==
                run({{"sensitivity", "statistics"}}, std::as_const(fisher).view()).matrix->books);
        const std::size_t group = result.matrix->groupSize;
        // Levels against k-means of the same weights, for each codebook.
        const bool shared = granularity == "tensor";
        for (std::size_t r = 0; r < (shared ? 1 : w.rows()); ++r)
            for (std::size_t g = 0; g < result.matrix->groupsPerRow; ++g) {
                std::vector<float> values, weights;
                for (std::size_t i = shared ? 0 : r; i < (shared ? w.rows() : r + 1); ++i)
                    for (std::size_t c = g * group; c < std::min(w.cols(), (g + 1) * group); ++c) {
                        values.push_back(w(i, c));
                        weights.push_back(fisher(i, c));
                    }
                const auto levels = findGrid("codebook")->levels(*result.matrix, r, g);
                const double least = costOf(values, weights, kMeans(values, weights, 8));
                const std::vector<double> centres(levels.begin(), levels.end());
                const double cost = costOf(values, weights, centres);
                QVERIFY2(cost <= least * (1 + 1e-3), // 16-bit levels
                         qPrintable(QString("%1 against %2").arg(cost).arg(least)));
            }
        if (rounder == "gptq") return;
        // W diag(s) with F / s^2 is the same problem.
        const auto rotated =
            run({{"transform", "hadamard"}}, std::as_const(fisher).view()).report.notes;
        QVERIFY(!rotated.empty() && rotated[0].find("gradients") != std::string::npos);
        std::vector<float> s(96);
        for (std::size_t c = 0; c < s.size(); ++c) s[c] = float(1 + c % 5);
        const Matrix divided = dividedFisher(std::as_const(fisher).view(), s);
        QCOMPARE(divided(3, 7), fisher(3, 7) / 9);
    }
    void recipeKeepsOutliers() {
        Matrix w = test::randomMatrix(64, 256, 5, 0.02);
        w(3, 4) = 0.75F;
        const auto result = quantized(w, nullptr, 4, **findRecipe("squeezellm"));
        QCOMPARE(result.matrix->side.outliers, std::uint64_t(std::llround(0.0045 * 64 * 256)));
        QVERIFY(std::abs(decode(*result.matrix)(3, 4) - 0.75F) < 0.02F);
        QCOMPARE(*predictStoredBytes(64, 256, 4, **findRecipe("squeezellm")),
                 result.matrix->storedBytes());
    }
};

QTEST_GUILESS_MAIN(TstCodebook)
#include "tst_codebook.moc"
