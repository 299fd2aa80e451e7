// core/analysis: statistics of one matrix against a naive computation; the same on any number of
// threads.
#include "core/analysis/tensor_statistics.h"
#include "core/base/parallel.h"
#include "core/base/random.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <numeric>

using namespace bitsmith;

namespace {

Matrix normalMatrix(std::size_t rows, std::size_t cols, double mean, double deviation) {
    Matrix m(rows, cols);
    Rng rng(3, "matrix", "test");
    for (float& v : m.values()) v = static_cast<float>(mean + deviation * rng.normal());
    return m;
}

// Rounds to multiples of 1/8: an approximation with errors of known size.
Matrix rounded(const Matrix& m) {
    Matrix q = m;
    for (float& v : q.values()) v = std::nearbyint(v * 8) / 8;
    return q;
}

bool near(double a, double b, double tolerance = 1e-9) {
    const bool ok = std::abs(a - b) <= tolerance * std::max({1.0, std::abs(a), std::abs(b)});
    if (!ok) qWarning("%.17g is not %.17g", a, b);
    return ok;
}

template <class Counts>
std::uint64_t total(const Counts& counts) {
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

} // namespace

class TstTensorStatistics : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void agreesWithTheDefinition_data() {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("cols");
        QTest::addColumn<double>("mean");
        QTest::newRow("one value") << 1 << 1 << 0.0;
        QTest::newRow("small") << 7 << 13 << 0.0;
        QTest::newRow("several panels") << 700 << 300 << 0.0;
        QTest::newRow("a row per panel") << 3 << 100000 << 0.0;
        QTest::newRow("far from zero") << 500 << 300 << 1000.0;
    }
    void agreesWithTheDefinition() {
        QFETCH(int, rows);
        QFETCH(int, cols);
        QFETCH(double, mean);
        const Matrix m =
            normalMatrix(static_cast<std::size_t>(rows), static_cast<std::size_t>(cols), mean, 0.5);
        RunContext context;
        const TensorStatistics s = tensorStatistics(*denseWeights(m), 50, context);
        long double sum = 0, absSum = 0, squares = 0, fourth = 0;
        double low = 1e30, high = -1e30;
        for (const float v : m.values()) {
            sum += v;
            absSum += std::abs(v);
            low = std::min<double>(low, v);
            high = std::max<double>(high, v);
        }
        const long double n = static_cast<long double>(m.values().size()), average = sum / n;
        for (const float v : m.values()) {
            const long double d = (v - average) * (v - average);
            squares += d;
            fourth += d * d;
        }
        QCOMPARE(s.count, std::uint64_t{m.values().size()});
        QCOMPARE(s.nonFinite, std::uint64_t{0});
        QCOMPARE(s.min, low);
        QCOMPARE(s.max, high);
        QVERIFY(near(s.mean, static_cast<double>(average)));
        QVERIFY(near(s.absMean, static_cast<double>(absSum / n)));
        QVERIFY(near(s.standardDeviation, static_cast<double>(std::sqrt(squares / n)), 1e-7));
        if (squares > 0)
            QVERIFY(near(s.kurtosis, static_cast<double>(fourth * n / (squares * squares)), 1e-6));
        QCOMPARE(s.histogram.size(), std::size_t{50});
        QCOMPARE(total(s.histogram), s.count);
        std::vector<std::uint64_t> naive(50);
        for (const float v : m.values()) {
            const double at = high > low ? (v - low) / (high - low) * 50 : 0;
            ++naive[std::min<std::size_t>(49, static_cast<std::size_t>(at))];
        }
        QCOMPARE(s.histogram, naive);
        if (rows > 100) QVERIFY(std::abs(s.kurtosis - 3) < 0.1); // a normal's
    }

    void unusualValuesAreCounted() {
        Matrix m(2, 4);
        m(0, 0) = std::numeric_limits<float>::quiet_NaN();
        m(0, 1) = -std::numeric_limits<float>::infinity();
        m(0, 2) = 2;
        m(1, 3) = -4;
        RunContext context;
        const TensorStatistics s = tensorStatistics(*denseWeights(m), 3, context);
        QCOMPARE(s.count, std::uint64_t{8});
        QCOMPARE(s.nonFinite, std::uint64_t{2});
        QCOMPARE(s.zeros, std::uint64_t{4});
        QCOMPARE(s.min, -4.0);
        QCOMPARE(s.max, 2.0);
        QVERIFY(near(s.mean, -2.0 / 6));
        QCOMPARE(s.histogram, (std::vector<std::uint64_t>{1, 0, 5}));
    }

    void degenerateMatrices() {
        RunContext context;
        const TensorStatistics none = tensorStatistics(*denseWeights(Matrix(0, 5)), 4, context);
        QCOMPARE(none.count, std::uint64_t{0});
        QCOMPARE(none.histogram, std::vector<std::uint64_t>(4));
        Matrix constant(3, 3);
        for (float& v : constant.values()) v = 7;
        const TensorStatistics same = tensorStatistics(*denseWeights(constant), 4, context);
        QCOMPARE(same.standardDeviation, 0.0);
        QCOMPARE(same.kurtosis, 0.0);
        QCOMPARE(total(same.histogram), std::uint64_t{9});
        QVERIFY(tensorStatistics(*denseWeights(constant), 0, context).histogram.empty());
        Matrix nan(2, 2);
        for (float& v : nan.values()) v = std::numeric_limits<float>::quiet_NaN();
        const TensorStatistics bad = tensorStatistics(*denseWeights(nan), 4, context);
        QCOMPARE(bad.nonFinite, std::uint64_t{4});
        QCOMPARE(bad.mean, 0.0);
    }

