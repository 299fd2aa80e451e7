// What the device does for quantizers, on the emulated device, against the processor's own code:
// the same codes where sums cannot differ, and errors as low where they can.
#include "core/base/random.h"
#include "core/codec/rans.h"
#include "core/codec/rans_lookup.h"
#include "core/compute/accelerator.h"
#include "core/quant/linalg.h"
#include "core/quant/recipe.h"
#include "gpu/cuda_backend.h"

#include <QTest>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

#undef slots // of Qt; a field here

using namespace bitsmith;

namespace {

Matrix randomMatrix(std::size_t rows, std::size_t cols, std::uint64_t seed = 1) {
    Rng rng(seed, "x", "test");
    Matrix matrix(rows, cols);
    for (float& value : matrix.values()) value = static_cast<float>(rng.normal());
    return matrix;
}

// Inputs whose channels are as unequal and as correlated as real ones are.
LayerStats correlatedStats(std::size_t cols, bool dead) {
    Matrix x = randomMatrix(3 * cols, cols, 5);
    for (std::size_t t = 0; t < x.rows(); ++t)
        for (std::size_t c = 1; c < cols; ++c) {
            x(t, c) = 0.7F * x(t, c - 1) + x(t, c) * (c % 17 == 3 ? 8.0F : 1.0F);
            if (dead && c % 23 == 7) x(t, c) = 0;
        }
    LayerStats stats;
    stats.tokens = x.rows();
    stats.gram = Matrix(cols, cols);
    makeReferenceBackend()->gram(x.view(), stats.gram.view());
    return stats;
}

} // namespace

class TstCudaQuant : public QObject {
    Q_OBJECT

    std::shared_ptr<const gpu::CudaBackend> m_backend;
    const Accelerator& device() const { return *m_backend->accelerator(); }

    // Of each kind: how many times the device did it.
    class Counting final : public Accelerator {
    public:
        explicit Counting(const Accelerator& device) : m_device(device) {}
        mutable int factorised = 0, rounded = 0;
        bool invertedCholesky(std::span<double> a, std::size_t n, bool* definite) const override {
            return ++factorised, m_device.invertedCholesky(a, n, definite);
        }
        bool roundNearest(const AffineJob& job, AffineCodes* out) const override {
            const bool done = m_device.roundNearest(job, out);
            rounded += done;
            return done;
        }
        bool gptq(const GptqJob& job, AffineCodes* out) const override {
            const bool done = m_device.gptq(job, out);
            rounded += done;
            return done;
        }
        bool descend(const DescentJob& job, std::vector<std::byte>* codes,
                     std::vector<double>* errors) const override {
            return m_device.descend(job, codes, errors);
        }
        bool decode(const QuantizedMatrix&, std::span<float>) const override { return false; }
        bool hadamard(MatrixView, std::size_t) const override { return false; }
        bool histogram(std::span<const float>, float, float,
                       std::span<std::uint64_t>) const override {
            return false;
        }
        bool largest(std::span<const float>, std::size_t,
                     std::vector<std::uint32_t>*) const override {
            return false;
        }
        bool kMeans(std::span<const float>, std::span<const float>, std::span<float>,
                    int) const override {
            return false;
        }
        bool decodeRans(std::span<const RansJob>, std::span<std::uint8_t>) const override {
            return false;
        }

    private:
        const Accelerator& m_device;
    };

    static LayerResult quantized(const LayerTask& task, const std::string& recipe,
                                 const std::string& settings) {
        RunContext context;
        auto changed = findRecipe(recipe).value();
        for (const QString& setting :
             QString::fromStdString(settings).split(' ', Qt::SkipEmptyParts)) {
            const QStringList parts = setting.split('=');
            auto set = withSetting(*changed, parts[0].toStdString(), parts[1].toStdString());
            if (!set) qFatal("%s", set.error().message.c_str());
            changed = *std::move(set);
        }
        auto result = quantizeLayer(task, *changed, nullptr, context);
        if (!result) qFatal("%s", result.error().message.c_str());
        return *std::move(result);
    }

private Q_SLOTS:
    void init() {
        emulation::reset(std::size_t{1} << 30);
        m_backend = std::make_shared<const gpu::CudaBackend>(0, CudaOptions{});
    }
    void cleanup() {
        m_backend.reset();
        QCOMPARE(emulation::allocatedBytes(), std::size_t(0));
    }

