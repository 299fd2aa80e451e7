// What is kept beside the codes: rotations are orthogonal and undone, every part comes back and
// adds what its formula says, in the packed and in the coded form, and damage is refused.
#include "core/codec/coded_matrix.h"
#include "core/io/container_parts.h"
#include "core/tensor/rotation.h"
#include "tests/core/quant/samples.h"
#include "tests/support/matrix_model.h"

#include <QTest>
#include <nlohmann/json.hpp>

using namespace bitsmith;
using namespace bitsmith::test;

namespace {

constexpr std::size_t Rows = 24, Cols = 40;

SideParts allParts() {
    SideParts side;
    side.rotationSeed = 77;
    for (std::size_t c = 0; c < Cols; ++c)
        side.columnFactors.push_back(0.5F + 0.125F * float(c % 7));
    side.outliers = {{0, 3, 1.5F}, {0, 39, -2.0F}, {5, 0, 0.25F}, {23, 17, 8.0F}};
    side.left = randomMatrix(Rows, 2, 3);
    side.right = randomMatrix(2, Cols, 4);
    for (std::size_t r = 0; r < Rows; ++r) side.shift.push_back(0.25F * float(r));
    return side;
}

QuantizedMatrix withSide(const SideParts& side, const char* grid = "affine") {
    MatrixShape shape{.grid = grid, .rows = Rows, .cols = Cols, .bits = 4, .groupSize = 20};
    if (std::string_view(grid) == "mixed") shape.widths = "35";
    QuantizedMatrix m = madeMatrix(shape, "side");
    m.side = side.layout();
    m.sideBytes = side.pack(Rows, Cols);
    return m;
}

} // namespace

