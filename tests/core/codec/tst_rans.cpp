// The rANS coder: round trips for all alphabets and lengths, several runs, sizes, damage; every
// kernel of this machine against every other.
#include "core/base/random.h"
#include "core/codec/rans.h"

#include <QtTest>

#include <cmath>
#include <numeric>

using namespace bitsmith;

namespace {

using Symbols = std::vector<std::uint8_t>;

// Deterministic; not the coder's business how.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : m_state(seed * 2654435761U + 88172645463325252ULL) {}
    std::uint64_t next() {
        m_state ^= m_state << 13;
        m_state ^= m_state >> 7;
        m_state ^= m_state << 17;
        return m_state;
    }
    std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() >> 11) % n; }
    double unit() { return static_cast<double>(next() >> 11) * 0x1p-53; }

private:
    std::uint64_t m_state;
};

// skew 1: all symbols alike; more: the first ones are more frequent.
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

RansTable tableOf(const Symbols& symbols) {
    auto counts = count(symbols);
    if (symbols.empty()) counts[0] = 1;
    return RansTable::fromWeights(counts);
}

double entropyBytes(const Symbols& symbols) {
    double bits = 0;
    for (const auto c : count(symbols))
        if (c > 0)
            bits -= static_cast<double>(c) *
                    std::log2(static_cast<double>(c) / static_cast<double>(symbols.size()));
    return bits / 8;
}

struct Run {
    RansTable table;
    Symbols symbols;
};

std::vector<std::byte> encode(const std::vector<Run>& runs, int lanes) {
    RansEncoder encoder(lanes);
    for (const Run& run : runs) encoder.add(run.table, run.symbols);
    return encoder.finish();
}

// What a kernel makes of a payload: the runs that it decodes, whether all went well.
struct Outcome {
    bool opened = false, finished = false;
    std::vector<Symbols> runs;
    bool operator==(const Outcome&) const = default;
};

Outcome decode(std::string_view kernel, std::span<const std::byte> payload, int lanes,
               const std::vector<Run>& runs) {
    if (!useRansKernel(kernel)) qFatal("no kernel %s", kernel.data());
    Outcome outcome;
    auto decoder = RansDecoder::open(payload, lanes);
    outcome.opened = decoder.has_value();
    if (!decoder) return outcome;
    for (const Run& run : runs) {
        Symbols out(run.symbols.size());
        if (!decoder->decode(run.table, out)) return outcome;
        outcome.runs.push_back(std::move(out));
    }
    outcome.finished = decoder->finish().has_value();
    return outcome;
}

// Empty, or what went wrong.
QByteArray roundTripError(const std::vector<Run>& runs, int lanes) {
    const auto payload = encode(runs, lanes);
    for (const auto kernel : ransKernels()) {
        if (!useRansKernel(kernel) || encode(runs, lanes) != payload)
            return QByteArray(kernel.data()) + " encodes something else";
        const Outcome outcome = decode(kernel, payload, lanes, runs);
        if (!outcome.finished) return QByteArray(kernel.data()) + " reports an error";
        for (std::size_t r = 0; r < runs.size(); ++r)
            if (outcome.runs[r] != runs[r].symbols)
                return QByteArray(kernel.data()) + " decodes something else";
    }
    return {};
}

} // namespace

class TestRans : public QObject {
    Q_OBJECT
private slots:
    void cleanup() { QVERIFY(useRansKernel("")); }

    void everyAlphabet() {
        for (std::size_t alphabet = 1; alphabet <= 256; ++alphabet)
            for (const double skew : {1.0, 4.0})
                for (const int lanes : {4, 64}) {
                    const Symbols symbols = draw(3000 + alphabet, alphabet, skew, alphabet);
                    const auto error = roundTripError({{tableOf(symbols), symbols}}, lanes);
                    QVERIFY2(error.isEmpty(), error + " at " + QByteArray::number(int(alphabet)));
                }
    }

    void everyLength() {
        const std::size_t alphabets[] = {2, 15, 32, 40, 200};
        for (std::size_t n = 0; n <= 5000; n += n < 300 ? 1 : 37)
            for (int log2 = 0; log2 <= 6; ++log2) {
                const Symbols symbols = draw(n, alphabets[(n + unsigned(log2)) % 5], 2, n);
                const auto error = roundTripError({{tableOf(symbols), symbols}}, 1 << log2);
                QVERIFY2(error.isEmpty(), error + " at " + QByteArray::number(int(n)));
            }
    }

