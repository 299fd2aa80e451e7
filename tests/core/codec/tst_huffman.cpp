// Huffman codes: optimal within their limit, round trips, damage, hostile tables.
#include "core/codec/huffman.h"

#include <QtTest>

#include <cmath>

using namespace bitsmith;

namespace {

using Symbols = std::vector<std::uint8_t>;

class Dice {
public:
    explicit Dice(std::uint64_t seed) : m_state(seed) {}
    std::uint64_t next() {
        m_state = m_state * 6364136223846793005ULL + 1442695040888963407ULL;
        return m_state >> 24;
    }
    std::size_t below(std::size_t n) { return static_cast<std::size_t>(next()) % n; }
    double unit() { return static_cast<double>(next()) * 0x1p-40; }

private:
    std::uint64_t m_state;
};

Symbols draw(std::size_t n, std::size_t alphabet, double skew, std::uint64_t seed) {
    Dice dice(seed);
    Symbols out(n);
    for (auto& s : out)
        s = static_cast<std::uint8_t>(std::pow(dice.unit(), skew) * static_cast<double>(alphabet));
    return out;
}

std::array<std::uint64_t, 256> count(std::span<const std::uint8_t> symbols) {
    std::array<std::uint64_t, 256> counts{};
    for (const auto s : symbols) ++counts[s];
    return counts;
}

HuffmanTable tableOf(const Symbols& symbols) {
    auto counts = count(symbols);
    if (symbols.empty()) counts[3] = 1;
    return HuffmanTable::fromWeights(counts);
}

std::vector<std::byte> written(const HuffmanTable& table) {
    ByteWriter out;
    table.write(out);
    return out.take();
}

Result<HuffmanTable> readAll(std::span<const std::byte> bytes) {
    ByteReader in(bytes);
    auto table = HuffmanTable::read(in);
    if (table && !in.atEnd()) return fail(ErrorCode::BadInput, "bytes left");
    return table;
}

// Least cost of a code for ascending weights with leaves at these depths or deeper: all trees,
// level by level. For a few symbols.
double leastCost(std::span<const std::uint64_t> descending, std::size_t at, int level, int nodes) {
    const std::size_t left = descending.size() - at;
    if (left == 0) return nodes == 0 ? 0 : INFINITY;
    if (level > HuffmanTable::MostBits || nodes == 0) return INFINITY;
    double best = INFINITY, cost = 0;
    for (int leaves = 0; leaves <= nodes && std::size_t(leaves) <= left; ++leaves) {
        if (leaves > 0) cost += double(descending[at + std::size_t(leaves) - 1]) * level;
        const int inner = nodes - leaves;
        if (std::size_t(inner) * 2 > left - std::size_t(leaves)) continue;
        best = std::min(
            best, cost + leastCost(descending, at + std::size_t(leaves), level + 1, inner * 2));
    }
    return best;
}

} // namespace

class TestHuffman : public QObject {
    Q_OBJECT
private slots:
    void roundTrips() {
        for (std::size_t alphabet = 1; alphabet <= 256; ++alphabet)
            for (const double skew : {1.0, 3.0, 20.0}) {
                const std::size_t n = alphabet < 40 ? alphabet * 3 % 67 : 500 + alphabet * 7;
                const Symbols symbols = draw(n, alphabet, skew, alphabet);
                const HuffmanTable table = tableOf(symbols);
                const auto payload = huffmanEncode(table, symbols);
                Symbols out(n);
                QVERIFY(huffmanDecode(table, payload, out));
                QCOMPARE(out, symbols);
                const auto again = readAll(written(table));
                QVERIFY(again);
                QVERIFY(*again == table);
                const double bytes = table.bits(count(symbols)) / 8;
                QVERIFY(double(payload.size()) <= bytes + 16);
            }
        for (std::size_t n = 0; n < 400; ++n) {
            const Symbols symbols = draw(n, 9, 2, n);
            const HuffmanTable table = tableOf(symbols);
            Symbols out(n);
            QVERIFY(huffmanDecode(table, huffmanEncode(table, symbols), out));
            QCOMPARE(out, symbols);
        }
    }

