// Learned offsets: no steps are round to nearest, the error kept never rises and is the true one,
// codes stay within one of nearest, ranges only shrink, and an independent implementation agrees.
#include "core/base/parallel.h"
#include "tests/core/quant/golden_script.h"
#include "tests/core/quant/layer_quantizing.h"

#include <QTest>

using namespace bitsmith;
using test::codesOf, test::Json, test::recipeWith, test::relativeError;

namespace {

const Matrix& weights() {
    static const Matrix W = test::randomMatrix(70, 160, 51, 0.02);
    return W;
}
const LayerStats& stats() {
    static const LayerStats S = test::statsOf(test::correlatedInputs(500, 160, 52));
    return S;
}
test::Quantized quantized(int bits, const Json& settings) {
    return test::quantized(weights(), &stats(), bits, *recipeWith("autoround_layer", settings));
}

} // namespace

class TstSignRound : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void noStepsAreNearest_data() {
        QTest::addColumn<QString>("grid");
        for (const char* grid :
             {R"({"group_size": 32})", R"({"group_size": 0})", R"({"granularity": "tensor"})",
              R"({"group_size": 32, "symmetric": true})",
              R"({"group_size": 64, "ragged": "short_last_group"})"})
            QTest::newRow(grid) << grid;
    }
    void noStepsAreNearest() {
        QFETCH(QString, grid);
        Json settings = Json::parse(grid.toStdString());
        const auto nearest = test::quantized(weights(), &stats(), 3, *recipeWith("rtn", settings));
        settings["steps"] = 0;
        const auto none = quantized(3, settings);
        QVERIFY(*none.matrix == *nearest.matrix);
        QCOMPARE(none.descent.size(), std::size_t{1});
        // And some steps are better, with the same size.
        settings["steps"] = 100;
        const auto learned = quantized(3, settings);
        QCOMPARE(learned.matrix->storedBytes(), nearest.matrix->storedBytes());
        qInfo("nearest %.4e, learned %.4e", nearest.report.outputError, learned.report.outputError);
        QVERIFY(learned.report.outputError < 0.8 * nearest.report.outputError);
    }

    void keepsTheBest() {
        for (const int bits : {2, 3, 4}) {
            const auto result = quantized(bits, {{"group_size", 32}, {"steps", 50}});
            const auto& descent = result.descent;
            QCOMPARE(descent.size(), std::size_t{11});
            for (std::size_t i = 1; i < descent.size(); ++i) QVERIFY(descent[i] <= descent[i - 1]);
            const double error = relativeError(weights(), *result.matrix, stats());
            QVERIFY2(std::abs(descent.back() - error) < 1e-3 * error,
                     qPrintable(QString("%1 said, %2 true").arg(descent.back()).arg(error)));
        }
    }

    // Without learned ranges the grid is nearest's, and an offset of at most half a step moves a
    // code by at most one.
    void offsetsAreHalfAStep() {
        const auto nearest =
            test::quantized(weights(), &stats(), 3, *recipeWith("rtn", {{"group_size", 32}}));
        // Rates that reach far beyond.
        const auto learned = quantized(
            3, {{"group_size", 32}, {"learn_range", false}, {"steps", 40}, {"rate", 0.5}});
        QVERIFY(learned.matrix->scales == nearest.matrix->scales);
        QVERIFY(learned.matrix->zeros == nearest.matrix->zeros);
        const auto a = codesOf(*nearest.matrix), b = codesOf(*learned.matrix);
        std::size_t moved = 0;
        for (std::size_t i = 0; i < a.size(); ++i) {
            QVERIFY(std::abs(int(a[i]) - int(b[i])) <= 1);
            moved += a[i] != b[i];
        }
        QVERIFY(moved > 0);
        // Learned ranges only shrink.
        const auto shrunk = quantized(3, {{"group_size", 32}, {"steps", 40}});
        std::size_t smaller = 0;
        for (std::size_t p = 0; p < nearest.matrix->parameters(); ++p) {
            QVERIFY(shrunk.matrix->scale(p) <= nearest.matrix->scale(p));
            smaller += shrunk.matrix->scale(p) < nearest.matrix->scale(p);
        }
        QVERIFY(smaller > 0);
    }

    void sameBytesForAnyThreads() {
        setThreads(1);
        const auto one = quantized(3, {{"group_size", 32}, {"steps", 30}});
        setThreads(2);
        const auto two = quantized(3, {{"group_size", 32}, {"steps", 30}});
        setThreads(0);
        QVERIFY(*one.matrix == *two.matrix);
        QVERIFY(one.descent == two.descent);
    }

    void refusesWhatCannotWork() {
        const auto recipe = *findRecipe("autoround_layer");
        const auto refused = [&](const char* name, const char* value, const char* mention) {
            const auto result = withSetting(*recipe, name, value);
            if (result) return false;
            return result.error().code == ErrorCode::Usage &&
                   result.error().message.find(mention) != std::string::npos;
        };
        QVERIFY(refused("search", "mse", "search 'minmax'"));
        QVERIFY(refused("search", "hqq", "search 'minmax'"));
        QVERIFY(refused("grid", "float", "grid 'affine'"));
        QVERIFY(refused("grid", "gguf", "rounder 'nearest'"));
        QVERIFY(refused("steps", "-1", "steps"));
        QVERIFY(refused("rate", "2", "rate"));
        RunContext context;
        auto blind = quantizeLayer({.name = "layer", .weights = weights().view(), .bits = 3},
                                   *recipe, nullptr, context);
        QVERIFY(!blind.has_value());
        QVERIFY(blind.error().message.find("calibration text") != std::string::npos);
        LayerStats broken = stats();
        broken.gram(1, 1) = std::numeric_limits<float>::quiet_NaN();
        blind = quantizeLayer(
            {.name = "layer", .weights = weights().view(), .stats = &broken, .bits = 3}, *recipe,
            nullptr, context);
        QVERIFY(!blind.has_value());
        QVERIFY(blind.error().message.find("Use another text") != std::string::npos);
    }

    void agreesWithNumpy() {
        if (!test::GoldenScript::hasNumpy()) QSKIP("needs /usr/bin/python3 with numpy");
        for (const int bits : {2, 4}) {
            // Signs of sums near 0 differ between fp32 and fp64 and lead rows apart: few steps.
            constexpr int Steps = 8;
            const test::GoldenScript script;
            script.write("case.json", Json({{"rows", 70},
                                            {"cols", 160},
                                            {"bits", bits},
                                            {"group_size", 32},
                                            {"steps", Steps}})
                                          .dump());
            script.write("weights.f32", weights().values());
            script.write("gram.f32", stats().gram.values());
            const QString complaint = script.run("signround/signround_numpy.py");
            QVERIFY2(complaint.isEmpty(), qPrintable(complaint));
            const auto theirs = script.read<double>("best.f64");
            const auto result = quantized(bits, {{"group_size", 32}, {"steps", Steps}});
            const Matrix back = decode(*result.matrix);
            double ours = 0, sum = 0;
            std::size_t same = 0;
            for (std::size_t r = 0; r < 70; ++r) {
                Matrix w(1, 160), v(1, 160);
                std::ranges::copy(weights().view().row(r), w.data());
                std::ranges::copy(back.view().row(r), v.data());
                const double error = test::outputError(w, v, stats().gram);
                same += std::abs(error - theirs[r]) < 1e-3 * theirs[r];
                ours += error;
                sum += theirs[r];
            }
            qInfo("%d bits: %zu of 70 rows equal, error %.5e against %.5e", bits, same, ours, sum);
            QVERIFY(same >= 60);
            QVERIFY(std::abs(ours - sum) < 0.01 * sum);
        }
    }
};

QTEST_GUILESS_MAIN(TstSignRound)
#include "tst_signround.moc"
