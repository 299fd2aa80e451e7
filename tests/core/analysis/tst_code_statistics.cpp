// Entropies of codes and parameters against counts by hand, for every way to hold codes; what
// coders make of them.
#include "core/analysis/code_statistics.h"
#include "core/analysis/coder_sizes.h"
#include "core/analysis/matrix_codes.h"
#include "core/base/parallel.h"
#include "core/tensor/blocks/block_format.h"
#include "tests/support/matrix_model.h"

#include <QTest>

#include <cmath>
#include <map>
#include <set>

using namespace bitsmith;
using bitsmith::test::madeMatrix;

namespace {

bool near(double a, double b, double tolerance = 1e-9) {
    const bool ok = std::abs(a - b) <= tolerance * std::max({1.0, std::abs(a), std::abs(b)});
    if (!ok) qWarning("%.12g is not %.12g", a, b);
    return ok;
}

// An affine matrix with these codes, scales of 1.
QuantizedMatrix withCodes(const std::vector<std::vector<std::uint8_t>>& rows, int bits,
                          std::size_t groupSize) {
    QuantizedMatrix m = madeMatrix({.rows = rows.size(),
                                    .cols = rows[0].size(),
                                    .bits = bits,
                                    .groupSize = groupSize,
                                    .symmetric = true},
                                   "codes");
    for (std::size_t r = 0; r < rows.size(); ++r)
        packBits(rows[r], bits, std::span(m.codes).subspan(r * m.rowBytes(), m.rowBytes()));
    const std::vector<float> ones(m.parameters(), 1.0F);
    fromFloat(DType::F16, ones, m.scales);
    return m;
}

// Random blocks. Scales are random halves of a narrow range, or any bytes.
QuantizedMatrix randomBlocks(const BlockFormat& format, std::size_t rows, std::size_t blocks) {
    QuantizedMatrix m;
    m.grid = "gguf";
    m.format = format.name;
    m.rows = rows;
    m.cols = blocks * format.blockSize;
    m.bits = format.bits;
    m.groupSize = format.blockSize;
    m.groupsPerRow = blocks;
    Rng rng(5, format.name, "blocks");
    m.codes.resize(rows * m.rowBytes());
    for (auto& byte : m.codes) byte = static_cast<std::byte>(rng.below(256));
    return m;
}

CodeStatistics statisticsOf(const QuantizedMatrix& m) {
    RunContext context;
    return *codeStatistics(m, context);
}

} // namespace