    // A frequency of every size, against the exact division of the encoder.
    void everyFrequency() {
        for (std::uint16_t f = 1; f < RansTable::Total; f = std::uint16_t(f + 1 + f / 64)) {
            const std::array frequencies{f, static_cast<std::uint16_t>(RansTable::Total - f)};
            const RansTable table = *RansTable::fromFrequencies(frequencies);
            const Symbols symbols = draw(2000, 2, 1, f);
            QCOMPARE(roundTripError({{table, symbols}}, 16), QByteArray());
        }
    }

    // Runs of all sizes with tables of their own share the states, constant ones included.
    void severalRuns() {
        for (const int lanes : {1, 2, 8, 16, 32, 64}) {
            Dice dice(static_cast<std::uint64_t>(lanes));
            std::vector<Run> runs;
            for (int i = 0; i < 60; ++i) {
                const std::size_t n = i % 5 == 0 ? dice.below(20000) : dice.below(300);
                const Symbols symbols =
                    draw(n, 1 + dice.below(256), 1 + 6 * dice.unit(), dice.next());
                runs.push_back({tableOf(symbols), symbols});
            }
            QCOMPARE(roundTripError(runs, lanes), QByteArray());
        }
    }

    void escapes() {
        // The table knows little of what is coded with it.
        const std::array<std::uint16_t, 4> three{4000, 0, 80, 0};
        const RansTable plain = *RansTable::fromFrequencies(three, 16);
        const std::array<std::uint16_t, 1> none{};
        const RansTable all = *RansTable::fromFrequencies(none, RansTable::Total);
        std::array<std::uint16_t, 256> most{};
        most.fill(16);
        most[7] = 0;
        const RansTable almost = *RansTable::fromFrequencies(most, 16);
        QCOMPARE(plain.escapeCode(), std::uint8_t{1});
        QCOMPARE(almost.escapeCode(), std::uint8_t{7});
        for (const RansTable& table : {plain, all, almost})
            for (const std::size_t n : {1, 63, 200, 5000})
                for (const int lanes : {1, 16, 64}) {
                    const Symbols symbols = draw(n, 256, 3, n);
                    QCOMPARE(roundTripError({{table, symbols}, {plain, symbols}}, lanes),
                             QByteArray());
                }
    }

    void sizes_data() {
        QTest::addColumn<QVector<quint8>>("symbols");
        const auto add = [](const char* name, const Symbols& s) {
            QTest::newRow(name) << QVector<quint8>(s.begin(), s.end());
        };
        constexpr std::size_t N = 256 << 10;
        add("one symbol", Symbols(N, 77));
        add("even", draw(N, 256, 1, 1));
        add("even, 13", draw(N, 13, 1, 2));
        add("very skewed", draw(N, 256, 30, 3));
        add("skewed", draw(N, 256, 5, 4));
        Symbols s(N, 0);
        for (std::size_t i = 0; i < 255; ++i) s[i * 1000 + 5] = static_cast<std::uint8_t>(i + 1);
        add("255 symbols once each", s);
        s.assign(N, 9);
        for (std::size_t i = 0; i < N; i += 4096) s[i] = 200;
        add("4095 of 4096", s);
        s.assign(N, 9);
        s[1] = s[100000] = 3;
        s[2] = 4;
        add("one in 100000", s);
        // Many symbols too rare for a slot of their own, at every rate where that hurts.
        for (const std::size_t rare : {60, 100, 128, 170, 200, 230, 255})
            for (const double p : {-11.5, -12.0, -12.5, -13.0, -13.5, -14.5, -16.0}) {
                Dice dice(rare);
                s.assign(N, 0);
                const double each = std::exp2(p) * static_cast<double>(rare);
                for (auto& x : s)
                    if (dice.unit() < each) x = static_cast<std::uint8_t>(1 + dice.below(rare));
                add(qPrintable(QString("%1 of 2^%2").arg(rare).arg(p)), s);
            }
        // Half of the symbols just above, half just below a slot; geometric tails of all lengths.
        for (const double ratio : {0.5, 0.8, 0.9, 0.95, 0.97}) {
            Dice dice(5);
            s.assign(N, 0);
            for (auto& x : s)
                x = static_cast<std::uint8_t>(
                    std::min(255.0, std::log(1 - dice.unit()) / std::log(ratio)));
            add(qPrintable(QString("geometric %1").arg(ratio)), s);
        }
        for (const std::size_t n : {0, 1, 10, 100, 1000, 10000, 100000}) {
            add(qPrintable(QString("%1 of 16").arg(n)), draw(n, 16, 3, n));
            add(qPrintable(QString("%1 of 256").arg(n)), draw(n, 256, 3, n));
        }
    }
    // Table and payload against the entropy of order 0.
    void sizes() {
        QFETCH(QVector<quint8>, symbols);
        const Symbols s(symbols.begin(), symbols.end());
        const RansTable table = tableOf(s);
        ByteWriter written;
        table.write(written);
        const int lanes = ransLanes(s.size());
        const std::size_t coded = written.size() + encode({{table, s}}, lanes).size();
        const double most = 1.005 * entropyBytes(s) + 300;
        QVERIFY2(static_cast<double>(coded) <= most,
                 qPrintable(QString("%1 bytes, %2 allowed, %3 of them the table")
                                .arg(coded)
                                .arg(most)
                                .arg(written.size())));
        QCOMPARE(roundTripError({{table, s}}, lanes), QByteArray());
    }

