// The low-rank part: its error is the optimum of an independent implementation, in both shapes;
// no other product of that rank has a lower one; clamped with a note; exact sizes. And the shift of
// the outputs (bias correction).
#include "core/quant/compensate/low_rank_factors.h"
#include "tests/core/quant/golden_script.h"
#include "tests/core/quant/layer_quantizing.h"
#include "tests/core/quant/real_layer.h"
#include "tests/support/shared_files.h"

#include "core/io/safetensors.h"
#include "core/tensor/convert.h"

#include <QTest>

using namespace bitsmith;
using test::Json, test::recipeWith, test::relativeError;

namespace {

LayerStats statsFor(std::size_t cols, bool centred = true) {
    Matrix inputs = test::correlatedInputs(3 * cols, cols, 41);
    if (!centred)
        for (std::size_t s = 0; s < inputs.rows(); ++s)
            for (std::size_t c = 0; c < cols; ++c) inputs(s, c) += c % 3 == 0 ? 2.0F : -0.5F;
    return test::statsOf(inputs);
}

Matrix product(const LowRankFactors& factors) {
    Matrix out(factors.left.rows(), factors.right.cols());
    for (std::size_t r = 0; r < out.rows(); ++r)
        for (std::size_t k = 0; k < factors.left.cols(); ++k)
            for (std::size_t c = 0; c < out.cols(); ++c)
                out(r, c) += factors.left(r, k) * factors.right(k, c);
    return out;
}

// A matrix of the real GPT-2, or an empty one.
Matrix realWeights(std::size_t rows, std::size_t cols) {
    for (const auto& entry :
         std::filesystem::directory_iterator(test::sharedFile("models/gpt2-attention-partial"))) {
        if (entry.path().extension() != ".safetensors") continue;
        const auto file = SafetensorsFile::open(entry.path());
        if (!file) continue;
        for (const SafetensorsEntry& tensor : (*file)->entries()) {
            const TensorView view = (*file)->view(tensor);
            if (view.shape.size() != 2 || view.dtype != DType::F32) continue;
            const auto width = std::size_t(view.shape[1]);
            if (std::size_t(view.shape[0]) < rows || width < cols) continue;
            Matrix out(rows, cols);
            for (std::size_t r = 0; r < rows; ++r)
                toFloat(view.dtype, view.bytes.subspan(r * width * 4, cols * 4),
                        std::span(out.values()).subspan(r * cols, cols));
            return out;
        }
    }
    return {};
}

} // namespace

