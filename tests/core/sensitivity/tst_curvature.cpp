// Trace and top eigenvalue: of matrices whose answers are known, and of the Hessian of one layer of
// a model, written out in full by products with unit vectors and given to LAPACK.
#include "core/base/atomic_file.h"
#include "core/base/random.h"
#include "core/calibration/calibrate.h"
#include "core/model/hessian_product.h"
#include "core/sensitivity/curvature.h"
#include "core/sensitivity/loss_change.h"
#include "core/sensitivity/metric.h"
#include "tests/core/model/model_fixtures.h"

#include <QTest>
#include <lapacke.h>

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace bitsmith;
using namespace bitsmith::test;

namespace {

constexpr const char* Layer = "model.layers.0.self_attn.k_proj.weight"; // 16 x 32

using Square = std::vector<double>; // n x n, symmetric

// Q diag(values) Q^T for a random orthogonal Q, by reflections.
Square symmetric(const std::vector<double>& values, std::string_view name) {
    const std::size_t n = values.size();
    Square a(n * n);
    for (std::size_t i = 0; i < n; ++i) a[i * n + i] = values[i];
    Rng rng(1, name, "curvature");
    for (int reflection = 0; reflection < 8; ++reflection) {
        std::vector<double> u(n);
        double squares = 0;
        for (double& v : u) {
            v = rng.normal();
            squares += v * v;
        }
        for (const bool transposed : {false, true}) // H A, then (H A) H
            for (std::size_t j = 0; j < n; ++j) {
                const auto at = [&](std::size_t i) -> double& {
                    return transposed ? a[j * n + i] : a[i * n + j];
                };
                double dot = 0;
                for (std::size_t i = 0; i < n; ++i) dot += u[i] * at(i);
                for (std::size_t i = 0; i < n; ++i) at(i) -= 2 * dot / squares * u[i];
            }
    }
    return a;
}

HessianVector productOf(const Square& a) {
    return [&a](std::span<const float> v, std::span<float> out) -> Status {
        for (std::size_t i = 0; i < v.size(); ++i) {
            double sum = 0;
            for (std::size_t j = 0; j < v.size(); ++j) sum += a[i * v.size() + j] * v[j];
            out[i] = static_cast<float>(sum);
        }
        return {};
    };
}

double traceOf(const Square& a) {
    const auto n = static_cast<std::size_t>(std::lround(std::sqrt(double(a.size()))));
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += a[i * n + i];
    return sum;
}

// The eigenvalue of the largest magnitude.
double lapackTop(Square a) {
    const auto n = static_cast<lapack_int>(std::lround(std::sqrt(double(a.size()))));
    std::vector<double> values(static_cast<std::size_t>(n));
    if (LAPACKE_dsyev(LAPACK_ROW_MAJOR, 'N', 'U', n, a.data(), n, values.data()) != 0) return NAN;
    return std::abs(values.front()) > std::abs(values.back()) ? values.front() : values.back();
}

void within(double got, double expected, double tolerance) {
    QVERIFY2(std::abs(got - expected) <= tolerance,
             qPrintable(QString("%1, expected %2 +- %3").arg(got).arg(expected).arg(tolerance)));
}

// The golden model, its two sequences, and one layer's Hessian in full.
struct RealLayer {
    fs::path folder = goldenFolder() / "llama_yarn";
    std::shared_ptr<const Model> model = openModel(folder).value();
    ForwardPass forward = ForwardPass::create(model, makeCpuBackend()).value();
    GradientPass pass = GradientPass::create(forward).value();
    CalibrationSamples samples;
    TokenBatch sequences;
    Square hessian;

