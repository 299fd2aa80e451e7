// Salience metrics and maps: every formula against numpy's float64 (tests/golden/salience) and
// against naive implementations, pictures against brute force at every level, and what is said
// where statistics do not suffice.
#include "core/analysis/salience_map.h"
#include "core/base/parallel.h"
#include "core/quant/grid/group_bits.h"
#include "tests/core/quant/samples.h"

#include <nlohmann/json.hpp>

#include <QFile>
#include <QTest>

#include <algorithm>
#include <numeric>

using namespace bitsmith;
using namespace bitsmith::test;

namespace {

LayerStats fullStats(const Matrix& inputs) {
    LayerStats stats = statsOf(inputs);
    for (std::size_t c = 0; c < inputs.cols(); ++c) stats.sumSquares.push_back(stats.gram(c, c));
    return stats;
}

ColumnFactors factorsOf(const char* metric, const LayerStats* stats, std::size_t cols,
                        SalienceOptions options = {}) {
    RunContext context;
    auto out = findSalience(metric)->prepare(stats, cols, options, context);
    if (!out) qFatal("%s", out.error().message.c_str());
    return *std::move(out);
}

std::string errorOf(const char* metric, const LayerStats* stats, std::size_t cols, ErrorCode code,
                    SalienceOptions options = {}) {
    RunContext context;
    const auto out = findSalience(metric)->prepare(stats, cols, options, context);
    if (out || out.error().code != code) return "no such error";
    return out.error().message;
}

bool says(const std::string& text, std::initializer_list<const char*> parts) {
    for (const char* part : parts)
        if (text.find(part) == std::string::npos) {
            qWarning("'%s' is not in: %s", part, text.c_str());
            return false;
        }
    return true;
}

// Inverse by Gauss-Jordan, to share nothing with LAPACK. a: n x n.
std::vector<double> inverseOf(std::vector<double> a, std::size_t n) {
    std::vector<double> inverse(n * n);
    for (std::size_t i = 0; i < n; ++i) inverse[i * n + i] = 1;
    for (std::size_t k = 0; k < n; ++k) {
        const double pivot = a[k * n + k];
        for (std::size_t j = 0; j < n; ++j) {
            a[k * n + j] /= pivot;
            inverse[k * n + j] /= pivot;
        }
        for (std::size_t i = 0; i < n; ++i) {
            if (i == k) continue;
            const double f = a[i * n + k];
            for (std::size_t j = 0; j < n; ++j) {
                a[i * n + j] -= f * a[k * n + j];
                inverse[i * n + j] -= f * inverse[k * n + j];
            }
        }
    }
    return inverse;
}

// A pixel from the weights themselves.
float pixel(const Matrix& weights, const ColumnFactors& factors, int level, std::size_t r,
            std::size_t c, Pooling pooling) {
    const std::size_t size = std::size_t{1} << level;
    float most = 0;
    double sum = 0, count = 0;
    for (std::size_t i = r * size; i < std::min(weights.rows(), (r + 1) * size); ++i)
        for (std::size_t j = c * size; j < std::min(weights.cols(), (c + 1) * size); ++j) {
            const float v = factors.value(weights(i, j), j);
            if (std::isfinite(v)) {
                most = std::max(most, v);
                sum += static_cast<double>(v);
            }
            ++count;
        }
    return pooling == Pooling::Max ? most : static_cast<float>(sum / count);
}

bool near(double a, double b, double relative) {
    return std::abs(a - b) <= relative * std::max(std::abs(a), std::abs(b));
}

} // namespace