    void errorsAgreeWithTheDefinition_data() {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("cols");
        QTest::addColumn<int>("tiles");
        QTest::newRow("small") << 5 << 9 << 4;
        QTest::newRow("more tiles than rows") << 5 << 9 << 64;
        QTest::newRow("several panels") << 700 << 300 << 32;
        QTest::newRow("panels share tiles") << 1000 << 700 << 7;
        QTest::newRow("no tiles") << 10 << 10 << 0;
        QTest::newRow("empty") << 0 << 10 << 5;
    }
    void errorsAgreeWithTheDefinition() {
        QFETCH(int, rows);
        QFETCH(int, cols);
        QFETCH(int, tiles);
        const Matrix w =
            normalMatrix(static_cast<std::size_t>(rows), static_cast<std::size_t>(cols), 0, 1);
        const Matrix q = rounded(w);
        RunContext context;
        const ErrorStatistics s = errorStatistics(*denseWeights(w), *denseWeights(q), 20,
                                                  static_cast<std::size_t>(tiles), context);
        double error = 0, energy = 0, most = 0;
        QCOMPARE(s.rowError.size(), w.rows());
        for (std::size_t r = 0; r < w.rows(); ++r) {
            double rowError = 0, rowEnergy = 0;
            for (std::size_t c = 0; c < w.cols(); ++c) {
                const double e = double{w(r, c)} - q(r, c);
                rowError += e * e;
                rowEnergy += double{w(r, c)} * w(r, c);
                most = std::max(most, std::abs(e));
            }
            QVERIFY(near(s.rowError[r], rowError / rowEnergy, 1e-6));
            error += rowError;
            energy += rowEnergy;
        }
        QVERIFY(near(s.relativeError, energy > 0 ? error / energy : 0));
        QCOMPARE(s.maxAbs, most);
        QCOMPARE(total(s.histogram), std::uint64_t{w.values().size()});
        QVERIFY(s.tileRows <= static_cast<std::size_t>(tiles) && s.tileRows <= w.rows());
        QCOMPARE(s.tiles.size(), s.tileRows * s.tileCols);
        if (s.tiles.empty()) return;
        const std::size_t height = (w.rows() + static_cast<std::size_t>(tiles) - 1) /
                                   static_cast<std::size_t>(tiles),
                          width = (w.cols() + static_cast<std::size_t>(tiles) - 1) /
                                  static_cast<std::size_t>(tiles);
        for (std::size_t tr = 0; tr < s.tileRows; ++tr)
            for (std::size_t tc = 0; tc < s.tileCols; ++tc) {
                double sum = 0, count = 0;
                for (std::size_t r = tr * height; r < std::min(w.rows(), (tr + 1) * height); ++r)
                    for (std::size_t c = tc * width; c < std::min(w.cols(), (tc + 1) * width);
                         ++c) {
                        sum += std::abs(double{w(r, c)} - q(r, c));
                        ++count;
                    }
                QVERIFY(count > 0);
                QVERIFY(near(s.tiles[tr * s.tileCols + tc], sum / count, 1e-6));
            }
    }

    void zeroRowsHaveDefinedErrors() {
        Matrix w(3, 2), q(3, 2);
        q(1, 0) = 1;
        w(2, 0) = q(2, 0) = 5;
        RunContext context;
        const ErrorStatistics s =
            errorStatistics(*denseWeights(w), *denseWeights(q), 4, 2, context);
        QCOMPARE(s.rowError, (std::vector<float>{0, 1, 0}));
    }

    void threadsDoNotMatter() {
        const Matrix w = normalMatrix(3000, 200, 0.1, 1), q = rounded(w);
        const auto compute = [&](int count) {
            setThreads(count);
            RunContext context;
            return std::pair(tensorStatistics(*denseWeights(w), 64, context),
                             errorStatistics(*denseWeights(w), *denseWeights(q), 64, 30, context));
        };
        const auto [s1, e1] = compute(1);
        const auto [s2, e2] = compute(2);
        setThreads(0);
        QVERIFY(s1.mean == s2.mean && s1.standardDeviation == s2.standardDeviation &&
                s1.kurtosis == s2.kurtosis && s1.absMean == s2.absMean);
        QVERIFY(s1.histogram == s2.histogram);
        QVERIFY(e1.relativeError == e2.relativeError && e1.tiles == e2.tiles &&
                e1.rowError == e2.rowError && e1.histogram == e2.histogram);
    }

    void cancelling() {
        std::stop_source stop;
        stop.request_stop();
        RunContext context(stop.get_token());
        const auto w = denseWeights(normalMatrix(100, 100, 0, 1));
        QVERIFY_THROWS_EXCEPTION(Cancelled, (void)tensorStatistics(*w, 4, context));
        QVERIFY_THROWS_EXCEPTION(Cancelled, (void)errorStatistics(*w, *w, 4, 4, context));
    }
};

QTEST_GUILESS_MAIN(TstTensorStatistics)
#include "tst_tensor_statistics.moc"