    void roundToNearestGivesTheSameBytes_data() {
        QTest::addColumn<QString>("settings");
        QTest::addColumn<int>("bits");
        for (const int bits : {2, 3, 4, 8})
            QTest::addRow("%d bits", bits) << "grid.group_size=32" << bits;
        QTest::newRow("symmetric") << "grid.group_size=64 grid.symmetric=true" << 4;
        QTest::newRow("channel") << "grid.granularity=channel" << 4;
        QTest::newRow("short last group") << "grid.group_size=40 grid.ragged=short_last_group" << 3;
    }
    void roundToNearestGivesTheSameBytes() {
        QFETCH(QString, settings);
        QFETCH(int, bits);
        const Matrix weights = randomMatrix(70, 131 + 61);
        LayerTask task{.name = "w", .weights = weights.view(), .bits = bits};
        const LayerResult expected = quantized(task, "rtn", settings.toStdString());
        const Counting counting(device());
        task.accelerator = &counting;
        const LayerResult got = quantized(task, "rtn", settings.toStdString());
        QCOMPARE(counting.rounded, 1);
        QVERIFY(*got.matrix == *expected.matrix);
    }

    void searchedRangesAreAsGood() {
        const Matrix weights = randomMatrix(50, 128);
        const LayerStats stats = correlatedStats(128, false);
        for (const LayerStats* with : {static_cast<const LayerStats*>(nullptr), &stats}) {
            LayerTask task{.name = "w", .weights = weights.view(), .stats = with, .bits = 3};
            const std::string settings = "grid.group_size=32 grid.search=mse";
            const LayerResult expected = quantized(task, "rtn", settings);
            task.accelerator = &device();
            const LayerResult got = quantized(task, "rtn", settings);
            QVERIFY(std::abs(got.report.weightError / expected.report.weightError - 1) < 1e-3);
        }
    }

    void gptqIsAsGood_data() {
        QTest::addColumn<QString>("settings");
        QTest::addColumn<int>("bits");
        QTest::addColumn<bool>("dead");
        const QString group = "grid.group_size=32 ";
        QTest::newRow("groups") << group << 4 << false;
        QTest::newRow("2 bits") << group << 2 << false;
        QTest::newRow("8 bits") << group << 8 << false;
        QTest::newRow("symmetric") << group + "grid.symmetric=true" << 3 << false;
        QTest::newRow("channel") << "grid.granularity=channel" << 3 << false;
        QTest::newRow("dead inputs") << group << 3 << true;
        QTest::newRow("activation order") << group + "round.act_order=true" << 3 << true;
        QTest::newRow("static groups")
            << group + "round.act_order=true round.static_groups=true" << 3 << true;
        QTest::newRow("small blocks") << group + "round.block_size=12" << 3 << false;
        QTest::newRow("blocks of one") << group + "round.block_size=1" << 3 << false;
        QTest::newRow("groups across blocks") << group + "round.block_size=24" << 3 << false;
        QTest::newRow("searched") << group + "grid.search=mse" << 3 << false;
        QTest::newRow("ragged") << "grid.group_size=40 grid.ragged=short_last_group" << 3 << false;
    }
    void gptqIsAsGood() {
        QFETCH(QString, settings);
        QFETCH(int, bits);
        QFETCH(bool, dead);
        constexpr std::size_t Rows = 67, Cols = 192;
        const Matrix weights = randomMatrix(Rows, Cols);
        const LayerStats stats = correlatedStats(Cols, dead);
        LayerTask task{.name = "w", .weights = weights.view(), .stats = &stats, .bits = bits};
        const LayerResult expected = quantized(task, "gptq", settings.toStdString());
        const Counting counting(device());
        task.accelerator = &counting;
        const LayerResult got = quantized(task, "gptq", settings.toStdString());
        QCOMPARE(counting.rounded, 1);
        QVERIFY(counting.factorised > 0);
        QCOMPARE(got.matrix->layout(), expected.matrix->layout());
        QCOMPARE(got.matrix->groupOfColumn, expected.matrix->groupOfColumn);
        // Sums in another order now and then turn a tie; each such weight changes those after it.
        const Matrix a = decode(*got.matrix), b = decode(*expected.matrix);
        std::size_t different = 0;
        for (std::size_t i = 0; i < a.values().size(); ++i)
            different += a.values()[i] != b.values()[i];
        QVERIFY2(different <= a.values().size() / 50, qPrintable(QString::number(different)));
        QVERIFY(std::abs(got.report.outputError / expected.report.outputError - 1) < 0.01);
    }

