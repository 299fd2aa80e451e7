// SliM-LLM: widths of groups by salience, its reduction to GPTQ, and an independent implementation
// in numpy.
#include "core/codec/coded_matrix.h"
#include "core/quant/grid/group_bits.h"
#include "core/quant/grid/mixed_fit.h"
#include "core/quant/grid/mixed_math.h"
#include "core/quant/recipe.h"
#include "core/tensor/row_codes.h"
#include "tests/core/quant/real_layer.h"
#include "tests/core/quant/samples.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <nlohmann/json.hpp>

#include <limits>
#include <numeric>

using namespace bitsmith;
using Json = nlohmann::ordered_json;

namespace {

std::shared_ptr<const Recipe> slimWith(const Json& settings, const char* base = "slim_llm") {
    auto recipe = *findRecipe(base);
    for (const auto& [name, value] : settings.items()) {
        auto changed =
            withSetting(*recipe, name, value.is_string() ? value.get<std::string>() : value.dump());
        if (!changed) qFatal("%s", changed.error().message.c_str());
        recipe = *changed;
    }
    return recipe;
}

LayerResult quantized(const Matrix& w, const LayerStats* stats, int bits, const Recipe& recipe) {
    RunContext context;
    auto result =
        quantizeLayer({.name = "layer", .weights = w.view(), .stats = stats, .bits = bits}, recipe,
                      stats, context);
    if (!result) qFatal("%s", result.error().message.c_str());
    return *result;
}

// Weights and inputs of which some groups matter more than others; the inputs kept as the sample.
struct Layer {
    Matrix weights;
    LayerStats stats;
};
Layer layerOf(std::size_t rows, std::size_t cols, std::size_t groupSize, std::uint64_t seed) {
    Layer out{test::randomMatrix(rows, cols, seed, 0.05), {}};
    Matrix inputs = test::correlatedInputs(2 * cols, cols, seed + 1);
    for (std::size_t s = 0; s < inputs.rows(); ++s)
        for (std::size_t c = 0; c < cols; ++c)
            inputs(s, c) *= static_cast<float>(std::exp2(double((c / groupSize) * 5 % 7) / 2));
    out.stats = test::statsOf(inputs);
    out.stats.sample = Matrix(std::min<std::size_t>(100, inputs.rows()), cols);
    std::copy_n(inputs.data(), out.stats.sample.values().size(), out.stats.sample.data());
    return out;
}

double meanBits(const MatrixLayout& layout) {
    double bits = 0;
    for (std::size_t c = 0; c < layout.cols; ++c) bits += layout.widthOf(c / layout.groupSize);
    return bits / double(layout.cols);
}

// By Gauss and Jordan, in long double.
std::vector<double> inverseDiagonal(const Matrix& gram, double damping) {
    const std::size_t n = gram.rows();
    double mean = 0;
    for (std::size_t i = 0; i < n; ++i) mean += double(gram(i, i)) / double(n);
    std::vector<std::vector<long double>> a(n, std::vector<long double>(2 * n));
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) a[i][j] = gram(i, j);
        a[i][i] += damping * mean;
        a[i][n + i] = 1;
    }
    for (std::size_t k = 0; k < n; ++k) {
        const long double pivot = a[k][k];
        for (auto& value : a[k]) value /= pivot;
        for (std::size_t i = 0; i < n; ++i) {
            if (i == k) continue;
            const long double factor = a[i][k];
            for (std::size_t j = 0; j < 2 * n; ++j) a[i][j] -= factor * a[k][j];
        }
    }
    std::vector<double> out;
    for (std::size_t i = 0; i < n; ++i) out.push_back(double(a[i][n + i]));
    return out;
}

void writeRaw(const QString& path, const void* data, std::size_t bytes) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(static_cast<const char*>(data), qint64(bytes)), qint64(bytes));
}

} // namespace

