// The CUDA backend on an emulated device: its host code and every kernel as they are, operation by
// operation against the reference. What a real device adds (its own rounding of expf, its
// libraries, its timing) only a real device can show.
#include "core/base/random.h"
#include "core/compute/selftest.h"
#include "core/tensor/bit_packing.h"
#include "core/tensor/convert.h"
#include "core/tensor/levels.h"
#include "gpu/cuda_backend.h"
#include "gpu/cuda_backends.h"

#include <QTest>

#include <cmath>

using namespace bitsmith;

namespace {

constexpr std::size_t Enough = std::size_t{1} << 31;

Matrix randomMatrix(std::size_t rows, std::size_t cols, std::uint64_t seed = 1) {
    Rng rng(seed, "x", "test");
    Matrix matrix(rows, cols);
    for (float& value : matrix.values()) value = static_cast<float>(rng.normal());
    return matrix;
}

double relativeError(const Matrix& got, const Matrix& expected) {
    double error = 0, whole = 0;
    for (std::size_t i = 0; i < got.values().size(); ++i) {
        const double e = expected.values()[i], d = got.values()[i] - e;
        error += d * d;
        whole += e * e;
    }
    return std::sqrt(error / whole);
}

// Any codes and parameters: what they mean is decided by decodeRows.
std::shared_ptr<const QuantizedMatrix> randomPacked(MatrixLayout layout) {
    Rng rng(3, layout.name(), "test");
    auto matrix = std::make_shared<QuantizedMatrix>(QuantizedMatrix{layout});
    for (std::size_t r = 0; r < layout.rows; ++r) {
        std::vector<std::uint8_t> codes(layout.cols);
        for (auto& code : codes)
            code = static_cast<std::uint8_t>(rng.below(std::uint64_t{1} << layout.bits));
        std::vector<std::byte> row(layout.rowBytes());
        packBits(std::span<const std::uint8_t>(codes), layout.bits, row);
        matrix->codes.insert(matrix->codes.end(), row.begin(), row.end());
    }
    std::vector<float> scales(layout.parameters());
    for (float& scale : scales) scale = static_cast<float>(0.5 + rng.uniform());
    matrix->scales.resize(scales.size() * byteSize(layout.scaleType));
    fromFloat(layout.scaleType, scales, matrix->scales);
    if (layout.storesZeros())
        for (std::size_t p = 0; p < layout.parameters(); ++p)
            matrix->zeros.push_back(
                static_cast<std::uint8_t>(rng.below(std::uint64_t{1} << layout.bits)));
    if (layout.columnGroups)
        for (std::size_t c = 0; c < layout.cols; ++c)
            matrix->groupOfColumn.push_back(
                static_cast<std::uint32_t>((layout.cols - 1 - c) / layout.groupSize));
    return matrix;
}

MatrixLayout layoutOf(std::size_t rows, std::size_t cols, int bits, std::size_t groupSize) {
    MatrixLayout layout;
    layout.rows = layout.parameterRows = rows;
    layout.cols = cols;
    layout.bits = bits;
    layout.groupSize = groupSize;
    layout.groupsPerRow = (cols + groupSize - 1) / groupSize;
    return layout;
}

} // namespace

class TstCudaEmulated : public QObject {
    Q_OBJECT

    static std::shared_ptr<const gpu::CudaBackend> backend(CudaOptions options) {
        return std::make_shared<const gpu::CudaBackend>(0, options);
    }

private Q_SLOTS:
    void init() { emulation::reset(Enough); }
    void cleanup() { QCOMPARE(emulation::allocatedBytes(), std::size_t(0)); }

