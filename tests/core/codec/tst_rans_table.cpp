// Tables of rANS frequencies: how good they are, how small, and what is no table.
#include "core/codec/rans_table.h"

#include <QtTest>

#include <cmath>
#include <numeric>

using namespace bitsmith;

namespace {

using Frequencies = std::vector<std::uint16_t>;

std::vector<std::byte> written(const RansTable& table) {
    ByteWriter out;
    table.write(out);
    return out.take();
}

Result<RansTable> readAll(std::span<const std::byte> bytes) {
    ByteReader in(bytes);
    auto table = RansTable::read(in);
    if (table && !in.atEnd()) return fail(ErrorCode::BadInput, "bytes left");
    return table;
}

std::vector<std::uint64_t> gaussian(std::size_t symbols, double step, double total) {
    std::vector<std::uint64_t> counts(symbols);
    for (std::size_t s = 0; s < symbols; ++s) {
        const double x = (double(s) - double(symbols / 2)) * step;
        counts[s] = static_cast<std::uint64_t>(total * step * std::exp(-x * x / 2) / 2.5066 + 0.5);
    }
    return counts;
}

} // namespace

class TestRansTable : public QObject {
    Q_OBJECT
private slots:
    void writtenAndRead() {
        std::uint64_t state = 3;
        const auto below = [&](std::uint64_t n) {
            state = state * 6364136223846793005ULL + 1442695040888963407ULL;
            return (state >> 33) % n;
        };
        for (int i = 0; i < 600; ++i) {
            std::vector<std::uint64_t> weights(1 + below(256));
            const std::uint64_t magnitude = 1 + below(40);
            for (auto& w : weights)
                w = below(3) == 0 && magnitude % 2 ? 0
                                                   : below(std::uint64_t{1} << below(magnitude));
            weights[below(weights.size())] += 1;
            const RansTable table = RansTable::fromWeights(weights);
            QVERIFY(std::isfinite(table.bits(weights)));
            const auto bytes = written(table);
            const auto again = readAll(bytes);
            QVERIFY(again);
            QVERIFY(*again == table);
            for (std::size_t cut = 0; cut < bytes.size(); ++cut)
                QVERIFY(!readAll(std::span(bytes).first(cut)));
        }
    }

    // Any frequencies, not only those that fromWeights makes.
    void anyFrequencies() {
        std::uint64_t state = 9;
        const auto below = [&](std::uint64_t n) {
            state = state * 6364136223846793005ULL + 1442695040888963407ULL;
            return (state >> 33) % n;
        };
        for (int i = 0; i < 3000; ++i) {
            Frequencies f(1 + below(256));
            std::uint32_t left = RansTable::Total;
            for (auto& x : f) {
                x = static_cast<std::uint16_t>(below(2) ? below(1 + left / 4) : 0);
                left -= x;
            }
            const bool room = std::ranges::find(f, 0) != f.end() || f.size() < 256;
            std::uint16_t escape = 0;
            if (room && below(2))
                escape = static_cast<std::uint16_t>(left);
            else
                f[below(f.size())] += static_cast<std::uint16_t>(left);
            const auto table = RansTable::fromFrequencies(f, escape);
            QVERIFY(table);
            const auto again = readAll(written(*table));
            QVERIFY(again);
            QVERIFY(*again == *table);
        }
    }

    void small() {
        std::vector<std::uint64_t> one(200);
        one[137] = 12345;
        QCOMPARE(written(RansTable::fromWeights(one)).size(), std::size_t{2});
        QVERIFY(written(RansTable::fromWeights(std::vector<std::uint64_t>(256, 1000))).size() <= 4);
        for (const std::size_t symbols : {7, 15, 31, 40}) {
            // Many symbols: every digit counts. Few: the table must not.
            const double step = 6.0 / double(symbols);
            const auto many = written(RansTable::fromWeights(gaussian(symbols, step, 1e9)));
            QVERIFY2(many.size() * 8 <= 10 * symbols + 40,
                     qPrintable(QString("%1 symbols: %2 bytes").arg(symbols).arg(many.size())));
            const auto few = written(RansTable::fromWeights(gaussian(symbols, step, 2000)));
            QVERIFY2(few.size() * 8 <= 6 * symbols + 40,
                     qPrintable(QString("%1 symbols: %2 bytes").arg(symbols).arg(few.size())));
        }
    }