    RealLayer() {
        const RawTensors expected = readTensors(folder / "expected.safetensors");
        for (const char* name : {"tokens.0", "tokens.1"}) {
            const auto ids = asFloats(expected.at(name));
            samples.sequences.emplace_back(ids.begin(), ids.end());
            sequences.append(samples.sequences.back());
        }
        RunContext context;
        const auto product = HessianProduct::create(pass, sequences, Layer, context).value();
        const std::size_t n = product.size();
        hessian.resize(n * n);
        std::vector<float> unit(n), column(n);
        for (std::size_t i = 0; i < n; ++i) {
            unit[i] = 1;
            if (!product.multiply(unit, column, context, HessianProduct::SharpStep))
                throw std::runtime_error("product");
            unit[i] = 0;
            for (std::size_t j = 0; j < n; ++j) hessian[i * n + j] = column[j];
        }
        // The differences' error shows in what should be symmetric.
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < i; ++j) {
                const double a = hessian[i * n + j], b = hessian[j * n + i];
                asymmetry += (a - b) * (a - b);
                size += a * a + b * b;
                hessian[i * n + j] = hessian[j * n + i] = (a + b) / 2;
            }
        asymmetry = std::sqrt(asymmetry / size);
    }
    double asymmetry = 0, size = 0;

    SensitivityInput input() const {
        return {.model = model,
                .tensors = {model->find(Layer), model->find("model.layers.1.mlp.up_proj.weight")},
                .widths = {4},
                .pass = &forward,
                .samples = &samples,
                .memoryBytes = 1 << 26};
    }
    // What a metric says of the layer.
    SensitivityValue measured(std::string_view metric) const {
        SensitivityValue value;
        RunContext context;
        const SensitivitySink sink{[](std::size_t, int) { return true; },
                                   [&](SensitivityValue v) -> Status {
                                       if (v.tensor == 0) value = std::move(v);
                                       return {};
                                   }};
        const Status status =
            findSensitivityMetric(metric).value()->measure(input(), sink, context);
        if (!status) throw std::runtime_error(status.error().message);
        return value;
    }
};

const RealLayer& realLayer() {
    static const RealLayer Layer;
    return Layer;
}

} // namespace