class TstCodeStatistics : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void entropyByHand() {
        const auto h = [](std::vector<std::uint64_t> counts) { return entropyBits(counts); };
        QCOMPARE(h({}), 0.0);
        QCOMPARE(h({7}), 0.0);
        QCOMPARE(h({0, 5, 0}), 0.0);
        QVERIFY(near(h({1, 1}), 1));
        QVERIFY(near(h({4, 4, 4, 4}), 2));
        QVERIFY(near(h({1, 1, 2, 4}), 1.75)); // 1/8 1/8 1/4 1/2
        QVERIFY(near(h({3, 1}), 2 - 0.75 * std::log2(3)));
    }

    void codesByHand() {
        // Row 0 alternates, row 1 is constant, in groups of 4.
        const auto s =
            statisticsOf(withCodes({{0, 1, 0, 1, 0, 1, 0, 1}, {3, 3, 3, 3, 3, 3, 3, 3}}, 2, 4));
        QCOMPARE(s.codeBits, 2);
        QCOMPARE(s.groupSize, std::size_t{4});
        QCOMPARE(s.codes, std::uint64_t{16});
        QCOMPARE(s.histogram, (std::vector<std::uint64_t>{4, 4, 0, 8}));
        QVERIFY(near(s.entropy, 1.5));
        const double kind = 1 / (2 * std::log(2.0)); // the correction for each kind after the first
        QVERIFY(near(s.entropyGivenRow, (8 * 1 + kind + 8 * 0) / 16));
        QVERIFY(near(s.entropyGivenGroup, (2 * (4 * 1 + kind)) / 16));
        QCOMPARE(s.entropyGivenPrevious, 0.0);
        // 2 rows of 2 bytes, 4 scales of 2 bytes.
        QCOMPARE(s.paid.codes, 32.0);
        QCOMPARE(s.paid.scales, 64.0);
        QCOMPARE(s.paid.zeros, 0.0);
        QCOMPARE(s.bitsPaid(), 6.0);
        QVERIFY(near(s.needed.codes, 24));
        QCOMPARE(s.needed.scales, 0.0); // all equal
        // Values code - 2: row 0 is -2 -1 -2 -1, log2(2 / sqrt(2.5)); row 1 is 1 everywhere.
        QCOMPARE(s.ranges.groups, std::uint64_t{4});
        QVERIFY(near(s.ranges.max, std::log2(2 / std::sqrt(2.5)), 1e-6));
        QVERIFY(near(s.ranges.mean, s.ranges.max / 2, 1e-6));
        QCOMPARE(s.ranges.histogram, (std::vector<std::uint64_t>{2, 0, 2}));
    }

    void parametersByHand() {
        QuantizedMatrix m = madeMatrix({.rows = 2, .cols = 8, .bits = 3, .groupSize = 4}, "m");
        m.zeros = {1, 1, 2, 2};
        const std::uint16_t halves[] = {0x3C00, 0x3C00, 0x3C01, 0x4000}; // low: 00 00 01 00
        std::memcpy(m.scales.data(), halves, sizeof halves);             // high: 3C 3C 3C 40
        const auto s = statisticsOf(m);
        QCOMPARE(s.scales, std::uint64_t{4});
        QCOMPARE(s.zeros, std::uint64_t{4});
        QVERIFY(near(s.zeroEntropy, 1));
        QVERIFY(near(s.scaleEntropy, 2 * (2 - 0.75 * std::log2(3))));
        QCOMPARE(s.paid.zeros, 16.0); // 12 bits in whole bytes
        QVERIFY(near(s.needed.zeros, 4));
        QCOMPARE(s.paid.total(), 8.0 * static_cast<double>(m.storedBytes()));
    }

    // Codes of each width by themselves: half at 1 bit of entropy, half at 3.
    void widthsOfGroupsAreCountedApart() {
        const QuantizedMatrix m = madeMatrix({.grid = "mixed",
                                              .rows = 512,
                                              .cols = 64,
                                              .bits = 2,
                                              .groupSize = 16,
                                              .widths = "1331"},
                                             "widths");
        const auto s = statisticsOf(m);
        QCOMPARE(s.codes, std::uint64_t{512 * 64});
        QCOMPARE(s.codeBits, 3);
        QCOMPARE(s.histogram.size(), std::size_t{8});
        QVERIFY(s.entropy > 1.99 && s.entropy <= 2);
        QCOMPARE(s.paid.total(), 8.0 * static_cast<double>(m.storedBytes()));
        QCOMPARE(s.paid.index, 8.0 * 4);
        QCOMPARE(s.zeros, std::uint64_t{512 * 4});
        QCOMPARE(s.ranges.groups, std::uint64_t{512 * 4});
        RunContext context;
        const auto sizes = measureCoders(m, {.mostCodes = 0, .slow = false}, context);
        QVERIFY(sizes.has_value());
        QCOMPARE(sizes->codes, std::uint64_t{512 * 64});
        QCOMPARE(sizes->packedBytes, 512.0 * 64 * 2 / 8);
        for (const CoderSize& coder : sizes->coders) QVERIFY(coder.bitsPerCode >= 1.99);
    }

    void booksArePaidFor() {
        for (const auto& [grid, book] :
             {std::pair{"codebook", CodebookLayout{}},
              {"codebook", CodebookLayout{.rank = 2, .width = 8, .block = 16}},
              {"nested", CodebookLayout{.rank = 0, .width = 6, .block = 8}}}) {
            const QuantizedMatrix m = madeMatrix(
                {.grid = grid, .rows = 64, .cols = 96, .bits = 3, .groupSize = 32, .book = book},
                "books");
            const auto s = statisticsOf(m);
            QCOMPARE(s.codes, std::uint64_t{64 * 96});
            QCOMPARE(s.paid.scales, 8.0 * static_cast<double>(m.books.size()));
            QCOMPARE(s.paid.total(), 8.0 * static_cast<double>(m.storedBytes()));
            QVERIFY(s.needed.scales > 0 && s.needed.scales <= s.paid.scales);
        }
    }

    void actOrderCountsItsIndex() {
        const QuantizedMatrix m = madeMatrix(
            {.rows = 4, .cols = 64, .bits = 4, .groupSize = 16, .columnGroups = true}, "order");
        const auto s = statisticsOf(m);
        QCOMPARE(s.paid.index, 64.0 * 32);
        QVERIFY(near(s.needed.index, 64 * 2)); // four groups of equal size
        QCOMPARE(s.paid.total(), 8.0 * static_cast<double>(m.storedBytes()));
        QCOMPARE(s.ranges.groups, std::uint64_t{16});
        // The same codes with the columns of each group side by side.
        QuantizedMatrix sorted = m;
        sorted.columnGroups = false;
        sorted.groupOfColumn.clear();
        std::vector<std::uint8_t> from(64), to(64);
        for (std::size_t r = 0; r < 4; ++r) {
            const auto bytes = std::span(sorted.codes).subspan(r * 32, 32);
            unpackBits(bytes, 4, from);
            std::size_t at = 0;
            for (std::uint32_t g = 0; g < 4; ++g)
                for (std::size_t c = 0; c < 64; ++c)
                    if (m.groupOfColumn[c] == g) to[at++] = from[c];
            packBits(to, 4, bytes);
        }
        const auto same = statisticsOf(sorted);
        QVERIFY(near(s.entropyGivenGroup, same.entropyGivenGroup));
        QVERIFY(near(s.ranges.mean, same.ranges.mean, 1e-6));
        QCOMPARE(s.ranges.histogram, same.ranges.histogram);
    }

    // Values of a block are a function of its codes that rises (or, with a negative scale, falls)
    // evenly for integer formats: wrong order or wrong bits would break it.
    void blocksAreReadAsTheyDecode_data() {
        QTest::addColumn<QString>("name");
        for (const BlockFormat& format : allBlockFormats())
            if (format.decode && format.blockSize > 1)
                QTest::newRow(std::string(format.name).c_str())
                    << QString::fromStdString(std::string(format.name));
    }
    void blocksAreReadAsTheyDecode() {
        QFETCH(QString, name);
        const BlockFormat& format = *findBlockFormat(name.toStdString());
        const QuantizedMatrix m = randomBlocks(format, 3, 60);
        const auto form = codeForm(m);
        QVERIFY(form);
        std::vector<std::uint16_t> codes(m.rows * m.cols), later(m.cols);
        readCodes(m, 0, m.rows, codes.data());
        readCodes(m, 2, 1, later.data());
        QVERIFY(std::equal(later.begin(), later.end(), codes.end() - std::ptrdiff_t(m.cols)));
        const Matrix values = decode(m);
        std::vector<bool> seen(form->symbols);
        const bool even = !name.startsWith("IQ4") && !name.contains("FP4");
        for (std::size_t first = 0; first < codes.size(); first += form->groupSize) {
            std::map<std::uint16_t, float> levels;
            bool finite = true;
            for (std::size_t i = first; i < first + form->groupSize; ++i) {
                QVERIFY(codes[i] < form->symbols);
                seen[codes[i]] = true;
                finite = finite && std::isfinite(values.values()[i]);
                const auto [at, isNew] = levels.emplace(codes[i], values.values()[i]);
                if (finite) QVERIFY(isNew || at->second == values.values()[i]);
            }
            if (!even || !finite || levels.size() < 2) continue;
            const auto [low, lowValue] = *levels.begin();
            const auto [high, highValue] = *levels.rbegin();
            const double largest = std::max(std::abs(lowValue), std::abs(highValue));
            for (const auto& [code, value] : levels) {
                const double t = double(code - low) / double(high - low);
                QVERIFY(std::abs(lowValue + t * (double(highValue) - lowValue) - value) <=
                        1e-5 * largest + 1e-12);
            }
        }
        QVERIFY(std::ranges::all_of(seen, [](bool b) { return b; }));

        // Whatever of a block is no parameter is codes: the planes count every bit.
        const auto s = statisticsOf(m);
        const double ownBits = format.name == "TQ1_0" ? 52 * 8.0 / 256 : form->bits;
        QVERIFY(near(s.paid.codes, ownBits * static_cast<double>(s.codes)));
        QVERIFY(s.needed.scales > 0 && s.needed.scales <= s.paid.scales + 1e-9);
        QVERIFY(s.needed.zeros <= s.paid.zeros + 1e-9);
        QCOMPARE(s.paid.zeros > 0,
                 std::set<std::string_view>({"Q4_1", "Q5_1", "Q2_K", "Q4_K", "Q5_K"})
                     .contains(format.name));
    }

    void blocksWithoutCodesAreRefused() {
        RunContext context;
        for (const char* name : {"F16", "F32", "IQ2_XXS"}) {
            const auto s = codeStatistics(randomBlocks(*findBlockFormat(name), 2, 4), context);
            QVERIFY(!s);
            QCOMPARE(s.error().code, ErrorCode::Unsupported);
            QVERIFY(s.error().message.find(name) != std::string::npos);
        }
    }

    void theSameOnAnyNumberOfThreads() {
        const QuantizedMatrix m =
            madeMatrix({.rows = 2100, .cols = 512, .bits = 4, .groupSize = 64}, "large");
        setThreads(1);
        const auto one = statisticsOf(m);
        setThreads(2);
        const auto two = statisticsOf(m);
        setThreads(0);
        QCOMPARE(one.histogram, two.histogram);
        QCOMPARE(one.entropyGivenRow, two.entropyGivenRow);
        QCOMPARE(one.entropyGivenGroup, two.entropyGivenGroup);
        QCOMPARE(one.entropyGivenPrevious, two.entropyGivenPrevious);
        QCOMPARE(one.ranges.mean, two.ranges.mean);
        // Uniform random codes: nothing to win, and the corrections keep it so.
        QVERIFY(near(one.entropy, 4, 1e-4));
        QVERIFY(one.entropyGivenRow > 3.99);
        QVERIFY(one.entropyGivenPrevious > 3.99);
        QVERIFY(one.entropyGivenGroup > 3.9);
    }

    void rangesOfANormal() {
        Matrix w(64, 4096);
        Rng rng(1, "w", "normal");
        for (float& v : w.values()) v = static_cast<float>(rng.normal());
        const auto whole = rangeStatistics(w.view(), 4096), small = rangeStatistics(w.view(), 32);
        QCOMPARE(whole.groups, std::uint64_t{64});
        QCOMPARE(small.groups, std::uint64_t{64 * 128});
        // The largest of 4096 normals is about 3.7, of 32 about 2.2 (expected maxima of |x|).
        QVERIFY(std::abs(whole.mean - std::log2(3.7)) < 0.1);
        QVERIFY(std::abs(small.mean - std::log2(2.2)) < 0.15);
        QCOMPARE(rangeStatistics(Matrix(3, 8).view(), 4).groups, std::uint64_t{0});
    }

    void codersAreRunAndNoneBeatsTheEntropy_data() {
        QTest::addColumn<int>("bits");
        QTest::addColumn<double>("width");
        for (const int bits : {2, 3, 4, 8, 16})
            for (const double width : {0.15, 0.6})
                QTest::addRow("%d bits, %g", bits, width) << bits << width;
    }
    void codersAreRunAndNoneBeatsTheEntropy() {
        QFETCH(int, bits);
        QFETCH(double, width);
        QuantizedMatrix m = madeMatrix(
            {.rows = 300, .cols = 1024, .bits = std::min(bits, 8), .symmetric = true}, "coders");
        Rng rng(8, "coders", "normal");
        const double middle = std::pow(2.0, bits - 1), step = bits == 16 ? 64 : middle;
        std::vector<std::uint16_t> codes(m.rows * m.cols);
        for (auto& code : codes)
            code = static_cast<std::uint16_t>(std::clamp(
                std::nearbyint(middle + step * width * rng.normal()), 0.0, 2 * middle - 1));
        m.bits = bits;
        m.codes.assign(m.rows * m.rowBytes(), std::byte{});
        if (bits == 16) {
            std::memcpy(m.codes.data(), codes.data(), m.codes.size());
        } else {
            const std::vector<std::uint8_t> narrow(codes.begin(), codes.end());
            for (std::size_t r = 0; r < m.rows; ++r)
                packBits(std::span(narrow).subspan(r * m.cols, m.cols), bits,
                         std::span(m.codes).subspan(r * m.rowBytes(), m.rowBytes()));
        }
        std::vector<std::uint64_t> counts(std::size_t{1} << bits);
        for (const std::uint16_t code : codes) ++counts[code];
        const double entropy = entropyBits(counts);
        RunContext context;
        const auto sizes = measureCoders(m, {}, context);
        QVERIFY2(sizes, sizes ? "" : sizes.error().message.c_str());
        QCOMPARE(sizes->codes, std::uint64_t{codes.size()});
        QVERIFY(near(sizes->entropy, entropy));
        std::map<std::string, CoderSize> by;
        for (const CoderSize& size : sizes->coders) by[size.id] = size;
        for (const char* id : {"packed", "huffman", "rans", "zstd-1", "zstd-3", "zstd-19"})
            QVERIFY2(by.contains(id), id);
        QVERIFY(near(by["packed"].bitsPerCode, bits));
        // The promise of the coder: within half a percent and 300 bytes, never below.
        const double ideal = static_cast<double>(codes.size()) * entropy / 8;
        QVERIFY(static_cast<double>(by["rans"].bytes) >= ideal);
        const double planes = bits == 16 ? 1.03 * ideal + 600 : 1.005 * ideal + 300;
        QVERIFY2(static_cast<double>(by["rans"].bytes) <= planes,
                 qPrintable(QString("%1 bytes, ideal %2").arg(by["rans"].bytes).arg(ideal)));
        QVERIFY(static_cast<double>(by["huffman"].bytes) >= ideal);
        QVERIFY(by["huffman"].bytes >= by["rans"].bytes - 300);
        QVERIFY(by["zstd-19"].bytes <= by["zstd-1"].bytes * 1.01);
        QVERIFY(by["rans"].decodeSeconds > 0 && by["zstd-1"].decodeSeconds > 0);
    }

    void largeMatricesAreCodedInPart() {
        const QuantizedMatrix m = madeMatrix({.rows = 100, .cols = 512}, "part");
        RunContext context;
        const auto sizes = measureCoders(m, {.mostCodes = 10000, .slow = false}, context);
        QVERIFY(sizes);
        QCOMPARE(sizes->codes, std::uint64_t{19 * 512});
        QCOMPARE(sizes->coders.back().id, std::string("zstd-3"));
    }

    void cancelEndsIt() {
        std::stop_source stop;
        stop.request_stop();
        RunContext context(stop.get_token());
        const QuantizedMatrix m = madeMatrix({}, "cancel");
        QVERIFY_EXCEPTION_THROWN((void)codeStatistics(m, context), Cancelled);
        QVERIFY_EXCEPTION_THROWN((void)measureCoders(m, {}, context), Cancelled);
    }
};

QTEST_APPLESS_MAIN(TstCodeStatistics)
#include "tst_code_statistics.moc"
