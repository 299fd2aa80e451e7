// Rounding straight from bf16 against rounding of the same numbers as floats: the same codes,
// scales and zeros to the last bit, on every instruction set that this machine has.
#include "core/base/parallel.h"
#include "core/compute/cpu/vector_units.h"
#include "core/quant/grid.h"
#include "core/quant/round/nearest.h"
#include "core/quant/stored_rows.h"
#include "core/tensor/convert.h"
#include "tests/core/quant/samples.h"

#include <QTest>
#include <cstring>
#include <nlohmann/json.hpp>

using namespace bitsmith;
using namespace bitsmith::test;
using test::randomMatrix;

namespace {

std::unique_ptr<GridFit> begin(std::size_t rows, std::size_t cols, int bits,
                               const nlohmann::ordered_json& changes) {
    const Grid& grid = *findGrid("affine");
    auto params = grid.defaults();
    if (auto status = params->fromJson(changes); !status)
        qFatal("%s", status.error().message.c_str());
    auto fit = grid.begin(rows, cols, bits, *params);
    if (!fit) qFatal("%s", fit.error().message.c_str());
    return *std::move(fit);
}

StoredRows& rowsOf(GridFit& fit) { return dynamic_cast<StoredRows&>(fit); }

// Rounds its values to bf16, and keeps them as bytes that begin at an odd address.
struct Bfloats {
    std::vector<std::byte> buffer;
    std::span<const std::byte> bytes;
    explicit Bfloats(Matrix& values) : buffer(1 + 2 * values.values().size()) {
        const auto out = std::span(buffer).subspan(1);
        fromFloat(DType::BF16, values.values(), out);
        toFloat(DType::BF16, out, values.values());
        bytes = out;
    }
};

// The notes of the fit, or nothing where the codes came out different.
std::optional<std::vector<std::string>> bothWays(Matrix values, int bits,
                                                 const nlohmann::ordered_json& changes) {
    const Bfloats stored(values);
    RunContext context;
    const auto plain = begin(values.rows(), values.cols(), bits, changes);
    const QuantizedMatrix expected = roundNearest(values.view(), {}, *plain, context);
    const auto fit = begin(values.rows(), values.cols(), bits, changes);
    if (!rowsOf(*fit).readsBfloats()) qFatal("this fit does not read bf16");
    std::vector<std::byte> packed(values.rows() * fit->rowBytes(), std::byte{0xA5});
    if (!roundBfloats(stored.bytes, values.rows(), rowsOf(*fit), packed, context)) return {};
    if (fit->notes() != plain->notes()) return {};
    const auto notes = fit->notes();
    if (fit->finish(std::move(packed), {}) != expected) return {};
    return notes;
}

bool sameBothWays(const Matrix& values, int bits, const nlohmann::ordered_json& changes) {
    return bothWays(values, bits, changes).has_value();
}

std::shared_ptr<const WeightMatrix> storedMatrix(const Bfloats& stored, const Matrix& values) {
    return storedWeights(
        {DType::BF16, {std::int64_t(values.rows()), std::int64_t(values.cols())}, stored.bytes},
        nullptr);
}

} // namespace

