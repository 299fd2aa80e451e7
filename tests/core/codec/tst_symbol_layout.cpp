// Layouts of symbols: exact both ways for any bytes of any size, and the symbols are the ones that
// the formats mean.
#include "core/codec/block_layouts.h"
#include "core/codec/symbol_layout.h"
#include "tests/support/symbol_layouts.h"

#include <QTest>

#include <set>

using namespace bitsmith;

class TestSymbolLayout : public QObject {
    Q_OBJECT
private slots:
    void everyLayoutIsExact() {
        std::set<std::string> names;
        for (const SymbolLayout& layout : test::everyLayout()) {
            names.insert(layout.name());
            const std::size_t unit = layout.unitBytes();
            std::vector<std::size_t> sizes;
            for (std::size_t n = 0; n < 40; ++n) sizes.push_back(n);
            for (const std::size_t n : {unit - 1, unit, unit + 1, 3 * unit, 3 * unit + unit / 2,
                                        std::size_t{777}, std::size_t{5000}})
                sizes.push_back(n);
            SymbolPlanes planes; // reused, as the coders do
            for (const std::size_t size : sizes)
                for (const auto filling : {test::Filling::Random, test::Filling::Ones}) {
                    const auto bytes = test::fill(filling, size, 7);
                    layout.split(bytes, planes);
                    QCOMPARE(planes.size(), layout.planes());
                    for (std::size_t p = 0; p < planes.size(); ++p) {
                        QCOMPARE(planes[p].size(), layout.symbols(p, size));
                        for (const std::uint8_t s : planes[p]) QVERIFY(s >> layout.bits(p) == 0);
                    }
                    std::vector<std::byte> back(size, std::byte{0xa5});
                    layout.join(planes, back);
                    QVERIFY2(back == bytes,
                             qPrintable(QString("%1, %2 bytes")
                                            .arg(QString::fromStdString(layout.name()))
                                            .arg(size)));
                }
        }
        QVERIFY(names.size() > 40);
    }

    // Each bit of a block is in exactly one symbol bit, and each symbol bit has one.
    void blockDescriptionsAreComplete() {
        for (const BlockFormat& format : allBlockFormats()) {
            const BlockLayout* block = findBlockLayout(format.ggufType);
            if (format.blockSize == 1) continue;
            QVERIFY(block);
            QCOMPARE(block->bytes, format.blockBytes);
            std::vector<int> bits(8 * block->bytes), symbolBits;
            std::vector<std::size_t> first;
            for (const BlockPlane& plane : block->planes) {
                first.push_back(symbolBits.size());
                symbolBits.resize(symbolBits.size() + 8 * plane.symbols);
            }
            for (const BlockRun& run : block->runs)
                for (std::size_t i = 0; i < run.count; ++i)
                    for (int b = 0; b < run.bits; ++b) {
                        ++bits.at(8 * (run.from + i) + static_cast<std::size_t>(run.shift + b));
                        const std::size_t symbol = run.to + i * run.toStep;
                        QVERIFY(symbol < block->planes[run.plane].symbols);
                        QVERIFY(run.place + b < block->planes[run.plane].bits);
                        ++symbolBits.at(first[run.plane] + 8 * symbol +
                                        static_cast<std::size_t>(run.place + b));
                    }
            for (const int count : bits) QVERIFY2(count == 1, format.name.data());
            for (const int count : symbolBits) QVERIFY2(count <= 1, format.name.data());
        }
    }

