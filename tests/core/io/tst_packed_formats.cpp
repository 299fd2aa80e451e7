// core/io/packed: packing of GPTQ, AWQ and compressed-tensors against vectors that can be checked
// by hand, and against a plain per-element reference in both directions.
#include "core/base/random.h"
#include "core/io/packed/awq.h"
#include "core/io/packed/compressed_tensors.h"
#include "core/io/packed/gptq.h"
#include "core/io/packed/name_pattern.h"
#include "core/io/packed/words.h"
#include "core/tensor/bit_packing.h"

#include <QTest>

#include <array>
#include <cstring>

using namespace bitsmith;
using namespace bitsmith::packed;

namespace {

using Codes = std::vector<std::uint8_t>;

// rows x cols codes, each row on its own bytes, as QuantizedMatrix holds them.
std::vector<std::byte> packRows(const Codes& codes, std::size_t rows, std::size_t cols, int bits) {
    const std::size_t rowBytes = packedBytes(cols, bits);
    std::vector<std::byte> out(rows * rowBytes);
    for (std::size_t r = 0; r < rows; ++r)
        packBits(std::span(codes).subspan(r * cols, cols), bits,
                 std::span(out).subspan(r * rowBytes, rowBytes));
    return out;
}

Codes randomCodes(std::size_t count, int bits, std::string_view name) {
    Rng rng(7, name, "codes");
    Codes out(count);
    for (auto& code : out) code = static_cast<std::uint8_t>(rng.below(1U << bits));
    return out;
}

QString hexWords(std::span<const std::byte> bytes) {
    QString out;
    for (std::size_t i = 0; i + 4 <= bytes.size(); i += 4) {
        std::uint32_t word;
        std::memcpy(&word, bytes.data() + i, 4);
        out += QStringLiteral("%1 ").arg(word, 8, 16, QLatin1Char('0'));
    }
    return out.trimmed();
}

std::uint32_t word(std::span<const std::byte> bytes, std::size_t index) {
    std::uint32_t out;
    std::memcpy(&out, bytes.data() + 4 * index, 4);
    return out;
}

std::size_t index(int bits) { return static_cast<std::size_t>(bits); }

} // namespace