    void operationsAgreeWithTheOracle_data() {
        QTest::addColumn<QString>("precision");
        QTest::addColumn<double>("tolerance");
        QTest::newRow("fp32") << "fp32" << 1e-5;
        QTest::newRow("tf32") << "tf32" << 1e-2;
        QTest::newRow("bf16") << "bf16" << 0.1;
        QTest::newRow("fp16") << "fp16" << 0.02;
    }
    void operationsAgreeWithTheOracle() {
        QFETCH(QString, precision);
        QFETCH(double, tolerance);
        const auto chosen = precisionFromName(precision.toStdString()).value();
        const auto device = backend({.precision = chosen, .everything = true});
        const bool full = chosen == Precision::Fp32;
        const auto checks =
            checkBackend(*device, full ? SelfTestSize::Full : SelfTestSize::Small, tolerance);
        QVERIFY(checks.size() > (full ? 200u : 40u));
        int failures = 0;
        for (const OpCheck& check : checks) {
            if (check.ok) continue;
            ++failures;
            qWarning("%s, %s: error %g, at most %g allowed", check.op.c_str(), check.shape.c_str(),
                     check.maxError, check.tolerance);
        }
        QCOMPARE(failures, 0);
        QVERIFY(emulation::launches() > 0);
    }

    // Cheap operations on host matrices stay on the processor, and give its results.
    void whatDoesNotPayRunsOnTheProcessor() {
        const auto device = backend({});
        for (const OpCheck& check : checkBackend(*device, SelfTestSize::Small))
            QVERIFY2(check.ok, (check.op + ", " + check.shape).c_str());
        const std::size_t before = emulation::launches();
        Matrix x = randomMatrix(9, 64);
        device->activate(Activation::Silu, x.view());
        device->logSoftmax(x.view());
        QCOMPARE(emulation::launches(), before);
    }

    void packedWeightsMultiply_data() {
        QTest::addColumn<int>("bits");
        QTest::addColumn<int>("cols");
        QTest::addColumn<int>("groupSize");
        QTest::addColumn<QString>("kind");
        for (const int bits : {2, 3, 4, 5, 6, 7, 8})
            QTest::addRow("%d bits", bits) << bits << 256 << 64 << "affine";
        QTest::newRow("ragged") << 3 << 131 << 32 << "affine";
        QTest::newRow("groups of 12") << 4 << 72 << 12 << "affine";
        QTest::newRow("narrow") << 4 << 5 << 5 << "affine";
        QTest::newRow("symmetric") << 4 << 128 << 32 << "symmetric";
        QTest::newRow("column groups") << 3 << 128 << 32 << "column groups";
        QTest::newRow("one parameter") << 8 << 64 << 64 << "tensor";
        QTest::newRow("nf4") << 4 << 128 << 64 << "nf4";
        QTest::newRow("e4m3") << 8 << 96 << 32 << "e4m3x";
    }
    void packedWeightsMultiply() {
        QFETCH(int, bits);
        QFETCH(int, cols);
        QFETCH(int, groupSize);
        QFETCH(QString, kind);
        constexpr std::size_t Rows = 37;
        MatrixLayout layout = layoutOf(Rows, std::size_t(cols), bits, std::size_t(groupSize));
        layout.symmetric = kind == "symmetric";
        layout.columnGroups = kind == "column groups";
        if (kind == "tensor") layout.parameterRows = 1;
        if (findLevelFormat(kind.toStdString())) {
            layout.grid = "float";
            layout.format = kind.toStdString();
        }
        const auto weights = packedWeights(randomPacked(layout));
        const auto device = backend({.everything = true});
        const auto reference = makeReferenceBackend();
        std::vector<float> bias(Rows, 0.5F);
        // Below and above the number of tokens for which codes are multiplied with as they are.
        for (const std::size_t tokens : {1U, 2U, 3U, 7U, 8U, 9U, 40U}) {
            const Matrix x = randomMatrix(tokens, std::size_t(cols));
            Matrix got(tokens, Rows), expected(tokens, Rows);
            device->linear(x.view(), *weights, bias, got.view());
            reference->linear(x.view(), *weights, bias, expected.view());
            QVERIFY(relativeError(got, expected) < 1e-6);
        }
        const std::vector<std::int32_t> ids{36, 0, 5, 5};
        Matrix got(ids.size(), std::size_t(cols)), expected = got;
        device->embed(*weights, ids, got.view());
        reference->embed(*weights, ids, expected.view());
        QCOMPARE(got, expected); // the same numbers, bit by bit
        QCOMPARE(device->weights().uploads(), std::size_t(1));
    }

