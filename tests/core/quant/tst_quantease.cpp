// QuantEase: every sweep lowers the error that it says, the start is GPTQ's or the nearest codes
// exactly, the end is a minimum that no single code can lower, and an independent implementation
// in numpy agrees.
#include "core/base/parallel.h"
#include "tests/core/quant/golden_script.h"
#include "tests/core/quant/layer_quantizing.h"
#include "tests/core/quant/real_layer.h"

#include <QTest>

using namespace bitsmith;
using test::codesOf, test::Json, test::recipeWith, test::relativeError;

namespace {

test::Quantized quantized(const Matrix& w, const LayerStats& stats, int bits,
                          const Recipe& recipe) {
    return test::quantized(w, &stats, bits, recipe);
}

const Matrix& weights() {
    static const Matrix W = test::randomMatrix(70, 192, 21, 0.02);
    return W;
}
const LayerStats& stats() {
    static const LayerStats S = [] {
        Matrix inputs = test::correlatedInputs(600, 192, 22);
        for (std::size_t s = 0; s < inputs.rows(); ++s) inputs(s, 40) = 0; // one dead input
        return test::statsOf(inputs);
    }();
    return S;
}

} // namespace

class TstQuantEase : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // 0 sweeps are the start to the last byte; more lower the true error, which is what the report
    // says; never above the start.
    void everySweepLowersTheError_data() {
        QTest::addColumn<QString>("settings");
        QTest::addColumn<int>("bits");
        for (const int bits : {2, 3, 4}) {
            QTest::addRow("groups, %d bits", bits) << R"({"group_size": 64})" << bits;
            QTest::addRow("whole rows, %d bits", bits) << R"({"group_size": 0})" << bits;
            QTest::addRow("nearest, %d bits", bits)
                << R"({"group_size": 64, "start": "nearest"})" << bits;
        }
        QTest::newRow("act order") << R"({"group_size": 32, "act_order": true})" << 3;
        QTest::newRow("act order, static")
            << R"({"group_size": 32, "act_order": true, "static_groups": true})" << 3;
        QTest::newRow("tensor, symmetric")
            << R"({"granularity": "tensor", "symmetric": true})" << 4;
        QTest::newRow("tensor, from nearest")
            << R"({"granularity": "tensor", "start": "nearest"})" << 4;
        QTest::newRow("mixed widths") << R"({"grid": "mixed", "group_size": 32})" << 3;
        QTest::newRow("small blocks") << R"({"group_size": 32, "block_size": 24})" << 3;
    }
    void everySweepLowersTheError() {
        QFETCH(QString, settings);
        QFETCH(int, bits);
        Json wanted = Json::parse(settings.toStdString());
        // The start by its own recipe.
        const bool nearest = wanted.value("start", "") == "nearest";
        Json starting = wanted;
        starting.erase("start");
        const auto start = nearest ? recipeWith("rtn", starting) : recipeWith("gptq", starting);
        const auto reference = quantized(weights(), stats(), bits, *start);
        wanted["tolerance"] = 0;
        double last = 0;
        for (const int sweeps : {0, 1, 2, 3, 30}) {
            wanted["sweeps"] = sweeps;
            const auto result =
                quantized(weights(), stats(), bits, *recipeWith("quantease", wanted));
            if (sweeps == 0) {
                QVERIFY(*result.matrix == *reference.matrix);
                last = relativeError(weights(), *result.matrix, stats());
            }
            const auto& descent = result.descent;
            QVERIFY(descent.size() <= std::size_t(sweeps) + 1 && !descent.empty());
            for (std::size_t i = 1; i < descent.size(); ++i) QVERIFY(descent[i] <= descent[i - 1]);
            const double error = relativeError(weights(), *result.matrix, stats());
            QVERIFY2(std::abs(descent.back() - error) < 1e-3 * error,
                     qPrintable(QString("%1 said, %2 true").arg(descent.back()).arg(error)));
            QVERIFY(error <= last * (1 + 1e-6));
            last = error;
            QCOMPARE(result.matrix->storedBytes(), reference.matrix->storedBytes());
            QVERIFY(result.matrix->scales == reference.matrix->scales);
        }
        qInfo("%s: start %.4e, end %.4e", nearest ? "nearest" : "gptq",
              reference.report.outputError, last);
        QVERIFY(last < (nearest ? 0.8 : 0.999) * reference.report.outputError);
    }

    // No single code, moved by one, lowers the error of the result.
    void endsInAMinimum() {
        constexpr std::size_t Rows = 8;
        const Matrix w = test::randomMatrix(Rows, 192, 31, 0.02);
        for (const char* start : {"gptq", "nearest"}) {
            const auto result = quantized(
                w, stats(), 3,
                *recipeWith(
                    "quantease",
                    {{"start", start}, {"sweeps", 200}, {"tolerance", 0.0}, {"group_size", 64}}));
            const QuantizedMatrix& m = *result.matrix;
            const Matrix back = decode(m);
            const auto codes = codesOf(m);
            std::size_t better = 0;
            for (std::size_t r = 0; r < Rows; ++r)
                for (std::size_t j = 0; j < 192; ++j) {
                    double slope = 0;
                    for (std::size_t k = 0; k < 192; ++k)
                        slope += (double(w(r, k)) - back(r, k)) * stats().gram(k, j);
                    const double step = m.scale(r * m.groupsPerRow + j / m.groupSize);
                    for (const int way : {-1, 1}) {
                        const int code = codes[r * 192 + j] + way;
                        if (code < 0 || code > 7) continue;
                        const double change =
                            step * step * stats().gram(j, j) - 2 * way * step * slope;
                        // Within the margin that fp32 products need.
                        better += change < -1e-3 * step * step * stats().gram(j, j);
                    }
                }
            QCOMPARE(better, std::size_t{0});
        }
    }

    // Inputs that do not depend on each other: nearest is the minimum, found in one sweep.
    void diagonalGramIsNearest() {
        LayerStats diagonal;
        diagonal.gram = Matrix(192, 192);
        for (std::size_t i = 0; i < 192; ++i) diagonal.gram(i, i) = float(1 + i % 7);
        const auto nearest =
            quantized(weights(), diagonal, 3, *recipeWith("rtn", {{"group_size", 64}}));
        for (const char* start : {"gptq", "nearest"}) {
            const auto result = quantized(
                weights(), diagonal, 3,
                *recipeWith("quantease",
                            {{"start", start}, {"group_size", 64}, {"static_groups", true}}));
            QVERIFY(codesOf(*result.matrix) == codesOf(*nearest.matrix));
            QVERIFY(result.descent.size() <= 2);
        }
    }

    void sameBytesForAnyThreads() {
        const Matrix w = test::randomMatrix(300, 160, 41, 0.02);
        const LayerStats s = test::statsOf(test::correlatedInputs(400, 160, 42));
        const auto recipe = recipeWith("quantease", {{"group_size", 32}});
        setThreads(1);
        const auto one = quantized(w, s, 3, *recipe);
        setThreads(2);
        const auto two = quantized(w, s, 3, *recipe);
        setThreads(0);
        QVERIFY(*one.matrix == *two.matrix);
        QVERIFY(one.descent == two.descent);
    }

    // Statistics that GPTQ cannot use either.
    void hopelessStatistics() {
        LayerStats none;
        none.gram = Matrix(192, 192);
        const auto nearest = quantized(weights(), stats(), 4, **findRecipe("rtn"));
        auto result =
            quantized(weights(), none, 4, *recipeWith("quantease", {{"group_size", 128}}));
        QVERIFY(result.report.notes.at(0).find("rounded to nearest") == 0);
        QVERIFY(decode(*result.matrix) == decode(*nearest.matrix));
        result = quantized(weights(), none, 4,
                           *recipeWith("quantease", {{"group_size", 128}, {"start", "nearest"}}));
        QVERIFY(decode(*result.matrix) == decode(*nearest.matrix));
        QCOMPARE(result.report.deadColumns, std::size_t{192});
        none.gram(1, 1) = std::numeric_limits<float>::quiet_NaN();
        RunContext context;
        for (const char* start : {"gptq", "nearest"}) {
            const auto refused = quantizeLayer(
                {.name = "layer", .weights = weights().view(), .stats = &none, .bits = 4},
                *recipeWith("quantease", {{"start", start}}), nullptr, context);
            QVERIFY(!refused.has_value());
            QVERIFY(refused.error().message.find("Use another text") != std::string::npos);
        }
    }

    void refusesWhatCannotWork() {
        const auto recipe = *findRecipe("quantease");
        const auto lattice = recipeFromJson(Json::parse(
            R"({"id": "r", "bits": 3, "stages": {"grid": {"id": "lattice"}, "round": {"id": "quantease"}, "encode": {"id": "rans"}}})"));
        QVERIFY(!lattice.has_value());
        QCOMPARE(lattice.error().code, ErrorCode::Usage);
        QVERIFY(lattice.error().message.find("rounder 'rdoq'") != std::string::npos);
        const auto blocks = withSetting(*recipe, "grid", "gguf");
        QVERIFY(!blocks.has_value());
        QVERIFY(blocks.error().message.find("rounder 'nearest'") != std::string::npos);
        for (const auto& [name, value] : std::vector<std::pair<const char*, const char*>>{
                 {"start", "awq"}, {"sweeps", "-1"}, {"tolerance", "2"}, {"block_size", "0"}})
            QVERIFY2(!withSetting(*recipe, name, value).has_value(), name);
        RunContext context;
        for (const char* start : {"gptq", "nearest"}) {
            const auto blind =
                quantizeLayer({.name = "layer", .weights = weights().view(), .bits = 3},
                              *recipeWith("quantease", {{"start", start}}), nullptr, context);
            QVERIFY(!blind.has_value());
            QVERIFY(blind.error().message.find("calibration text") != std::string::npos);
        }
    }

    void agreesWithNumpy_data() {
        QTest::addColumn<QString>("model"); // empty: random
        QTest::addColumn<QString>("start");
        QTest::addColumn<int>("bits");
        QTest::newRow("from nearest, 3 bits") << ""
                                              << "nearest" << 3;
        QTest::newRow("from GPTQ, 3 bits") << ""
                                           << "gptq" << 3;
        QTest::newRow("from GPTQ, 2 bits") << ""
                                           << "gptq" << 2;
        for (const char* model : test::RealModels)
            QTest::addRow("%s, from GPTQ", model) << model << "gptq" << 3;
        QTest::addRow("demo, from nearest") << "demo"
                                            << "nearest" << 3;
    }
    void agreesWithNumpy() {
        QFETCH(QString, model);
        QFETCH(QString, start);
        QFETCH(int, bits);
        if (!test::GoldenScript::hasNumpy()) QSKIP("needs /usr/bin/python3 with numpy");
        constexpr int Sweeps = 3;
        Matrix w = weights();
        LayerStats s = stats();
        if (!model.isEmpty()) {
            BITSMITH_REAL_LAYER(layer, model);
            w = layer->weights;
            s = layer->stats;
        }
        Json settings = {{"start", start.toStdString()}, {"group_size", 64}, {"tolerance", 0.0}};
        settings["sweeps"] = 0;
        const auto begin = quantized(w, s, bits, *recipeWith("quantease", settings));
        settings["sweeps"] = Sweeps;
        const auto end = quantized(w, s, bits, *recipeWith("quantease", settings));
        const QuantizedMatrix& m = *begin.matrix;
        std::vector<float> scales;
        for (std::size_t p = 0; p < m.parameters(); ++p) scales.push_back(m.scale(p));

        const test::GoldenScript script;
        script.write("case.json", Json({{"rows", m.rows},
                                        {"cols", m.cols},
                                        {"bits", bits},
                                        {"group_size", m.groupSize},
                                        {"sweeps", Sweeps}})
                                      .dump());
        script.write("weights.f32", std::span(std::as_const(w).values()));
        script.write("gram.f32", std::span(std::as_const(s.gram).values()));
        script.write("start.u8", std::span<const std::uint8_t>(codesOf(m)));
        script.write("scales.f32", std::span<const float>(scales));
        script.write("zeros.u8", std::span<const std::uint8_t>(m.zeros));
        const QString complaint = script.run("quantease/quantease_numpy.py");
        QVERIFY2(complaint.isEmpty(), qPrintable(complaint));
        const auto codes = script.read<std::uint8_t>("codes.u8");
        const auto objective = script.read<double>("objective.f64");
        const auto ours = codesOf(*end.matrix);
        QCOMPARE(codes.size(), ours.size());
        std::size_t same = 0;
        for (std::size_t i = 0; i < codes.size(); ++i) same += codes[i] == ours[i];
        qInfo("codes equal: %.4f %%", 100.0 * double(same) / double(codes.size()));
        // Near ties may fall the other way in fp32, and later columns follow.
        QVERIFY(double(same) >= 0.99 * double(codes.size()));
        const double close = same == codes.size() ? 2e-4 : 1e-2;
        const double whole = test::outputError(w, Matrix(m.rows, m.cols), s.gram);
        QCOMPARE(end.descent.size(), objective.size());
        for (std::size_t i = 0; i < objective.size(); ++i)
            QVERIFY2(std::abs(end.descent[i] - objective[i] / whole) < close * objective[i] / whole,
                     qPrintable(QString("sweep %1: %2 against %3")
                                    .arg(i)
                                    .arg(end.descent[i])
                                    .arg(objective[i] / whole)));
        for (std::size_t i = 1; i < objective.size(); ++i) {
            QVERIFY(objective[i] <= objective[i - 1]);
            QVERIFY(end.descent[i] <= end.descent[i - 1]);
        }
        QVERIFY(objective.back() < objective.front());
    }
};

QTEST_GUILESS_MAIN(TstQuantEase)
#include "tst_quantease.moc"