class TstPackedFormats : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // One column of codes, all others 0: the words of that column.
    void gptqColumns_data() {
        QTest::addColumn<int>("bits");
        QTest::addColumn<QString>("expected");
        QTest::newRow("4") << 4 << "76543210 76543210 76543210 76543210";
        QTest::newRow("3") << 3 << "88fac688 c688fac6 fac688fa";
        QTest::newRow("2") << 2 << "e4e4e4e4 e4e4e4e4";
    }
    void gptqColumns() {
        QFETCH(int, bits);
        QFETCH(QString, expected);
        Codes column(32);
        for (std::size_t k = 0; k < 32; ++k)
            column[k] = static_cast<std::uint8_t>(k % (bits == 2 ? 4 : 8));
        const auto codes = packRows(column, 1, 32, bits);
        std::vector<std::byte> words(codes.size()), back(codes.size());
        gptqWeight(codes, 1, 32, bits, words);
        QCOMPARE(hexWords(words), expected);
        gptqCodes(words, 1, 32, bits, back);
        QVERIFY(back == codes);
    }
    void gptqEightBits() {
        Codes column(32, 0);
        column[0] = 1, column[1] = 2, column[2] = 3, column[3] = 255;
        std::vector<std::byte> words(32);
        gptqWeight(packRows(column, 1, 32, 8), 1, 32, 8, words);
        QCOMPARE(word(words, 0), 0xff030201U);
    }
    // Feature 8r + j of output n lies in word (r, n), bits 4j.
    void gptqAgreesWithItsDefinition() {
        constexpr std::size_t Outs = 96, Ins = 160;
        for (const int bits : {2, 4, 8}) {
            const Codes codes = randomCodes(Outs * Ins, bits, "gptq");
            std::vector<std::byte> words(Outs * Ins * index(bits) / 8);
            gptqWeight(packRows(codes, Outs, Ins, bits), Outs, Ins, bits, words);
            const std::size_t each = 32 / index(bits);
            for (std::size_t k = 0; k < Ins; ++k)
                for (std::size_t n = 0; n < Outs; ++n)
                    QCOMPARE((word(words, k / each * Outs + n) >> (k % each * index(bits))) &
                                 ((1U << bits) - 1),
                             std::uint32_t{codes[n * Ins + k]});
        }
    }
    void gptqZeroPoints() {
        QuantizedMatrix m;
        m.rows = m.parameterRows = 32;
        m.cols = m.groupSize = 32;
        m.groupsPerRow = 1;
        m.symmetric = true;
        const std::array<std::array<std::uint32_t, 3>, 3> expected{{{2, 0x55555555, 0xaaaaaaaa},
                                                                    {4, 0x77777777, 0x88888888},
                                                                    {8, 0x7f7f7f7f, 0x80808080}}};
        for (const auto& [bits, v1, v2] : expected) {
            m.bits = static_cast<int>(bits);
            for (const auto& [isV2, wanted] : {std::pair{false, v1}, std::pair{true, v2}}) {
                const auto words = gptqQZeros(m, isV2);
                QCOMPARE(words.size(), std::size_t{4 * bits});
                for (std::size_t i = 0; i < bits; ++i) QCOMPARE(word(words, i), wanted);
                QCOMPARE(gptqUniformZero(words, m.bits), (1 << (bits - 1)) - (isV2 ? 0 : 1));
            }
        }
        m.bits = 3; // streams of 3s and of 4s
        QCOMPARE(hexWords(gptqQZeros(m, false)), QStringLiteral("db6db6db b6db6db6 6db6db6d"));
        QCOMPARE(hexWords(gptqQZeros(m, true)), QStringLiteral("24924924 49249249 92492492"));
        QCOMPARE(gptqUniformZero(gptqQZeros(m, true), 3), 4);
    }
    // A zero of 0 is stored as all ones by v1, and does not carry into its neighbours.
    void gptqZerosWrapPerCode() {
        for (const int bits : {2, 3, 4, 8}) {
            Codes zeros = randomCodes(32 * 5, bits, "zeros");
            zeros[0] = 0, zeros[7] = 0;
            for (const bool plusOne : {false, true}) {
                auto words = gptqStoredZeros(zeros, 32, 5, bits, plusOne);
                QVERIFY(gptqZeros(words, 32, 5, bits, plusOne) == zeros);
                if (!plusOne) continue;
                QCOMPARE(word(words, 0) & ((1U << bits) - 1), (1U << bits) - 1);
                QVERIFY(!gptqUniformZero(words, bits));
            }
        }
    }

    void awqWord() {
        Codes codes(8 * 8, 0); // outputs x inputs; input 0 has the codes 0..7
        for (std::size_t n = 0; n < 8; ++n) codes[n * 8] = static_cast<std::uint8_t>(n);
        std::vector<std::byte> words(32), back(32);
        const auto rows = packRows(codes, 8, 8, 4);
        nibblesToAwq(rows, 8, 8, words);
        QCOMPARE(word(words, 0), 0x75316420U);
        QCOMPARE(word(words, 1), 0U);
        nibblesFromAwq(words, 8, 8, back);
        QVERIFY(back == rows);
        Codes zeros(8);
        for (std::size_t n = 0; n < 8; ++n) zeros[n] = static_cast<std::uint8_t>(n);
        const auto stored = awqStoredZeros(zeros, 8, 1);
        QCOMPARE(word(stored, 0), 0x75316420U);
        QVERIFY(awqZeros(stored, 8, 1) == zeros);
    }
    void awqAgreesWithItsDefinition() {
        constexpr std::size_t Outs = 264, Ins = 72;
        const Codes codes = randomCodes(Outs * Ins, 4, "awq");
        const auto rows = packRows(codes, Outs, Ins, 4);
        std::vector<std::byte> words(rows.size()), back(rows.size());
        nibblesToAwq(rows, Ins, Outs, words);
        constexpr std::array<int, 8> NibbleOfOutput{0, 4, 1, 5, 2, 6, 3, 7};
        for (std::size_t k = 0; k < Ins; ++k)
            for (std::size_t n = 0; n < Outs; ++n)
                QCOMPARE((word(words, k * (Outs / 8) + n / 8) >> (4 * NibbleOfOutput[n % 8])) & 15U,
                         std::uint32_t{codes[n * Ins + k]});
        nibblesFromAwq(words, Ins, Outs, back);
        QVERIFY(back == rows);
    }

    void compressedWordsOfKnownCodes() {
        Codes eight(8);
        for (std::size_t i = 0; i < 8; ++i) eight[i] = static_cast<std::uint8_t>(i); // -8 .. -1
        const auto rows = packRows(eight, 1, 8, 4);
        QCOMPARE(hexWords(compressedWords(rows, 1, 8, 4, false)), QStringLiteral("76543210"));
        const Codes ten{0, 1, 2, 3, 4, 5, 6, 7, 0, 1};
        for (const bool padded : {false, true})
            QCOMPARE(hexWords(compressedWords(packRows(ten, 1, 10, 3), 1, 10, 3, padded)),
                     QStringLiteral("08fac688"));
    }
    // 32 codes k mod 8 of 3 bits: three full words since version 0.18, four with two idle bits each
    // before. The dense words: compressed-tensors 0.20, pack_to_int32.
    void compressedPackings() {
        Codes codes(32);
        for (std::size_t k = 0; k < 32; ++k) codes[k] = static_cast<std::uint8_t>(k % 8);
        const auto rows = packRows(codes, 1, 32, 3);
        QCOMPARE(hexWords(compressedWords(rows, 1, 32, 3, false)),
                 QStringLiteral("88fac688 c688fac6 fac688fa"));
        QCOMPARE(hexWords(compressedWords(rows, 1, 32, 3, true)),
                 QStringLiteral("08fac688 1a23eb1a 2c688fac 0000003e"));
    }
    void compressedRoundTrips() {
        constexpr std::size_t Rows = 70, Cols = 77;
        for (int bits = 2; bits <= 8; ++bits)
            for (const bool padded : {false, true}) {
                const Codes codes = randomCodes(Rows * Cols, bits, "ct");
                const auto rows = packRows(codes, Rows, Cols, bits);
                const auto words = compressedWords(rows, Rows, Cols, bits, padded);
                QVERIFY(compressedCodes(words, Rows, Cols, bits, padded) == rows);
                const Codes zeros = randomCodes(Rows * 5, bits, "zp");
                const auto stored = compressedZeroWords(zeros, Rows, 5, bits, padded);
                QVERIFY(compressedZeros(stored, Rows, 5, bits, padded) == zeros);
                // Down the first column, one word after the other.
                const std::size_t each = 32 / index(bits);
                if (padded || 32 % bits == 0)
                    for (std::size_t r = 0; r < Rows; ++r)
                        QCOMPARE((word(stored, r / each * 5) >> (r % each * index(bits))) &
                                     ((1U << bits) - 1),
                                 std::uint32_t{zeros[r * 5]});
                const auto numbers = signedOfCodes(codes, bits);
                QVERIFY(codesOfSigned(numbers, bits) == codes);
            }
        const std::array<std::byte, 1> eight{std::byte{8}};
        QVERIFY(!codesOfSigned(eight, 4));
        QCOMPARE(codesOfSigned(eight, 5)->at(0), std::uint8_t{24});
    }
    void reciprocals() {
        for (const float global : {1.0F, 3.0F, 448.0F * 6 / 0.7371F, 1e-3F}) {
            const float scale = 1 / global;
            const auto back = exactReciprocal(scale);
            QVERIFY(back && 1 / *back == scale);
        }
        QVERIFY(!exactReciprocal(0));
    }

    void patterns_data() {
        QTest::addColumn<QString>("pattern");
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("expected");
        const char* q = "model.layers.11.self_attn.q_proj";
        QTest::newRow("exact") << R"(^model\.layers\.11\.self_attn\.q_proj$)" << q << true;
        QTest::newRow("other") << R"(^model\.layers\.1\.self_attn\.q_proj$)" << q << false;
        QTest::newRow("beginning") << R"(model\.layers\.1)" << q << true;
        QTest::newRow("not inside") << R"(layers)" << q << false;
        QTest::newRow("any") << R"(.*self_attn\.(q|k|v|o)_proj$)" << q << true;
        QTest::newRow("lazy") << R"(.*?_proj)" << q << true;
        QTest::newRow("digits") << R"(model\.layers\.\d+\.)" << q << true;
        QTest::newRow("class") << R"(model\.layers\.[0-9]+\.self_attn\.[qk]_proj)" << q << true;
        QTest::newRow("negated") << R"(model\.layers\.[^1]+\.)" << q << false;
        QTest::newRow("group") << R"(model\.layers\.(?:1[0-3]|9)\.)" << q << true;
        QTest::newRow("optional") << R"((model\.)?layers)"
                                  << "layers.0" << true;
        QTest::newRow("choice") << "foo|model" << q << true;
        QTest::newRow("plus") << "ab+c"
                              << "abbbc" << true;
        QTest::newRow("plus none") << "ab+c"
                                   << "ac" << false;
        QTest::newRow("empty") << "" << q << true;
        QTest::newRow("end") << "^$" << q << false;
    }
    void patterns() {
        QFETCH(QString, pattern);
        QFETCH(QString, name);
        QFETCH(bool, expected);
        const auto parsed = NamePattern::parse(pattern.toStdString());
        QVERIFY2(parsed.has_value(), parsed ? "" : parsed.error().message.c_str());
        QCOMPARE(parsed->matches(name.toStdString()), expected);
    }
    void unknownPatternsAreRefused() {
        for (const char* text :
             {"(?!a)b", "a{3}", "(a", "a)", "[a", "a**", "*a", "\\1", "a\\", "(?P<n>a)"}) {
            const auto parsed = NamePattern::parse(text);
            QVERIFY2(!parsed, text);
            QCOMPARE(parsed.error().code, ErrorCode::Unsupported);
            QVERIFY(parsed.error().message.find(text[0] == 'a' ? "a" : text) != std::string::npos);
        }
        QVERIFY(!NamePattern::parse(std::string(5000, 'a')));
        QVERIFY(!NamePattern::parse(std::string(40, '(') + std::string(40, ')')));
    }
    // Backtracking would need 2^40 steps.
    void patternsTakeLinearTime() {
        const auto parsed = NamePattern::parse("(a*)*(a|a)*(a*a*a*a*)*b");
        QVERIFY(parsed.has_value());
        QVERIFY(!parsed->matches(std::string(4000, 'a')));
        QVERIFY(parsed->matches(std::string(4000, 'a') + "b"));
    }
};

QTEST_GUILESS_MAIN(TstPackedFormats)
#include "tst_packed_formats.moc"