    // The codes of a block are the numbers that its decoder multiplies: with scales of 1 and mins
    // of 0 the decoded values are a permutation of codes minus an offset.
    void blockCodesAreTheQuantizedNumbers_data() {
        QTest::addColumn<QString>("type");
        QTest::addColumn<int>("offset");
        QTest::addColumn<QList<int>>("halfOnes"); // where 16-bit floats of 1 stand
        QTest::addColumn<QList<int>>("byteOnes"); // where bytes of 1 stand
        QTest::newRow("Q4_0") << "Q4_0" << 8 << QList<int>{0} << QList<int>{};
        QTest::newRow("Q5_0") << "Q5_0" << 16 << QList<int>{0} << QList<int>{};
        QTest::newRow("Q5_1") << "Q5_1" << 0 << QList<int>{0} << QList<int>{};
        QList<int> first16, sixth16;
        for (int i = 0; i < 16; ++i) {
            first16 << i;
            sixth16 << 192 + i;
        }
        QTest::newRow("Q2_K") << "Q2_K" << 0 << QList<int>{80} << first16;
        QTest::newRow("Q6_K") << "Q6_K" << 32 << QList<int>{208} << sixth16;
        QTest::newRow("Q4_K") << "Q4_K" << 0 << QList<int>{0}
                              << QList<int>{4, 5, 6, 7, 12, 13, 14, 15};
        QTest::newRow("Q5_K") << "Q5_K" << 0 << QList<int>{0}
                              << QList<int>{4, 5, 6, 7, 12, 13, 14, 15};
    }
    void blockCodesAreTheQuantizedNumbers() {
        QFETCH(QString, type);
        QFETCH(int, offset);
        QFETCH(QList<int>, halfOnes);
        QFETCH(QList<int>, byteOnes);
        const BlockFormat& format = *findBlockFormat(type.toStdString());
        auto block = test::fill(test::Filling::Random, format.blockBytes, 11);
        // All that is no code: zero, then the ones.
        const SymbolLayout layout = SymbolLayout::ofBlocks(format);
        SymbolPlanes planes;
        layout.split(block, planes);
        std::size_t codes = 0;
        for (std::size_t p = 0; p < planes.size(); ++p)
            if (planes[p].size() == format.blockSize) codes = p;
        QCOMPARE(planes[codes].size(), format.blockSize);
        for (std::size_t p = 0; p < planes.size(); ++p)
            if (p != codes) std::ranges::fill(planes[p], std::uint8_t{0});
        layout.join(planes, block);
        for (const int at : halfOnes) {
            block[static_cast<std::size_t>(at)] = std::byte{0};
            block[static_cast<std::size_t>(at) + 1] = std::byte{0x3c};
        }
        for (const int at : byteOnes) block[static_cast<std::size_t>(at)] |= std::byte{1};
        std::vector<float> values(format.blockSize);
        format.decode(block.data(), 1, values.data());
        std::multiset<int> decoded, expected;
        for (const float v : values) decoded.insert(static_cast<int>(v));
        for (const std::uint8_t code : planes[codes]) expected.insert(code - offset);
        QVERIFY(decoded == expected);
    }

    void exponentsStandAlone() {
        const auto bytes = test::fill(test::Filling::Gaussian, 2000, 3);
        SymbolPlanes planes;
        SymbolLayout::ofDType(DType::BF16).split(bytes, planes);
        for (std::size_t i = 0; i < 1000; ++i) {
            const unsigned word = std::to_integer<unsigned>(bytes[2 * i]) |
                                  std::to_integer<unsigned>(bytes[2 * i + 1]) << 8;
            QCOMPARE(unsigned{planes[0][i]}, word >> 7 & 255);
            QCOMPARE(unsigned{planes[1][i]}, (word >> 8 & 128) | (word & 127));
        }
    }

    // 3-bit GPTQ: code k of a column is at bit 3 k of its three words.
    void wordColumnsStraddleWords() {
        constexpr std::size_t Columns = 5;
        std::vector<std::uint32_t> words(3 * Columns);
        std::vector<std::vector<unsigned>> codes(Columns, std::vector<unsigned>(32));
        std::mt19937 random(5);
        for (std::size_t c = 0; c < Columns; ++c)
            for (std::size_t k = 0; k < 32; ++k) {
                codes[c][k] = random() % 8;
                for (std::size_t b = 0; b < 3; ++b)
                    words[(3 * k + b) / 32 * Columns + c] |= (codes[c][k] >> b & 1)
                                                             << ((3 * k + b) % 32);
            }
        SymbolPlanes planes;
        const auto layout = SymbolLayout::wordColumns(3, 4 * Columns);
        layout.split(std::as_bytes(std::span(words)), planes);
        for (std::size_t c = 0; c < Columns; ++c)
            for (std::size_t k = 0; k < 32; ++k)
                QCOMPARE(unsigned{planes[0][32 * c + k]}, codes[c][k]);
    }

    void layoutsAreStored() {
        for (const SymbolLayout& layout : test::everyLayout()) {
            ByteWriter out;
            layout.write(out);
            ByteReader in(out.bytes());
            const auto back = SymbolLayout::read(in);
            QVERIFY(back && *back == layout && in.atEnd());
        }
        for (const std::vector<int>& bytes : {std::vector<int>{7},
                                              {255},
                                              {1, 1},
                                              {1, 65},
                                              {2, 0, 0},
                                              {2, 9, 0},
                                              {2, 3, 255, 255, 255, 255, 15},
                                              {3, 3, 0},
                                              {3, 3, 6},
                                              {3, 8, 255, 255, 255, 1},
                                              {6, 0},
                                              {6, 99},
                                              {6},
                                              {}}) {
            std::vector<std::byte> stored;
            for (const int b : bytes) stored.push_back(static_cast<std::byte>(b));
            ByteReader in(stored);
            QVERIFY(!SymbolLayout::read(in));
        }
    }
};

QTEST_GUILESS_MAIN(TestSymbolLayout)
#include "tst_symbol_layout.moc"
