// Entropy-coded matrices: every kind of layout comes back, rows come alone, small ones stay small,
// and damage is found.
#include "core/codec/coded_matrix.h"
#include "core/codec/model_table.h"
#include "core/codec/row_classes.h"
#include "tests/support/matrix_model.h"

#include <QtTest>

#include <cmath>

using namespace bitsmith;
using namespace bitsmith::test;

namespace {

// Normal codes about 128, one step for the matrix, rows of different spread.
QuantizedMatrix latticeMatrix(std::size_t rows, std::size_t cols, double spread, double octaves) {
    QuantizedMatrix m = madeMatrix({.rows = rows,
                                    .cols = cols,
                                    .bits = 8,
                                    .groupSize = cols,
                                    .perTensor = true,
                                    .symmetric = true},
                                   "lattice");
    Rng rng(7, "lattice", "codes");
    for (std::size_t r = 0; r < rows; ++r) {
        const double s = spread * std::exp2(octaves * (rng.uniform() - 0.5));
        for (std::size_t c = 0; c < cols; ++c) {
            const double k = std::clamp(std::round(s * rng.normal()), -127.0, 127.0);
            m.codes[r * cols + c] = static_cast<std::byte>(128 + static_cast<int>(k));
        }
    }
    return m;
}

double entropyOfRows(const QuantizedMatrix& m) {
    std::vector<double> counts(256);
    for (const std::byte b : m.codes) ++counts[static_cast<std::size_t>(b)];
    double bits = 0;
    for (const double c : counts)
        if (c > 0) bits += c * std::log2(static_cast<double>(m.codes.size()) / c);
    return bits / 8;
}

} // namespace