    void withoutRoomTheProcessorRounds() {
        m_backend.reset();
        emulation::reset(30 << 10);
        m_backend = std::make_shared<const gpu::CudaBackend>(0, CudaOptions{});
        const Matrix weights = randomMatrix(70, 192);
        const LayerStats stats = correlatedStats(192, false);
        LayerTask task{.name = "w", .weights = weights.view(), .stats = &stats, .bits = 4};
        const LayerResult expected = quantized(task, "gptq", "");
        const Counting counting(device());
        task.accelerator = &counting;
        const LayerResult got = quantized(task, "gptq", "");
        QCOMPARE(counting.rounded, 0);
        QVERIFY(*got.matrix == *expected.matrix);
    }

    void factorsAreThoseOfTheProcessor() {
        for (const std::size_t n : {1U, 7U, 200U}) {
            const Matrix x = randomMatrix(2 * n + 3, n);
            std::vector<double> gram(n * n);
            for (std::size_t i = 0; i < n; ++i)
                for (std::size_t j = 0; j < n; ++j)
                    for (std::size_t t = 0; t < x.rows(); ++t)
                        gram[i * n + j] += double(x(t, i)) * double(x(t, j));
            std::vector<double> expected = gram, got = gram;
            RunContext context;
            QVERIFY(choleskyInPlace(expected, n, context));
            invertLowerInPlace(expected, n, context);
            bool definite = false;
            QVERIFY(device().invertedCholesky(got, n, &definite));
            QVERIFY(definite);
            for (std::size_t i = 0; i < n * n; ++i)
                QVERIFY(std::abs(got[i] - expected[i]) <= 1e-10 * (1 + std::abs(expected[i])));
            got = gram;
            got[0] = -1;
            QVERIFY(device().invertedCholesky(got, n, &definite));
            QVERIFY(!definite);
        }
    }

    void descentLowersTheError() {
        constexpr std::size_t Rows = 40, Cols = 96;
        const Matrix weights = randomMatrix(Rows, Cols);
        const LayerStats stats = correlatedStats(Cols, true);
        const LayerTask task{.name = "w", .weights = weights.view(), .stats = &stats, .bits = 3};
        const LayerResult start = quantized(task, "rtn", "grid.group_size=32");
        const auto energy = [&](const QuantizedMatrix& matrix) {
            const Matrix values = decode(matrix);
            double sum = 0;
            for (std::size_t r = 0; r < Rows; ++r)
                for (std::size_t i = 0; i < Cols; ++i)
                    for (std::size_t j = 0; j < Cols; ++j)
                        sum += double(weights(r, i) - values(r, i)) * double(stats.gram(i, j)) *
                               double(weights(r, j) - values(r, j));
            return sum;
        };
        for (const std::size_t blockSize : {1U, 40U, 128U}) {
            std::vector<std::byte> codes;
            std::vector<double> errors;
            QVERIFY(device().descend({.weights = weights.view(),
                                      .start = start.matrix.get(),
                                      .gram = stats.gram.view(),
                                      .blockSize = blockSize},
                                     &codes, &errors));
            QVERIFY(errors.size() > 2);
            QVERIFY(std::ranges::is_sorted(errors, std::greater()));
            QuantizedMatrix better = *start.matrix;
            better.codes = codes;
            QVERIFY(std::abs(errors.front() / energy(*start.matrix) - 1) < 1e-4);
            QVERIFY(std::abs(errors.back() / energy(better) - 1) < 1e-3);
            // As far as the processor's descent from the same start.
            const LayerResult other =
                quantized(task, "quantease", "grid.group_size=32 round.start=nearest");
            QVERIFY(energy(better) < 1.05 * energy(*other.matrix));
        }
    }

