// Metrics made of gradients: against the gradients that an independent library computed, and
// against the measured divergence on a real model.
#include "core/base/parallel.h"
#include "core/sensitivity/metric.h"
#include "tests/core/model/model_fixtures.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace bitsmith;
using namespace bitsmith::test;

namespace {

using Values = std::map<std::pair<std::size_t, int>, SensitivityValue>; // (tensor, bits)

struct Case {
    std::shared_ptr<const Model> model;
    std::optional<ForwardPass> forward;
    CalibrationSamples samples;
    SensitivityInput input;

    Case(const fs::path& folder, std::vector<int> widths) : model(openModel(folder).value()) {
        forward.emplace(ForwardPass::create(model, makeCpuBackend()).value());
        input.model = model;
        for (const TensorInfo& tensor : model->tensors())
            if (tensor.block >= 0 && tensor.quantizable) input.tensors.push_back(&tensor);
        input.widths = std::move(widths);
        input.recipe = findRecipe("rtn").value();
        input.pass = &*forward;
        input.samples = &samples;
        input.memoryBytes = std::uint64_t{1} << 28;
    }

    Values measure(
        std::string_view metric, const std::function<bool(std::size_t, int)>& wanted =
                                     [](std::size_t, int) { return true; }) const {
        Values values;
        RunContext context;
        const SensitivitySink sink{wanted, [&](SensitivityValue v) -> Status {
                                       const auto place = std::make_pair(v.tensor, v.bits);
                                       values[place] = std::move(v);
                                       return {};
                                   }};
        const Status status = findSensitivityMetric(metric).value()->measure(input, sink, context);
        if (!status) throw std::runtime_error(status.error().message);
        return values;
    }
};

std::vector<double> ranks(const std::vector<double>& values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), 0u);
    std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
    std::vector<double> rank(values.size());
    for (std::size_t i = 0; i < order.size(); ++i) rank[order[i]] = double(i);
    return rank;
}

double spearman(const std::vector<double>& a, const std::vector<double>& b) {
    const auto x = ranks(a), y = ranks(b);
    const double n = double(a.size()), mean = (n - 1) / 2;
    double both = 0, squares = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        both += (x[i] - mean) * (y[i] - mean);
        squares += (x[i] - mean) * (x[i] - mean);
    }
    return both / squares;
}

} // namespace

class TstGradientMetrics : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void cleanup() { setThreads(0); }

    // With gradients and squares from tests/golden/logits/make_gradients.py (not transposed here).
    void matchIndependentGradients_data() {
        QTest::addColumn<QString>("name");
        QTest::newRow("llama_yarn") << "llama_yarn";
        QTest::newRow("gpt_neox_parallel") << "gpt_neox_parallel";
    }
    void matchIndependentGradients() {
        QFETCH(QString, name);
        const fs::path folder = goldenFolder() / name.toStdString();
        const RawTensors golden = readTensors(folder / "gradients.safetensors");
        Case c(folder, {3, 5});
        const RawTensors expected = readTensors(folder / "expected.safetensors");
        for (const char* tokens : {"tokens.0", "tokens.1"}) {
            const auto ids = asFloats(expected.at(tokens));
            c.samples.sequences.emplace_back(ids.begin(), ids.end());
        }
        const Values taylor = c.measure("taylor"), delta = c.measure("delta_loss"),
                     fisher = c.measure("fisher");
        QCOMPARE(taylor.size(), 2 * c.input.tensors.size());
        RunContext context;
        for (const auto& [place, value] : taylor) {
            const auto& [t, bits] = place;
            const std::string& tensor = c.input.tensors[t]->name;
            const Matrix weights = denseMatrix(c.input, t).value();
            const auto quantized = quantizedAt(c.input, t, bits, weights.view(), context).value();
            const Matrix rounded = decodeAll(*packedWeights(quantized.matrix));
            const auto gradient = asFloats(golden.at(tensor));
            const auto squares = asFloats(golden.at("squares." + tensor));
            double first = 0, absolute = 0, second = 0;
            for (std::size_t i = 0; i < gradient.size(); ++i) {
                const double e = double(rounded.values()[i]) - weights.values()[i];
                first += gradient[i] * e;
                absolute += std::abs(gradient[i] * e);
                second += 0.5 * e * e * squares[i] * (29.0 / 2) / 2; // 29 tokens, 2 sequences
            }
            const auto near = [&](double got, double want, double scale) {
                QVERIFY2(std::abs(got - want) <= 1e-4 * scale,
                         qPrintable(QString::fromStdString(
                             fmt::format("{} at {}: {}, expected {}", tensor, bits, got, want))));
            };
            near(delta.at(place).value, absolute, absolute);
            near(fisher.at(place).value, second, second);
            near(value.value, std::abs(first) + second, absolute + second);
            near(value.details.at("first_order"), first, absolute);
        }
        // Only what is wanted; the same values; on one thread the same bits.
        setThreads(1);
        const Values some =
            c.measure("taylor", [](std::size_t t, int bits) { return t == 2 && bits == 5; });
        QCOMPARE(some.size(), std::size_t(1));
        QCOMPARE(some.at({2, 5}).value, taylor.at({2, 5}).value);
        QCOMPARE(c.measure("taylor").at({2, 5}).value, taylor.at({2, 5}).value);
    }

    // A trained model, 3 bits: how well each metric orders the tensors by their measured
    // divergence.
    void orderTensorsOfARealModel() {
        const fs::path shared(BITSMITH_SHARED_DIR);
        if (!fs::exists(shared / "models/prose-3m/hf")) QSKIP("shared/models/prose-3m is not here");
        Case c(shared / "models/prose-3m/hf", {3});
        const std::string text = readTextFile(shared / "corpora/prose-held/held.txt").value();
        c.samples = drawSamples(*c.model, text, {.samples = 8, .context = 256}).value();
        const auto column = [&](std::string_view metric) {
            std::vector<double> out;
            for (const auto& [place, value] : c.measure(metric)) out.push_back(value.value);
            return out;
        };
        const std::vector<double> kl = column("kl");
        QCOMPARE(kl.size(), c.input.tensors.size());
        for (const auto& [metric, least] : {std::pair{"taylor", 0.6},
                                            {"delta_loss", 0.6},
                                            {"fisher", 0.6},
                                            {"weight_error", -1.0}}) {
            const std::vector<double> values = column(metric);
            const double rho = spearman(values, kl);
            qInfo("%s: Spearman %.3f with the measured divergence, sum %.3g of %.3g", metric, rho,
                  std::accumulate(values.begin(), values.end(), 0.0),
                  std::accumulate(kl.begin(), kl.end(), 0.0));
            QVERIFY2(rho >= least, metric);
        }
    }
};

QTEST_GUILESS_MAIN(TstGradientMetrics)
#include "tst_gradient_metrics.moc"