class TstSalience : public QObject {
    Q_OBJECT
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
        const Matrix weights = read("weights");
        const LayerStats stats = fullStats(read("inputs"));
        QCOMPARE(golden["saliences"].size(), allSaliences().size()); // each metric is covered
        for (const Salience* metric : allSaliences()) {
            const auto factors = factorsOf(std::string(metric->info().id).c_str(), &stats, 8);
            const auto& expected = golden["saliences"][std::string(metric->info().id)];
            for (std::size_t r = 0; r < weights.rows(); ++r)
                for (std::size_t c = 0; c < weights.cols(); ++c)
                    QVERIFY2(near(factors.value(weights(r, c), c), expected[r][c], 2e-5),
                             qPrintable(QStringLiteral("%1 (%2, %3): %4")
                                            .arg(QLatin1String(metric->info().id.data()))
                                            .arg(r)
                                            .arg(c)
                                            .arg(double(factors.value(weights(r, c), c)))));
        }
        RunContext context;
        const auto map =
            SalienceMap::build(denseWeights(weights), factorsOf("magnitude", nullptr, 8), context);
        QVERIFY(near(map->sums().kurtosis, golden["kurtosis"], 1e-12));
    }

    // 64 x 64, every weight, with an inverse of our own.
    void equalsBruteForce() {
        constexpr std::size_t N = 64;
        const Matrix weights = randomMatrix(N, N, 1, 0.05);
        const LayerStats stats = fullStats(correlatedInputs(500, N, 2));
        std::vector<double> damped(N * N);
        double mean = 0;
        for (std::size_t i = 0; i < N; ++i) mean += double(stats.gram(i, i)) / N;
        for (std::size_t i = 0; i < N * N; ++i) damped[i] = stats.gram.values()[i];
        for (std::size_t i = 0; i < N; ++i) damped[i * N + i] += 0.01 * mean;
        const auto inverse = inverseOf(damped, N);
        const auto obs = factorsOf("obs", &stats, N), slim = factorsOf("slim", &stats, N),
                   sparse = factorsOf("sparsegpt", &stats, N);
        QVERIFY(obs.notes.empty());
        QCOMPARE(obs.damping, 0.01);
        for (std::size_t j = 0; j < N; ++j) {
            // Channels from j on: what SparseGPT still has when it reaches j.
            const std::size_t left = N - j;
            std::vector<double> rest(left * left);
            for (std::size_t a = 0; a < left; ++a)
                for (std::size_t b = 0; b < left; ++b)
                    rest[a * left + b] = damped[(j + a) * N + j + b];
            const double later = inverseOf(rest, left)[0];
            for (std::size_t r = 0; r < N; ++r) {
                const double w = weights(r, j), d = inverse[j * N + j];
                QVERIFY(near(obs.value(weights(r, j), j), w * w / d, 1e-5));
                QVERIFY(near(slim.value(weights(r, j), j), w * w / (d * d), 1e-5));
                QVERIFY(near(sparse.value(weights(r, j), j), w * w / later, 1e-5));
            }
        }
        // OBS is what really happens: the best change of the row without weight j.
        RunContext context;
        const auto map = SalienceMap::build(denseWeights(weights), obs, context);
        const Matrix all = map->values(0, {0, 0, N, N}, Pooling::Max, context);
        for (std::size_t r = 0; r < N; r += 9)
            for (std::size_t j = 0; j < N; j += 7) {
                double loss = 0; // e H e^T for the change e = -w_j H^-1_j / [H^-1]_jj
                const double scale = double(weights(r, j)) / inverse[j * N + j];
                for (std::size_t a = 0; a < N; ++a)
                    for (std::size_t b = 0; b < N; ++b)
                        loss += scale * inverse[j * N + a] * damped[a * N + b] * scale *
                                inverse[j * N + b];
                QVERIFY(near(all(r, j), loss, 1e-4));
            }
    }

    // SliM-LLM's bits are given by the same salience that is shown.
    void equalsWhatSlimGivesBitsBy() {
        constexpr std::size_t N = 96;
        const LayerStats stats = fullStats(correlatedInputs(400, N, 9));
        RunContext context;
        const auto theirs = columnSalience(&stats, N, 0.01, context);
        QVERIFY(theirs);
        const auto ours = factorsOf("slim", &stats, N);
        for (std::size_t c = 0; c < N; ++c) QVERIFY(near(ours.factor[c], theirs->factors[c], 1e-6));
    }

    void sumsAndShares() {
        constexpr std::size_t Rows = 301, Cols = 130;
        Matrix weights = randomMatrix(Rows, Cols, 3, 0.02);
        for (std::size_t r = 0; r < Rows; ++r) weights(r, 77) *= 40; // an outlier channel
        weights(5, 5) = std::numeric_limits<float>::quiet_NaN();
        weights(6, 5) = std::numeric_limits<float>::infinity();
        RunContext context;
        const auto map = SalienceMap::build(denseWeights(weights),
                                            factorsOf("magnitude", nullptr, Cols), context);
        const SalienceSums& sums = map->sums();
        QCOMPARE(sums.nonFinite, 2u);
        std::vector<double> all, columns(Cols), rows(Rows);
        for (std::size_t r = 0; r < Rows; ++r)
            for (std::size_t c = 0; c < Cols; ++c) {
                const double v = std::isfinite(weights(r, c)) ? std::abs(weights(r, c)) : 0;
                all.push_back(v);
                columns[c] += v;
                rows[r] += v;
            }
        const double total = std::accumulate(all.begin(), all.end(), 0.0);
        QVERIFY(near(sums.total, total, 1e-12));
        for (std::size_t c = 0; c < Cols; ++c) QVERIFY(near(sums.columnSum[c], columns[c], 1e-12));
        for (std::size_t r = 0; r < Rows; ++r) QVERIFY(near(sums.rowSum[r], rows[r], 1e-12));
        QCOMPARE(double(sums.max), *std::ranges::max_element(all));
        const TopShares exact = topShares(all); // sorted, not binned
        QVERIFY(near(sums.topWeights.p01, exact.p01, 4e-3));
        QVERIFY(near(sums.topWeights.p1, exact.p1, 4e-3));
        QVERIFY(near(sums.topWeights.p5, exact.p5, 4e-3));
        QVERIFY(exact.p01 < exact.p1 && exact.p1 < exact.p5);

        const auto groups = groupSums(sums.columnSum, 32);
        QCOMPARE(groups.size(), 5u); // 130 = 4 * 32 + 2
        QVERIFY(near(std::accumulate(groups.begin(), groups.end(), 0.0), total, 1e-12));
        QVERIFY(near(groups[4], columns[128] + columns[129], 1e-12));
        const OutlierChannels out = outlierChannels(sums.columnSum, OutlierFactor);
        QCOMPARE(out.channels, std::vector<std::uint32_t>{77});
        QVERIFY(out.largestRatio > 30 && out.largestRatio < 50);
        QVERIFY(near(out.largestRatio * out.median, columns[77], 1e-12));
        QVERIFY(outlierChannels(std::vector<double>(4), 6).channels.empty()); // all dead
    }

    // Every level, both poolings, against the weights; sizes that divide by nothing, and a base so
    // small that most levels are computed.
    void picturesEqualBruteForceAtEveryLevel_data() {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("cols");
        QTest::addColumn<int>("base");
        QTest::newRow("64 x 64, all kept") << 64 << 64 << (1 << 20);
        QTest::newRow("64 x 64, all but one computed") << 64 << 64 << 1;
        QTest::newRow("201 x 77") << 201 << 77 << 300;
        QTest::newRow("one row") << 1 << 500 << 20;
        QTest::newRow("one column") << 333 << 1 << 20;
        QTest::newRow("one weight") << 1 << 1 << 1;
        QTest::newRow("rows longer than a panel") << 9 << 70000 << 1000;
    }
    void picturesEqualBruteForceAtEveryLevel() {
        QFETCH(int, rows);
        QFETCH(int, cols);
        QFETCH(int, base);
        Matrix weights = randomMatrix(std::size_t(rows), std::size_t(cols), 4);
        weights.values()[weights.values().size() / 2] = -50; // must be seen at every level
        if (rows > 5) weights(5, 0) = std::numeric_limits<float>::quiet_NaN();
        RunContext context;
        const auto map = SalienceMap::build(denseWeights(weights),
                                            factorsOf("magnitude", nullptr, weights.cols()),
                                            context, std::size_t(base));
        QCOMPARE(map->levelRows(map->levels() - 1), 1u);
        QCOMPARE(map->levelCols(map->levels() - 1), 1u);
        QVERIFY(map->levelRows(map->baseLevel()) * map->levelCols(map->baseLevel()) <=
                std::size_t(base));
        for (int level = 0; level < map->levels(); ++level) {
            const std::size_t high = map->levelRows(level), wide = map->levelCols(level);
            for (const Pooling pooling : {Pooling::Max, Pooling::Mean}) {
                const Matrix whole = map->values(level, {0, 0, high, wide}, pooling, context);
                for (std::size_t r = 0; r < high; ++r)
                    for (std::size_t c = 0; c < wide; ++c) {
                        const float expected = pixel(weights, map->factors(), level, r, c, pooling);
                        if (pooling == Pooling::Max)
                            QCOMPARE(whole(r, c), expected);
                        else
                            QVERIFY(near(whole(r, c), expected, 1e-6));
                    }
                if (pooling == Pooling::Max)
                    QCOMPARE(*std::ranges::max_element(whole.values()), 50.0F);
                // Any part is the part of the whole.
                const PixelRect part{high / 3, wide / 4, (high + 1) / 2, (wide + 1) / 2};
                const Matrix some = map->values(level, part, pooling, context);
                for (std::size_t r = 0; r < part.rows; ++r)
                    for (std::size_t c = 0; c < part.cols; ++c)
                        QCOMPARE(some(r, c), whole(part.row + r, part.col + c));
            }
        }
    }

    void sameOnAnyNumberOfThreads() {
        const Matrix weights = randomMatrix(1000, 96, 5);
        const LayerStats stats = fullStats(correlatedInputs(300, 96, 6));
        const auto once = [&](int count) {
            setThreads(count);
            RunContext context;
            return SalienceMap::build(denseWeights(weights), factorsOf("obs", &stats, 96), context,
                                      500);
        };
        const auto one = once(1), many = once(5);
        setThreads(0);
        QCOMPARE(one->sums().columnSum, many->sums().columnSum);
        QCOMPARE(one->sums().total, many->sums().total);
        QCOMPARE(one->sums().topWeights.p1, many->sums().topWeights.p1);
        QCOMPARE(one->sums().kurtosis, many->sums().kurtosis);
        RunContext context;
        const PixelRect all{0, 0, one->levelRows(2), one->levelCols(2)};
        QCOMPARE(one->values(2, all, Pooling::Mean, context),
                 many->values(2, all, Pooling::Mean, context));
    }

    void kurtosisSurvivesALargeMean() {
        Matrix weights = randomMatrix(64, 1024, 8, 0.01);
        double mean = 0;
        for (float& w : weights.values()) w += 100;
        for (const float w : weights.values()) mean += double(w) / double(weights.values().size());
        double m2 = 0, m4 = 0;
        for (const float w : weights.values()) {
            const double d = (double(w) - mean) * (double(w) - mean);
            m2 += d;
            m4 += d * d;
        }
        RunContext context;
        const auto map = SalienceMap::build(denseWeights(weights),
                                            factorsOf("magnitude", nullptr, 1024), context);
        QVERIFY(near(map->sums().kurtosis, double(weights.values().size()) * m4 / (m2 * m2), 1e-6));
    }

    void saysWhatIsMissing() {
        constexpr std::size_t N = 16;
        QVERIFY(says(errorOf("awq", nullptr, N, ErrorCode::Usage), {"calibrate", "magnitude"}));
        QVERIFY(factorsOf("magnitude", nullptr, N).notes.empty());
        LayerStats imatrix;
        imatrix.input = "blocks.0.attn_in";
        imatrix.tokens = 100;
        imatrix.sumSquares.assign(N, 4);
        for (const char* metric : {"obs", "sparsegpt", "slim"})
            QVERIFY(says(errorOf(metric, &imatrix, N, ErrorCode::Usage),
                         {"Gram matrix", "imatrix", "blocks.0.attn_in", "wanda"}));
        QVERIFY(says(errorOf("awq", &imatrix, N, ErrorCode::Usage), {"imatrix", "wanda"}));
        QCOMPARE(factorsOf("wanda", &imatrix, N).factor[3], 2.0F);
        QVERIFY(says(errorOf("wanda", &imatrix, N + 1, ErrorCode::BadInput),
                     {"16", "17", "another model"}));
        RunContext context;
        const auto unknown = salienceNamed("colour");
        QVERIFY(!unknown);
        QVERIFY(says(unknown.error().message, {"colour", "magnitude, awq, wanda"}));
    }

    void saysWhatIsWrongWithAGramMatrix() {
        constexpr std::size_t N = 16;
        LayerStats broken = fullStats(correlatedInputs(100, N, 1));
        for (const float bad :
             {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
            broken.gram(3, 4) = bad;
            for (const char* metric : {"obs", "sparsegpt", "slim"})
                QVERIFY(says(errorOf(metric, &broken, N, ErrorCode::Failed),
                             {"NaN or infinity", "test", "another text"}));
        }
        broken.meanAbs[2] = std::numeric_limits<float>::infinity();
        broken.sumSquares[2] = std::numeric_limits<float>::quiet_NaN();
        QVERIFY(says(errorOf("awq", &broken, N, ErrorCode::Failed), {"NaN or infinity"}));
        QVERIFY(says(errorOf("wanda", &broken, N, ErrorCode::Failed), {"NaN or infinity"}));

        // Fewer tokens than channels: with damping a note, without it an error; both say how many
        // there are and how many are needed.
        const LayerStats few = fullStats(correlatedInputs(10, N, 2));
        const auto damped = factorsOf("obs", &few, N);
        QCOMPARE(damped.notes.size(), 1u);
        QVERIFY(says(damped.notes[0], {"too small for the rank", "10 tokens", "16", "0.01"}));
        QVERIFY(says(errorOf("obs", &few, N, ErrorCode::Failed, {.damping = 0}),
                     {"too small for the rank", "10 tokens", "at least 16", "without damping"}));
        QVERIFY(factorsOf("awq", &few, N).notes.empty());

        // Enough tokens, but two channels are always equal.
        Matrix inputs = correlatedInputs(100, N, 3);
        for (std::size_t t = 0; t < 100; ++t) inputs(t, 9) = inputs(t, 2);
        const LayerStats twins = fullStats(inputs);
        QVERIFY(factorsOf("obs", &twins, N).notes.empty());
        QVERIFY(says(errorOf("obs", &twins, N, ErrorCode::Failed, {.damping = 0}),
                     {"rank deficient", "100 tokens", "without damping"}));
        const LayerStats healthy = fullStats(correlatedInputs(100, N, 4));
        QVERIFY(factorsOf("obs", &healthy, N, {.damping = 0}).factor[0] > 0);
    }

    void deadChannelsCountAsNothing() {
        constexpr std::size_t N = 16;
        Matrix inputs = correlatedInputs(100, N, 3);
        for (std::size_t t = 0; t < 100; ++t) inputs(t, 7) = 0;
        const LayerStats stats = fullStats(inputs);
        for (const char* metric : {"awq", "wanda", "obs", "sparsegpt", "slim"}) {
            const auto factors = factorsOf(metric, &stats, N);
            QCOMPARE(factors.factor[7], 0.0F);
            QVERIFY(factors.factor[6] > 0);
            QVERIFY(says(factors.notes.back(), {"1 of 16", "always 0"}));
        }
        const LayerStats nothing = fullStats(Matrix(100, N));
        QVERIFY(says(errorOf("obs", &nothing, N, ErrorCode::Failed), {"never reached"}));
    }

    void canBeCancelled() {
        std::stop_source stop;
        stop.request_stop();
        RunContext context(stop.get_token());
        QVERIFY_THROWS_EXCEPTION(Cancelled,
                                 SalienceMap::build(denseWeights(Matrix(100, 100)),
                                                    factorsOf("magnitude", nullptr, 100), context));
    }
};

QTEST_GUILESS_MAIN(TstSalience)
#include "tst_salience.moc"
