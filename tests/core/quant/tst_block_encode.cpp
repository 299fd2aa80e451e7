// GGUF block encoders: ggml's bytes for known weights, sense for all others.
#include "core/quant/blocks/encode.h"
#include "tests/core/quant/samples.h"
#include "tests/support/block_vectors.h"

#include <QTest>

#include <cmath>
#include <fmt/format.h>
#include <limits>

using namespace bitsmith;

namespace {

const BlockFormat& formatOf(const QString& name) { return *findBlockFormat(name.toStdString()); }

std::vector<std::byte> encoded(const BlockFormat& format, ConstMatrixView rows,
                               std::span<const float> importance = {}) {
    std::vector<std::byte> out(rows.rows * format.rowBytes(rows.cols));
    encodeBlocks(format, rows, importance, out);
    return out;
}

std::vector<float> decoded(const BlockFormat& format, const std::vector<std::byte>& blocks) {
    const std::size_t count = blocks.size() / format.blockBytes;
    std::vector<float> out(count * format.blockSize);
    format.decode(blocks.data(), count, out.data());
    return out;
}

// ||x - decoded||^2 / ||x||^2, columns weighted.
double relativeError(const BlockFormat& format, const Matrix& x, std::span<const float> encodeWith,
                     std::span<const float> measureWith) {
    const auto back = decoded(format, encoded(format, x.view(), encodeWith));
    double error = 0, whole = 0;
    for (std::size_t i = 0; i < back.size(); ++i) {
        const double w = measureWith.empty() ? 1.0 : double(measureWith[i % x.cols()]);
        error += w * std::pow(double(x.values()[i]) - back[i], 2);
        whole += w * std::pow(double(x.values()[i]), 2);
    }
    return error / whole;
}

std::string hex(const std::vector<std::byte>& bytes) {
    std::string out;
    for (const std::byte b : bytes) out += fmt::format("{:02x}", static_cast<int>(b));
    return out;
}

} // namespace

class TstBlockEncode : public QObject {
    Q_OBJECT
private:
    void addFormats() {
        QTest::addColumn<QString>("name");
        for (const BlockFormat& format : allBlockFormats())
            if (canEncode(format))
                QTest::newRow(std::string(format.name).c_str())
                    << QString::fromStdString(std::string(format.name));
    }

private Q_SLOTS:
    void knownBytes_data() {
        QTest::addColumn<QString>("name");
        for (const auto& [name, vector] : test::blockVectors())
            QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }
    void knownBytes() {
        QFETCH(QString, name);
        const BlockFormat& format = formatOf(name);
        QVERIFY(canEncode(format));
        const test::BlockVector& vector = test::blockVectors().at(name.toStdString());
        // With the importance, legacy types also look at the whole row: one block is one row.
        const auto x = test::vectorInput(format.blockSize);
        const ConstMatrixView row(x.data(), 1, x.size());
        QCOMPARE(hex(encoded(format, row)), hex(vector.plain));
        QCOMPARE(hex(encoded(format, row, test::vectorImportance(x.size()))), hex(vector.weighted));
    }

    void everyDecodedTypeIsWritten() {
        for (const BlockFormat& format : allBlockFormats())
            QCOMPARE(canEncode(format), format.decode != nullptr && format.name != "F64");
    }

    // Rows together or alone, dense or strided: the same bytes, whatever shares a vector.
    void rowsAreIndependent_data() { addFormats(); }
    void rowsAreIndependent() {
        QFETCH(QString, name);
        const BlockFormat& format = formatOf(name);
        const std::size_t cols = 3 * 256;
        const Matrix x = test::randomMatrix(7, cols + 5, 11, 0.02);
        const ConstMatrixView rows = x.view().columnRange(5, cols);
        const auto importance = test::vectorImportance(cols);
        for (const std::span<const float> w : {std::span<const float>(), std::span(importance)}) {
            const auto all = encoded(format, rows, w);
            for (std::size_t r = 0; r < rows.rows; ++r) {
                const auto one = encoded(format, rows.rowRange(r, 1), w);
                QVERIFY(std::equal(one.begin(), one.end(),
                                   all.begin() + static_cast<std::ptrdiff_t>(r * one.size())));
            }
        }
    }

    // Decoding and encoding again changes nothing for types that store the extreme weight exactly.
    void twiceIsOnce() {
        for (const char* name : {"Q4_0", "Q5_0", "Q8_0", "MXFP4", "TQ1_0", "TQ2_0"}) {
            const BlockFormat& format = *findBlockFormat(std::string_view(name));
            const Matrix x = test::randomMatrix(4, 512, 3, 0.02);
            const auto once = encoded(format, x.view());
            const auto values = decoded(format, once);
            QVERIFY2(encoded(format, {values.data(), 4, 512}) == once, name);
        }
    }

