// Refitted scales: the least-squares solution of an independent implementation, never a higher
// error, not a byte and not a code more, on every layout with scales of its own.
#include "core/quant/compensate/scale_refit.h"
#include "tests/core/quant/golden_script.h"
#include "tests/core/quant/layer_quantizing.h"
#include "tests/core/quant/real_layer.h"

#include <QTest>

using namespace bitsmith;
using test::Json, test::recipeWith, test::relativeError;

namespace {

constexpr std::size_t Rows = 70, Cols = 192;

const Matrix& weights() {
    static const Matrix W = test::randomMatrix(Rows, Cols, 21, 0.02);
    return W;
}
const LayerStats& stats() {
    static const LayerStats S = [] {
        Matrix inputs = test::correlatedInputs(600, Cols, 22);
        for (std::size_t s = 0; s < inputs.rows(); ++s) inputs(s, 40) = 0; // one dead input
        return test::statsOf(inputs);
    }();
    return S;
}

Json withRefit(const QString& settings, int turns) {
    Json all = Json::parse(settings.toStdString());
    all.update(Json{{"compensate", "refit"}, {"refit_turns", turns}});
    return all;
}

} // namespace

class TstRefit : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void onlyGains_data() {
        QTest::addColumn<QString>("recipe");
        QTest::addColumn<QString>("settings");
        QTest::addColumn<double>("atMost"); // of the error without it
        QTest::newRow("rtn") << "rtn"
                             << R"({"group_size": 64})" << 0.95;
        QTest::newRow("rtn, symmetric") << "rtn"
                                        << R"({"group_size": 64, "symmetric": true})" << 0.95;
        QTest::newRow("gptq") << "gptq"
                              << R"({"group_size": 64})" << 0.98;
        QTest::newRow("act order") << "gptq_actorder"
                                   << R"({"group_size": 32})" << 0.98;
        QTest::newRow("hadamard") << "hadamard_gptq"
                                  << R"({"group_size": 64})" << 0.98;
        QTest::newRow("short group")
            << "gptq"
            << R"({"group_size": 80, "ragged": "short_last_group"})" << 0.98;
        QTest::newRow("tensor") << "rtn"
                                << R"({"granularity": "tensor"})" << 1.0;
        QTest::newRow("nf4") << "nf4"
                             << "{}" << 0.98;
        QTest::newRow("nf4, e4m3 scales") << "nf4"
                                          << R"({"scale_type": "F8_E4M3"})" << 0.98;
        QTest::newRow("nvfp4") << "nvfp4"
                               << "{}" << 1.0;
        QTest::newRow("mxfp4") << "mxfp4"
                               << "{}" << 1.0;
        QTest::newRow("fp8, tensor") << "fp8"
                                     << R"({"granularity": "tensor"})" << 1.0;
        QTest::newRow("mixed") << "slim_llm"
                               << R"({"group_size": 32})" << 0.98;
    }
    void onlyGains() {
        QFETCH(QString, recipe);
        QFETCH(QString, settings);
        QFETCH(double, atMost);
        const auto id = recipe.toLatin1();
        const auto run = [&](const Json& json) {
            const auto r = recipeWith(id, json);
            return test::quantized(weights(), &stats(),
                                   r->bits > 4 || id.contains("4") ? r->bits : 3, *r);
        };
        const auto plain = run(Json::parse(settings.toStdString()));
        const auto once = run(withRefit(settings, 1));
        QCOMPARE(once.report.bytes, plain.report.bytes);
        QVERIFY(once.matrix->codes == plain.matrix->codes);
        QVERIFY(once.matrix->zeros == plain.matrix->zeros);
        QVERIFY2(
            once.report.outputError <= atMost * plain.report.outputError,
            qPrintable(
                QString("%1 after %2").arg(once.report.outputError).arg(plain.report.outputError)));
        const auto turns = run(withRefit(settings, 4));
        QVERIFY(turns.report.outputError <= once.report.outputError * (1 + 1e-6));
        QCOMPARE(turns.report.bytes, plain.report.bytes);
        const double error = relativeError(weights(), *turns.matrix, stats());
        QVERIFY(std::abs(turns.report.outputError - error) <= 1e-3 * error);
    }

    // f is that of numpy's least squares, but for 16-bit scales; and what is returned is what is.
    void agreesWithNumpy_data() {
        QTest::addColumn<QString>("model"); // empty: random
        QTest::newRow("random") << "";
        for (const char* model : test::RealModels) QTest::newRow(model) << model;
    }
    void agreesWithNumpy() {
        QFETCH(QString, model);
        if (!test::GoldenScript::hasNumpy()) QSKIP("needs /usr/bin/python3 with numpy");
        Matrix w = weights();
        LayerStats s = stats();
        if (!model.isEmpty()) {
            BITSMITH_REAL_LAYER(layer, model);
            w = layer->weights;
            s = layer->stats;
        }
        const std::size_t size = 32;
        auto plain = test::quantized(w, &s, 3, *recipeWith("gptq", {{"group_size", size}}));
        QuantizedMatrix matrix = *plain.matrix;
        Matrix units(w.rows(), w.cols());
        for (std::size_t r = 0; r < w.rows(); ++r) {
            matrix.decodeCodes(r, 1, &units(r, 0));
            for (std::size_t c = 0; c < w.cols(); ++c)
                units(r, c) =
                    std::nearbyint(units(r, c) / matrix.scale(r * matrix.groupsPerRow + c / size));
        }
        const test::GoldenScript script;
        const Json json = {
            {"what", "refit"}, {"rows", w.rows()}, {"cols", w.cols()}, {"group_size", size}};
        script.write("case.json", json.dump());
        script.write("weights.f32", std::span(std::as_const(w).values()));
        script.write("units.f32", std::span(std::as_const(units).values()));
        script.write("gram.f32", std::span(std::as_const(s.gram).values()));
        const QString complaint = script.run("compensate/compensate_numpy.py");
        QVERIFY2(complaint.isEmpty(), qPrintable(complaint));
        const double least = script.read<double>("error.f64")[0];
        const auto golden = script.read<double>("scales.f64");

        RunContext context;
        const RefitGain gain = refitScales({.weights = w.view(), .gram = s.gram}, matrix, context);
        const double f = test::outputError(w, decode(matrix), s.gram);
        const double before = test::outputError(w, decode(*plain.matrix), s.gram);
        QVERIFY(std::abs(gain.before - before) <= 1e-3 * before);
        QVERIFY(std::abs(gain.after - f) <= 1e-3 * f);
        QVERIFY2(f >= least * (1 - 1e-4) && f <= least * (1 + 2e-3),
                 qPrintable(QString("%1 against %2, before %3").arg(f).arg(least).arg(before)));
        QVERIFY(least < 0.95 * before);
        double worst = 0;
        for (std::size_t p = 0; p < golden.size(); ++p)
            worst = std::max(worst, std::abs(double(matrix.scale(p)) / golden[p] - 1));
        QVERIFY2(worst < 0.01, qPrintable(QString::number(worst)));
    }

    // With outliers, whose places have no error, the others are fitted to the rest.
    void outliersCountNothing() {
        Matrix w = weights();
        Rng rng(5);
        for (float& v : w.values())
            if (rng.below(60) == 0) v *= 10;
        const auto run = [&](const char* compensate) {
            return test::quantized(w, &stats(), 3,
                                   *recipeWith("gptq", {{"group_size", 64},
                                                        {"compensate", compensate},
                                                        {"outlier_fraction", 0.02}}));
        };
        const auto alone = run("outliers"), both = run("outliers+refit"),
                   other = run("refit+outliers");
        QVERIFY(both.report.outputError < 0.98 * alone.report.outputError);
        QCOMPARE(both.report.bytes, alone.report.bytes);
        QVERIFY(*both.matrix == *other.matrix); // their order is their own
        const Matrix back = decode(*both.matrix);
        for (const Outlier& o :
             unpackSide(both.matrix->side, Rows, Cols, both.matrix->sideBytes).outliers)
            QVERIFY(std::abs(back(o.row, o.col) - w(o.row, o.col)) <=
                    1e-3F * (std::abs(o.value) + std::abs(w(o.row, o.col))));
    }

    void refusals() {
        const auto gguf = withSetting(**findRecipe("gguf_k"), "compensate", "refit");
        QVERIFY(!gguf && gguf.error().message.find("grid=affine") != std::string::npos);
        const auto lattice = withSetting(**findRecipe("ecq_gptq"), "compensate", "refit");
        QVERIFY(!lattice && lattice.error().message.find("'watersic'") != std::string::npos);
        QVERIFY(recipeWith("rtn", {{"compensate", "refit"}})->needsStats());
    }
};

QTEST_GUILESS_MAIN(TstRefit)
#include "tst_refit.moc"