    void matricesDecode() {
        const Matrix weights = randomMatrix(33, 100);
        for (const char* recipe : {"rtn", "gguf_q4_k", "nf4"}) {
            const auto found = findRecipe(recipe);
            if (!found) continue;
            const LayerTask task{.name = "w", .weights = weights.view(), .bits = 4};
            RunContext context;
            const auto done = quantizeLayer(task, **found, nullptr, context);
            if (!done) continue; // not for this shape
            Matrix got(33, 100);
            QVERIFY(device().decode(*done->matrix, got.values()));
            QCOMPARE(got, decode(*done->matrix));
        }
    }

    void hadamardIsItsOwnInverse() {
        for (const std::size_t size : {1U, 2U, 8U, 64U, 512U, 4096U}) {
            const Matrix x = randomMatrix(3, 2 * size);
            Matrix y = x;
            QVERIFY(device().hadamard(y.view(), size));
            // Sylvester: H(i, j) = (-1)^(bits that i and j share) / sqrt(size).
            const std::size_t i = size / 3;
            double expected = 0;
            for (std::size_t j = 0; j < size; ++j)
                expected += (std::popcount(i & j) % 2 ? -1 : 1) * double(x(2, size + j));
            expected /= std::sqrt(double(size));
            QVERIFY(std::abs(y(2, size + i) - expected) < 1e-4);
            QVERIFY(device().hadamard(y.view(), size));
            for (std::size_t k = 0; k < y.values().size(); ++k)
                QVERIFY(std::abs(y.values()[k] - x.values()[k]) < 1e-5);
        }
        Matrix x = randomMatrix(1, 24);
        QVERIFY(!device().hadamard(x.view(), 3));
        QVERIFY(!device().hadamard(x.view(), 16)); // 24 is no multiple
    }

    void histogramsCountAll() {
        Matrix x = randomMatrix(30, 1000);
        x(3, 4) = std::numeric_limits<float>::quiet_NaN();
        x(3, 5) = std::numeric_limits<float>::infinity();
        x(3, 6) = -100;
        x(3, 7) = 2; // the upper end
        for (const std::size_t bins : {1U, 7U, 256U, 4096U}) {
            std::vector<std::uint64_t> got(bins), expected(bins);
            QVERIFY(device().histogram(x.values(), -1, 2, got));
            for (const float value : x.values()) {
                if (std::isnan(value)) continue;
                const double at = (double(value) + 1) / 3 * double(bins);
                ++expected[static_cast<std::size_t>(
                    std::clamp(std::floor(at), 0.0, double(bins - 1)))];
            }
            QCOMPARE(got, expected);
        }
    }

    void theLargestAreFound() {
        Matrix x = randomMatrix(1, 5000);
        for (std::size_t i = 0; i < 5000; i += 3) x(0, i) = std::round(x(0, i)); // many equal ones
        x(0, 17) = std::numeric_limits<float>::quiet_NaN();
        std::vector<std::uint32_t> order(5000);
        std::iota(order.begin(), order.end(), 0U);
        std::ranges::stable_sort(order, std::greater(), [&](std::uint32_t i) {
            return std::isnan(x(0, i)) ? 0 : std::abs(x(0, i));
        });
        for (const std::size_t count : {0U, 1U, 50U, 400U, 2500U, 5000U}) {
            std::vector<std::uint32_t> got, expected(order.begin(), order.begin() + count);
            std::ranges::sort(expected);
            QVERIFY(device().largest(x.values(), count, &got));
            QCOMPARE(got, expected);
        }
    }

