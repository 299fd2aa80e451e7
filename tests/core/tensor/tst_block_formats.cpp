// The table of GGUF's element types, and decoders against values that ggml's own code gave.
#include "core/tensor/blocks/block_format.h"
#include "core/tensor/convert.h"
#include "tests/support/block_vectors.h"

#include <QTest>

#include <cmath>
#include <cstring>
#include <random>
#include <set>

using namespace bitsmith;

namespace {

std::vector<float> decoded(const BlockFormat& format, const std::vector<std::byte>& blocks) {
    const std::size_t count = blocks.size() / format.blockBytes;
    std::vector<float> out(count * format.blockSize);
    format.decode(blocks.data(), count, out.data());
    return out;
}

} // namespace

class TstBlockFormats : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tableIsConsistent() {
        std::set<std::string_view> names;
        std::set<std::uint32_t> ids;
        for (const BlockFormat& format : allBlockFormats()) {
            QVERIFY(names.insert(format.name).second);
            QVERIFY(ids.insert(format.ggufType).second);
            QVERIFY(format.blockSize > 0 && format.blockBytes > 0);
            QCOMPARE(findBlockFormat(format.name), &format);
            QCOMPARE(findBlockFormat(format.ggufType), &format);
            QVERIFY(format.bits >= 1 && format.bits <= 64);
            // What the codes need fits into the block (five ternary digits share a byte).
            if (format.name != "TQ1_0")
                QVERIFY(format.blockBytes * 8 >=
                        format.blockSize * static_cast<std::size_t>(format.bits));
        }
        // Types that ggml withdrew, and beyond the last.
        for (const std::uint32_t gone : {4U, 5U, 31U, 32U, 33U, 36U, 37U, 38U, 43U, 1000U})
            QVERIFY(!findBlockFormat(gone));
        QVERIFY(!findBlockFormat("Q4_2"));
        QVERIFY(!findBlockFormat(""));
        QVERIFY(!findBlockFormat("q4_0")); // spelled as llama.cpp does
    }

    void sizes() {
        QCOMPARE(findBlockFormat("Q4_K")->rowBytes(512), std::size_t{288});
        QCOMPARE(findBlockFormat("Q8_0")->rowBytes(4096), std::size_t{4352});
        QCOMPARE(findBlockFormat("MXFP4")->rowBytes(64), std::size_t{34});
        QCOMPARE(findBlockFormat("F16")->rowBytes(7), std::size_t{14});
        QCOMPARE(findBlockFormat("IQ2_XXS")->blockBytes, std::size_t{66});
        QVERIFY(!findBlockFormat("IQ2_XXS")->decode);
        QVERIFY(!findBlockFormat("IQ3_S")->decode);
        QVERIFY(!findBlockFormat("I32")->decode);
    }

    void knownValues_data() {
        QTest::addColumn<QString>("name");
        for (const auto& [name, vector] : test::blockVectors())
            QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }
    void knownValues() {
        QFETCH(QString, name);
        const test::BlockVector& vector = test::blockVectors().at(name.toStdString());
        const BlockFormat* format = findBlockFormat(name.toStdString());
        QVERIFY(format && format->decode);
        QCOMPARE(vector.plain.size(), format->blockBytes);
        const auto values = decoded(*format, vector.plain);
        QCOMPARE(vector.decoded.size(), std::size_t{9});
        for (std::size_t i = 0; i < 9; ++i) { // the file has nine digits
            const float want = vector.decoded[i], got = i < 8 ? values[i] : values.back();
            QVERIFY2(std::abs(got - want) <= 1e-8F + 2e-9F * std::abs(want) ||
                         std::abs(got - want) <= 6e-9F * std::abs(want),
                     qPrintable(QString("%1: %2, not %3").arg(i).arg(got, 0, 'g', 9).arg(want)));
        }
        const auto x = test::vectorInput(values.size());
        double error = 0, whole = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            error += std::pow(double(x[i]) - values[i], 2);
            whole += std::pow(double(x[i]), 2);
        }
        QVERIFY(std::abs(std::sqrt(error / whole) - vector.rms) < 1e-6);
    }

    void allTypesWithVectorsAreCovered() {
        std::size_t decoders = 0;
        for (const BlockFormat& format : allBlockFormats())
            if (format.decode && format.blockSize > 1) {
                ++decoders;
                QVERIFY2(test::blockVectors().contains(std::string(format.name)),
                         std::string(format.name).c_str());
            }
        QCOMPARE(test::blockVectors().size(), decoders);
    }

    // Any bytes are a block: no crash, nothing written beyond, and many blocks decode as each
    // alone.
    void randomBytes() {
        std::mt19937 random(5);
        for (const BlockFormat& format : allBlockFormats()) {
            if (!format.decode) continue;
            constexpr std::size_t Count = 37;
            std::vector<std::byte> bytes(Count * format.blockBytes);
            for (std::byte& b : bytes) b = static_cast<std::byte>(random());
            std::vector<float> all(Count * format.blockSize + 1, 42.0F);
            format.decode(bytes.data(), Count, all.data());
            QCOMPARE(all.back(), 42.0F);
            for (std::size_t k = 0; k < Count; ++k) {
                std::vector<float> one(format.blockSize);
                format.decode(bytes.data() + k * format.blockBytes, 1, one.data());
                QVERIFY(std::memcmp(one.data(), all.data() + k * format.blockSize,
                                    one.size() * sizeof(float)) == 0);
            }
        }
    }

    void plainNumbers() {
        const std::vector<float> x = {0, 1, -2.5F, 65504, 1e-7F};
        std::vector<std::byte> bytes(x.size() * 8);
        fromFloat(DType::BF16, x, std::span(bytes).first(x.size() * 2));
        std::vector<float> out(x.size());
        findBlockFormat("BF16")->decode(bytes.data(), x.size(), out.data());
        QCOMPARE(out[2], -2.5F);
        fromFloat(DType::F16, x, std::span(bytes).first(x.size() * 2));
        findBlockFormat("F16")->decode(bytes.data(), x.size(), out.data());
        QCOMPARE(out[3], 65504.0F);
        const double wide[2] = {0.1, -3};
        findBlockFormat("F64")->decode(reinterpret_cast<const std::byte*>(wide), 2, out.data());
        QCOMPARE(out[0], 0.1F);
        QCOMPARE(out[1], -3.0F);
    }

    // E8M0 has no NaN here: exponent 255 is 2^128, half of which still is a float.
    void sharedExponentsAtTheirEnds() {
        const BlockFormat& format = *findBlockFormat("MXFP4");
        std::vector<std::byte> block(17, std::byte{0x11}); // all codes 1: half of the power
        for (const int e : {0, 1, 2, 127, 255}) {
            block[0] = static_cast<std::byte>(e);
            const double want = std::ldexp(1.0, e - 128);
            QCOMPARE(double(decoded(format, block)[0]), want);
        }
    }
};

QTEST_GUILESS_MAIN(TstBlockFormats)
#include "tst_block_formats.moc"