    // Normal weights: the error that each width is known for, and less with more bits.
    void errorsFallWithBits() {
        const Matrix x = test::randomMatrix(32, 1024, 2, 0.02);
        const auto error = [&](std::string_view name) {
            return relativeError(*findBlockFormat(name), x, {}, {});
        };
        QVERIFY(error("Q8_0") < 3e-5);
        QVERIFY(error("Q6_K") < error("Q5_K"));
        QVERIFY(error("Q5_K") < error("Q4_K"));
        QVERIFY(error("Q4_K") < error("Q3_K"));
        QVERIFY(error("Q3_K") < error("Q2_K"));
        QVERIFY(error("Q4_K") < 0.0065);
        QVERIFY(error("Q4_K") < error("Q4_0"));
        QVERIFY(error("IQ4_NL") < error("Q4_0"));
        QVERIFY(error("IQ4_XS") < error("Q4_0"));
        QVERIFY(error("Q2_K") < 0.1);
    }

    // What importance is for: less error where it counts.
    void importanceLowersTheWeightedError() {
        const Matrix x = test::randomMatrix(32, 1024, 2, 0.02);
        std::vector<float> importance(1024);
        for (std::size_t c = 0; c < importance.size(); ++c)
            importance[c] = std::pow(10.0F, 2.0F * static_cast<float>(c * 7919 % 1024) / 1024.0F);
        for (const char* name : {"Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q2_K", "Q3_K", "Q4_K", "Q5_K",
                                 "Q6_K", "IQ4_NL", "IQ4_XS"}) {
            const BlockFormat& format = *findBlockFormat(std::string_view(name));
            const double with = relativeError(format, x, importance, importance);
            const double without = relativeError(format, x, {}, importance);
            QVERIFY2(with < without,
                     qPrintable(QString("%1: %2 against %3").arg(name).arg(with).arg(without)));
        }
    }

    void strangeWeightsStayFinite_data() { addFormats(); }
    void strangeWeightsStayFinite() {
        QFETCH(QString, name);
        const BlockFormat& format = formatOf(name);
        const Matrix noise = test::randomMatrix(1, 256, 9, 1.0);
        std::vector<float> zeros(256), ones(256, 1.0F), holes(256, 0.0F);
        holes[17] = 2;
        for (const float scale : {0.0F, 1e-44F, 1e-38F, 1e-20F, 1e-7F, 1.0F, 1e5F, 1e15F}) {
            Matrix x(3, 256);
            for (std::size_t c = 0; c < 256; ++c) {
                x(0, c) = scale * noise(0, c);
                x(1, c) = c == 100 ? scale : 0.0F; // one outlier
                x(2, c) = -scale;                  // constant
            }
            for (const auto& w : {std::span<const float>(), std::span<const float>(zeros),
                                  std::span<const float>(ones), std::span<const float>(holes)})
                for (const float v : decoded(format, encoded(format, x.view(), w)))
                    QVERIFY2(std::isfinite(v), qPrintable(QString::number(scale)));
        }
        // Zeros stay zeros, the sign aside; a lone sign bit has no zero.
        for (const float v : decoded(format, encoded(format, Matrix(1, 256).view())))
            QCOMPARE(v, 0.0F);
    }

    // The pipeline refuses these; the encoder still must not crash.
    void notANumber_data() { addFormats(); }
    void notANumber() {
        QFETCH(QString, name);
        const BlockFormat& format = formatOf(name);
        for (const float bad :
             {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
              -std::numeric_limits<float>::infinity()}) {
            Matrix x = test::randomMatrix(2, 256, 4, 1.0);
            x(0, 0) = bad;
            x(1, 77) = bad;
            const auto importance = test::vectorImportance(256);
            QCOMPARE(encoded(format, x.view()).size(), 2 * format.rowBytes(256));
            QCOMPARE(encoded(format, x.view(), importance).size(), 2 * format.rowBytes(256));
        }
    }

    // The same importance in other units gives almost the same blocks (sums round differently).
    void unitsOfImportanceDoNotMatter() {
        const Matrix x = test::randomMatrix(8, 512, 21, 0.02);
        auto importance = test::vectorImportance(512), scaled = importance;
        for (float& w : scaled) w *= 1024;
        for (const char* name : {"Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q2_K", "Q3_K", "Q4_K", "Q5_K",
                                 "Q6_K", "IQ4_NL", "IQ4_XS"}) {
            const BlockFormat& format = *findBlockFormat(std::string_view(name));
            QVERIFY2(encoded(format, x.view(), importance) == encoded(format, x.view(), scaled),
                     name);
        }
    }
};

QTEST_GUILESS_MAIN(TstBlockEncode)
#include "tst_block_encode.moc"