class TestCodedMatrix : public QObject {
    Q_OBJECT
private slots:
    void comesBack_data() {
        QTest::addColumn<MatrixShape>("shape");
        for (int bits = 2; bits <= 8; ++bits)
            for (const bool symmetric : {false, true})
                QTest::addRow("%d bits%s", bits, symmetric ? ", symmetric" : "")
                    << MatrixShape{.bits = bits, .symmetric = symmetric};
        QTest::newRow("act order") << MatrixShape{.bits = 3, .columnGroups = true};
        QTest::newRow("per tensor")
            << MatrixShape{.groupSize = 128, .perTensor = true, .symmetric = true};
        QTest::newRow("odd rows") << MatrixShape{.rows = 7, .cols = 53, .bits = 3, .groupSize = 10};
        QTest::newRow("one weight") << MatrixShape{.rows = 1, .cols = 1, .groupSize = 1};
        QTest::newRow("one row of many") << MatrixShape{.rows = 1, .cols = 600'000, .bits = 2};
        for (const int bits : {2, 3, 4})
            QTest::addRow("pairs of %d bits", bits)
                << MatrixShape{.rows = 1030, .cols = 1024, .bits = bits, .groupSize = 1024};
        QTest::newRow("several blocks") << MatrixShape{.rows = 700, .cols = 1000, .bits = 4};
        QTest::newRow("bf16 scales") << MatrixShape{.scaleType = DType::BF16};
        QTest::newRow("f32 scales") << MatrixShape{.scaleType = DType::F32};
        QTest::newRow("nvfp4") << MatrixShape{.grid = "float",
                                              .format = "e2m1",
                                              .groupSize = 16,
                                              .scaleType = DType::F8E4M3,
                                              .tensorScale = 0.25F};
        QTest::newRow("mxfp4") << MatrixShape{
            .grid = "float", .format = "e2m1", .groupSize = 32, .scaleType = DType::F8E8M0};
        for (const char* widths : {"2222", "1322", "1331", "8124"})
            QTest::addRow("mixed %s", widths)
                << MatrixShape{.grid = "mixed", .bits = 2, .widths = widths};
        QTest::newRow("mixed, short last group") << MatrixShape{
            .grid = "mixed", .rows = 37, .cols = 61, .bits = 2, .groupSize = 13, .widths = "13221"};
        QTest::newRow("codebooks of rows")
            << MatrixShape{.grid = "codebook", .bits = 3, .groupSize = 128};
        QTest::newRow("codebooks in order") << MatrixShape{
            .grid = "codebook", .rows = 37, .cols = 61, .groupSize = 13, .columnGroups = true};
        QTest::newRow("one codebook")
            << MatrixShape{.grid = "codebook", .bits = 8, .groupSize = 128, .perTensor = true};
        QTest::newRow("low rank") << MatrixShape{.grid = "codebook", .book = {.rank = 3}};
        QTest::newRow("low rank, 8 bits") << MatrixShape{
            .grid = "codebook", .bits = 2, .book = {.rank = 2, .width = 8, .block = 100}};
        QTest::newRow("nested") << MatrixShape{
            .grid = "nested", .bits = 5, .book = {.width = 6, .block = 8}};
        QTest::newRow("fp8") << MatrixShape{
            .grid = "float", .format = "e4m3", .bits = 8, .groupSize = 128, .perTensor = true};
    }
    void comesBack() {
        QFETCH(MatrixShape, shape);
        const QuantizedMatrix matrix = madeMatrix(shape, "m");
        const auto coded = encodeMatrix(matrix);
        QCOMPARE(codedMatrixBytes(matrix), coded.size());
        QVERIFY(coded.size() < matrix.storedBytes() * 103 / 100 + 100);
        const auto back = decodeMatrix(coded, matrix.layout(), matrix.tensorScale);
        QVERIFY2(back, back ? "" : back.error().message.c_str());
        QVERIFY(**back == matrix);
        for (const std::size_t first : {std::size_t{0}, matrix.rows / 2, matrix.rows - 1})
            for (const std::size_t count : {std::size_t{0}, std::size_t{1}, matrix.rows - first}) {
                const auto rows = decodeMatrixRows(coded, matrix.layout(), first, count);
                QVERIFY(rows);
                QVERIFY(std::ranges::equal(
                    *rows, std::span(matrix.codes)
                               .subspan(first * matrix.rowBytes(), count * matrix.rowBytes())));
            }
        QVERIFY(!decodeMatrixRows(coded, matrix.layout(), matrix.rows, 1));
    }

    void blocksOfGgufComeBack() {
        QuantizedMatrix matrix;
        matrix.grid = "gguf";
        matrix.format = "Q4_K";
        matrix.rows = 5;
        matrix.cols = 512;
        matrix.bits = 4;
        matrix.groupSize = 256;
        matrix.groupsPerRow = 2;
        Rng rng(1);
        for (std::size_t i = 0; i < matrix.rows * matrix.rowBytes(); ++i)
            matrix.codes.push_back(static_cast<std::byte>(rng.below(256)));
        const auto back = decodeMatrix(encodeMatrix(matrix), matrix.layout(), 1);
        QVERIFY(back);
        QVERIFY(**back == matrix);
    }

    // What a small matrix costs beyond its entropy, and what classes of rows save.
    void smallMatricesPayLittle() {
        const QuantizedMatrix even = latticeMatrix(64, 64, 1.5, 0);
        const double overhead = static_cast<double>(codedMatrixBytes(even)) - entropyOfRows(even);
        QVERIFY2(overhead < 40, qPrintable(QString::number(overhead)));
        const QuantizedMatrix uneven = latticeMatrix(64, 256, 3, 4);
        QVERIFY(static_cast<double>(codedMatrixBytes(uneven)) < 0.93 * entropyOfRows(uneven));
        const auto back = decodeMatrix(encodeMatrix(uneven), uneven.layout(), 1);
        QVERIFY(back && **back == uneven);
    }

    void logarithmicScalesCostLittle() {
        for (const int grain : {1, 2, 4, 8, 16, 32, 64}) {
            const double spread = grain <= 8 ? 0.5 : 4.0 / grain; // octaves
            QuantizedMatrix matrix = latticeMatrix(256, 64, 1.5, 0);
            const auto without = static_cast<double>(codedMatrixBytes(matrix));
            matrix.parameterRows = matrix.rows;
            Rng rng(2);
            std::vector<float> scales;
            for (std::size_t r = 0; r < matrix.rows; ++r)
                scales.push_back(static_cast<float>(
                    std::exp2(std::round(grain * (spread * rng.normal() - 5)) / grain)));
            matrix.scales.resize(2 * scales.size());
            fromFloat(DType::F16, scales, matrix.scales);
            const auto coded = encodeMatrix(matrix);
            const double bits = 8 * (static_cast<double>(coded.size()) - without) / 256;
            // Entropy of a normal distribution in steps of 1 / grain, and a little.
            const double needed = std::max(0.0, 2.05 + std::log2(spread * grain));
            QVERIFY2(bits < needed + 0.9, qPrintable(QString::number(bits)));
            const auto back = decodeMatrix(coded, matrix.layout(), 1);
            QVERIFY(back && **back == matrix);
        }
    }

    void largeOnesReachTheEntropy() {
        const QuantizedMatrix matrix = latticeMatrix(1024, 1024, 2, 0);
        QVERIFY(static_cast<double>(codedMatrixBytes(matrix)) < 1.004 * entropyOfRows(matrix));
    }

    void everyTruncationAndFlippedBitIsFound() {
        const QuantizedMatrix matrix = latticeMatrix(16, 24, 2, 3);
        const auto coded = encodeMatrix(matrix);
        for (std::size_t size = 0; size < coded.size(); ++size)
            QVERIFY2(!decodeMatrix(std::span(coded).first(size), matrix.layout(), 1),
                     qPrintable(QString::number(size)));
        for (std::size_t i = 0; i < coded.size() * 8; ++i) {
            auto damaged = coded;
            damaged[i / 8] ^= static_cast<std::byte>(1 << i % 8);
            QVERIFY2(!decodeMatrix(damaged, matrix.layout(), 1), qPrintable(QString::number(i)));
        }
    }

    void damagedMixedOnesAreFound() {
        const QuantizedMatrix matrix = madeMatrix(
            {.grid = "mixed", .rows = 9, .cols = 24, .bits = 2, .groupSize = 8, .widths = "132"},
            "damaged");
        const auto coded = encodeMatrix(matrix);
        for (std::size_t size = 0; size < coded.size(); ++size)
            QVERIFY2(!decodeMatrix(std::span(coded).first(size), matrix.layout(), 1),
                     qPrintable(QString::number(size)));
        for (std::size_t i = 0; i < coded.size() * 8; ++i) {
            auto damaged = coded;
            damaged[i / 8] ^= static_cast<std::byte>(1 << i % 8);
            QVERIFY2(!decodeMatrix(damaged, matrix.layout(), 1), qPrintable(QString::number(i)));
        }
        // Widths of another order, of the same size.
        MatrixLayout other = matrix.layout();
        std::swap(other.groupBits[0], other.groupBits[1]);
        QVERIFY(!decodeMatrix(coded, other, 1));
        QVERIFY(!decodeMatrixRows(coded, other, 0, 1));
        // Each width has its own table: codes that are all alike take next to nothing.
        QuantizedMatrix alike = madeMatrix({.grid = "mixed",
                                            .rows = 256,
                                            .cols = 256,
                                            .bits = 2,
                                            .groupSize = 64,
                                            .widths = "1322"},
                                           "alike");
        const auto random = static_cast<double>(encodeMatrix(alike).size());
        QVERIFY(random < 1.03 * static_cast<double>(alike.storedBytes()));
        std::ranges::fill(alike.codes, std::byte{0});
        QVERIFY(static_cast<double>(encodeMatrix(alike).size()) < 0.2 * random);
    }

    void anotherLayoutIsRefused() {
        const QuantizedMatrix matrix = latticeMatrix(16, 24, 2, 0);
        const auto coded = encodeMatrix(matrix);
        for (const auto& [rows, cols] : {std::pair{24, 16}, {16, 25}, {17, 24}, {1, 1}}) {
            MatrixLayout layout = matrix.layout();
            layout.rows = static_cast<std::size_t>(rows);
            layout.cols = layout.groupSize = static_cast<std::size_t>(cols);
            QVERIFY(!decodeMatrix(coded, layout, 1));
        }
        MatrixLayout huge = matrix.layout();
        huge.rows = std::size_t{1} << 40;
        QVERIFY(!decodeMatrix(coded, huge, 1));
    }

    void modelsFitBellShapes() {
        Rng rng(5);
        for (const double spread : {0.3, 1.0, 4.0, 15.0}) {
            std::vector<std::uint64_t> counts(256);
            for (int i = 0; i < 4096; ++i)
                ++counts[static_cast<std::size_t>(
                    std::clamp(128 + std::lround(spread * rng.normal()), 0L, 255L))];
            const RansTable best = RansTable::fromWeights(counts);
            const TableModel model = fitModel(counts, 128);
            const RansTable table = modelTable(model, 128);
            QVERIFY(table == modelTable(model, 128));
            ByteWriter written;
            best.write(written);
            QVERIFY2(table.bits(counts) <
                         best.bits(counts) + 8.0 * static_cast<double>(written.size()),
                     qPrintable(QStringLiteral("%1: %2 %3")
                                    .arg(spread)
                                    .arg(table.bits(counts))
                                    .arg(best.bits(counts))));
        }
        // Any four bytes are a table.
        for (int i = 0; i < 2000; ++i) {
            const auto byte = [&] { return static_cast<std::uint8_t>(rng.below(256)); };
            const TableModel model{byte(), byte(), byte(), byte()};
            const auto centre = byte();
            const RansTable table = modelTable(model, centre);
            QVERIFY(table.frequency(centre) > 0);
        }
    }
};

QTEST_GUILESS_MAIN(TestCodedMatrix)
#include "tst_coded_matrix.moc"