class TstSlim : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void meanBitsAreExactAndSizesKnownBefore_data() {
        QTest::addColumn<int>("bits");
        QTest::addColumn<int>("cols");
        QTest::addColumn<int>("group");
        for (int bits = 2; bits <= 7; ++bits) QTest::addRow("%d bits", bits) << bits << 256 << 32;
        QTest::newRow("odd number of groups") << 2 << 224 << 32;
        QTest::newRow("short last group") << 3 << 210 << 32;
        QTest::newRow("groups off bytes") << 2 << 130 << 13;
        QTest::newRow("two groups") << 2 << 64 << 32;
        QTest::newRow("one group") << 2 << 32 << 128;
    }
    void meanBitsAreExactAndSizesKnownBefore() {
        QFETCH(int, bits);
        QFETCH(int, cols);
        QFETCH(int, group);
        constexpr std::size_t Rows = 37; // zeros that end within a byte
        const Layer layer = layerOf(Rows, std::size_t(cols), std::size_t(group), 7);
        const auto recipe = slimWith({{"group_size", group}, {"ragged", "short_last_group"}});
        const LayerResult result = quantized(layer.weights, &layer.stats, bits, *recipe);
        const QuantizedMatrix& m = *result.matrix;
        QCOMPARE(m.grid, std::string("mixed"));
        QCOMPARE(m.groupBits.size(), m.groupsPerRow);
        QCOMPARE(meanBits(m), double(bits));
        for (std::size_t g = 0; g < m.groupsPerRow; ++g) {
            QVERIFY(std::abs(m.groupBits[g] - bits) <= 1);
            for (std::size_t r = 0; r < Rows; ++r)
                QVERIFY(m.zeros[r * m.groupsPerRow + g] < 1 << m.groupBits[g]);
        }
        QCOMPARE(*predictStoredBytes(Rows, std::size_t(cols), bits, *recipe), m.storedBytes());
        QCOMPARE(m.storedBytes(),
                 m.codes.size() + m.scales.size() + m.zeroBytes() + m.groupBits.size());
        QCOMPARE(m.codes.size(), Rows * ((std::size_t(cols) * std::size_t(bits) + 7) / 8));
        const auto back = decodeMatrix(encodeMatrix(m), m.layout(), 1);
        QVERIFY(back && **back == m);
    }

    void widthsVary() { // the tests here would say little otherwise
        const Layer layer = layerOf(64, 256, 32, 7);
        const auto result =
            quantized(layer.weights, &layer.stats, 2, *slimWith({{"group_size", 32}}));
        QVERIFY(std::ranges::count(result.matrix->groupBits, 1) > 0);
        QCOMPARE(std::ranges::count(result.matrix->groupBits, 1),
                 std::ranges::count(result.matrix->groupBits, 3));
        QVERIFY(result.report.notes.empty());
    }

    void otherWidthsAreRefused() {
        for (const int bits : {0, 1, 8, 9, 16}) {
            const auto layout = predictLayout(64, 256, bits == 0 ? -1 : bits, *slimWith({}));
            if (bits == 0) continue; // the recipe's own
            QVERIFY(!layout);
            QCOMPARE(layout.error().code, ErrorCode::Usage);
            QVERIFY(layout.error().message.find("2 to 7 bits") != std::string::npos);
        }
    }

    // Widths all alike, every weight as salient as the others, the full range: GPTQ.
    void reducesToGptq_data() {
        QTest::addColumn<int>("bits");
        QTest::addColumn<QString>("more");
        QTest::newRow("2 bits") << 2 << "{}";
        QTest::newRow("3 bits") << 3 << "{}";
        QTest::newRow("7 bits") << 7 << "{}";
        QTest::newRow("groups within a block") << 4 << R"({"block_size": 100})";
        QTest::newRow("static groups") << 3 << R"({"static_groups": true, "act_order": true})";
    }
    void reducesToGptq() {
        QFETCH(int, bits);
        QFETCH(QString, more);
        const Layer layer = layerOf(70, 256, 32, 11);
        Json settings = {{"group_size", 32}};
        settings.update(Json::parse(more.toStdString()));
        const auto theirs =
            quantized(layer.weights, &layer.stats, bits, *slimWith(settings, "gptq"));
        settings.update({{"allocation", "uniform"}, {"range", 0}, {"lambda", 1}});
        const auto ours = quantized(layer.weights, &layer.stats, bits, *slimWith(settings));
        QVERIFY(ours.matrix->codes == theirs.matrix->codes);
        QVERIFY(ours.matrix->scales == theirs.matrix->scales);
        QVERIFY(ours.matrix->zeros == theirs.matrix->zeros);
        QVERIFY(decode(*ours.matrix) == decode(*theirs.matrix));
    }
    // Groups keep their columns: activation order fits them before, and stores no index.
    void activationOrderKeepsGroups() {
        const Layer layer = layerOf(64, 256, 32, 11);
        const auto result = quantized(layer.weights, &layer.stats, 3,
                                      *slimWith({{"group_size", 32}, {"act_order", true}}));
        QVERIFY(result.matrix->groupOfColumn.empty());
        const auto same = quantized(
            layer.weights, &layer.stats, 3,
            *slimWith({{"group_size", 32}, {"act_order", true}, {"static_groups", true}}));
        QVERIFY(*result.matrix == *same.matrix);
    }

    void salienceIsThatOfItsDefinition() {
        const Layer layer = layerOf(64, 64, 8, 3);
        RunContext context;
        const auto columns = columnSalience(&layer.stats, 64, 0.01, context);
        QVERIFY(columns.has_value());
        const auto inverse = inverseDiagonal(layer.stats.gram, 0.01);
        std::vector<double> expected(8);
        for (std::size_t r = 0; r < 64; ++r)
            for (std::size_t c = 0; c < 64; ++c) {
                const double w = double(layer.weights(r, c));
                expected[c / 8] += w * w / (inverse[c] * inverse[c]);
            }
        const auto found = groupBitsBySalience(
            {.weights = layer.weights.view(), .stats = &layer.stats, .bits = 3, .groupSize = 8},
            columns->factors, context);
        QVERIFY(found.has_value());
        for (std::size_t g = 0; g < 8; ++g)
            QVERIFY2(std::abs(found->salience[g] / expected[g] - 1) < 1e-5,
                     qPrintable(QString("%1 against %2").arg(found->salience[g]).arg(expected[g])));
        // The order of widths is that of salience.
        for (std::size_t a = 0; a < 8; ++a)
            for (std::size_t b = 0; b < 8; ++b)
                if (expected[a] < expected[b]) QVERIFY(found->bits[a] <= found->bits[b]);
    }

    void deadInputsMatterToNobody() {
        Layer layer = layerOf(32, 64, 8, 3);
        for (std::size_t c = 16; c < 24; ++c)
            for (std::size_t k = 0; k < 64; ++k) {
                layer.stats.gram(c, k) = layer.stats.gram(k, c) = 0;
                for (std::size_t s = 0; s < layer.stats.sample.rows(); ++s)
                    layer.stats.sample(s, c) = 0;
            }
        RunContext context;
        const auto columns = columnSalience(&layer.stats, 64, 0.01, context);
        const auto found = groupBitsBySalience(
            {.weights = layer.weights.view(), .stats = &layer.stats, .bits = 2, .groupSize = 8},
            columns->factors, context);
        QCOMPARE(found->salience[2], 0.0);
        QVERIFY(found->step > 0);
        QCOMPARE(int(found->bits[2]), 1);
    }

    void theBestStepIsTaken_data() {
        QTest::addColumn<bool>("divergence");
        QTest::addColumn<int>("bits");
        for (const int bits : {2, 3, 5}) {
            QTest::addRow("divergence, %d bits", bits) << true << bits;
            QTest::addRow("output error, %d bits", bits) << false << bits;
        }
    }
    void theBestStepIsTaken() {
        QFETCH(bool, divergence);
        QFETCH(int, bits);
        for (std::uint64_t seed = 1; seed < 6; ++seed) {
            const Layer layer = layerOf(48, 240, 24, seed);
            RunContext context;
            const auto columns = columnSalience(&layer.stats, 240, 0.01, context);
            const auto found = groupBitsBySalience({.weights = layer.weights.view(),
                                                    .stats = &layer.stats,
                                                    .bits = bits,
                                                    .groupSize = 24,
                                                    .divergence = divergence},
                                                   columns->factors, context);
            QVERIFY(found.has_value());
            QCOMPARE(found->divergence, divergence);
            QCOMPARE(found->scores.size(), std::size_t{6});
            for (const double score : found->scores) QVERIFY(found->scores[found->step] <= score);
            QCOMPARE(std::size_t(std::ranges::count(found->bits, bits - 1)), found->step);
            QCOMPARE(std::size_t(std::ranges::count(found->bits, bits + 1)), found->step);
        }
    }

    // Where every change is for the worse, nothing is changed.
    void allAlikeIsAChoice() {
        Matrix w(16, 64); // values that 2 bits hold exactly
        for (std::size_t i = 0; i < w.values().size(); ++i)
            w.values()[i] = static_cast<float>(int((i * 7 + i / 64) % 4) - 1);
        Layer layer = layerOf(16, 64, 16, 9);
        const auto result = quantized(w, &layer.stats, 2, *slimWith({{"group_size", 16}}));
        QVERIFY(std::ranges::all_of(result.matrix->groupBits, [](auto b) { return b == 2; }));
        QVERIFY(decode(*result.matrix) == w);
    }

    void withoutStatisticsWeightsDecide() {
        Matrix w = test::randomMatrix(32, 64, 5, 0.01);
        for (std::size_t r = 0; r < 32; ++r)
            for (std::size_t c = 48; c < 64; ++c) w(r, c) *= 10;
        const auto recipe = slimWith({{"group_size", 16}, {"round", "nearest"}});
        const auto result = quantized(w, nullptr, 2, *recipe);
        QCOMPARE(int(result.matrix->groupBits[3]), 3);
        QVERIFY(result.report.notes.front().find("without calibration") != std::string::npos);
        const auto alike = quantized(
            w, nullptr, 2,
            *slimWith({{"group_size", 16}, {"round", "nearest"}, {"grid.allocation", "uniform"}}));
        QVERIFY(result.report.weightError < alike.report.weightError);
    }

    void statisticsWithoutSamplesSaySo() {
        Layer layer = layerOf(32, 128, 16, 5);
        const auto with = quantized(layer.weights, &layer.stats, 2,
                                    *slimWith({{"group_size", 16}, {"score", "output_error"}}));
        layer.stats.sample = {};
        const auto without =
            quantized(layer.weights, &layer.stats, 2, *slimWith({{"group_size", 16}}));
        QVERIFY(*with.matrix == *without.matrix);
        QVERIFY(without.report.notes.front().find("no sampled inputs") != std::string::npos);
    }

    void oneBitIsTheMeanAndTheMeanDistance() {
        const std::vector<float> w = {1, 3, -2, -1, 0.5F, -2.5F, 2, -3};
        const AffineGroup group = mixed::group(w, 1);
        QCOMPARE(group.scale, 3.75F); // mean -0.25; distances from it sum to 15
        QCOMPARE(int(group.zero), 1);
    }

    // Nearest codes of one bit: no other code is nearer, no other scale of the search is better.
    void oneBitRoundsToTheNearer() {
        for (std::uint64_t seed = 1; seed < 20; ++seed) {
            const Matrix w = test::randomMatrix(1, 33, seed, 0.3);
            const AffineGroup group = mixed::group(w.values(), 1);
            std::vector<std::uint8_t> codes(33);
            std::vector<float> values(33);
            mixed::codes(w.values(), 1, group, codes);
            mixed::values(w.values(), 1, group, values);
            double mean = 0, distance = 0, error = 0;
            for (const float x : w.values()) mean += double(x) / 33;
            for (const float x : w.values()) distance += std::abs(double(x) - mean) / 33;
            QVERIFY(std::abs(double(group.scale) / (2 * distance) - 1) < 1e-3);
            QCOMPARE(int(group.zero), mean < 0 ? 1 : 0);
            const double zero = mean < 0 ? 9 / 16.0 : 7 / 16.0;
            for (std::size_t i = 0; i < 33; ++i) {
                QVERIFY(codes[i] <= 1);
                QCOMPARE(double(values[i]), double(group.scale) * (codes[i] - zero));
                const double other = double(group.scale) * (1 - codes[i] - zero);
                const double x = double(w.values()[i]);
                QVERIFY(std::abs(x - double(values[i])) <= std::abs(x - other) + 1e-7);
                error += std::pow(std::abs(x - double(values[i])), 2.4);
            }
            QVERIFY(std::abs(mixed::error(w.values(), 1, group, 1) / error - 1) < 1e-4);
        }
        // Far from 0 and close together: the mean is better than two levels about 0.
        std::vector<float> far(8, -0.75F), farValues(8);
        far[3] = -0.7501F;
        mixed::values(far, 1, mixed::group(far, 1), farValues);
        for (const float v : farValues) QVERIFY(std::abs(v + 0.75F) < 1e-3F);
        const std::vector<float> alike(8, 0.75F), nothing(8, 0.0F);
        std::vector<float> values(8);
        mixed::values(alike, 1, mixed::group(alike, 1), values);
        for (const float v : values) QVERIFY(std::abs(v - 0.75F) < 1e-3F);
        mixed::values(nothing, 1, mixed::group(nothing, 1), values);
        QVERIFY(values == nothing);
    }

    // A search over ranges never ends worse than the full one, and salient weights profit.
    void calibrationOfRanges() {
        const Layer layer = layerOf(64, 128, 32, 21);
        RunContext context;
        const auto columns = columnSalience(&layer.stats, 128, 0.01, context);
        const auto thresholds = salienceThresholds(layer.weights.view(), 32, columns->factors);
        const auto errorsWith = [&](double range, double lambda) {
            const auto result = quantized(layer.weights, &layer.stats, 2,
                                          *slimWith({{"group_size", 32},
                                                     {"round", "nearest"},
                                                     {"range", range},
                                                     {"lambda", lambda}}));
            const Matrix back = decode(*result.matrix);
            std::pair<double, double> errors{0, 0}; // all, salient
            for (std::size_t r = 0; r < 64; ++r)
                for (std::size_t c = 0; c < 128; ++c) {
                    const double w = double(layer.weights(r, c));
                    const double e = std::pow(std::abs(w - double(back(r, c))), 2.4);
                    errors.first += e;
                    if (w * w * columns->factors[c] >= thresholds[c / 32]) errors.second += e;
                }
            return errors;
        };
        const auto full = errorsWith(0, 1), searched = errorsWith(0.1, 1),
                   weighted = errorsWith(0.1, 50);
        QVERIFY(full.second > 0);
        QVERIFY(searched.first < full.first);
        QVERIFY(weighted.second < searched.second);
        QVERIFY(weighted.first >= searched.first);
    }
    void nothingSalientIsNoError() {
        Matrix w(4, 32);
        for (float& value : w.values()) value = 0.5F;
        const std::vector<double> factors(32, 1);
        for (const double t : salienceThresholds(w.view(), 16, factors))
            QCOMPARE(t, std::numeric_limits<double>::infinity());
        const Layer layer = layerOf(4, 32, 16, 2);
        const auto result =
            quantized(w, &layer.stats, 2, *slimWith({{"group_size", 16}, {"lambda", 5}}));
        const Matrix back = decode(*result.matrix);
        for (const float value : back.values()) QVERIFY(std::abs(value - 0.5F) < 1e-3F);
    }

    void matchesNumpy_data() {
        QTest::addColumn<QString>("model"); // empty: random
        QTest::addColumn<int>("bits");
        QTest::addColumn<int>("group");
        QTest::newRow("2 bits") << "" << 2 << 16;
        QTest::newRow("3 bits") << "" << 3 << 16;
        QTest::newRow("4 bits, groups of 20 with a short one") << "" << 4 << 20;
        for (const char* model : test::RealModels)
            for (const int bits : {2, 3})
                QTest::addRow("%s, %d bits", model, bits) << model << bits << 16;
    }
    void matchesNumpy() {
        QFETCH(QString, model);
        QFETCH(int, bits);
        QFETCH(int, group);
        const QString python = QStringLiteral("/usr/bin/python3");
        if (QProcess::execute(python, {"-c", "import numpy"}) != 0)
            QSKIP("needs /usr/bin/python3 with numpy");
        Layer layer = layerOf(40, 176, std::size_t(group), 31);
        if (!model.isEmpty()) {
            BITSMITH_REAL_LAYER(real, model);
            layer = {real->weights, real->stats};
        }
        const std::size_t rows = layer.weights.rows(), cols = layer.weights.cols();
        QTemporaryDir folder;
        const std::string text = Json({{"rows", rows},
                                       {"cols", cols},
                                       {"bits", bits},
                                       {"group_size", group},
                                       {"damping", 0.01}})
                                     .dump();
        const auto write = [&](const char* name, const Matrix& m) {
            writeRaw(folder.filePath(name), m.data(), m.values().size_bytes());
        };
        writeRaw(folder.filePath("case.json"), text.data(), text.size());
        write("weights.f32", layer.weights);
        write("gram.f32", layer.stats.gram);
        write("sample.f32", layer.stats.sample);
        QProcess script;
        script.start(python,
                     {QStringLiteral(BITSMITH_SOURCE_DIR "/tests/golden/slim/slim_numpy.py"),
                      folder.path()});
        QVERIFY(script.waitForFinished(120000));
        QVERIFY2(script.exitCode() == 0, script.readAllStandardError().constData());
        QFile file(folder.filePath("result.json")), codesFile(folder.filePath("codes.u8"));
        QVERIFY(file.open(QIODevice::ReadOnly) && codesFile.open(QIODevice::ReadOnly));
        const Json theirs = Json::parse(file.readAll().toStdString());

        RunContext context;
        const auto columns = columnSalience(&layer.stats, cols, 0.01, context);
        for (const bool divergence : {true, false}) {
            const std::string name = divergence ? "divergence" : "output_error";
            const auto found = groupBitsBySalience({.weights = layer.weights.view(),
                                                    .stats = &layer.stats,
                                                    .bits = bits,
                                                    .groupSize = std::size_t(group),
                                                    .divergence = divergence},
                                                   columns->factors, context);
            QVERIFY(found.has_value());
            const auto scores = theirs[name].get<std::vector<double>>();
            QCOMPARE(found->scores.size(), scores.size());
            for (std::size_t i = 0; i < scores.size(); ++i)
                QVERIFY2(std::abs(found->scores[i] / scores[i] - 1) < 2e-3,
                         qPrintable(QString("%1, step %2: %3 against %4")
                                        .arg(QString::fromStdString(name))
                                        .arg(i)
                                        .arg(found->scores[i])
                                        .arg(scores[i])));
            const auto salience = theirs["salience"].get<std::vector<double>>();
            for (std::size_t g = 0; g < salience.size(); ++g)
                QVERIFY(std::abs(found->salience[g] / salience[g] - 1) < 1e-4);
            QVERIFY(found->bits == theirs["bits_by_" + name].get<std::vector<std::uint8_t>>());
        }

        const auto result = quantized(layer.weights, &layer.stats, bits,
                                      *slimWith({{"group_size", group},
                                                 {"ragged", "short_last_group"},
                                                 {"range", 0},
                                                 {"round", "nearest"}}));
        const QByteArray codes = codesFile.readAll();
        std::vector<std::uint8_t> row(cols);
        std::size_t same = 0;
        for (std::size_t r = 0; r < rows; ++r) {
            const std::size_t bytes = result.matrix->rowBytes();
            unpackRow(*result.matrix, std::span(result.matrix->codes).subspan(r * bytes, bytes),
                      std::span(row));
            for (std::size_t c = 0; c < cols; ++c)
                same += row[c] == static_cast<std::uint8_t>(codes[qsizetype(r * cols + c)]);
        }
        QVERIFY2(same >= rows * cols - 2, qPrintable(QString::number(same)));
    }
};

QTEST_GUILESS_MAIN(TstSlim)
#include "tst_slim.moc"