    void sixteenBitWeightsStayAsTheyAre_data() {
        QTest::addColumn<int>("type");
        QTest::addColumn<QString>("precision");
        for (const char* precision : {"fp32", "tf32", "bf16", "fp16"}) {
            QTest::addRow("BF16 in %s", precision) << int(DType::BF16) << precision;
            QTest::addRow("F16 in %s", precision) << int(DType::F16) << precision;
            QTest::addRow("F32 in %s", precision) << int(DType::F32) << precision;
            QTest::addRow("F8 in %s", precision) << int(DType::F8E4M3) << precision;
        }
    }
    void sixteenBitWeightsStayAsTheyAre() {
        QFETCH(int, type);
        QFETCH(QString, precision);
        const auto dtype = static_cast<DType>(type);
        constexpr std::size_t Rows = 50, Cols = 72;
        const Matrix values = randomMatrix(Rows, Cols);
        auto bytes = std::make_shared<std::vector<std::byte>>(Rows * Cols * byteSize(dtype));
        fromFloat(dtype, values.values(), *bytes);
        const auto weights = storedWeights({dtype, {Rows, Cols}, *bytes}, bytes);
        const auto device =
            backend({.precision = precisionFromName(precision.toStdString()).value()});
        for (const std::size_t tokens : {3U, 20U}) {
            const Matrix x = randomMatrix(tokens, Cols);
            Matrix got(tokens, Rows), expected(tokens, Rows);
            device->linear(x.view(), *weights, {}, got.view());
            makeReferenceBackend()->linear(x.view(), *weights, {}, expected.view());
            const bool exact = precision == "fp32" || precision == "tf32" || tokens == 3;
            QVERIFY(relativeError(got, expected) < (exact ? 1e-6 : 1e-2));
        }
        QCOMPARE(device->weights().uploads(), std::size_t(1));
        const std::size_t stored = dtype == DType::F32 || dtype == DType::F8E4M3 ? 4 : 2;
        QCOMPARE(device->weights().heldBytes(), Rows * Cols * stored);
    }

    void prefetchedWeightsAreCopiedOnce() {
        const auto device = backend({});
        std::vector<std::shared_ptr<const WeightMatrix>> all;
        for (std::uint64_t i = 0; i < 20; ++i) {
            all.push_back(denseWeights(randomMatrix(64, 96, i)));
            device->prefetch(all.back());
        }
        const Matrix x = randomMatrix(30, 96);
        for (const auto& weights : all) {
            Matrix got(30, 64), expected(30, 64);
            device->linear(x.view(), *weights, {}, got.view());
            makeReferenceBackend()->linear(x.view(), *weights, {}, expected.view());
            QVERIFY(relativeError(got, expected) < 1e-6);
        }
        QCOMPARE(device->weights().uploads(), std::size_t(20));
    }

    void theLeastRecentlyUsedWeightsGo() {
        emulation::reset(300 << 10); // 60 % are for weights: seven matrices of 24 KiB
        const auto device = backend({});
        const Matrix x = randomMatrix(9, 96);
        std::vector<std::shared_ptr<const WeightMatrix>> all;
        for (std::uint64_t i = 0; i < 12; ++i) all.push_back(denseWeights(randomMatrix(64, 96, i)));
        const auto use = [&](const WeightMatrix& weights) {
            Matrix got(9, 64), expected(9, 64);
            device->linear(x.view(), weights, {}, got.view());
            makeReferenceBackend()->linear(x.view(), weights, {}, expected.view());
            QVERIFY(relativeError(got, expected) < 1e-6);
        };
        for (const auto& weights : all) {
            use(*weights);
            use(*all[0]); // stays: it is always the last but one
        }
        QCOMPARE(device->weights().uploads(), std::size_t(12));
        QVERIFY(device->weights().heldBytes() <= std::size_t(180 << 10));
        use(*all[1]);
        QCOMPARE(device->weights().uploads(), std::size_t(13));
    }

