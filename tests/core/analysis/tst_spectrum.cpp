// Spectra against numpy's SVD (tests/golden/salience), matrices whose singular values are known,
// and a naive Jacobi iteration.
#include "core/analysis/eigenvalues.h"
#include "core/analysis/spectrum.h"
#include "core/base/parallel.h"
#include "tests/core/quant/samples.h"

#include <nlohmann/json.hpp>

#include <QFile>
#include <QTest>

#include <numeric>

using namespace bitsmith;
using namespace bitsmith::test;

namespace {

bool near(double a, double b, double relative) {
    return std::abs(a - b) <= relative * std::max(std::abs(a), std::abs(b));
}

Spectrum spectrumOf(const Matrix& matrix) {
    RunContext context;
    auto out = singularValues(*denseWeights(matrix), context);
    if (!out) qFatal("%s", out.error().message.c_str());
    return *std::move(out);
}

// Cyclic Jacobi rotations: slow, and nothing like LAPACK.
std::vector<double> jacobi(std::vector<double> a, std::size_t n) {
    for (int sweep = 0; sweep < 30; ++sweep)
        for (std::size_t p = 0; p + 1 < n; ++p)
            for (std::size_t q = p + 1; q < n; ++q) {
                if (a[p * n + q] == 0) continue;
                const double theta =
                    0.5 * std::atan2(2 * a[p * n + q], a[q * n + q] - a[p * n + p]);
                const double c = std::cos(theta), s = std::sin(theta);
                for (std::size_t k = 0; k < n; ++k) {
                    const double x = a[k * n + p], y = a[k * n + q];
                    a[k * n + p] = c * x - s * y;
                    a[k * n + q] = s * x + c * y;
                }
                for (std::size_t k = 0; k < n; ++k) {
                    const double x = a[p * n + k], y = a[q * n + k];
                    a[p * n + k] = c * x - s * y;
                    a[q * n + k] = s * x + c * y;
                }
            }
    std::vector<double> out;
    for (std::size_t i = 0; i < n; ++i) out.push_back(a[i * n + i]);
    std::ranges::sort(out, std::greater());
    return out;
}

} // namespace

