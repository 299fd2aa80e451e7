// core/compute: every operation of every backend against the naive oracle; the same bits with any
// number of threads; survival of broken numbers.
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/compute/cpu/packed_linear.h"
#include "core/compute/cpu/vector_units.h"
#include "core/compute/selftest.h"
#include "core/compute/selftest_support.h"
#include "core/tensor/quantized_matrix.h"

#include <QTest>

#include <cmath>
#include <cstring>
#include <limits>

using namespace bitsmith;

namespace {

class Bf16Weights final : public WeightMatrix {
public:
    Bf16Weights(std::size_t rows, std::size_t cols)
        : WeightMatrix(rows, cols), m_bits(rows * cols) {
        Rng rng(2, "weights", "test");
        for (auto& bits : m_bits)
            bits = static_cast<std::uint16_t>(
                std::bit_cast<std::uint32_t>(static_cast<float>(rng.normal())) >> 16);
    }
    std::uint64_t storedBytes() const override { return m_bits.size() * 2; }
    void decodeRows(std::size_t first, std::size_t count, float* out) const override {
        for (std::size_t i = 0; i < count * cols(); ++i)
            out[i] = std::bit_cast<float>(std::uint32_t{m_bits[first * cols() + i]} << 16);
    }

private:
    std::vector<std::uint16_t> m_bits;
};

Matrix randomMatrix(std::size_t rows, std::size_t cols) {
    Rng rng(1, "x", "test");
    Matrix matrix(rows, cols);
    for (float& value : matrix.values()) value = static_cast<float>(rng.normal());
    return matrix;
}

// Everything that runs in parallel, at sizes of several tiles.
std::vector<float> runAll(const Backend& backend, int threads) {
    setThreads(threads);
    std::vector<float> all;
    const auto keep = [&](const Matrix& m) {
        all.insert(all.end(), m.values().begin(), m.values().end());
    };
    const Matrix x = randomMatrix(700, 300);
    const Bf16Weights w(600, 300);
    const auto packed = selftest::packedCase({.bits = 3, .groupSize = 64}, 600, 300);
    for (const std::size_t tokens : {std::size_t{700}, std::size_t{3}}) {
        Matrix y(tokens, 600);
        backend.linear(x.view().rowRange(0, tokens), *packed, {}, y.view());
        keep(y);
        backend.linear(x.view().rowRange(0, tokens), w, {}, y.view());
        backend.activate(Activation::Gelu, y.view());
        backend.logSoftmax(y.view());
        keep(y);
    }
    Matrix gram(300, 300);
    backend.gram(x.view(), gram.view());
    keep(gram);
    Matrix out(700, 4 * 50);
    backend.attention({.query = x.view().columnRange(0, 200),
                       .keys = x.view().columnRange(0, 100),
                       .values = x.view().columnRange(100, 100),
                       .heads = 4,
                       .kvHeads = 2,
                       .headDim = 50,
                       .out = out.view()});
    keep(out);
    const std::vector<float> ones(300, 1.0f);
    Matrix normed(700, 300);
    backend.rmsNorm(x.view(), ones, 1e-6f, normed.view());
    backend.layerNorm(normed.view(), ones, ones, 1e-6f, normed.view());
    backend.add(normed.view(), x.view());
    keep(normed);
    std::vector<double> sums(300);
    std::vector<float> tops(300);
    backend.channelStats(x.view(), sums, tops);
    all.insert(all.end(), sums.begin(), sums.end());
    all.insert(all.end(), tops.begin(), tops.end());
    setThreads(0);
    return all;
}

} // namespace