    // Cut at every length: an error, the same from all kernels, and nothing read beyond the end
    // (which the sanitizer would see: each payload has a buffer of its own).
    void truncated() {
        for (const int lanes : {1, 16, 32, 64}) {
            const Symbols symbols = draw(1500, 12, 2, 3), few = draw(300, 200, 2, 4);
            const std::vector<Run> runs{{tableOf(symbols), symbols}, {tableOf(few), few}};
            const auto payload = encode(runs, lanes);
            for (std::size_t size = 0; size < payload.size(); ++size) {
                const std::vector<std::byte> cut(payload.begin(),
                                                 payload.begin() + std::ptrdiff_t(size));
                const Outcome first = decode("scalar", cut, lanes, runs);
                QVERIFY(!first.finished);
                for (const auto kernel : ransKernels())
                    QVERIFY(decode(kernel, cut, lanes, runs) == first);
            }
        }
    }

    void flippedBits() {
        for (const int lanes : {1, 16, 32, 64}) {
            std::vector<Run> runs;
            for (const std::size_t alphabet : {40, 9, 256, 100}) {
                const Symbols symbols = draw(3000, alphabet, alphabet < 100 ? 3 : 1.2, alphabet);
                runs.push_back({tableOf(symbols), symbols});
            }
            const auto payload = encode(runs, lanes);
            Dice dice(7);
            for (int i = 0; i < 400; ++i) {
                auto damaged = payload;
                for (std::size_t flips = 1 + dice.below(3); flips > 0; --flips)
                    damaged[dice.below(damaged.size())] ^= std::byte(1U << dice.below(8));
                if (dice.below(4) == 0) damaged.resize(dice.below(damaged.size()));
                const Outcome first = decode("scalar", damaged, lanes, runs);
                for (const auto kernel : ransKernels())
                    QVERIFY(decode(kernel, damaged, lanes, runs) == first);
            }
        }
    }

    void nonsense() {
        Dice dice(11);
        for (int i = 0; i < 2000; ++i) {
            std::vector<std::byte> bytes(dice.below(900));
            for (auto& b : bytes) b = static_cast<std::byte>(dice.next());
            const Symbols any = draw(1 + dice.below(2000), 1 + dice.below(256), 3, dice.next());
            const std::vector<Run> runs{{tableOf(any), any}};
            const int lanes = 1 << dice.below(7);
            const Outcome first = decode("scalar", bytes, lanes, runs);
            for (const auto kernel : ransKernels())
                QVERIFY(decode(kernel, bytes, lanes, runs) == first);
        }
        QVERIFY(!RansDecoder::open({}, 1));
        QVERIFY(!RansDecoder::open(std::vector<std::byte>(400), 64)); // states of 0
        QVERIFY(!RansDecoder::open(std::vector<std::byte>(400, std::byte{1}), 65));
        QVERIFY(!RansDecoder::open(std::vector<std::byte>(400, std::byte{1}), 3));
        QVERIFY(!useRansKernel("abacus"));
    }
};

QTEST_GUILESS_MAIN(TestRans)
#include "tst_rans.moc"