    // Against all tables of three symbols.
    void best() {
        for (const std::vector<std::uint64_t>& weights :
             {std::vector<std::uint64_t>{1000000, 130000, 7}, {1, 1, 1000000000}, {50, 30, 20}}) {
            double least = INFINITY;
            for (std::uint16_t a = 1; a < RansTable::Total - 1; ++a)
                for (std::uint16_t b = 1; a + b < int(RansTable::Total); b += b < 64 ? 1 : 7) {
                    const double cost = -double(weights[0]) * std::log2(a / 4096.0) -
                                        double(weights[1]) * std::log2(b / 4096.0) -
                                        double(weights[2]) * std::log2((4096.0 - a - b) / 4096.0);
                    least = std::min(least, cost);
                }
            const RansTable table = RansTable::fromWeights(weights);
            // Few symbols get a smaller table instead.
            const double total = double(std::accumulate(weights.begin(), weights.end(), 0ULL));
            if (total > 1000)
                QVERIFY(table.bits(weights) <= least * (1 + 1e-6) + 8);
            else
                QVERIFY(table.bits(weights) <= least + 40);
        }
    }

    void rareSymbolsAreEscaped() {
        std::vector<std::uint64_t> counts(256, 1);
        counts[9] = 1000000;
        const RansTable table = RansTable::fromWeights(counts);
        QVERIFY(table.escape() > 0);
        QVERIFY(table.bits(counts) < 1.01 * 255 * 20 + 3000);
    }

    void noTables() {
        QVERIFY(!RansTable::fromFrequencies(Frequencies{4095}));
        QVERIFY(!RansTable::fromFrequencies(Frequencies{4096, 1}));
        QVERIFY(!RansTable::fromFrequencies(Frequencies(257, 0), 4096));
        QVERIFY(!RansTable::fromFrequencies(Frequencies{65535, 4097}));
        Frequencies full(256, 16);
        full[0] = 15;
        QVERIFY(!RansTable::fromFrequencies(full, 1)); // nothing is left to escape
        const RansTable plain = *RansTable::fromFrequencies(Frequencies{4096});
        QVERIFY(!RansTable::fromFrequencies(Frequencies{4096}, 0, plain));
        const RansTable escapes = *RansTable::fromFrequencies(Frequencies{4000}, 96);
        QVERIFY(!RansTable::fromFrequencies(Frequencies{4000}, 96, escapes));
    }

    // Whatever is read is a table: it adds up, and is written and read as itself.
    void hostile() {
        std::uint64_t state = 1;
        int read = 0;
        for (int i = 0; i < 200000; ++i) {
            std::array<std::byte, 40> bytes;
            for (auto& b : bytes) {
                state = state * 6364136223846793005ULL + 1442695040888963407ULL;
                b = static_cast<std::byte>(state >> 40);
            }
            bytes[0] &= std::byte{15};
            if (i % 2) bytes[2] &= std::byte{7}; // few symbols
            ByteReader in(bytes);
            const auto table = RansTable::read(in);
            if (!table) continue;
            ++read;
            std::uint32_t sum = table->escape();
            for (unsigned s = 0; s < 256; ++s)
                sum += table->frequency(static_cast<std::uint8_t>(s));
            QCOMPARE(sum, RansTable::Total);
            if (table->escape() > 0) QCOMPARE(table->frequency(table->escapeCode()), 0U);
            QVERIFY(*readAll(written(*table)) == *table);
        }
        QVERIFY(read > 1000);
    }
};

QTEST_GUILESS_MAIN(TestRansTable)
#include "tst_rans_table.moc"
