// Round trips, sizes and damage of the rANS coder.
#include "core/base/random.h"
#include "core/codec/rans.h"

#include <QtTest>

#include <cmath>

using namespace bitsmith;

class TestRans : public QObject {
    Q_OBJECT
private slots:
    void roundTrip_data() {
        QTest::addColumn<int>("alphabet");
        for (const int a : {1, 2, 3, 4, 7, 16, 17, 32, 33, 40, 64, 65, 128, 255, 256})
            QTest::addRow("%d symbols", a) << a;
    }
    void roundTrip() {
        QFETCH(int, alphabet);
        for (const std::size_t n : {0, 1, 2, 63, 64, 65, 1000, 5000, 40000}) {
            std::vector<std::uint8_t> symbols(n);
            std::uint64_t state = 1;
            for (auto& s : symbols) {
                state = state * 6364136223846793005ULL + 1442695040888963407ULL;
                const double u = double(state >> 33) / double(1U << 31);
                s = static_cast<std::uint8_t>(u * u * u * alphabet);
            }
            std::vector<std::uint64_t> counts(static_cast<std::size_t>(alphabet));
            for (const auto s : symbols) ++counts[s];
            if (n == 0) counts[0] = 1;
            const RansTable table = RansTable::fromWeights(counts);
            for (const int lanes : {1, 4, 16, 32, 64}) {
                RansEncoder encoder(lanes);
                encoder.add(table, symbols);
                const auto payload = encoder.finish();
                for (const auto kernel : ransKernels()) {
                    QVERIFY(useRansKernel(kernel));
                    auto decoder = RansDecoder::open(payload, lanes);
                    QVERIFY(decoder);
                    std::vector<std::uint8_t> out(n);
                    QVERIFY(decoder->decode(table, out));
                    QVERIFY2(decoder->finish(), kernel.data());
                    QVERIFY2(out == symbols, kernel.data());
                }
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestRans)
#include "tst_rans.moc"