class TstAffineBfloats : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void cleanup() { cpu::limitVectorUnits(cpu::VectorUnits::Avx512); }

    void equalsFloats_data() {
        QTest::addColumn<int>("units");
        QTest::addColumn<int>("bits");
        QTest::addColumn<int>("group");
        QTest::addColumn<bool>("symmetric");
        for (const auto units :
             {cpu::VectorUnits::Portable, cpu::VectorUnits::Avx2, cpu::VectorUnits::Avx512})
            for (const int bits : {2, 3, 4, 8})
                for (const int group : {0, 7, 16, 32, 64, 96, 128, 256})
                    QTest::addRow("%s, %d bits, groups of %d",
                                  std::string(cpu::vectorUnitsName(units)).c_str(), bits, group)
                        << int(units) << bits << group << (group % 64 == 0 && bits != 3);
    }
    void equalsFloats() {
        QFETCH(int, units);
        QFETCH(int, bits);
        QFETCH(int, group);
        QFETCH(bool, symmetric);
        cpu::limitVectorUnits(cpu::VectorUnits(units));
        for (const std::size_t cols :
             {1, 2, 31, 32, 63, 65, 127, 128, 129, 255, 256, 301, 640, 1031})
            for (const bool sym : {false, symmetric})
                QVERIFY2(sameBothWays(randomMatrix(5, cols, cols + std::size_t(bits), 0.02), bits,
                                      {{"group_size", group},
                                       {"symmetric", sym},
                                       {"ragged", "short_last_group"}}),
                         qPrintable(QStringLiteral("%1 columns").arg(cols)));
    }

    // More codes than caches hold, of rows that begin anywhere, and with a part of a block at the
    // end.
    void largeMatrices() {
        for (const std::size_t cols : {8192, 8200, 8222})
            QVERIFY2(sameBothWays(randomMatrix(1040, cols, cols, 0.02), 4,
                                  {{"group_size", 128}, {"ragged", "short_last_group"}}),
                     qPrintable(QStringLiteral("%1 columns").arg(cols)));
    }

    // Weights that lie in the middle of two levels, for every scale that has any: where a product
    // with a rounded inverse would go the wrong way.
    void halfSteps() {
        for (const auto units :
             {cpu::VectorUnits::Portable, cpu::VectorUnits::Avx2, cpu::VectorUnits::Avx512}) {
            cpu::limitVectorUnits(units);
            Matrix values(256, 128);
            std::size_t row = 0, middles = 0;
            for (int mantissa = 1; mantissa < 256; mantissa += 1, ++row) {
                // 15 steps of this scale, and halves of them that bf16 holds.
                const float scale = std::ldexp(float(mantissa), -12);
                for (std::size_t i = 0; i < 128; ++i) {
                    const float middle = scale * (float(int(i % 31)) - 14.5F + (i < 64 ? 0 : 0.5F));
                    const bool held = bfloatToFloat(floatToBfloat(middle)) == middle;
                    values(row, i) = held ? middle : 0;
                    middles += held;
                }
                // The range that has this scale, where bf16 holds it.
                values(row, 0) = -7 * scale;
                values(row, 1) = 8 * scale;
            }
            QVERIFY(middles > 1000);
            for (const int group : {16, 32, 64, 128})
                QVERIFY(sameBothWays(values, 4, {{"group_size", group}}));
        }
    }

    // Every finite bf16, among neighbours of its size and in a range of its own.
    void everyNumber() {
        Matrix values(2 * 0x7F80 / 128, 128);
        for (std::size_t i = 0; i < values.values().size(); ++i)
            values.values()[i] =
                bfloatToFloat(static_cast<std::uint16_t>(i / 2 | (i % 2 != 0 ? 0x8000 : 0)));
        for (const bool symmetric : {false, true}) {
            QVERIFY(sameBothWays(values, 4, {{"group_size", 32}, {"symmetric", symmetric}}));
            QVERIFY(sameBothWays(values, 4, {{"group_size", 128}, {"symmetric", symmetric}}));
        }
    }

    void degenerateRanges() {
        for (const bool symmetric : {false, true})
            for (const float v : {0.0F, -0.0F, 1e-45F, -1e-39F, 1e-9F, 3.0F, -7.0F}) {
                Matrix values(3, 130);
                std::ranges::fill(values.values(), v);
                QVERIFY(sameBothWays(values, 4, {{"group_size", 0}, {"symmetric", symmetric}}));
            }
        Matrix huge(2, 256);
        huge(0, 0) = 3e38F;
        huge(0, 1) = -3e38F;
        huge(0, 2) = 1e30F;
        huge(1, 200) = -2e6F;
        const auto notes = bothWays(huge, 4, {{"group_size", 128}});
        QVERIFY(notes && notes->size() == 1);
    }

    void notFinite_data() {
        QTest::addColumn<float>("value");
        QTest::newRow("NaN") << std::numeric_limits<float>::quiet_NaN();
        QTest::newRow("-NaN") << -std::numeric_limits<float>::quiet_NaN();
        QTest::newRow("inf") << std::numeric_limits<float>::infinity();
        QTest::newRow("-inf") << -std::numeric_limits<float>::infinity();
    }
    // Found wherever it stands; the layer is then left to the path that says where it is.
    void notFinite() {
        QFETCH(float, value);
        for (const auto units :
             {cpu::VectorUnits::Portable, cpu::VectorUnits::Avx2, cpu::VectorUnits::Avx512}) {
            cpu::limitVectorUnits(units);
            for (const std::size_t cols : {45, 600})
                for (std::size_t at = 0; at < cols; ++at) {
                    Matrix values = randomMatrix(1, cols, 3);
                    values(0, at) = value;
                    const Bfloats stored(values);
                    const auto fit = begin(1, cols, 4, {{"group_size", 128}});
                    std::vector<std::byte> packed(fit->rowBytes());
                    RunContext context;
                    QVERIFY(!roundBfloats(stored.bytes, 1, rowsOf(*fit), packed, context));
                }
        }
        Matrix values = randomMatrix(700, 512, 4);
        values(699, 511) = value;
        const Bfloats stored(values);
        RunContext context;
        const auto none = quantizeStored(*storedMatrix(stored, values), {.name = "layer"},
                                         **findRecipe("rtn"), nullptr, context);
        QVERIFY(none && !none->has_value());
        const auto said = quantizeLayer({.name = "layer", .weights = values.view()},
                                        **findRecipe("rtn"), nullptr, context);
        QVERIFY(!said && said.error().code == ErrorCode::BadInput);
    }

    // A whole layer: matrix, sizes and errors are those of the decoded one, on any threads.
    void layers_data() {
        QTest::addColumn<QString>("recipe");
        QTest::addColumn<bool>("direct");
        QTest::newRow("rtn") << "rtn" << true;
        QTest::newRow("a range that is searched") << "rtn_mse" << false;
        QTest::newRow("a transform") << "hadamard_rtn" << false;
        QTest::newRow("columns in turn") << "gptq" << false;
        QTest::newRow("another grid") << "nf4" << false;
        QTest::newRow("a rate") << "ecq" << false;
    }
    void layers() {
        QFETCH(QString, recipe);
        QFETCH(bool, direct);
        Matrix values = randomMatrix(300, 256, 5, 0.02);
        const Bfloats stored(values);
        const LayerStats stats = statsOf(correlatedInputs(300, 256, 6));
        RunContext context;
        for (const int threads : {1, 3}) {
            setThreads(threads);
            const LayerTask task{.name = "layer", .stats = &stats, .bits = 4};
            const auto got = quantizeStored(*storedMatrix(stored, values), task,
                                            **findRecipe(recipe.toStdString()), &stats, context);
            QVERIFY(got.has_value());
            QCOMPARE(got->has_value(), direct);
            if (!direct) continue;
            LayerTask decoded = task;
            decoded.weights = values.view();
            const auto expected =
                quantizeLayer(decoded, **findRecipe(recipe.toStdString()), &stats, context);
            QVERIFY(expected.has_value());
            const LayerResult& mine = **got;
            QVERIFY(*mine.matrix == *expected->matrix);
            QCOMPARE(mine.report.weightError, expected->report.weightError);
            QCOMPARE(mine.report.outputError, expected->report.outputError);
            QCOMPARE(mine.report.bytes, expected->report.bytes);
            QCOMPARE(mine.report.bitsPerWeight, expected->report.bitsPerWeight);
            QCOMPARE(mine.report.name, std::string("layer"));
            QCOMPARE(mine.report.recipe, std::string("rtn"));
            QVERIFY(mine.report.weightError > 0 && mine.report.outputError > 0);
        }
        setThreads(0);
    }

    // Statistics of another layer are refused here, too.
    void wrongStatistics() {
        Matrix values = randomMatrix(4, 64, 7);
        const Bfloats stored(values);
        const LayerStats other = statsOf(correlatedInputs(40, 32, 8));
        RunContext context;
        const auto refused = quantizeStored(*storedMatrix(stored, values), {.name = "layer"},
                                            **findRecipe("rtn"), &other, context);
        QVERIFY(!refused);
        QVERIFY(refused.error().message.find("32 input features") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TstAffineBfloats)
#include "tst_affine_bfloats.moc"