class TstCurvature : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void signsAreFairAndTheirOwn() {
        const RandomSigns signs(3, "w", 0), other(3, "w", 1);
        double sum = 0, same = 0;
        constexpr int Count = 100000;
        std::vector<float> values(Count), ones(Count, 1.0f);
        signs.add(0, 1, values);
        for (int i = 0; i < Count; ++i) {
            QCOMPARE(values[std::size_t(i)], signs(std::uint64_t(i)));
            QCOMPARE(std::abs(values[std::size_t(i)]), 1.0f);
            sum += values[std::size_t(i)];
            same += values[std::size_t(i)] * other(std::uint64_t(i));
        }
        within(sum, 0, 5 * std::sqrt(double(Count)));
        within(same, 0, 5 * std::sqrt(double(Count)));
        QCOMPARE(signs.dot(0, ones), sum);
        // From the middle of a word on.
        std::vector<float> part(300);
        signs.add(777, 2, part);
        for (std::size_t i = 0; i < part.size(); ++i) QCOMPARE(part[i], 2 * signs(777 + i));
        QCOMPARE(signs.dot(777, part), 600.0);
    }

    void traceOfAQuadratic() {
        std::vector<double> values(80);
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = double(i) / 8;
        const Square a = symmetric(values, "trace");
        const double exact = traceOf(a);
        RunContext context;
        // 100 probes: within 5 %, and the standard errors tell the truth over many seeds.
        double squares = 0;
        for (std::uint64_t seed = 0; seed < 100; ++seed) {
            const TraceEstimate e =
                hutchinsonTrace(80, productOf(a), {.tolerance = 0, .seed = seed}, context).value();
            QCOMPARE(e.probes, std::size_t(100));
            QVERIFY(!e.settled);
            within(e.trace, exact, 0.05 * exact);
            squares += std::pow((e.trace - exact) / e.standardError, 2) / 100;
        }
        QVERIFY2(squares > 0.6 && squares < 1.5, qPrintable(QString::number(squares)));
    }

    void probesStopWhenTheMeanStandsStill() {
        const std::vector<double> values{1, 2, 3, 4};
        Square diagonal(16);
        for (std::size_t i = 0; i < 4; ++i) diagonal[5 * i] = values[i];
        RunContext context;
        const auto exact = hutchinsonTrace(4, productOf(diagonal), {}, context).value();
        QCOMPARE(exact.trace, 10.0); // off-diagonal elements make all of the variance
        QCOMPARE(exact.standardError, 0.0);
        QCOMPARE(exact.probes, std::size_t(10));
        QVERIFY(exact.settled);
        const HessianVector broken = [](std::span<const float>, std::span<float> out) -> Status {
            out[0] = NAN;
            return {};
        };
        QVERIFY(!hutchinsonTrace(4, broken, {}, context).has_value());
        QVERIFY(!topEigenvalue(4, broken, {}, context).has_value());
        const HessianVector failing = [](std::span<const float>, std::span<float>) -> Status {
            return fail(ErrorCode::Failed, "no");
        };
        QCOMPARE(hutchinsonTrace(4, failing, {}, context).error().message, std::string("no"));
        QCOMPARE(topEigenvalue(4, failing, {}, context).error().message, std::string("no"));
    }

    void topEigenvalueOfAQuadratic() {
        RunContext context;
        for (const double top : {5.0, -5.0}) {
            std::vector<double> values(50);
            for (std::size_t i = 1; i < 50; ++i) values[i] = (i % 2 ? 3.0 : -3.0) / double(i);
            values[0] = top;
            const Square a = symmetric(values, "power");
            within(lapackTop(a), top, 1e-9);
            const auto found =
                topEigenvalue(50, productOf(a), {.tolerance = 1e-6}, context).value();
            QVERIFY(found.settled);
            within(found.value, top, 1e-4);
            // From the eigenvector, two products are enough.
            const auto again =
                topEigenvalue(50, productOf(a), {.start = found.vector}, context).value();
            QCOMPARE(again.iterations, std::size_t(2));
            within(again.value, top, 1e-3);
            std::vector<float> product(50);
            QVERIFY(productOf(a)(found.vector, product).has_value());
            for (std::size_t i = 0; i < 50; ++i) within(product[i], top * found.vector[i], 0.02);
        }
        const Square zero(2500);
        const auto nothing = topEigenvalue(50, productOf(zero), {}, context).value();
        QVERIFY(nothing.settled);
        QCOMPARE(nothing.value, 0.0);
    }

    void spreads() {
        const double values[] = {3, 5, 7};
        const EigenvalueSpread spread = spreadOf(values);
        QCOMPARE(spread.mean, 5.0);
        QCOMPARE(spread.deviation, 2.0);
        QCOMPARE(spread.sensitivity(), 7.0);
        const double negative[] = {-4};
        QCOMPARE(spreadOf(negative).sensitivity(), 4.0);
    }

    void lossChangesAddUp() {
        Matrix g(2, 2), f(2, 2), e(2, 2);
        const float gs[] = {1, -2, 3, 4}, fs[] = {2, 4, 6, 8}, es[] = {0.5f, 1, -1, 0};
        std::ranges::copy(gs, g.data());
        std::ranges::copy(fs, f.data());
        std::ranges::copy(es, e.data());
        const LossChange change = lossChange(g.view(), f.view(), e.view());
        QCOMPARE(change.first, 0.5 - 2 - 3);
        QCOMPARE(change.absolute, 0.5 + 2 + 3);
        QCOMPARE(change.second, 0.5 * (0.25 * 2 + 4 + 6));
        QCOMPARE(lossChange(g.view(), {}, e.view()).second, 0.0);
    }

    // Trace and eigenvalue of one layer's Hessian: estimated, against the full matrix.
    void realLayerAgainstItsFullHessian() {
        const RealLayer& layer = realLayer();
        QVERIFY2(layer.asymmetry < 1e-2, qPrintable(QString::number(layer.asymmetry)));
        RunContext context;
        const auto product =
            HessianProduct::create(layer.pass, layer.sequences, Layer, context).value();
        const HessianVector multiply = [&](std::span<const float> v, std::span<float> hv) {
            return product.multiply(v, hv, context, HessianProduct::SharpStep);
        };
        const double trace = traceOf(layer.hessian), top = lapackTop(layer.hessian);
        const TraceEstimate estimate =
            hutchinsonTrace(product.size(), multiply, {.probes = 400, .tolerance = 0}, context)
                .value();
        const auto eigenvalue =
            topEigenvalue(product.size(), multiply, {.tolerance = 1e-4}, context).value();
        qInfo("full Hessian: asymmetry %.1e, trace %.4f, top eigenvalue %.4f; estimated: %.4f +- "
              "%.4f, %.4f after %zu products",
              layer.asymmetry, trace, top, estimate.trace, estimate.standardError, eigenvalue.value,
              eigenvalue.iterations);
        within(estimate.trace, trace, 4 * estimate.standardError);
        within(eigenvalue.value, top, 1e-2 * std::abs(top));
    }

    // What the two steps of HessianProduct are chosen for: on a trained model, random signs do not
    // care, but along the top eigenvector the loss bends within 1e-3 of the weights' norm.
    void stepsOnATrainedModel() {
        const fs::path shared(BITSMITH_SHARED_DIR);
        if (!fs::exists(shared / "models/prose-3m/hf")) QSKIP("shared/models/prose-3m is not here");
        const auto model = openModel(shared / "models/prose-3m/hf").value();
        const auto pass =
            GradientPass::create(ForwardPass::create(model, makeCpuBackend()).value()).value();
        const std::string text = readTextFile(shared / "corpora/prose-held/held.txt").value();
        const auto samples = drawSamples(*model, text, {.samples = 2, .context = 256}).value();
        TokenBatch sequences;
        for (const auto& sample : samples.sequences) sequences.append(sample);
        RunContext context;
        const auto product =
            HessianProduct::create(pass, sequences, "model.layers.0.mlp.down_proj.weight", context)
                .value();
        const auto along = [&](const std::vector<float>& v, double step) {
            std::vector<float> hv(v.size());
            if (!product.multiply(v, hv, context, step)) return double(NAN);
            return std::inner_product(v.begin(), v.end(), hv.begin(), 0.0);
        };
        std::vector<float> signs(product.size());
        RandomSigns(1, "steps", 0).add(0, 1, signs);
        const double wide = along(signs, HessianProduct::DefaultStep);
        within(along(signs, HessianProduct::SharpStep), wide, 0.005 * std::abs(wide));
        const HessianVector multiply = [&](std::span<const float> v, std::span<float> hv) {
            return product.multiply(v, hv, context, HessianProduct::SharpStep);
        };
        const auto top = topEigenvalue(product.size(), multiply, {}, context).value();
        const double finer = along(top.vector, HessianProduct::SharpStep / 3);
        const double coarse = along(top.vector, HessianProduct::DefaultStep);
        qInfo("signs %.3f; top eigenvalue at steps of 1e-3 %.4f, 1e-4 %.4f, 3e-5 %.4f", wide,
              coarse, top.value, finer);
        within(top.value, finer, 0.005 * finer);
        QVERIFY(coarse < 0.97 * finer);
    }

    // The metrics see the same matrix.
    void metricsOfARealLayer() {
        const RealLayer& layer = realLayer();
        const double n = 16 * 32, exact = traceOf(layer.hessian) / n;
        const SensitivityValue trace = layer.measured("hessian_trace");
        qInfo("hessian_trace %.3e +- %.1e, exact %.3e", trace.value,
              trace.details.at("standard_error"), exact);
        QCOMPARE(trace.bits, 0);
        within(trace.value, exact, 4 * trace.details.at("standard_error"));
        QVERIFY(trace.details.at("standard_error") > 0);

        const SensitivityValue eigenvalue = layer.measured("hessian_eigenvalue");
        QCOMPARE(eigenvalue.details.at("parts"), 2.0);
        within(eigenvalue.value,
               std::abs(eigenvalue.details.at("mean")) + eigenvalue.details.at("deviation"), 1e-9);
        // The whole's Hessian is a weighted mean of the two parts': no more curved than the larger.
        const double top = lapackTop(layer.hessian);
        const double larger = std::abs(eigenvalue.details.at("mean")) +
                              eigenvalue.details.at("deviation") / std::sqrt(2.0);
        qInfo("hessian_eigenvalue %.4f (mean %.4f, larger part %.4f), of the whole %.4f",
              eigenvalue.value, eigenvalue.details.at("mean"), larger, top);
        QVERIFY(larger >= 0.98 * std::abs(top));
    }
};

QTEST_GUILESS_MAIN(TstCurvature)
#include "tst_curvature.moc"
