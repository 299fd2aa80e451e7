// Sparse outliers: what is kept comes back, what is left is rounded as if they were not there,
// every criterion finds what it says, exact sizes, and turns of codes and outliers only gain.
#include "core/quant/compensate/outlier_places.h"
#include "tests/core/quant/golden_script.h"
#include "tests/core/quant/layer_quantizing.h"

#include <QTest>

#include <numeric>
#include <set>

using namespace bitsmith;
using test::Json, test::recipeWith, test::relativeError;

namespace {

constexpr std::size_t Rows = 48, Cols = 192;

// A heavy tail: one weight in fifty is eight times as large.
const Matrix& weights() {
    static const Matrix W = [] {
        Matrix w = test::randomMatrix(Rows, Cols, 31, 0.02);
        Rng rng(32);
        for (float& v : w.values())
            if (rng.below(50) == 0) v *= 8;
        return w;
    }();
    return W;
}
const LayerStats& stats() {
    static const LayerStats S = test::statsOf(test::correlatedInputs(500, Cols, 33));
    return S;
}

Json with(Json settings, const Json& more) {
    settings.update(more);
    return settings;
}

std::vector<Outlier> outliersOf(const QuantizedMatrix& m) {
    return unpackSide(m.side, m.rows, m.cols, m.sideBytes).outliers;
}

std::set<std::size_t> placesOf(const QuantizedMatrix& m) {
    std::set<std::size_t> out;
    for (const Outlier& o : outliersOf(m)) out.insert(o.row * m.cols + o.col);
    return out;
}

std::set<std::size_t> largest(const Matrix& w, std::size_t count) {
    std::vector<std::size_t> order(w.values().size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::greater(),
                             [&](std::size_t i) { return std::abs(w.values()[i]); });
    return {order.begin(), order.begin() + std::ptrdiff_t(count)};
}

} // namespace