class TstBackend : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void operationsAgreeWithTheOracle_data() {
        QTest::addColumn<bool>("cpu");
        QTest::newRow("reference") << false;
        QTest::newRow("cpu") << true;
    }
    void operationsAgreeWithTheOracle() {
        QFETCH(bool, cpu);
        const auto backend = cpu ? makeCpuBackend() : makeReferenceBackend();
        const auto checks = checkBackend(*backend, cpu ? SelfTestSize::Full : SelfTestSize::Small);
        QVERIFY(checks.size() > (cpu ? 200u : 40u));
        int failures = 0;
        std::map<std::string, const OpCheck*> worst;
        for (const OpCheck& check : checks) {
            const OpCheck*& entry = worst[check.op];
            if (!entry || check.maxError > entry->maxError) entry = &check;
            if (check.ok) continue;
            ++failures;
            qWarning("%s, %s: error %g, at most %g allowed", check.op.c_str(), check.shape.c_str(),
                     check.maxError, check.tolerance);
        }
        for (const auto& [op, check] : worst)
            qInfo("%-16s worst %.2e at %s", op.c_str(), check->maxError, check->shape.c_str());
        QCOMPARE(failures, 0);
    }

    // What machines with fewer vector units run.
    void olderProcessorsAgreeToo_data() {
        QTest::addColumn<int>("units");
        QTest::newRow("AVX2") << int(cpu::VectorUnits::Avx2);
        QTest::newRow("portable") << int(cpu::VectorUnits::Portable);
    }
    void olderProcessorsAgreeToo() {
        QFETCH(int, units);
        cpu::limitVectorUnits(static_cast<cpu::VectorUnits>(units));
        const cpu::VectorUnits used = cpu::vectorUnits();
        const auto checks = checkBackend(*makeCpuBackend(), SelfTestSize::Full);
        cpu::limitVectorUnits(cpu::VectorUnits::Avx512);
        QVERIFY(int(used) <= units);
        for (const OpCheck& check : checks)
            QVERIFY2(check.ok, (check.op + ", " + check.shape).c_str());
    }

    // Which layouts are multiplied as they are: a kernel that silently steps aside would be a slow
    // one, not a wrong one.
    void packedKernelsKnowTheirLayouts() {
        if (cpu::vectorUnits() == cpu::VectorUnits::Portable) QSKIP("no vector units here");
        const auto taken = [](const selftest::PackedCase& wanted, std::size_t cols = 512) {
            const auto w = selftest::packedCase(wanted, 3, cols);
            const Matrix x = randomMatrix(1, cols);
            Matrix y(1, 3);
            const LinearPart part{w.get(), {}, y.view()};
            return cpu::packedLinears(x.view(), {&part, 1});
        };
        for (int bits = 2; bits <= 8; ++bits)
            for (const std::size_t group : {0, 16, 32, 48, 64, 128})
                QVERIFY2(taken({.bits = bits, .groupSize = group}),
                         qPrintable(QString("%1 bits, groups of %2").arg(bits).arg(group)));
        for (const char* format : {"Q4_0", "Q8_0", "Q4_K", "Q5_K", "Q6_K"})
            QVERIFY2(taken({.grid = "gguf", .format = format}), format);
        QVERIFY(taken({.grid = "float", .format = "nf4", .groupSize = 64}));
        QVERIFY(taken({.bits = 3, .perTensor = true}, 77));
        QVERIFY(taken({.symmetric = true, .columnScaled = true}));
        QVERIFY(!taken({.grid = "gguf", .format = "Q4_1"}));
        QVERIFY(!taken({.bits = 4, .groupSize = 4})); // half a word
        QVERIFY(!taken({.grid = "float", .format = "e3m2", .bits = 6, .groupSize = 64}));
        // Parts that no kernel knows are decoded.
        auto ordered = std::make_shared<QuantizedMatrix>();
        ordered->rows = ordered->parameterRows = 2;
        ordered->cols = ordered->groupSize = 64;
        ordered->bits = 4;
        ordered->groupsPerRow = 1;
        ordered->symmetric = ordered->columnGroups = true;
        ordered->codes.resize(64);
        ordered->scales.resize(4);
        ordered->groupOfColumn.resize(64);
        const Matrix x = randomMatrix(1, 64);
        Matrix y(1, 2);
        const auto decoded = packedWeights(ordered);
        const LinearPart part{decoded.get(), {}, y.view()};
        QVERIFY(!cpu::packedLinears(x.view(), {&part, 1}));
    }

    // Layers of one input, whatever they are packed as, get what each gets alone.
    void layersTogether_data() {
        QTest::addColumn<int>("tokens");
        for (const int tokens : {0, 1, 3, 9}) QTest::addRow("%d tokens", tokens) << tokens;
    }
    void layersTogether() {
        QFETCH(int, tokens);
        const Matrix x = randomMatrix(std::size_t(tokens), 512);
        const std::vector<selftest::PackedCase> sameOrder{{.grid = "gguf", .format = "Q4_0"},
                                                          {.grid = "gguf", .format = "Q4_0"}},
            mixed{{.grid = "gguf", .format = "Q4_K"},
                  {.bits = 4, .groupSize = 32},
                  {.bits = 3, .groupSize = 64},
                  {.symmetric = true, .columnScaled = true},
                  {.grid = "gguf", .format = "Q6_K"}},
            oneIsDecoded{{.grid = "gguf", .format = "Q4_0"}, {.grid = "gguf", .format = "Q4_1"}};
        const auto backend = makeCpuBackend();
        for (const auto& formats : {sameOrder, mixed, oneIsDecoded}) {
            std::vector<std::shared_ptr<const WeightMatrix>> weights;
            std::vector<Matrix> together, alone;
            std::size_t rows = 700; // several pieces of work, then one
            for (const auto& format : formats) {
                weights.push_back(selftest::packedCase(format, rows, 512));
                together.emplace_back(std::size_t(tokens), rows);
                alone.emplace_back(std::size_t(tokens), rows);
                rows = rows / 2 + 1;
            }
            const Matrix bias = randomMatrix(1, 700);
            std::vector<LinearPart> parts;
            for (std::size_t i = 0; i < weights.size(); ++i) {
                parts.push_back({weights[i].get(), {}, together[i].view()});
                if (i == 0) parts[0].bias = bias.values();
                backend->linear(x.view(), *weights[i], parts[i].bias, alone[i].view());
            }
            backend->linears(x.view(), parts);
            for (std::size_t i = 0; i < weights.size(); ++i)
                QVERIFY(std::memcmp(together[i].data(), alone[i].data(),
                                    together[i].values().size_bytes()) == 0);
        }
    }

    // A row does not notice how many others, or how many tokens, come with it.
    void packedRowsStandAlone() {
        const auto w = selftest::packedCase({.bits = 4, .groupSize = 32}, 37, 1152);
        const Matrix x = randomMatrix(6, 1152);
        Matrix together(6, 37), alone(1, 37);
        const auto backend = makeCpuBackend();
        backend->linear(x.view(), *w, {}, together.view());
        for (std::size_t t = 0; t < 6; ++t) {
            backend->linear(x.view().rowRange(t, 1), *w, {}, alone.view());
            for (std::size_t r = 0; r < 37; ++r) QCOMPARE(alone(0, r), together(t, r));
        }
    }

    void aWrongBackendIsFound() {
        // The cpu backend with one operation broken in one place.
        class Wrong final : public Backend {
        public:
            std::shared_ptr<const Backend> cpu = makeCpuBackend();
            std::string_view name() const override { return "wrong"; }
            void linear(ConstMatrixView x, const WeightMatrix& w, std::span<const float> bias,
                        MatrixView y) const override {
                cpu->linear(x, w, bias, y);
                if (y.rows == 65) y(64, y.cols - 1) += 0.01f;
            }
            void embed(const WeightMatrix& table, std::span<const std::int32_t> ids,
                       MatrixView out) const override {
                cpu->embed(table, ids, out);
            }
            void rmsNorm(ConstMatrixView x, std::span<const float> weight, float eps,
                         MatrixView y) const override {
                cpu->rmsNorm(x, weight, eps, y);
            }
            void layerNorm(ConstMatrixView x, std::span<const float> weight,
                           std::span<const float> bias, float eps, MatrixView y) const override {
                cpu->layerNorm(x, weight, bias, eps, y);
            }
            void rotary(MatrixView x, std::size_t headDim, const RotaryTable& table,
                        std::size_t first) const override {
                cpu->rotary(x, headDim, table, first);
            }
            void attention(const AttentionArgs& args) const override { cpu->attention(args); }
            void activate(Activation kind, MatrixView x) const override { cpu->activate(kind, x); }
            void gate(Activation kind, MatrixView gate, ConstMatrixView up) const override {
                cpu->gate(kind, gate, up);
            }
            void add(MatrixView x, ConstMatrixView y) const override { cpu->add(x, y); }
            void gram(ConstMatrixView x, MatrixView gram) const override { cpu->gram(x, gram); }
            void channelStats(ConstMatrixView x, std::span<double> sumAbs,
                              std::span<float> maxAbs) const override {
                cpu->channelStats(x, sumAbs, maxAbs);
            }
            void logSoftmax(MatrixView x) const override {
                cpu->logSoftmax(x);
                x(1, 0) = std::numeric_limits<float>::quiet_NaN();
            }
        };
        std::map<std::string, int> failures;
        for (const OpCheck& check : checkBackend(Wrong(), SelfTestSize::Small))
            if (!check.ok) ++failures[check.op];
        QCOMPARE(failures.size(), std::size_t(2));
        QVERIFY(failures["linear"] > 0 && failures["log_softmax"] > 0);
    }

    void theSameBitsWithAnyNumberOfThreads() {
        const auto backend = makeCpuBackend();
        const auto one = runAll(*backend, 1);
        for (const int threads : {2, 5}) {
            const auto many = runAll(*backend, threads);
            QCOMPARE(many.size(), one.size());
            QCOMPARE(std::memcmp(many.data(), one.data(), one.size() * sizeof(float)), 0);
        }
    }

    void brokenNumbersDoNotSpreadOrCrash_data() {
        QTest::addColumn<float>("value");
        QTest::newRow("NaN") << std::numeric_limits<float>::quiet_NaN();
        QTest::newRow("infinity") << std::numeric_limits<float>::infinity();
        QTest::newRow("huge") << std::numeric_limits<float>::max();
    }
    void brokenNumbersDoNotSpreadOrCrash() {
        QFETCH(float, value);
        const auto backend = makeCpuBackend();
        Matrix x = randomMatrix(200, 96);
        x(150, 7) = value;
        const Bf16Weights w(80, 96);
        const std::vector<float> ones(96, 1.0f);
        Matrix y(200, 80), normed(200, 96), out(200, 96), gram(96, 96);
        backend->linear(x.view(), w, {}, y.view());
        backend->rmsNorm(x.view(), ones, 1e-6f, normed.view());
        backend->layerNorm(x.view(), ones, {}, 1e-6f, normed.view());
        backend->gram(x.view(), gram.view());
        backend->attention({.query = x.view(),
                            .keys = x.view(),
                            .values = x.view(),
                            .heads = 3,
                            .kvHeads = 3,
                            .headDim = 32,
                            .out = out.view()});
        for (std::size_t t = 0; t < 200; ++t) {
            if (t == 150) continue;
            QVERIFY(std::isfinite(y(t, 3)) && std::isfinite(normed(t, 3)));
            if (t < 128) QVERIFY(std::isfinite(out(t, 7))); // blocks of queries before it
        }
        backend->logSoftmax(x.view());
        QVERIFY(std::isfinite(x(149, 7)));
        Matrix all(5, 70);
        std::ranges::fill(all.values(), value);
        backend->logSoftmax(all.view());
        backend->gate(Activation::Silu, all.view(), all.view());
        std::vector<double> sums(70);
        std::vector<float> tops(70);
        backend->channelStats(all.view(), sums, tops);
        QVERIFY(tops[0] == 0 || std::isnan(value) == false);
    }
};

QTEST_GUILESS_MAIN(TstBackend)
#include "tst_backend.moc"
