// core/tensor: bit packing and the decoding of quantized matrices, against one-line definitions.
#include "core/base/random.h"
#include "core/tensor/bit_packing.h"
#include "core/tensor/convert.h"
#include "core/tensor/quantized_matrix.h"
#include "tests/support/half_scales.h"

#include <QTest>

#include <bit>
#include <vector>

using namespace bitsmith;
using namespace bitsmith::test;

namespace {

std::vector<std::uint8_t> randomCodes(std::size_t count, int bits, std::uint64_t seed) {
    Rng rng(seed, "codes", "test");
    std::vector<std::uint8_t> codes(count);
    for (auto& code : codes) code = static_cast<std::uint8_t>(rng.below(1U << bits));
    return codes;
}

struct Sample {
    QuantizedMatrix matrix;
    std::vector<std::uint8_t> codes; // unpacked
};

Sample makeSample(std::size_t rows, std::size_t cols, int bits, std::size_t groupSize,
                  std::size_t parameterRows, bool zeros, bool columnGroups) {
    Sample s;
    QuantizedMatrix& m = s.matrix;
    m.rows = rows;
    m.cols = cols;
    m.bits = bits;
    m.groupSize = groupSize;
    m.groupsPerRow = (cols + groupSize - 1) / groupSize;
    m.parameterRows = parameterRows;
    s.codes = randomCodes(rows * cols, bits, 3);
    m.symmetric = !zeros;
    m.columnGroups = columnGroups;
    const std::size_t rowBytes = packedBytes(cols, bits);
    m.codes.resize(rows * rowBytes);
    for (std::size_t r = 0; r < rows; ++r)
        packBits(std::span(s.codes).subspan(r * cols, cols), bits,
                 std::span(m.codes).subspan(r * rowBytes, rowBytes));
    Rng rng(5, "parameters", "test");
    for (std::size_t i = 0; i < parameterRows * m.groupsPerRow; ++i) {
        appendHalfScale(m, floatToHalf(static_cast<float>(0.01 + rng.uniform())));
        if (zeros) m.zeros.push_back(static_cast<std::uint8_t>(rng.below(1U << bits)));
    }
    if (columnGroups)
        for (std::size_t c = 0; c < cols; ++c)
            m.groupOfColumn.push_back(static_cast<std::uint32_t>(rng.below(m.groupsPerRow)));
    return s;
}

float valueByDefinition(const Sample& s, std::size_t r, std::size_t c) {
    const QuantizedMatrix& m = s.matrix;
    const std::size_t g = m.groupOfColumn.empty() ? c / m.groupSize : m.groupOfColumn[c];
    const std::size_t p = (m.parameterRows == 1 ? 0 : r) * m.groupsPerRow + g;
    const int zero = m.zeros.empty() ? 1 << (m.bits - 1) : m.zeros[p];
    return m.scale(p) * static_cast<float>(s.codes[r * m.cols + c] - zero);
}

} // namespace