    // Against all prefix codes.
    void optimal() {
        Dice dice(1);
        for (int i = 0; i < 40; ++i) {
            std::vector<std::uint64_t> weights(2 + dice.below(11));
            for (auto& w : weights) w = 1 + dice.below(std::size_t{1} << (1 + dice.below(14)));
            const double cost = HuffmanTable::fromWeights(weights).bits(weights);
            std::ranges::sort(weights, std::greater<>());
            QCOMPARE(cost, leastCost(weights, 0, 1, 2));
        }
    }

    void limited() {
        // Fibonacci numbers want codes of 30 bits.
        std::vector<std::uint64_t> weights{1, 1};
        while (weights.size() < 40) weights.push_back(weights.back() + weights[weights.size() - 2]);
        const HuffmanTable table = HuffmanTable::fromWeights(weights);
        double covered = 0;
        for (unsigned s = 0; s < 40; ++s) {
            const int length = table.length(static_cast<std::uint8_t>(s));
            QVERIFY(length >= 1 && length <= HuffmanTable::MostBits);
            covered += std::exp2(-length);
        }
        QCOMPARE(covered, 1.0);
    }

    void small() {
        QCOMPARE(written(tableOf(Symbols(100, 201))).size(), std::size_t{2});
        QVERIFY(huffmanEncode(tableOf(Symbols(100, 201)), Symbols(100, 201)).empty());
        QVERIFY(written(tableOf(draw(100000, 256, 2, 1))).size() <= 130);
        QVERIFY(written(tableOf(draw(100000, 15, 2, 1))).size() <= 10);
    }

    void damaged() {
        const Symbols symbols = draw(1000, 40, 3, 5);
        const HuffmanTable table = tableOf(symbols);
        const auto payload = huffmanEncode(table, symbols);
        for (std::size_t size = 0; size < payload.size(); ++size) {
            const std::vector<std::byte> cut(payload.begin(),
                                             payload.begin() + std::ptrdiff_t(size));
            Symbols out(symbols.size());
            QVERIFY(!huffmanDecode(table, cut, out));
        }
        Dice dice(2);
        for (int i = 0; i < 3000; ++i) { // never out of bounds; what comes out is open
            auto bad = payload;
            for (std::size_t flips = 1 + dice.below(3); flips > 0; --flips)
                bad[i % 3 == 0 ? dice.below(12) : dice.below(bad.size())] ^=
                    std::byte(1U << dice.below(8));
            Symbols out(symbols.size() + dice.below(3) - 1);
            (void)huffmanDecode(table, bad, out);
        }
        auto longer = payload;
        longer.push_back({});
        Symbols out(symbols.size());
        QVERIFY(!huffmanDecode(table, longer, out));
        QVERIFY(!huffmanDecode(tableOf(Symbols(3, 1)), payload, out));
    }

    void hostileTables() {
        QVERIFY(!HuffmanTable::fromLengths(std::vector<std::uint8_t>{1, 2}));
        QVERIFY(!HuffmanTable::fromLengths(std::vector<std::uint8_t>{1, 1, 1}));
        QVERIFY(!HuffmanTable::fromLengths(std::vector<std::uint8_t>{2}));
        QVERIFY(!HuffmanTable::fromLengths(std::vector<std::uint8_t>{12, 1}));
        QVERIFY(!HuffmanTable::fromLengths(std::vector<std::uint8_t>(20, 0)));
        QVERIFY(HuffmanTable::fromLengths(std::vector<std::uint8_t>{0, 1, 1}));
        Dice dice(3);
        int read = 0;
        for (int i = 0; i < 300000; ++i) {
            std::array<std::byte, 12> bytes;
            for (auto& b : bytes) b = static_cast<std::byte>(dice.next());
            bytes[1] =
                static_cast<std::byte>(std::to_integer<unsigned>(bytes[0]) + unsigned(i % 8));
            ByteReader in(bytes);
            const auto table = HuffmanTable::read(in);
            if (!table) continue;
            ++read;
            QVERIFY(*readAll(written(*table)) == *table);
        }
        QVERIFY(read > 100);
    }
};

QTEST_GUILESS_MAIN(TestHuffman)
#include "tst_huffman.moc"