    void centroidsSettle() {
        Rng rng(4, "clusters", "test");
        std::vector<float> values, weights;
        for (int i = 0; i < 6000; ++i) {
            values.push_back(static_cast<float>(i % 4 * 10 - 15 + rng.normal()));
            weights.push_back(static_cast<float>(rng.uniform()));
        }
        std::vector<float> centroids{-20, -1, 0, 3};
        QVERIFY(device().kMeans(values, weights, centroids, 100));
        // A fixed point: each is the weighted mean of what is nearest to it.
        std::vector<double> sums(4), masses(4);
        for (std::size_t i = 0; i < values.size(); ++i) {
            std::size_t nearest = 0;
            for (std::size_t c = 1; c < 4; ++c)
                if (std::abs(values[i] - centroids[c]) < std::abs(values[i] - centroids[nearest]))
                    nearest = c;
            sums[nearest] += double(weights[i]) * double(values[i]);
            masses[nearest] += double(weights[i]);
        }
        for (std::size_t c = 0; c < 4; ++c)
            QVERIFY(std::abs(sums[c] / masses[c] - double(centroids[c])) < 1e-4);
        QVERIFY(std::abs(centroids[0] + 15) < 0.2 && std::abs(centroids[3] - 15) < 0.2);
    }

    void ransRunsDecode() {
        Rng rng(6, "symbols", "test");
        std::vector<std::vector<std::uint8_t>> symbols;
        std::vector<std::vector<std::byte>> payloads;
        std::vector<RansTable> tables;
        std::vector<int> lanes;
        for (const int count : {1, 5, 31, 32, 33, 64, 100, 3000})
            for (const int lane : {1, 4, 32, 64}) {
                std::vector<std::uint8_t> run(static_cast<std::size_t>(count) + 40);
                std::vector<std::uint64_t> counts(16);
                for (auto& s : run) {
                    s = static_cast<std::uint8_t>(std::clamp(8 + 2 * rng.normal(), 0.0, 15.0));
                    ++counts[s];
                }
                // Every symbol has a frequency of its own, so that there is no escape.
                std::vector<std::uint16_t> frequencies(16);
                for (std::size_t i = 0; i < 16; ++i)
                    frequencies[i] = static_cast<std::uint16_t>(1 + 4000 * counts[i] / run.size());
                frequencies[8] = static_cast<std::uint16_t>(
                    frequencies[8] + RansTable::Total -
                    std::accumulate(frequencies.begin(), frequencies.end(), 0U));
                const RansTable table = RansTable::fromFrequencies(frequencies).value();
                RansEncoder encoder(lane);
                encoder.add(table, run);
                payloads.push_back(encoder.finish());
                tables.push_back(table);
                lanes.push_back(lane);
                symbols.push_back(std::move(run));
            }
        std::vector<std::vector<std::uint8_t>> got(symbols.size());
        std::vector<RansJob> jobs;
        for (std::size_t i = 0; i < symbols.size(); ++i) {
            got[i].resize(symbols[i].size());
            jobs.push_back({.slots = tables[i].decoding().slots(),
                            .payload = payloads[i],
                            .lanes = lanes[i],
                            .out = got[i]});
        }
        std::vector<std::uint8_t> ok(jobs.size());
        QVERIFY(device().decodeRans(jobs, ok));
        for (std::size_t i = 0; i < jobs.size(); ++i) {
            QCOMPARE(int(ok[i]), 1);
            QCOMPARE(got[i], symbols[i]);
        }
        // Damaged ones are told apart: too short, too long, another word.
        payloads[0].resize(2);
        payloads[1].push_back(std::byte{0});
        payloads[1].push_back(std::byte{0});
        payloads[2].back() ^= std::byte{0x40};
        payloads[3].resize(payloads[3].size() - 2);
        for (std::size_t i = 0; i < 4; ++i) jobs[i].payload = payloads[i];
        QVERIFY(device().decodeRans(jobs, ok));
        for (std::size_t i = 0; i < jobs.size(); ++i) QCOMPARE(int(ok[i]), i < 4 ? 0 : 1);
    }
};

QTEST_GUILESS_MAIN(TstCudaQuant)
#include "tst_cuda_quant.moc"