    // What does not fit is done by the processor, with one sentence for each operation.
    void withoutRoomTheProcessorDoesIt() {
        emulation::reset(20 << 10);
        std::vector<std::string> told;
        const auto device = backend(
            {.everything = true, .notice = [&](const std::string& text) { told.push_back(text); }});
        const Matrix x = randomMatrix(100, 96);
        const auto weights = denseWeights(randomMatrix(64, 96));
        for (int i = 0; i < 3; ++i) {
            Matrix got(100, 64), expected(100, 64), gram(96, 96);
            device->linear(x.view(), *weights, {}, got.view());
            makeCpuBackend()->linear(x.view(), *weights, {}, expected.view());
            QCOMPARE(got, expected);
            device->gram(x.view(), gram.view());
            Matrix few = randomMatrix(2, 96);
            device->activate(Activation::Relu, few.view()); // fits
        }
        QCOMPARE(told.size(), std::size_t(2));
        QVERIFY(told[0].find("cuda:0: 'linear' runs on the processor") != std::string::npos);
        QVERIFY(told[1].find("'gram'") != std::string::npos);
    }

    void residentMatricesStayOnTheDevice() {
        const auto device = backend({});
        const Backend& ops = device->resident();
        const Matrix x = randomMatrix(20, 96);
        const auto memory = device->allocate(3 * 20 * 96);
        const MatrixView there(memory.get(), 20, 96, 3 * 96);
        device->upload(x.view(), there);
        device->copy(there, MatrixView(memory.get() + 96, 20, 96, 3 * 96));
        ops.activate(Activation::Silu, there);
        ops.add(there, MatrixView(memory.get() + 96, 20, 96, 3 * 96));
        Matrix got(20, 96), expected = x;
        device->download(there, got.view());
        makeReferenceBackend()->activate(Activation::Silu, expected.view());
        makeReferenceBackend()->add(expected.view(), x.view());
        QVERIFY(relativeError(got, expected) < 1e-6);

        // (q, k, v) of each head become q | k | v.
        const std::size_t heads = 4, dim = 8;
        device->sortHeads(MatrixView(memory.get(), 20, 96, 3 * 96), heads, dim);
        Matrix sorted(20, 96);
        device->download(there, sorted.view());
        for (std::size_t part = 0; part < 3; ++part)
            for (std::size_t h = 0; h < heads; ++h)
                for (std::size_t i = 0; i < dim; ++i)
                    QCOMPARE(sorted(7, (part * heads + h) * dim + i),
                             got(7, (3 * h + part) * dim + i));
    }

    // While a mirror lives, operations on exactly that matrix read the device's copy.
    void mirrorsSpareCopies() {
        const auto device = backend({});
        const Matrix x = randomMatrix(20, 32), other = randomMatrix(20, 32, 9);
        const auto memory = device->allocate(20 * 32);
        const MatrixView there(memory.get(), 20, 32);
        device->upload(other.view(), there);
        Matrix mirrored(32, 32), plain(32, 32), expected(32, 32);
        {
            const auto mirror = device->mirror(x.view(), there);
            device->gram(x.view(), mirrored.view());
        }
        device->gram(x.view(), plain.view());
        makeReferenceBackend()->gram(other.view(), expected.view());
        QVERIFY(relativeError(mirrored, expected) < 1e-6);
        QVERIFY(relativeError(plain, expected) > 0.1);
    }

    void devicesAreNamed() {
        const CudaStatus status = cudaStatus();
        QVERIFY(status.built);
        QCOMPARE(status.devices.size(), std::size_t(1));
        QCOMPARE(makeCudaBackends().size(), std::size_t(1));
        QVERIFY(!makeCudaBackend(1).has_value());
        QVERIFY(makeCudaBackend(1).error().message.find("no device cuda:1") != std::string::npos);

        emulation::reset(Enough, 0); // no driver: the count is not written
        QVERIFY(cudaStatus().devices.empty());
        QVERIFY(cudaStatus().text.find("there is no NVIDIA driver") != std::string::npos);
        QVERIFY(makeCudaBackends().empty());
        QVERIFY(!makeCudaBackend(0).has_value());
    }
};

QTEST_GUILESS_MAIN(TstCudaEmulated)
#include "tst_cuda_emulated.moc"
