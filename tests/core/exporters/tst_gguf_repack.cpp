// Quantized matrices as GGUF blocks: the same numbers, or a reason why not.
#include "core/base/random.h"
#include "core/exporters/gguf/repack.h"
#include "core/tensor/bit_packing.h"
#include "core/tensor/convert.h"

#include <QTest>

#include <cmath>
#include <cstring>

using namespace bitsmith;

namespace {

MatrixLayout layoutOf(int bits, bool symmetric, std::size_t group, std::size_t cols = 96) {
    MatrixLayout layout;
    layout.rows = 5;
    layout.cols = cols;
    layout.bits = bits;
    layout.groupSize = group;
    layout.groupsPerRow = (cols + group - 1) / group;
    layout.parameterRows = layout.rows;
    layout.symmetric = symmetric;
    return layout;
}

// Random codes, scales and zeros, the extreme ones among them.
QuantizedMatrix matrixOf(const MatrixLayout& layout) {
    QuantizedMatrix m;
    static_cast<MatrixLayout&>(m) = layout;
    Rng rng(3, "repack", "test");
    const auto top = static_cast<std::uint32_t>((1 << layout.bits) - 1);
    for (std::size_t r = 0; r < m.rows; ++r) {
        std::vector<std::uint8_t> codes(m.cols);
        for (std::size_t c = 0; c < codes.size(); ++c)
            codes[c] = static_cast<std::uint8_t>(
                c == 0   ? 0
                : c == 1 ? top
                         : static_cast<std::uint32_t>(rng.next() % (top + 1)));
        m.codes.resize((r + 1) * m.rowBytes());
        packBits(codes, m.bits, std::span(m.codes).subspan(r * m.rowBytes(), m.rowBytes()));
    }
    std::vector<float> scales(m.parameters());
    for (float& scale : scales)
        scale = halfToFloat(floatToHalf(static_cast<float>(0.01 * (1 + rng.next() % 100))));
    if (m.scaleType == DType::F8E8M0)
        for (float& scale : scales) scale = std::exp2(static_cast<float>(rng.next() % 20) - 10);
    m.scales.resize(scales.size() * byteSize(m.scaleType));
    if (m.scaleType == DType::F8E8M0)
        for (std::size_t i = 0; i < scales.size(); ++i)
            m.scales[i] = static_cast<std::byte>(floatToE8m0(scales[i]));
    else
        fromFloat(m.scaleType, scales, m.scales);
    if (m.grid == "affine" && !m.symmetric)
        for (std::size_t i = 0; i < m.parameters(); ++i)
            m.zeros.push_back(static_cast<std::uint8_t>(i == 0   ? 0
                                                        : i == 1 ? top
                                                                 : rng.next() % (top + 1)));
    return m;
}

void compareDecoded(const QuantizedMatrix& matrix, const BlockFormat& format) {
    const std::size_t rowBytes = format.rowBytes(matrix.cols);
    std::vector<std::byte> blocks(matrix.rows * rowBytes);
    // In two calls, as a writer does it.
    repackRows(matrix, format, 0, 2, std::span(blocks).first(2 * rowBytes));
    repackRows(matrix, format, 2, matrix.rows - 2, std::span(blocks).subspan(2 * rowBytes));
    Matrix decoded(matrix.rows, matrix.cols);
    format.decode(blocks.data(), matrix.rows * matrix.cols / format.blockSize, decoded.data());
    const Matrix expected = decode(matrix);
    for (std::size_t i = 0; i < expected.values().size(); ++i)
        QCOMPARE(decoded.values()[i], expected.values()[i]);
}

} // namespace