class TstSideParts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void rotationsAreOrthogonal_data() {
        QTest::addColumn<int>("cols");
        for (const int cols : {1, 2, 3, 15, 64, 172, 288, 1536, 2 * 1031})
            QTest::addRow("%d", cols) << cols;
    }
    void rotationsAreOrthogonal() {
        QFETCH(int, cols);
        const auto n = static_cast<std::size_t>(cols);
        const Rotation rotation(n, 5);
        const Matrix original = randomMatrix(3, n, 9);
        Matrix x = original;
        rotation.apply(x.view());
        double before = 0, after = 0, dot = 0, dotAfter = 0;
        for (std::size_t c = 0; c < n; ++c) {
            before += double(original(0, c)) * original(0, c);
            after += double(x(0, c)) * x(0, c);
            dot += double(original(0, c)) * original(1, c);
            dotAfter += double(x(0, c)) * x(1, c);
        }
        QVERIFY(std::abs(after - before) < 1e-5 * before);
        QVERIFY(std::abs(dotAfter - dot) < 1e-5 * before);
        rotation.undo(x.view());
        for (std::size_t i = 0; i < x.values().size(); ++i)
            QVERIFY(std::abs(x.values()[i] - original.values()[i]) < 1e-5);
    }

    void aSpikeSpreadsEvenly() {
        Matrix x(1, 256);
        x(0, 100) = 16;
        Rotation(256, 1).apply(x.view());
        for (const float v : x.values()) QCOMPARE(std::abs(v), 1.0F);
    }

    void addsWhatItsFormulaSays() {
        const SideParts side = allParts();
        const QuantizedMatrix m = withSide(side);
        QCOMPARE(m.storedBytes() - withSide({}).storedBytes(),
                 8 + 2 * Cols + 4 * Rows + 4 * (2 + 2) + 2 * 2 * (Rows + Cols) + 2 * Rows);
        Matrix expected(Rows, Cols);
        m.decodeCodes(0, Rows, expected.data());
        Rotation(Cols, 77).undo(expected.view());
        const SideParts stored = unpackSide(m.side, Rows, Cols, m.sideBytes);
        for (std::size_t r = 0; r < Rows; ++r)
            for (std::size_t c = 0; c < Cols; ++c) {
                double v = double(expected(r, c)) * side.columnFactors[c];
                for (const Outlier& o : side.outliers)
                    if (o.row == r && o.col == c) v += o.value;
                for (std::size_t k = 0; k < 2; ++k)
                    v += double(stored.left(r, k)) * stored.right(k, c);
                expected(r, c) = float(v);
            }
        const Matrix whole = decode(m);
        for (std::size_t i = 0; i < whole.values().size(); ++i)
            QVERIFY(std::abs(whole.values()[i] - expected.values()[i]) < 1e-4);
        // Single rows are the same as all at once.
        std::vector<float> row(Cols);
        for (std::size_t r = 0; r < Rows; ++r) {
            m.decodeRows(r, 1, row.data());
            QVERIFY(std::ranges::equal(row, whole.view().row(r)));
        }
        QCOMPARE(packedWeights(std::make_shared<const QuantizedMatrix>(m))->outputShift()[3],
                 0.75F);
    }

    void comesBack_data() {
        QTest::addColumn<QString>("grid");
        QTest::addColumn<int>("part");
        for (const char* grid : {"affine", "mixed"})
            for (int part = 0; part <= 5; ++part)
                QTest::addRow("%s, %d", grid, part) << grid << part;
    }
    void comesBack() {
        QFETCH(QString, grid);
        QFETCH(int, part);
        SideParts side = part == 5 ? allParts() : SideParts();
        if (part == 0) side.rotationSeed = allParts().rotationSeed;
        if (part == 1) side.columnFactors = allParts().columnFactors;
        if (part == 2) side.outliers = allParts().outliers;
        if (part == 3) side.left = allParts().left, side.right = allParts().right;
        if (part == 4) side.shift = allParts().shift;
        const QuantizedMatrix m = withSide(side, grid.toLatin1().constData());
        QVERIFY(checkSide(m.side, Rows, Cols, m.sideBytes).has_value());

        ContainerTensor tensor = describeMatrix(m);
        tensor.name = "w";
        tensor.hash = "0";
        const auto read = tensorFromJson(nlohmann::json::parse(tensorToJson(tensor).dump()));
        QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
        QVERIFY(read->layout == m.layout());
        std::vector<std::byte> zeros;
        const auto packed = matrixFromParts(tensor, partsOf(m, zeros));
        QVERIFY2(packed.has_value(), packed ? "" : packed.error().message.c_str());
        QVERIFY(**packed == m);

        const auto coded = encodeMatrix(m);
        const auto decoded = decodeMatrix(coded, m, m.tensorScale);
        QVERIFY2(decoded.has_value(), decoded ? "" : decoded.error().message.c_str());
        QVERIFY(**decoded == m);
        const auto rows = decodeMatrixRows(coded, m, 3, 5);
        QVERIFY(rows.has_value());
        QVERIFY(std::ranges::equal(*rows,
                                   std::span(m.codes).subspan(3 * m.rowBytes(), 5 * m.rowBytes())));
        for (std::size_t i = 0; i < 5 + m.sideBytes.size(); ++i) { // any bit of what is beside
            auto damaged = coded;
            damaged[i] ^= std::byte{16};
            QVERIFY(!decodeMatrix(damaged, m, m.tensorScale).has_value());
        }
    }

    void damageIsRefused() {
        const SideParts side = allParts();
        const QuantizedMatrix m = withSide(side);
        const auto broken = [&](std::size_t at, int value) {
            auto bytes = m.sideBytes;
            bytes[at] = static_cast<std::byte>(value);
            return !checkSide(m.side, Rows, Cols, bytes).has_value();
        };
        const std::size_t ends = 8 + 2 * Cols, columns = ends + 4 * Rows;
        QVERIFY(broken(8 + 1, 0x7C));              // an infinite factor
        QVERIFY(broken(ends, 200));                // more outliers than there are
        QVERIFY(broken(ends + 4 * (Rows - 1), 3)); // one of them in no row
        QVERIFY(broken(columns, Cols));            // a column that is none
        QVERIFY(broken(columns, 39));              // twice the same
        auto bytes = m.sideBytes;
        bytes.pop_back();
        QVERIFY(!checkSide(m.side, Rows, Cols, bytes).has_value());

        ContainerTensor tensor = describeMatrix(m);
        tensor.name = "w";
        tensor.hash = "0";
        const auto refuses = [&](const char* key, nlohmann::json value) {
            auto json = nlohmann::json::parse(tensorToJson(tensor).dump());
            json["side"][key] = std::move(value);
            return !tensorFromJson(json).has_value();
        };
        QVERIFY(refuses("rank", 1 << 20));
        QVERIFY(refuses("rank", 0));
        QVERIFY(refuses("outliers", Rows * Cols + 1));
        QVERIFY(refuses("outliers", -1));
        QVERIFY(refuses("rotated", 3));
        QVERIFY(refuses("mystery", true));
    }
};

QTEST_GUILESS_MAIN(TstSideParts)
#include "tst_side_parts.moc"
