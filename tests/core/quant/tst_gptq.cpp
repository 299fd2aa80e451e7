// GPTQ: exact identities, reductions to simpler methods, orders, degenerate statistics, and an
// independent implementation in numpy.
#include "core/base/parallel.h"
#include "core/quant/linalg.h"
#include "core/quant/recipe.h"
#include "core/quant/round/gptq_panel.h"
#include "core/quant/round/panel_kernels.h"
#include "core/tensor/bit_packing.h"
#include "tests/core/quant/real_layer.h"
#include "tests/core/quant/samples.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <nlohmann/json.hpp>

#include <numeric>

using namespace bitsmith;
using Json = nlohmann::ordered_json;

namespace {

std::shared_ptr<const Recipe> gptqWith(const Json& settings) {
    auto recipe = *findRecipe("gptq");
    for (const auto& [name, value] : settings.items()) {
        auto changed =
            withSetting(*recipe, name, value.is_string() ? value.get<std::string>() : value.dump());
        if (!changed) qFatal("%s", changed.error().message.c_str());
        recipe = *changed;
    }
    return recipe;
}

LayerResult quantized(const Matrix& w, const LayerStats& stats, int bits, const Recipe& recipe) {
    RunContext context;
    auto result =
        quantizeLayer({.name = "layer", .weights = w.view(), .stats = &stats, .bits = bits}, recipe,
                      &stats, context);
    if (!result) qFatal("%s", result.error().message.c_str());
    return *result;
}

std::vector<std::uint8_t> codesOf(const QuantizedMatrix& m) {
    std::vector<std::uint8_t> codes(m.rows * m.cols);
    const std::size_t bytes = packedBytes(m.cols, m.bits);
    for (std::size_t r = 0; r < m.rows; ++r)
        unpackBits(std::span(m.codes).subspan(r * bytes, bytes), m.bits,
                   std::span(codes).subspan(r * m.cols, m.cols));
    return codes;
}

double shareEqual(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b) {
    std::size_t same = 0;
    for (std::size_t i = 0; i < a.size(); ++i) same += a[i] == b[i];
    return double(same) / double(a.size());
}

Matrix identity(std::size_t n) {
    Matrix out(n, n);
    for (std::size_t i = 0; i < n; ++i) out(i, i) = 1;
    return out;
}

void writeRaw(const QString& path, const void* data, std::size_t bytes) {
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) ||
        file.write(static_cast<const char*>(data), qint64(bytes)) != qint64(bytes))
        qFatal("cannot write %s", qPrintable(path));
}

} // namespace