class TstGgufRepack : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sameNumbers_data() {
        QTest::addColumn<int>("bits");
        QTest::addColumn<bool>("symmetric");
        QTest::addColumn<int>("group");
        QTest::addColumn<QString>("format");
        QTest::newRow("2") << 2 << true << 32 << "Q4_0";
        QTest::newRow("2 with zeros") << 2 << false << 64 << "Q4_0";
        QTest::newRow("3") << 3 << true << 96 << "Q4_0";
        QTest::newRow("3 with zeros") << 3 << false << 32 << "Q4_0";
        QTest::newRow("4") << 4 << true << 32 << "Q4_0";
        QTest::newRow("4, last group short") << 4 << true << 64 << "Q4_0";
        QTest::newRow("4 with zeros") << 4 << false << 32 << "Q5_0";
        QTest::newRow("5") << 5 << true << 32 << "Q5_0";
        QTest::newRow("5 with zeros") << 5 << false << 32 << "Q8_0";
        QTest::newRow("6") << 6 << true << 32 << "Q8_0";
        QTest::newRow("7 with zeros") << 7 << false << 32 << "Q8_0";
        QTest::newRow("8") << 8 << true << 32 << "Q8_0";
    }
    void sameNumbers() {
        QFETCH(int, bits);
        QFETCH(bool, symmetric);
        QFETCH(int, group);
        QFETCH(QString, format);
        const MatrixLayout layout = layoutOf(bits, symmetric, static_cast<std::size_t>(group));
        const auto chosen = blockFormatFor(layout);
        QVERIFY2(chosen.has_value(), chosen ? "" : chosen.error().message.c_str());
        QCOMPARE(QString::fromUtf8((*chosen)->name.data()), format);
        const QuantizedMatrix matrix = matrixOf(layout);
        QVERIFY(checkRepack(matrix).has_value());
        compareDecoded(matrix, **chosen);
    }

    void oneScaleForARow() {
        MatrixLayout layout = layoutOf(4, true, 100, 96); // one group, whatever its size is called
        layout.groupSize = 96;
        const auto chosen = blockFormatFor(layout).value();
        compareDecoded(matrixOf(layout), *chosen);
        layout.parameterRows = 1; // and one for the whole tensor
        compareDecoded(matrixOf(layout), *chosen);
    }

    void powerOfTwoScales() {
        MatrixLayout layout = layoutOf(4, false, 32);
        layout.grid = "float";
        layout.format = "e2m1";
        layout.scaleType = DType::F8E8M0;
        const auto chosen = blockFormatFor(layout).value();
        QCOMPARE(chosen->name, std::string_view("MXFP4"));
        QuantizedMatrix matrix = matrixOf(layout);
        QVERIFY(checkRepack(matrix).has_value());
        compareDecoded(matrix, *chosen);
        matrix.tensorScale = 2;
        QVERIFY(checkRepack(matrix).error().message.find("whole tensor") != std::string::npos);
    }

    void wideScales() {
        MatrixLayout layout = layoutOf(4, true, 32);
        layout.scaleType = DType::F32;
        QuantizedMatrix matrix = matrixOf(layout); // F16 numbers, stored as F32
        QVERIFY(checkRepack(matrix).has_value());
        compareDecoded(matrix, *blockFormatFor(layout).value());
        const float odd = 0.1f;
        std::memcpy(matrix.scales.data() + 4, &odd, sizeof(odd));
        const Status held = checkRepack(matrix);
        QVERIFY(!held);
        QVERIFY2(held.error().message.find("F16") != std::string::npos,
                 held.error().message.c_str());
    }

    void saysWhyNot_data() {
        QTest::addColumn<QString>("change");
        QTest::addColumn<QString>("expected");
        QTest::newRow("act order") << "order"
                                   << "activation order";
        QTest::newRow("group 48") << "group"
                                  << "groups of 48";
        QTest::newRow("columns") << "cols"
                                 << "80 columns";
        QTest::newRow("8 bits with zeros") << "zeros"
                                           << "-255 to 255";
        QTest::newRow("e4m3") << "float"
                              << "MXFP4";
        QTest::newRow("mixed") << "mixed"
                               << "different widths";
        QTest::newRow("codebook") << "codebook"
                                  << "codebooks of 16 levels";
        QTest::newRow("nested") << "nested"
                                << "scales and minimums are 6 bits";
        QTest::newRow("unknown block") << "block"
                                       << "'Q9_K'";
    }
    void saysWhyNot() {
        QFETCH(QString, change);
        QFETCH(QString, expected);
        MatrixLayout layout = layoutOf(4, true, 32);
        if (change == "order") layout.columnGroups = true;
        if (change == "group") layout = layoutOf(4, true, 48);
        if (change == "cols") layout = layoutOf(4, true, 16, 80);
        if (change == "zeros") layout = layoutOf(8, false, 32);
        if (change == "float") {
            layout.grid = "float";
            layout.format = "e4m3";
            layout.bits = 8;
        }
        if (change == "mixed") {
            layout = layoutOf(4, false, 32);
            layout.grid = "mixed";
            layout.groupBits.assign(layout.groupsPerRow, 4);
        }
        if (change == "codebook" || change == "nested") {
            layout = layoutOf(4, false, 32);
            layout.grid = change.toStdString();
            if (change == "nested") layout.book = {.width = 6, .block = 8};
        }
        if (change == "block") {
            layout.grid = "gguf";
            layout.format = "Q9_K";
        }
        const auto chosen = blockFormatFor(layout);
        QVERIFY(!chosen);
        QVERIFY2(chosen.error().message.find(expected.toStdString()) != std::string::npos,
                 chosen.error().message.c_str());
    }
};

QTEST_GUILESS_MAIN(TstGgufRepack)
#include "tst_gguf_repack.moc"