class TstSpectrum : public QObject {
    Q_OBJECT
    static void compare(const Spectrum& ours, const nlohmann::json& golden) {
        QCOMPARE(ours.values.size(), golden["values"].size());
        for (std::size_t i = 0; i < ours.values.size(); ++i)
            QVERIFY(std::abs(ours.values[i] - double(golden["values"][i])) <
                    1e-7 * ours.values.front());
        QVERIFY(near(ours.effectiveRank, golden["effective_rank"], 1e-6));
        QVERIFY(near(ours.stableRank, golden["stable_rank"], 1e-6));
        QCOMPARE(ours.rank90, golden["rank90"].get<std::size_t>());
        QCOMPARE(ours.rank99, golden["rank99"].get<std::size_t>());
    }

private Q_SLOTS:
    void equalsNumpy() {
        QFile file(QStringLiteral(BITSMITH_SOURCE_DIR "/tests/golden/salience/golden.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto golden = nlohmann::json::parse(file.readAll().toStdString());
        const auto read = [&](const char* name) {
            const auto& rows = golden[name];
            Matrix out(rows.size(), rows[0].size());
            for (std::size_t r = 0; r < out.rows(); ++r)
                for (std::size_t c = 0; c < out.cols(); ++c) out(r, c) = rows[r][c];
            return out;
        };
        compare(spectrumOf(read("weights")), golden["weight_spectrum"]);
        const Matrix inputs = read("inputs");
        RunContext context;
        const auto own = inputSpectrum(statsOf(inputs).gram, inputs.rows(), context);
        QVERIFY(own);
        compare(*own, golden["input_spectrum"]);
    }

    // Sizes around the blocks of the tridiagonalisation, against Jacobi.
    void eigenvaluesOfAllSizes() {
        for (const std::size_t n : {1, 2, 5, 33, 128, 129, 160, 161, 200}) {
            const Matrix half = randomMatrix(n, n, n);
            std::vector<double> a(n * n);
            for (std::size_t i = 0; i < n; ++i)
                for (std::size_t j = 0; j < n; ++j)
                    a[i * n + j] = (double(half(i, j)) + half(j, i)) / 2;
            const auto expected = jacobi(a, n);
            RunContext context;
            const auto ours = symmetricEigenvalues(a, n, 0, context);
            for (std::size_t i = 0; i < n; ++i)
                QVERIFY2(std::abs(ours[i] - expected[i]) < 1e-11 * double(n),
                         qPrintable(QStringLiteral("n %1, value %2: %3 and %4")
                                        .arg(n)
                                        .arg(i)
                                        .arg(ours[i])
                                        .arg(expected[i])));
        }
    }

    // Tall, wide and square give the same values; larger than a tile.
    void shapesDoNotMatter() {
        const Matrix tall = randomMatrix(700, 300, 1);
        Matrix wide(300, 700);
        for (std::size_t r = 0; r < 700; ++r)
            for (std::size_t c = 0; c < 300; ++c) wide(c, r) = tall(r, c);
        const Spectrum a = spectrumOf(tall), b = spectrumOf(wide);
        double squares = 0;
        for (const float v : tall.values()) squares += double(v) * v;
        QVERIFY(near(a.energy, squares, 1e-10));
        QCOMPARE(a.values.size(), 300u);
        QCOMPARE(b.values.size(), 300u);
        for (std::size_t i = 0; i < 300; ++i) QVERIFY(near(a.values[i], b.values[i], 1e-9));
        // Random matrices: the largest close to sqrt(700) + sqrt(300), the smallest to the
        // difference (Marchenko and Pastur).
        QVERIFY(near(a.values.front(), std::sqrt(700.0) + std::sqrt(300.0), 0.05));
        QVERIFY(near(a.values.back(), std::sqrt(700.0) - std::sqrt(300.0), 0.05));
        setThreads(1);
        const Spectrum one = spectrumOf(tall);
        setThreads(0);
        QCOMPARE(one.values, a.values);
    }

    void knownSpectra() {
        // A product of two thin ones has their rank, and no more energy than that.
        const Matrix left = randomMatrix(220, 7, 2), right = randomMatrix(7, 190, 3);
        Matrix low(220, 190);
        for (std::size_t r = 0; r < 220; ++r)
            for (std::size_t c = 0; c < 190; ++c)
                for (std::size_t k = 0; k < 7; ++k) low(r, c) += left(r, k) * right(k, c);
        const Spectrum s = spectrumOf(low);
        QCOMPARE(s.numericalRank, 7u);
        QVERIFY(s.effectiveRank <= 7.01 && s.effectiveRank > 5);
        QVERIFY(s.rank99 <= 7 && s.rank90 <= s.rank99);
        const auto energy = cumulativeEnergy(s);
        QVERIFY(energy[s.rank90 - 1] >= 0.9 && (s.rank90 == 1 || energy[s.rank90 - 2] < 0.9));
        QVERIFY(near(energy.back(), 1, 1e-12));

        Matrix identity(50, 50);
        for (std::size_t i = 0; i < 50; ++i) identity(i, i) = 3;
        const Spectrum flat = spectrumOf(identity);
        QVERIFY(near(flat.effectiveRank, 50, 1e-9) && near(flat.stableRank, 50, 1e-9));
        QCOMPARE(flat.rank90, 45u);
        const Spectrum none = spectrumOf(Matrix(20, 10));
        QCOMPARE(none.energy, 0.0);
        QCOMPARE(none.rank90, 0u);
        QCOMPARE(none.effectiveRank, 0.0);
    }

    void fewTokensHaveFewDirections() {
        const Matrix inputs = correlatedInputs(30, 64, 5);
        RunContext context;
        const auto s = inputSpectrum(statsOf(inputs).gram, 30, context);
        QVERIFY(s);
        QCOMPARE(s->values.size(), 64u);
        QVERIFY(s->numericalRank <= 30);
        QCOMPARE(s->values[30], 0.0);
    }

    void saysWhyNot() {
        Matrix broken = randomMatrix(40, 30, 1);
        broken(3, 3) = std::numeric_limits<float>::quiet_NaN();
        RunContext context;
        const auto nan = singularValues(*denseWeights(broken), context);
        QVERIFY(!nan && nan.error().code == ErrorCode::Failed);
        QVERIFY(nan.error().message.find("NaN") != std::string::npos);
        std::stop_source stop;
        stop.request_stop();
        RunContext stopped(stop.get_token());
        QVERIFY_THROWS_EXCEPTION(Cancelled, (void)singularValues(*denseWeights(broken), stopped));

        // Too large: refused before anything is read or held.
        class Huge final : public WeightMatrix {
        public:
            Huge() : WeightMatrix(200000, 200000) {}
            std::uint64_t storedBytes() const override { return 0; }
            void decodeRows(std::size_t, std::size_t, float*) const override {
                qFatal("a matrix too large was read");
            }
        };
        const auto large = singularValues(Huge(), context);
        QVERIFY(!large && large.error().code == ErrorCode::Unsupported);
        QVERIFY(large.error().message.find("200000") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TstSpectrum)
#include "tst_spectrum.moc"