class TstQuantizedMatrix : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void packingFollowsItsDefinition() {
        for (int bits = 1; bits <= 8; ++bits)
            for (std::size_t count = 0; count < 70; ++count) {
                const auto codes = randomCodes(count, bits, count);
                std::vector<std::byte> expected(packedBytes(count, bits));
                for (std::size_t i = 0; i < count; ++i)
                    for (int b = 0; b < bits; ++b)
                        if ((codes[i] >> b) & 1) {
                            const std::size_t at =
                                i * static_cast<std::size_t>(bits) + static_cast<std::size_t>(b);
                            expected[at / 8] |= std::byte{1} << (at % 8);
                        }
                std::vector<std::byte> packed(expected.size(), std::byte{0xAA});
                packBits(codes, bits, packed);
                QVERIFY(packed == expected);
                std::vector<std::uint8_t> back(count, 0xAA);
                unpackBits(packed, bits, back);
                QVERIFY(back == codes);
            }
    }

    void packingMatchesPublishedVectors() {
        // MLX's byte streams: 3-bit 0..7, 6-bit 1,2,3,4, 5-bit 1..8.
        const auto pack = [](std::vector<std::uint8_t> codes, int bits) {
            std::vector<std::byte> out(packedBytes(codes.size(), bits));
            packBits(codes, bits, out);
            return QByteArray(reinterpret_cast<const char*>(out.data()),
                              static_cast<qsizetype>(out.size()))
                .toHex();
        };
        QCOMPARE(pack({0, 1, 2, 3, 4, 5, 6, 7}, 3), QByteArray("88c6fa"));
        QCOMPARE(pack({1, 2, 3, 4}, 6), QByteArray("813010"));
        QCOMPARE(pack({1, 2, 3, 4, 5, 6, 7, 8}, 5), QByteArray("410c52cc41"));
    }

    void decodesByDefinition_data() {
        QTest::addColumn<int>("cols");
        QTest::addColumn<int>("groupSize");
        QTest::addColumn<bool>("perTensor");
        QTest::addColumn<bool>("zeros");
        QTest::addColumn<bool>("columnGroups");
        QTest::newRow("groups") << 256 << 64 << false << true << false;
        QTest::newRow("short last group") << 201 << 64 << false << true << false;
        QTest::newRow("symmetric") << 131 << 32 << false << false << false;
        QTest::newRow("per channel") << 77 << 77 << false << true << false;
        QTest::newRow("per tensor") << 77 << 77 << true << true << false;
        QTest::newRow("column groups") << 150 << 32 << false << true << true;
        QTest::newRow("one column") << 1 << 1 << false << true << false;
        QTest::newRow("odd groups") << 40 << 7 << false << true << false;
    }
    void decodesByDefinition() {
        QFETCH(int, cols);
        QFETCH(int, groupSize);
        QFETCH(bool, perTensor);
        QFETCH(bool, zeros);
        QFETCH(bool, columnGroups);
        for (int bits = 2; bits <= 8; ++bits) {
            const std::size_t rows = 5;
            const Sample s = makeSample(rows, static_cast<std::size_t>(cols), bits,
                                        static_cast<std::size_t>(groupSize), perTensor ? 1 : rows,
                                        zeros, columnGroups);
            const Matrix all = decode(s.matrix);
            for (std::size_t r = 0; r < rows; ++r)
                for (std::size_t c = 0; c < s.matrix.cols; ++c)
                    QCOMPARE(std::bit_cast<std::uint32_t>(all(r, c)),
                             std::bit_cast<std::uint32_t>(valueByDefinition(s, r, c)));
            const auto packed = packedWeights(std::make_shared<QuantizedMatrix>(s.matrix));
            std::vector<float> part(3 * s.matrix.cols);
            packed->decodeRows(2, 3, part.data());
            QVERIFY(std::equal(part.begin(), part.end(), all.data() + 2 * s.matrix.cols));
            QCOMPARE(packed->storedBytes(), s.matrix.storedBytes());
            QVERIFY(packed->denseFloats() == nullptr);

            const QuantizedMatrix& m = s.matrix;
            std::vector<std::byte> zeroBytes(packedBytes(m.zeros.size(), bits));
            QCOMPARE(m.storedBytes(), m.codes.size() + m.scales.size() + zeroBytes.size() +
                                          4 * m.groupOfColumn.size());
            QCOMPARE(m.bitsPerWeight(), 8.0 * static_cast<double>(m.storedBytes()) /
                                            static_cast<double>(m.rows * m.cols));
        }
    }

    void emptyMatrixDecodes() {
        QuantizedMatrix m;
        m.bits = 4;
        QCOMPARE(m.storedBytes(), std::uint64_t{0});
        QCOMPARE(m.bitsPerWeight(), 0.0);
        QVERIFY(decode(m).empty());
    }
};

QTEST_GUILESS_MAIN(TstQuantizedMatrix)
#include "tst_quantized_matrix.moc"