class TstGptq : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void choleskyFactorises_data() {
        QTest::addColumn<int>("n");
        for (const int n : {1, 5, 191, 192, 193, 450}) QTest::addRow("%d", n) << n;
    }
    void choleskyFactorises() {
        QFETCH(int, n);
        const auto size = std::size_t(n);
        const Matrix gram =
            test::statsOf(test::randomMatrix(2 * size, size, std::uint64_t(n))).gram;
        std::vector<double> a(gram.values().begin(), gram.values().end()), l = a;
        RunContext context;
        setThreads(1);
        QVERIFY(choleskyInPlace(l, size, context));
        auto again = a;
        setThreads(2);
        QVERIFY(choleskyInPlace(again, size, context));
        setThreads(0);
        for (std::size_t i = 0; i < size; ++i)
            for (std::size_t j = 0; j <= i; ++j) {
                double sum = 0;
                for (std::size_t k = 0; k <= j; ++k) sum += l[i * size + k] * l[j * size + k];
                QVERIFY(std::abs(sum - a[i * size + j]) <= 1e-10 * a[i * size + i]);
                QCOMPARE(l[i * size + j], again[i * size + j]);
            }
        auto inverse = l;
        setThreads(1);
        invertLowerInPlace(inverse, size, context);
        setThreads(2);
        invertLowerInPlace(again, size, context);
        setThreads(0);
        QVERIFY(inverse == again);
        for (std::size_t i = 0; i < size; ++i)
            for (std::size_t j = 0; j < size; ++j) {
                double sum = 0;
                for (std::size_t k = j; k <= i; ++k) sum += l[i * size + k] * inverse[k * size + j];
                QVERIFY(std::abs(sum - (i == j ? 1.0 : 0.0)) < 1e-9);
                if (j > i) QCOMPARE(inverse[i * size + j], 0.0);
            }
        // Indefinite and broken matrices are refused.
        for (const double bad : {-1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
            auto broken = a;
            broken[size * size - 1] = bad;
            QVERIFY(!choleskyInPlace(broken, size, context));
        }
    }

    // sum e_j^2 = tr((W - Q) H (W - Q)^T) with the damped H, for any grid, group size and order
    // (W - Q = e U and U H U^T = I).
    void lossIsTheOutputError_data() {
        QTest::addColumn<int>("bits");
        QTest::addColumn<int>("group");
        QTest::addColumn<int>("block");
        QTest::addColumn<bool>("actOrder");
        QTest::addColumn<bool>("staticGroups");
        for (const int bits : {2, 4})
            for (const int group : {0, 32, 48})
                for (const int block : {1, 40, 128})
                    for (const int order : {0, 1, 2})
                        QTest::addRow("%d bits, group %d, block %d, order %d", bits, group, block,
                                      order)
                            << bits << group << block << (order > 0) << (order == 2);
    }
    void lossIsTheOutputError() {
        QFETCH(int, bits);
        QFETCH(int, group);
        QFETCH(int, block);
        QFETCH(bool, actOrder);
        QFETCH(bool, staticGroups);
        constexpr std::size_t Rows = 37, Cols = 144;
        const Matrix w = test::randomMatrix(Rows, Cols, 3, 0.02);
        static const LayerStats stats = test::statsOf(test::correlatedInputs(300, Cols, 9));
        RunContext context;
        const auto feedback =
            errorFeedback(stats.gram, {.damping = 0.01, .actOrder = actOrder}, context);
        QVERIFY(feedback.has_value() && feedback->usable);
        auto params = findGrid("affine")->defaults();
        QVERIFY(params->set("group_size", group).has_value());
        auto fit = *findGrid("affine")->begin(Rows, Cols, bits, *params);
        std::vector<std::byte> packed(Rows * packedBytes(Cols, bits));
        const double loss = gptqPanel({.weights = w.view(),
                                       .feedback = *feedback,
                                       .fit = *fit,
                                       .blockSize = std::size_t(block),
                                       .staticGroups = staticGroups},
                                      0, Rows, packed, context);
        std::vector<std::uint32_t> groups;
        if (actOrder && !staticGroups) {
            groups.resize(Cols);
            for (std::size_t j = 0; j < Cols; ++j)
                groups[feedback->order[j]] = std::uint32_t(j / fit->groupSize());
        }
        const Matrix back = decode(fit->finish(std::move(packed), groups));
        Matrix damped = stats.gram;
        double mean = 0;
        for (std::size_t c = 0; c < Cols; ++c) mean += damped(c, c) / double(Cols);
        for (std::size_t c = 0; c < Cols; ++c) damped(c, c) += float(0.01 * mean);
        const double expected = test::outputError(w, back, damped);
        QVERIFY2(std::abs(loss - expected) < 1e-3 * expected,
                 qPrintable(QString("%1 against %2").arg(loss).arg(expected)));
    }

    // Uncorrelated inputs of equal strength: nothing to gain, nothing changed.
    void identityGramIsNearest() {
        const Matrix w = test::randomMatrix(70, 192, 4);
        LayerStats stats;
        stats.gram = identity(192);
        for (const Json& settings : {Json{{"group_size", 64}}, Json{{"group_size", 0}},
                                     Json{{"group_size", 32}, {"act_order", true}},
                                     Json{{"group_size", 32}, {"static_groups", true}},
                                     Json{{"granularity", "tensor"}, {"search", "mse"}}}) {
            const auto recipe = gptqWith(settings);
            Json grid = toJson(*recipe)["stages"]["grid"];
            grid.erase("id");
            const auto nearest = *withParameters(**findRecipe("rtn"), {{"grid", grid}});
            const auto a = quantized(w, stats, 3, *recipe), b = quantized(w, stats, 3, *nearest);
            QCOMPARE(codesOf(*a.matrix), codesOf(*b.matrix));
            QVERIFY(a.matrix->scales == b.matrix->scales && a.matrix->zeros == b.matrix->zeros);
        }
    }

    void blockSizeOnlyChangesSpeed() {
        const Matrix w = test::randomMatrix(128, 256, 5, 0.02);
        const LayerStats stats = test::statsOf(test::correlatedInputs(512, 256, 6));
        for (const Json& base : {Json{{"group_size", 64}}, Json{{"group_size", 0}},
                                 Json{{"group_size", 16}, {"act_order", true}}}) {
            std::vector<std::uint8_t> first;
            for (const int block : {1, 24, 32, 128, 256, 4096}) {
                Json settings = base;
                settings["block_size"] = block;
                const auto codes = codesOf(*quantized(w, stats, 4, *gptqWith(settings)).matrix);
                if (first.empty()) first = codes;
                // fp32 sums in another order: a weight half way between two levels may flip, and
                // its row with it.
                QVERIFY2(
                    shareEqual(first, codes) > 0.999,
                    qPrintable(QString("block %1: %2").arg(block).arg(shareEqual(first, codes))));
            }
        }
    }

    // What stands between products: rows to columns and back, errors and their sum, of any size.
    void panelKernels() {
        for (const std::size_t rows : {1, 3, 8, 31, 64, 100})
            for (const std::size_t columns : {1, 4, 15, 16, 33, 128}) {
                const Matrix from = test::randomMatrix(rows, columns + 3, rows + columns);
                const std::size_t stride = rows + 5;
                std::vector<float> to(columns * stride, 9);
                turn(rows, columns, from.data(), columns + 3, to.data(), stride);
                std::vector<std::uint16_t> codes(rows * (columns + 3)), turned(to.size(), 9);
                for (std::size_t i = 0; i < codes.size(); ++i) codes[i] = std::uint16_t(i * 40503);
                turn(rows, columns, codes.data(), columns + 3, turned.data(), stride);
                for (std::size_t c = 0; c < columns; ++c)
                    for (std::size_t r = 0; r < stride; ++r) {
                        QCOMPARE(to[c * stride + r], r < rows ? from(r, c) : 9.0F);
                        QCOMPARE(turned[c * stride + r],
                                 r < rows ? codes[r * (columns + 3) + c] : std::uint16_t(9));
                    }
            }
        for (const std::size_t rows : {1, 16, 37, 128}) {
            const Matrix v = test::randomMatrix(3, rows, rows);
            std::vector<float> errors(rows + 1, 9);
            const double sum =
                takeErrors(rows, v.data(), v.data() + rows, v.data() + 2 * rows, errors.data());
            double expected = 0;
            for (std::size_t r = 0; r < rows; ++r) {
                QCOMPARE(errors[r], v(0, r) - v(2, r));
                expected += std::pow(double(v(2, r) - v(1, r)), 2);
            }
            QCOMPARE(errors[rows], 9.0F);
            QVERIFY(std::abs(sum - expected) <= 1e-12 * expected);
        }
    }

    // Rows do not depend on each other: those of a matrix that is cut into pieces are rounded as
    // they are by themselves.
    void rowsAreOnTheirOwn() {
        constexpr std::size_t Rows = 2100, Cols = 600, Some = 64;
        const Matrix w = test::randomMatrix(Rows, Cols, 17, 0.02);
        const LayerStats stats = test::statsOf(test::correlatedInputs(700, Cols, 18));
        for (const Json& settings :
             {Json{{"group_size", 128}}, Json{{"group_size", 100}, {"act_order", true}}}) {
            const auto recipe = gptqWith(settings);
            const auto all = codesOf(*quantized(w, stats, 4, *recipe).matrix);
            for (const std::size_t first : {std::size_t(0), std::size_t(2000), Rows - Some}) {
                Matrix own(Some, Cols);
                for (std::size_t r = 0; r < Some; ++r)
                    std::copy_n(w.data() + (first + r) * Cols, Cols, &own(r, 0));
                const auto at = all.begin() + std::ptrdiff_t(first * Cols);
                QVERIFY(shareEqual(codesOf(*quantized(own, stats, 4, *recipe).matrix),
                                   {at, at + std::ptrdiff_t(Some * Cols)}) > 0.999);
            }
        }
    }

    void beatsNearest_data() {
        QTest::addColumn<int>("bits");
        QTest::addColumn<bool>("actOrder");
        QTest::addColumn<bool>("staticGroups");
        for (const int bits : {2, 3, 4, 8})
            for (const int order : {0, 1, 2})
                QTest::addRow("%d bits, order %d", bits, order)
                    << bits << (order > 0) << (order == 2);
    }
    void beatsNearest() {
        QFETCH(int, bits);
        QFETCH(bool, actOrder);
        QFETCH(bool, staticGroups);
        const Matrix w = test::randomMatrix(96, 256, 7, 0.02);
        static const LayerStats stats = test::statsOf(test::correlatedInputs(1024, 256, 8));
        const auto recipe = gptqWith(
            {{"group_size", 64}, {"act_order", actOrder}, {"static_groups", staticGroups}});
        const auto rtn = *withSetting(**findRecipe("rtn"), "group_size", "64");
        const double gptqError = quantized(w, stats, bits, *recipe).report.outputError;
        const double rtnError = quantized(w, stats, bits, *rtn).report.outputError;
        qInfo("%d bits: gptq %.3e, nearest %.3e, gain %.2f dB", bits, gptqError, rtnError,
              10 * std::log10(rtnError / gptqError));
        QVERIFY(gptqError < 0.7 * rtnError);
    }

    // Activation order is the same method on a permuted layer.
    void actOrderIsAPermutation() {
        constexpr std::size_t Cols = 160;
        const Matrix w = test::randomMatrix(20, Cols, 9, 0.02);
        const LayerStats stats = test::statsOf(test::correlatedInputs(400, Cols, 10));
        std::vector<std::size_t> order(Cols);
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::ranges::stable_sort(order, std::greater(),
                                 [&](std::size_t c) { return stats.gram(c, c); });
        Matrix permuted(20, Cols);
        LayerStats permutedStats = stats;
        for (std::size_t j = 0; j < Cols; ++j) {
            for (std::size_t r = 0; r < 20; ++r) permuted(r, j) = w(r, order[j]);
            for (std::size_t k = 0; k < Cols; ++k)
                permutedStats.gram(j, k) = stats.gram(order[j], order[k]);
        }
        const auto ordered =
            quantized(w, stats, 3, *gptqWith({{"group_size", 32}, {"act_order", true}}));
        const auto plain = quantized(permuted, permutedStats, 3, *gptqWith({{"group_size", 32}}));
        QCOMPARE(ordered.matrix->groupOfColumn.size(), Cols);
        QCOMPARE(ordered.matrix->bitsPerWeight(),
                 plain.matrix->bitsPerWeight() + 8.0 * 4 * Cols / (20.0 * Cols));
        const Matrix a = decode(*ordered.matrix), b = decode(*plain.matrix);
        for (std::size_t r = 0; r < 20; ++r)
            for (std::size_t j = 0; j < Cols; ++j) QCOMPARE(a(r, order[j]), b(r, j));
        // With static groups nothing more is stored.
        const auto fixed = quantized(
            w, stats, 3,
            *gptqWith({{"group_size", 32}, {"act_order", true}, {"static_groups", true}}));
        QVERIFY(fixed.matrix->groupOfColumn.empty());
        QCOMPARE(fixed.matrix->storedBytes(), plain.matrix->storedBytes());
    }

    // Fewer tokens than inputs: damping alone makes the matrix definite.
    void fewTokens() {
        const Matrix w = test::randomMatrix(32, 128, 11, 0.02);
        const LayerStats stats = test::statsOf(test::correlatedInputs(20, 128, 12));
        const auto gptq = quantized(w, stats, 3, *gptqWith({}));
        QVERIFY(gptq.report.notes.empty());
        QVERIFY(gptq.report.outputError <
                quantized(w, stats, 3, **findRecipe("rtn")).report.outputError);
        // Without any damping it must be raised, and the report says so.
        const auto bare = quantized(w, stats, 3, *gptqWith({{"damping", 0.0}}));
        QVERIFY(std::isfinite(bare.report.outputError));
        if (bare.report.damping > 0)
            QVERIFY(bare.report.notes.at(0).find("damping was raised") != std::string::npos);
    }

    void deadColumns() {
        const Matrix w = test::randomMatrix(32, 96, 13, 0.02);
        Matrix inputs = test::correlatedInputs(200, 96, 14);
        for (const std::size_t c : {0UL, 17UL, 95UL})
            for (std::size_t s = 0; s < 200; ++s) inputs(s, c) = 0;
        const LayerStats stats = test::statsOf(inputs);
        for (const Json& settings : {Json{}, Json{{"act_order", true}, {"group_size", 16}},
                                     Json{{"granularity", "tensor"}}, Json{{"symmetric", true}}}) {
            const auto result = quantized(w, stats, 4, *gptqWith(settings));
            QCOMPARE(result.report.deadColumns, std::size_t{3});
            const Matrix back = decode(*result.matrix);
            for (std::size_t r = 0; r < 32; ++r)
                for (const std::size_t c : {0UL, 17UL, 95UL}) QCOMPARE(back(r, c), 0.0F);
        }
    }

    void hopelessStatistics() {
        const Matrix w = test::randomMatrix(32, 64, 15, 0.02);
        const Matrix nearest = [&] {
            LayerStats none = test::statsOf(test::correlatedInputs(200, 64, 16));
            return decode(*quantized(w, none, 4, **findRecipe("rtn")).matrix);
        }();
        // Never reached by the calibration text.
        LayerStats stats;
        stats.gram = Matrix(64, 64);
        auto result = quantized(w, stats, 4, *gptqWith({}));
        QVERIFY(result.report.notes.at(0).find("rounded to nearest") == 0);
        QVERIFY(decode(*result.matrix) == nearest);
        // Not a Gram matrix at all: an off-diagonal beyond any damping.
        stats.gram = identity(64);
        stats.gram(3, 5) = stats.gram(5, 3) = 1e9F;
        result = quantized(w, stats, 4, *gptqWith({{"max_retries", 3}}));
        QVERIFY(result.report.notes.at(0).find("could not be factorised") != std::string::npos);
        QVERIFY(decode(*result.matrix) == nearest);
        // Slightly indefinite: more damping helps.
        stats.gram(3, 5) = stats.gram(5, 3) = 1.05F;
        result = quantized(w, stats, 4, *gptqWith({}));
        QVERIFY(result.report.notes.at(0).find("damping was raised from 0.01 to 0.08") == 0);
        QCOMPARE(result.report.damping, 0.08);
        // NaN is an error that says what to do.
        stats.gram(1, 1) = std::numeric_limits<float>::quiet_NaN();
        RunContext context;
        const auto refused =
            quantizeLayer({.name = "layer", .weights = w.view(), .stats = &stats, .bits = 4},
                          *gptqWith({}), nullptr, context);
        QVERIFY(!refused.has_value());
        QVERIFY(refused.error().message.find("Use another text") != std::string::npos);
    }

    void sequentialIsReadFromTheRecipe() {
        QVERIFY((*findRecipe("gptq"))->sequential());
        QVERIFY(!gptqWith({{"sequential", false}})->sequential());
        QVERIFY(!(*findRecipe("rtn"))->sequential());
        QVERIFY((*findRecipe("gptq"))->needsStats());
        QVERIFY(!(*findRecipe("rtn"))->needsStats());
    }

    void agreesWithNumpy_data() {
        QTest::addColumn<QString>("settings");
        QTest::addColumn<int>("bits");
        QTest::addColumn<QString>("model"); // empty: random
        for (const char* model : test::RealModels)
            for (const int bits : {2, 4})
                QTest::addRow("%s, %d bits", model, bits)
                    << R"({"group_size": 32})" << bits << model;
        QTest::newRow("4 bits, groups of 64") << R"({"group_size": 64})" << 4 << "";
        QTest::newRow("3 bits, groups of 32") << R"({"group_size": 32})" << 3 << "";
        QTest::newRow("2 bits, whole row, symmetric")
            << R"({"group_size": 0, "symmetric": true})" << 2 << "";
        QTest::newRow("4 bits, act order") << R"({"group_size": 64, "act_order": true})" << 4 << "";
        QTest::newRow("3 bits, act order, static groups")
            << R"({"group_size": 32, "act_order": true, "static_groups": true})" << 3 << "";
        QTest::newRow("8 bits, groups of 128") << R"({"group_size": 128})" << 8 << "";
    }
    void agreesWithNumpy() {
        QFETCH(QString, settings);
        QFETCH(int, bits);
        const QString python = "/usr/bin/python3";
        if (QProcess::execute(python, {"-c", "import numpy"}) != 0)
            QSKIP("needs /usr/bin/python3 with numpy");
        QFETCH(QString, model);
        Matrix w = test::randomMatrix(128, 384, 17, 0.02);
        static const LayerStats random = [] { // the same for every row of the table
            Matrix inputs = test::correlatedInputs(1024, 384, 18);
            for (std::size_t s = 0; s < inputs.rows(); ++s) inputs(s, 40) = 0; // one dead input
            return test::statsOf(inputs);
        }();
        LayerStats stats = random;
        if (!model.isEmpty()) {
            BITSMITH_REAL_LAYER(layer, model);
            w = layer->weights;
            stats = layer->stats;
        }
        const std::size_t rows = w.rows(), cols = w.cols();
        const auto recipe = gptqWith(Json::parse(settings.toStdString()));
        const auto result = quantized(w, stats, bits, *recipe);

        QTemporaryDir folder;
        const Json stages = toJson(*recipe)["stages"];
        const int group = stages["grid"]["group_size"];
        const Json example = {{"rows", rows},
                              {"cols", cols},
                              {"bits", bits},
                              {"group_size", group == 0 ? int(cols) : group},
                              {"symmetric", stages["grid"]["symmetric"]},
                              {"act_order", stages["round"]["act_order"]},
                              {"static_groups", stages["round"]["static_groups"]},
                              {"damping", stages["round"]["damping"]}};
        const std::string text = example.dump();
        writeRaw(folder.filePath("case.json"), text.data(), text.size());
        writeRaw(folder.filePath("weights.f32"), w.data(), w.values().size_bytes());
        writeRaw(folder.filePath("gram.f32"), stats.gram.data(), stats.gram.values().size_bytes());
        QProcess script;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("OPENBLAS_NUM_THREADS", "1");
        script.setProcessEnvironment(environment);
        script.start(python,
                     {QStringLiteral(BITSMITH_SOURCE_DIR "/tests/golden/gptq/gptq_numpy.py"),
                      folder.path()});
        QVERIFY(script.waitForFinished(120000));
        QVERIFY2(script.exitCode() == 0, script.readAllStandardError().constData());
        QFile codesFile(folder.filePath("codes.u8")), valuesFile(folder.filePath("values.f64"));
        QVERIFY(codesFile.open(QIODevice::ReadOnly) && valuesFile.open(QIODevice::ReadOnly));
        const QByteArray codes = codesFile.readAll(), values = valuesFile.readAll();
        QCOMPARE(std::size_t(codes.size()), rows * cols);
        QCOMPARE(std::size_t(values.size()), rows * cols * sizeof(double));
        const double same = shareEqual(codesOf(*result.matrix), {codes.begin(), codes.end()});
        Matrix theirs(rows, cols);
        for (std::size_t i = 0; i < rows * cols; ++i) {
            double value;
            std::memcpy(&value, values.constData() + i * sizeof value, sizeof value);
            theirs.values()[i] = float(value);
        }
        const double ours = test::outputError(w, decode(*result.matrix), stats.gram);
        const double reference = test::outputError(w, theirs, stats.gram);
        qInfo("codes equal: %.5f %%, output error off by %.2e", 100 * same, ours / reference - 1);
        QVERIFY(same >= 0.999);
        QVERIFY(std::abs(ours / reference - 1) < 1e-4);
    }
};

QTEST_GUILESS_MAIN(TstGptq)
#include "tst_gptq.moc"