class TstOutliers : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // On any grid and behind any transform an outlier is its weight, within 16 bits.
    void whatIsKeptComesBack_data() {
        QTest::addColumn<QString>("recipe");
        QTest::addColumn<QString>("settings");
        QTest::newRow("rtn") << "rtn"
                             << R"({"group_size": 64})";
        QTest::newRow("gptq") << "gptq"
                              << R"({"group_size": 64})";
        QTest::newRow("hadamard") << "hadamard_gptq"
                                  << R"({"group_size": 64})";
        QTest::newRow("nf4") << "nf4"
                             << "{}";
        QTest::newRow("gguf") << "gguf_legacy"
                              << "{}";
        QTest::newRow("entropy-coded") << "ecq_gptq"
                                       << "{}";
    }
    void whatIsKeptComesBack() {
        QFETCH(QString, recipe);
        QFETCH(QString, settings);
        Json all = {{"compensate", "outliers"}, {"outlier_fraction", 0.02}};
        all.update(Json::parse(settings.toStdString()));
        const auto r = recipeWith(recipe.toLatin1(), all);
        const auto out = test::quantized(weights(), &stats(), 4, *r);
        const auto expected = std::size_t(std::llround(0.02 * Rows * Cols));
        QCOMPARE(out.matrix->side.outliers, expected);
        QCOMPARE(placesOf(*out.matrix), largest(weights(), expected));
        const Matrix back = decode(*out.matrix);
        for (const Outlier& o : outliersOf(*out.matrix)) {
            // Of the part that the outlier holds.
            const float whole = std::abs(o.value) + std::abs(weights()(o.row, o.col));
            QVERIFY(std::abs(back(o.row, o.col) - weights()(o.row, o.col)) <= 0x1p-10F * whole);
        }
        // Entropy-coded, an outlier costs the logarithm of its probability anyway.
        if (r->entropyCoded()) return;
        Json none = Json::parse(settings.toStdString());
        const auto plain =
            test::quantized(weights(), &stats(), 4, *recipeWith(recipe.toLatin1(), none));
        QVERIFY(out.report.outputError < plain.report.outputError);
    }

    // The weights that are left get the codes and scales that they get in a matrix without the
    // others.
    void rangesAreNotStretched() {
        Matrix without = weights();
        const auto expected = std::size_t(std::llround(0.02 * Rows * Cols));
        for (const std::size_t i : largest(without, expected)) without.values()[i] = 0;
        const auto plain = test::quantized(without, &stats(), 3, *recipeWith("rtn", {}));
        const auto kept = test::quantized(
            weights(), &stats(), 3,
            *recipeWith("rtn", {{"compensate", "outliers"}, {"outlier_fraction", 0.02}}));
        QVERIFY(kept.matrix->codes == plain.matrix->codes);
        QVERIFY(kept.matrix->scales == plain.matrix->scales);
    }

    void sigmaCountsByRowsAndIsCapped() {
        const auto count = [&](double sigma, double cap) {
            const auto r = recipeWith("rtn", {{"compensate", "outliers"},
                                              {"outlier_criterion", "n_sigma"},
                                              {"outlier_sigma", sigma},
                                              {"outlier_fraction", cap}});
            if (exactSize(*r)) qFatal("the weights decide how many there are");
            const auto out = test::quantized(weights(), nullptr, 4, *r);
            if (out.report.bytes > *predictStoredBytes(Rows, Cols, 4, *r))
                qFatal("more than predicted");
            return std::size_t(out.matrix->side.outliers);
        };
        std::size_t beyond = 0;
        for (std::size_t r = 0; r < Rows; ++r) {
            double mean = 0, square = 0;
            for (const float w : weights().view().row(r)) mean += double(w) / Cols;
            for (const float w : weights().view().row(r)) square += std::pow(w - mean, 2) / Cols;
            for (const float w : weights().view().row(r))
                beyond += std::abs(w - mean) >= 3 * std::sqrt(square);
        }
        QVERIFY(beyond > 50);
        QCOMPARE(count(3, 0.25), beyond);
        QCOMPARE(count(3, 0.005), std::size_t(46));
        QCOMPARE(count(100, 0.25), std::size_t(0));
    }

    // SpQR's criterion, written again in numpy with every candidate refitted by itself.
    void sensitivityAgreesWithNumpy() {
        if (!test::GoldenScript::hasNumpy()) QSKIP("needs /usr/bin/python3 with numpy");
        const test::GoldenScript script;
        const std::size_t count = 120;
        const Json json = {{"what", "places"}, {"rows", Rows},   {"cols", Cols},   {"bits", 3},
                           {"group_size", 32}, {"count", count}, {"damping", 0.01}};
        script.write("case.json", json.dump());
        script.write("weights.f32", std::span(weights().values()));
        script.write("gram.f32", std::span(stats().gram.values()));
        const QString complaint = script.run("compensate/compensate_numpy.py");
        QVERIFY2(complaint.isEmpty(), qPrintable(complaint));
        const auto golden = script.read<std::uint8_t>("places.u8");
        const auto r = recipeWith("gptq", {{"group_size", 32},
                                           {"compensate", "outliers"},
                                           {"outlier_criterion", "sensitivity"},
                                           {"outlier_fraction", double(count) / (Rows * Cols)}});
        const auto out = test::quantized(weights(), &stats(), 3, *r);
        std::size_t same = 0;
        for (const std::size_t i : placesOf(*out.matrix)) same += golden[i];
        QCOMPARE(out.matrix->side.outliers, count);
        QVERIFY2(same >= count - 2, qPrintable(QString("%1 of %2").arg(same).arg(count)));
        // Not only the largest. These are as good here: the criterion looks at each weight by
        // itself.
        QVERIFY(placesOf(*out.matrix) != largest(weights(), count));
        const auto bySize = test::quantized(
            weights(), &stats(), 3,
            *recipeWith("gptq", {{"group_size", 32},
                                 {"compensate", "outliers"},
                                 {"outlier_fraction", double(count) / (Rows * Cols)}}));
        QCOMPARE(bySize.report.bytes, out.report.bytes);
        QVERIFY2(out.report.outputError < 1.1 * bySize.report.outputError,
                 qPrintable(
                     QString("%1 %2").arg(out.report.outputError).arg(bySize.report.outputError)));
    }

    // Least squares over the values, then turns with the codes: each only gains, and the error is
    // the one reported.
    void turnsOnlyGain_data() {
        QTest::addColumn<QString>("recipe");
        QTest::addColumn<QString>("settings");
        QTest::newRow("gptq") << "gptq"
                              << R"({"group_size": 64})";
        QTest::newRow("act order") << "gptq_actorder"
                                   << R"({"group_size": 32})";
        QTest::newRow("rtn, tensor") << "rtn"
                                     << R"({"granularity": "tensor"})";
        QTest::newRow("nvfp4") << "nvfp4"
                               << "{}";
        QTest::newRow("slim") << "slim_llm"
                              << R"({"group_size": 32})";
    }
    void turnsOnlyGain() {
        QFETCH(QString, recipe);
        QFETCH(QString, settings);
        Json all = Json::parse(settings.toStdString());
        all.update(Json{{"compensate", "outliers"}, {"outlier_fraction", 0.01}});
        const auto run = [&](const Json& more) {
            const auto r = recipeWith(recipe.toLatin1(), with(all, more));
            return test::quantized(weights(), &stats(), r->bits == 4 ? 4 : 3, *r);
        };
        const auto restored = run(Json::object());
        const auto fitted = run({{"outlier_values", "least_squares"}});
        const auto turned = run({{"outlier_turns", 20}});
        QCOMPARE(fitted.report.bytes, restored.report.bytes);
        QCOMPARE(turned.report.bytes, restored.report.bytes);
        QVERIFY(fitted.report.outputError < restored.report.outputError);
        QVERIFY(turned.report.outputError < fitted.report.outputError);
        QVERIFY(turned.descent.size() >= 3);
        for (std::size_t i = 1; i < turned.descent.size(); ++i)
            QVERIFY2(turned.descent[i] <= turned.descent[i - 1] * (1 + 1e-6),
                     qPrintable(QString::number(i)));
        const double error = relativeError(weights(), *turned.matrix, stats());
        QVERIFY(std::abs(turned.descent.back() - error) <= 1e-3 * error);
    }

    void refusalsNameWhatWorks() {
        const auto error = [](const char* id, const Json& settings) {
            auto recipe = *findRecipe(id);
            for (const auto& [name, value] : settings.items()) {
                auto changed = withSetting(
                    *recipe, name, value.is_string() ? value.get<std::string>() : value.dump());
                if (!changed) return changed.error().message;
                recipe = *changed;
            }
            return std::string();
        };
        const auto says = [](const std::string& text, const char* part) {
            return text.find(part) != std::string::npos;
        };
        QVERIFY(says(error("hadamard_gptq", {{"compensate", "outliers"}, {"outlier_turns", 3}}),
                     "no transform"));
        QVERIFY(says(error("gguf_k", {{"compensate", "outliers"}, {"outlier_turns", 3}}),
                     "the grid 'affine'"));
        QVERIFY(
            says(error("ecq", {{"compensate", "outliers"}, {"outlier_criterion", "sensitivity"}}),
                 "'magnitude'"));
        QVERIFY(
            recipeWith("rtn", {{"compensate", "outliers"}, {"outlier_turns", 1}})->needsStats());
        QVERIFY(!recipeWith("rtn", {{"compensate", "outliers"}})->needsStats());
    }

    // EasyQuant's ranges: no scale near any of 4000 tried ones is better by more than a hundredth.
    void leastSquaresFindsTheScale() {
        for (const int bits : {3, 4}) {
            const Json settings = {
                {"granularity", "channel"}, {"symmetric", true}, {"search", "least_squares"}};
            const auto out =
                test::quantized(weights(), nullptr, bits, *recipeWith("rtn", settings));
            const auto full =
                test::quantized(weights(), nullptr, bits,
                                *recipeWith("rtn", with(settings, {{"search", "minmax"}})));
            const Matrix back = decode(*out.matrix), wide = decode(*full.matrix);
            for (std::size_t r = 0; r < Rows; ++r) {
                const auto row = weights().view().row(r);
                const auto errorAt = [&](double scale) {
                    double error = 0;
                    for (const float w : row) {
                        const double k =
                            std::clamp(std::nearbyint(w / scale), -double(1 << (bits - 1)),
                                       double((1 << (bits - 1)) - 1));
                        error += std::pow(w - scale * k, 2);
                    }
                    return error;
                };
                const double start = full.matrix->scale(r);
                double own = 0, whole = 0;
                for (std::size_t c = 0; c < Cols; ++c) {
                    own += std::pow(double(row[c]) - back(r, c), 2);
                    whole += std::pow(double(row[c]) - wide(r, c), 2);
                }
                QVERIFY(own <= whole * (1 + 1e-6));
                // Down to half of the range is searched.
                double near = errorAt(start);
                for (int i = 2000; i < 4000; ++i) near = std::min(near, errorAt(start * i / 4000));
                QVERIFY2(own <= 1.01 * near,
                         qPrintable(QString("%1: %2 %3").arg(r).arg(own).arg(near)));
            }
        }
        // The recipe beats its parts alone.
        const auto error = [&](const Json& settings) {
            return test::quantized(weights(), nullptr, 4, *recipeWith("easyquant", settings))
                .report.weightError;
        };
        const double both = error(Json::object());
        QVERIFY(both < error({{"search", "minmax"}}));
        QVERIFY(both < error({{"compensate", "none"}}));
    }

    // Weights beyond 16 bits are clipped, with a note, not made infinite.
    void beyondSixteenBits() {
        Matrix w = weights();
        w(3, 7) = 1e6F;
        const auto out =
            test::quantized(w, nullptr, 4, *recipeWith("rtn", {{"compensate", "outliers"}}));
        QVERIFY(out.report.notes.size() == 1);
        QVERIFY(out.report.notes[0].find("clipped") != std::string::npos);
        QVERIFY(std::isfinite(out.report.weightError));
    }
};

QTEST_GUILESS_MAIN(TstOutliers)
#include "tst_outliers.moc"