class TstLowRank : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void isTheOptimum_data() {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("cols");
        QTest::addColumn<int>("rank");
        QTest::addColumn<QString>("model"); // whose weights; empty: random
        QTest::newRow("fewer rows") << 40 << 96 << 8 << "";
        QTest::newRow("fewer columns") << 120 << 64 << 12 << "";
        QTest::newRow("square") << 64 << 64 << 16 << "";
        QTest::newRow("weights of GPT-2") << 96 << 128 << 16 << "gpt2";
        for (const char* model : test::RealModels) // with its own inputs
            QTest::newRow(model) << 0 << 0 << 8 << model;
    }
    void isTheOptimum() {
        QFETCH(int, rows);
        QFETCH(int, cols);
        QFETCH(int, rank);
        QFETCH(QString, model);
        Matrix w;
        LayerStats stats;
        if (rows > 0) {
            w = test::randomMatrix(std::size_t(rows), std::size_t(cols), 42, 0.02);
            stats = statsFor(std::size_t(cols));
            if (model == "gpt2") {
                BITSMITH_NEEDS_SHARED("models/gpt2-attention-partial");
                w = realWeights(w.rows(), w.cols());
                QVERIFY(!w.empty());
            }
        } else {
            BITSMITH_REAL_LAYER(layer, model);
            w = layer->weights;
            stats = layer->stats;
        }
        const std::size_t r = w.rows(), c = w.cols(), k = std::size_t(rank);
        const auto rounded =
            test::quantized(w, &stats, 3, *recipeWith("gptq", {{"group_size", 32}}));
        const Matrix wq = decode(*rounded.matrix);
        Matrix errors(r, c);
        for (std::size_t i = 0; i < errors.values().size(); ++i)
            errors.values()[i] = w.values()[i] - wq.values()[i];
        RunContext context;
        const auto error = [&](const Matrix& x) {
            return test::outputError(errors, x, stats.gram);
        };
        const auto best = *lowRankFactors(errors, k, {.gram = &stats.gram}, context);
        const double f = error(product(best));
        double tail = 0;
        for (std::size_t i = k; i < best.singular.size(); ++i) tail += best.singular[i];
        QVERIFY2(std::abs(f - tail) <= 2e-4 * f, qPrintable(QString("%1 %2").arg(f).arg(tail)));
        // The other criteria and products nearby are worse.
        const auto scaled = *lowRankFactors(errors, k, {.scales = stats.meanAbs}, context);
        const auto plain = *lowRankFactors(errors, k, {}, context);
        QVERIFY(f < error(product(scaled)));
        QVERIFY(f < error(product(plain)));
        QVERIFY(f < 0.9 * error(Matrix(r, c)));
        for (std::uint64_t seed = 0; seed < 10; ++seed) {
            LowRankFactors other = best;
            Rng rng(seed);
            for (float& v : other.left.values()) v *= float(1 + 0.02 * rng.normal());
            for (float& v : other.right.values()) v *= float(1 + 0.02 * rng.normal());
            QVERIFY(error(product(other)) > f * (1 - 1e-6));
        }
        // Plain is best where all inputs count the same.
        Matrix identity(c, c);
        for (std::size_t i = 0; i < c; ++i) identity(i, i) = 1;
        QVERIFY(test::outputError(errors, product(plain), identity) <
                test::outputError(errors, product(best), identity));

        if (!test::GoldenScript::hasNumpy()) QSKIP("needs /usr/bin/python3 with numpy");
        const test::GoldenScript script;
        const Json json = {{"what", "low_rank"}, {"rows", r}, {"cols", c}, {"rank", k}};
        script.write("case.json", json.dump());
        script.write("weights.f32", std::span(std::as_const(errors).values()));
        script.write("gram.f32", std::span(std::as_const(stats.gram).values()));
        const QString complaint = script.run("compensate/compensate_numpy.py");
        QVERIFY2(complaint.isEmpty(), qPrintable(complaint));
        const double least = script.read<double>("least.f64")[0];
        QVERIFY2(std::abs(f - least) <= 2e-4 * least,
                 qPrintable(QString("%1 against %2").arg(f).arg(least)));
    }

    // Of full rank nothing is left; of a matrix without errors nothing is kept.
    void extremes() {
        const LayerStats stats = statsFor(32);
        const Matrix errors = test::randomMatrix(48, 32, 43);
        RunContext context;
        const auto all = *lowRankFactors(errors, 32, {.gram = &stats.gram}, context);
        QVERIFY(test::outputError(errors, product(all), stats.gram) <
                1e-9 * test::outputError(errors, Matrix(48, 32), stats.gram));
        const auto none = *lowRankFactors(Matrix(48, 32), 4, {.gram = &stats.gram}, context);
        QCOMPARE(product(none), Matrix(48, 32));
    }

    void inTheMatrix_data() {
        QTest::addColumn<QString>("recipe");
        QTest::addColumn<QString>("compensate");
        QTest::newRow("gptq") << "gptq"
                              << "low_rank";
        QTest::newRow("hadamard") << "hadamard_gptq"
                                  << "low_rank";
        QTest::newRow("gguf") << "gguf_legacy"
                              << "low_rank";
        QTest::newRow("after all others") << "hadamard_gptq"
                                          << "refit+outliers+low_rank+bias";
    }
    void inTheMatrix() {
        QFETCH(QString, recipe);
        QFETCH(QString, compensate);
        const Matrix w = test::randomMatrix(64, 128, 44, 0.02);
        const LayerStats stats = statsFor(128, false);
        const auto id = recipe.toLatin1();
        const auto r = recipeWith(id, {{"compensate", compensate.toStdString()}, {"rank", 8}});
        const auto without = test::quantized(w, &stats, 4, **findRecipe(id.toStdString()));
        const auto out = test::quantized(w, &stats, 4, *r);
        QVERIFY(out.report.outputError < without.report.outputError);
        QCOMPARE(out.matrix->side.rank, std::size_t(8));
        QCOMPARE(out.matrix->storedBytes(), *predictStoredBytes(64, 128, 4, *r));
        if (compensate == "low_rank") {
            QCOMPARE(out.matrix->storedBytes(), without.matrix->storedBytes() + 2 * 8 * (64 + 128));
            const double error = relativeError(w, *out.matrix, stats);
            QVERIFY(std::abs(out.report.outputError - error) <= 1e-3 * error);
        }
    }

    void rankIsClamped() {
        const Matrix w = test::randomMatrix(20, 64, 45, 0.02);
        const LayerStats stats = statsFor(64);
        const auto r = findRecipe("eora");
        QVERIFY(r.has_value());
        const auto out = test::quantized(w, &stats, 3, **r);
        QCOMPARE(out.matrix->side.rank, std::size_t(5));
        QCOMPARE(out.matrix->storedBytes(), *predictStoredBytes(20, 64, 3, **r));
        QVERIFY(std::ranges::any_of(out.report.notes, [](const std::string& note) {
            return note.find("rank 5 instead of 32") != std::string::npos;
        }));
        QVERIFY((*r)->needsStats());
        QVERIFY(!recipeWith("rtn", {{"compensate", "low_rank"}, {"low_rank_mode", "plain"}})
                     ->needsStats());
    }

    // The mean output on the calibration text is that of the original, and the error that is
    // reported is the one of the outputs with their shift.
    void biasGivesTheMeanBack() {
        const std::size_t rows = 24, cols = 64;
        Matrix inputs = test::correlatedInputs(300, cols, 46);
        for (std::size_t s = 0; s < inputs.rows(); ++s)
            for (std::size_t c = 0; c < cols; ++c) inputs(s, c) += c % 3 == 0 ? 2.0F : -0.5F;
        const LayerStats stats = test::statsOf(inputs);
        const Matrix w = test::randomMatrix(rows, cols, 47, 0.1);
        const auto plain = test::quantized(w, &stats, 2, *recipeWith("rtn", {}));
        const auto r = recipeWith("rtn", {{"compensate", "bias"}});
        const auto out = test::quantized(w, &stats, 2, *r);
        QCOMPARE(out.matrix->storedBytes(), plain.matrix->storedBytes() + 2 * rows);
        QCOMPARE(out.matrix->storedBytes(), *predictStoredBytes(rows, cols, 2, *r));
        QVERIFY(out.report.outputError < 0.95 * plain.report.outputError);
        const Matrix back = decode(*out.matrix);
        const auto shift = sideShift(out.matrix->side, rows, cols, out.matrix->sideBytes);
        QCOMPARE(shift.size(), rows);
        double error = 0, whole = 0;
        for (std::size_t row = 0; row < rows; ++row) {
            double mean = 0, size = 0;
            for (std::size_t s = 0; s < inputs.rows(); ++s) {
                double y = 0, yq = double(shift[row]);
                for (std::size_t c = 0; c < cols; ++c) {
                    y += double(w(row, c)) * inputs(s, c);
                    yq += double(back(row, c)) * inputs(s, c);
                }
                error += (y - yq) * (y - yq);
                whole += y * y;
                mean += (y - yq) / double(inputs.rows());
                size += std::abs(y - yq) / double(inputs.rows());
            }
            QVERIFY(std::abs(mean) <= 2e-3 * size + 1e-3 * std::abs(double(shift[row])));
        }
        QVERIFY2(std::abs(out.report.outputError - error / whole) <= 1e-3 * error / whole,
                 qPrintable(QString("%1 %2").arg(out.report.outputError).arg(error / whole)));
    }
};

QTEST_GUILESS_MAIN(TstLowRank)
#include "tst_low_rank.moc"
