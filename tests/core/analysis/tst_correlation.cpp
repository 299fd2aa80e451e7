// core/analysis: rank and canonical correlation against cases whose answers are known.
#include "core/analysis/canonical_correlation.h"
#include "core/analysis/rank_correlation.h"
#include "core/base/random.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <vector>

using namespace bitsmith;

namespace {

std::vector<double> gaussian(std::size_t count, const char* name) {
    Rng rng(5, name, "test");
    std::vector<double> out(count);
    for (double& v : out) v = rng.normal();
    return out;
}

void centre(std::vector<double>& x, std::size_t n, std::size_t d) {
    for (std::size_t c = 0; c < d; ++c) {
        double mean = 0;
        for (std::size_t r = 0; r < n; ++r) mean += x[r * d + c] / static_cast<double>(n);
        for (std::size_t r = 0; r < n; ++r) x[r * d + c] -= mean;
    }
}

} // namespace

class TstCorrelation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void ranks() {
        const std::vector<double> rising{1, 2, 3, 40}, falling{9, 8, 1, -5};
        QCOMPARE(spearman(rising, rising), 1.0);
        QCOMPARE(spearman(rising, falling), -1.0);
        // Pearson of the mean ranks, by hand in another language: python3, sum over (1, 2, 2, 4, 5,
        // 3).
        const std::vector<double> a{1, 2, 2, 4, 5, 3}, b{2, 1, 4, 4, 7, 0};
        QVERIFY(std::abs(spearman(a, b) - 0.4852941176470588) < 1e-12);
    }

    void nothingToRank() {
        const double nan = std::numeric_limits<double>::quiet_NaN();
        const std::vector<double> x{1, 2}, same{3, 3, 3}, y{1, 2, 3};
        QVERIFY(std::isnan(spearman(x, x)));
        QVERIFY(std::isnan(spearman(same, y)));
        const std::vector<double> gaps{1, nan, 2, 3}, other{1, 100, 5, 9};
        QCOMPARE(spearman(gaps, other), 1.0); // the pair with the gap is left out
    }

    // y = x A with any regular A has the same information: all correlations are 1.
    void linearMapsAreEqual() {
        const std::size_t n = 200, d = 4;
        auto x = gaussian(n * d, "x");
        centre(x, n, d);
        const auto map = gaussian(d * d, "map");
        std::vector<double> y(n * d);
        for (std::size_t r = 0; r < n; ++r)
            for (std::size_t i = 0; i < d; ++i)
                for (std::size_t j = 0; j < d; ++j) y[r * d + j] += x[r * d + i] * map[i * d + j];
        for (const double rho : canonicalCorrelations(x, d, y, d, n, 1e-10))
            QVERIFY(rho > 1 - 1e-5);
    }

    // One shared direction of known strength, everything else independent.
    void oneSharedDirection() {
        const std::size_t n = 20000, d = 3;
        auto x = gaussian(n * d, "a"), y = gaussian(n * d, "b");
        const double strength = 0.6;
        for (std::size_t r = 0; r < n; ++r)
            y[r * d] = strength * x[r * d] + std::sqrt(1 - strength * strength) * y[r * d];
        centre(x, n, d);
        centre(y, n, d);
        const auto rho = canonicalCorrelations(x, d, y, d, n);
        QCOMPARE(rho.size(), d);
        QVERIFY(std::abs(rho[0] - strength) < 0.02);
        QVERIFY(rho[1] < 0.03);
    }

    void withoutVariance() {
        const std::vector<double> nothing(40, 0.0);
        QVERIFY(canonicalCorrelations(nothing, 2, gaussian(40, "c"), 2, 20).empty());
    }

    // Scores are uncorrelated, their variances fall, and all of them keep the whole variance.
    void principal() {
        const std::size_t n = 50, d = 6;
        auto x = gaussian(n * d, "p");
        for (std::size_t r = 0; r < n; ++r) x[r * d + 2] *= 5;
        const auto scores = principalScores(x, n, d, d);
        centre(x, n, d);
        double whole = 0, kept = 0, last = 1e300;
        for (const double v : x) whole += v * v;
        for (std::size_t a = 0; a < d; ++a) {
            double variance = 0;
            for (std::size_t r = 0; r < n; ++r) variance += scores[r * d + a] * scores[r * d + a];
            QVERIFY(variance <= last + 1e-9);
            last = variance;
            kept += variance;
            for (std::size_t b = 0; b < a; ++b) {
                double product = 0;
                for (std::size_t r = 0; r < n; ++r)
                    product += scores[r * d + a] * scores[r * d + b];
                QVERIFY(std::abs(product) < 1e-8 * whole);
            }
        }
        QVERIFY(std::abs(kept - whole) < 1e-9 * whole);
    }
};

QTEST_GUILESS_MAIN(TstCorrelation)
#include "tst_correlation.moc"
