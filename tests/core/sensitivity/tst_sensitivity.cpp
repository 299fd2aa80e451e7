// Sensitivities on a small model: the measured divergence against one computed naively, what is
// kept and found again, an interrupted measurement that goes on, predictions and budgets from a
// table, and what is refused.
#include "core/base/parallel.h"
#include "core/pipeline/prediction.h"
#include "core/pipeline/quantize.h"
#include "core/pipeline/sensitivity.h"
#include "core/pipeline/sensitivity_loss.h"
#include "core/pipeline/sensitivity_report.h"
#include "tests/ui/small_model.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <set>
#include <thread>

using namespace bitsmith;
namespace fs = std::filesystem;

class TstSensitivity : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    test::SmallModel m_shape{.hidden = 64, .mlp = 96, .blocks = 3};
    std::shared_ptr<const Model> m_model;

    fs::path at(const std::string& name) const {
        return m_dir.filePath(QString::fromStdString(name)).toStdString();
    }
    Engine engine(const std::string& name) const {
        Engine e = makeEngine("cpu", at(name + ".db")).value();
        e.calibrationFolder = at(name + "-calibration");
        return e;
    }
    SensitivityOptions options(const std::string& metric) const {
        return {.metric = metric,
                .widths = {2, 3, 4},
                .text = at("text.txt"),
                .calibration = {.samples = 12, .context = 32}};
    }
    static SensitivityTable measure(const std::shared_ptr<const Model>& model,
                                    const SensitivityOptions& options, const Engine& engine) {
        RunContext context;
        auto table = measureSensitivity(model, options, engine, context);
        if (!table) throw std::runtime_error(table.error().message);
        return *std::move(table);
    }
    static std::string refusal(const std::shared_ptr<const Model>& model,
                               const SensitivityOptions& options, const Engine& engine) {
        RunContext context;
        const auto table = measureSensitivity(model, options, engine, context);
        return table ? "" : table.error().message;
    }

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(test::writeSmallModel(at("model"), m_shape));
        QVERIFY(writeFileAtomically(at("text.txt"), test::smallText(m_shape, 4000, 1)));
        m_model = openModel(at("model")).value();
    }

    // Another way to the same number: the reference backend, the whole network from the tokens on,
    // log-probabilities in double.
    void divergenceIsTheNaiveOne() {
        const SensitivityOptions o = options("kl");
        const SensitivityTable table = measure(m_model, o, engine("naive"));
        const std::string tensor = "model.layers.1.mlp.down_proj.weight";
        const auto samples =
            drawSamples(*m_model, readTextFile(o.text).value(), o.calibration).value();
        const auto pass = ForwardPass::create(m_model, makeReferenceBackend()).value();
        const auto stored = m_model->matrix(tensor).value();
        const Matrix dense = decodeAll(*stored);
        RunContext context;
        const auto quantized = quantizeLayer({.name = tensor, .weights = dense.view(), .bits = 2},
                                             *findRecipe("rtn").value(), nullptr, context)
                                   .value();
        const auto logits = [&](const std::vector<TokenId>& tokens, bool replaced) {
            TokenBatch batch;
            batch.append(tokens);
            Matrix hidden = pass.embed(batch).value();
            for (std::size_t b = 0; b < pass.blockCount(); ++b) {
                WeightOverrides overrides;
                if (replaced) overrides[tensor] = packedWeights(quantized.matrix);
                pass.runBlock(*pass.loadBlock(b, overrides).value(), batch, hidden.view());
            }
            return pass.logits(hidden.view()).value();
        };
        double sum = 0, delta = 0, count = 0;
        for (const auto& sequence : samples.sequences) {
            const Matrix p = logits(sequence, false), q = logits(sequence, true);
            for (std::size_t t = 0; t + 1 < sequence.size(); ++t, ++count) {
                double zp = 0, zq = 0;
                for (std::size_t v = 0; v < p.cols(); ++v) {
                    zp += std::exp(double{p(t, v)});
                    zq += std::exp(double{q(t, v)});
                }
                for (std::size_t v = 0; v < p.cols(); ++v) {
                    const double logP = p(t, v) - std::log(zp), logQ = q(t, v) - std::log(zq);
                    sum += std::exp(logP) * (logP - logQ);
                    if (static_cast<TokenId>(v) == sequence[t + 1]) delta += logP - logQ;
                }
            }
        }
        const double measured = table.loss(tensor, 2);
        QVERIFY2(std::abs(measured - sum / count) < 1e-4 * sum / count + 1e-8,
                 qPrintable(QString("%1 %2").arg(measured).arg(sum / count)));
        QVERIFY(std::abs(table.nllDelta(tensor, 2) - delta / count) < 1e-5);
        QVERIFY(table.loss(tensor, 3) < measured);
    }

    void threadsDoNotMatter() {
        const SensitivityTable two = measure(m_model, options("kl"), engine("threads2"));
        setThreads(1);
        const SensitivityTable one = measure(m_model, options("kl"), engine("threads1"));
        setThreads(0);
        for (std::size_t i = 0; i < one.rows.size(); ++i)
            QVERIFY(one.rows[i].loss == two.rows[i].loss);
    }

    void keptAndFoundAgain() {
        const Engine e = engine("kept");
        SensitivityOptions o = options("kl");
        const SensitivityTable first = measure(m_model, o, e);
        QVERIFY(first.complete());
        QCOMPARE(first.rows.size(), std::size_t{21});
        const auto known = knownSensitivities(*m_model, e).value();
        QCOMPARE(known.size(), std::size_t{1});
        QCOMPARE(known[0].metric, std::string("kl"));
        QCOMPARE(known[0].recipe, std::string("rtn"));
        for (std::size_t i = 0; i < first.rows.size(); ++i)
            QVERIFY(known[0].rows[i].loss == first.rows[i].loss);
        QCOMPARE(known[0].baselineNll, first.baselineNll);
        // Another text is another measurement; more widths add to the first.
        o.widths = {2, 5};
        const SensitivityTable more = measure(m_model, o, e);
        QCOMPARE(more.widths, (std::vector<int>{2, 5}));
        QCOMPARE(more.rows[0].loss[0], first.rows[0].loss[0]);
        QCOMPARE(knownSensitivities(*m_model, e).value()[0].widths, (std::vector<int>{2, 3, 4, 5}));
        o.calibration.seed = 1;
        measure(m_model, o, e);
        QCOMPARE(knownSensitivities(*m_model, e).value().size(), std::size_t{2});
    }

    // Stopped in the middle, then again: only what is missing is measured.
    void interruptedGoesOn() {
        const Engine whole = engine("whole"), parts = engine("parts");
        const SensitivityTable expected = measure(m_model, options("kl"), whole);
        const auto stored = [&](const Engine& e) {
            std::map<std::pair<std::string, int>, double> seconds;
            const auto sets = e.store->measurementSets(m_model->contentKey()).value();
            for (const MeasurementSet& set : sets) {
                const auto rows = e.store->measurements(set.key).value();
                for (const Measurement& row : rows) seconds[{row.tensor, row.bits}] = row.seconds;
            }
            return seconds;
        };
        std::stop_source stop;
        {
            RunContext context(stop.get_token());
            std::jthread watcher([&] {
                while (stored(parts).size() < 5) std::this_thread::yield();
                stop.request_stop();
            });
            try {
                (void)measureSensitivity(m_model, options("kl"), parts, context);
            } catch (const Cancelled&) {
            }
        }
        const auto before = stored(parts);
        QVERIFY(before.size() >= 5);
        if (before.size() == 63) QSKIP("it was faster than the stop");
        const SensitivityTable resumed = measure(m_model, options("kl"), parts);
        const auto after = stored(parts);
        QCOMPARE(after.size(), std::size_t{63});
        for (const auto& [place, seconds] : before) QCOMPARE(after.at(place), seconds); // untouched
        for (std::size_t i = 0; i < expected.rows.size(); ++i)
            QVERIFY(resumed.rows[i].loss == expected.rows[i].loss);
    }

    void everyMetric() {
        const Engine e = engine("every");
        for (const SensitivityMetric* metric : allSensitivityMetrics()) {
            SensitivityOptions o = options(std::string(metric->info().id));
            o.calibration.samples = 20;
            o.tokens = 640;
            o.tensors = {"1.*"};
            const SensitivityTable table = measure(m_model, o, e);
            QCOMPARE(table.rows.size(), std::size_t{7});
            QVERIFY2(table.complete(), std::string(metric->info().id).c_str());
            std::set<double> values;
            for (const SensitivityRow& row : table.rows)
                for (const double loss : row.loss) {
                    QVERIFY(std::isfinite(loss));
                    values.insert(loss);
                }
            QVERIFY2(values.size() > 3, std::string(metric->info().id).c_str());
        }
        SensitivityOptions o = options("kl");
        o.calibration.samples = 20;
        o.tokens = 640;
        o.tensors = {"1.*"};
        RunContext context;
        const auto report = sensitivityReport(m_model, o, {}, e, context).value();
        QCOMPARE(report.metrics.size(), allSensitivityMetrics().size() - 1);
        for (std::size_t i = 1; i < report.metrics.size(); ++i)
            QVERIFY(!(report.metrics[i].meanByWidth > report.metrics[i - 1].meanByWidth));
        QCOMPARE(report.metrics[0].points.size(), std::size_t{21});
    }

    void predictionIsTheSum() {
        const Engine e = engine("predicted");
        const SensitivityTable table = measure(m_model, options("kl"), e);
        auto plan = makePlan("m", m_model->contentKey(), planTensors(*m_model),
                             findRecipe("rtn").value(), 3)
                        .value();
        plan = withSetting(*plan, "0.*:bits=2").value();
        const Prediction p = predictQuality(*plan, knownSensitivities(*m_model, e).value()).value();
        double sum = 0;
        for (const SensitivityRow& row : table.rows)
            sum += row.loss[row.tensor.starts_with("model.layers.0.") ? 0 : 1];
        QVERIFY(std::abs(p.kl - sum) < 1e-12);
        QCOMPARE(p.tensors, std::size_t{21});
        QCOMPARE(p.unknown, std::size_t{0});
        QVERIFY(!p.otherRecipe);
        QVERIFY(std::abs(std::log(p.baselinePerplexity) - table.baselineNll) < 1e-12);
        // The run that follows carries the prediction; evaluating it compares.
        RunContext context;
        const auto result = quantize(m_model, plan, {.output = at("out")}, e, context).value();
        const Experiment stored = e.store->load(*result.experiment).value();
        const auto metric = std::ranges::find(stored.metrics, "predicted_kl", &Metric::name);
        QVERIFY(metric != stored.metrics.end());
        QVERIFY(std::abs(metric->value - sum) < 1e-12);
    }

    void budgetsAreSpentByIt() {
        const Engine e = engine("budget");
        auto table = std::make_shared<SensitivityTable>(measure(m_model, options("kl"), e));
        // One tensor that hurts more than all others.
        for (SensitivityRow& row : table->rows)
            for (double& loss : row.loss)
                loss *= row.tensor.ends_with("2.mlp.up_proj.weight") ? 1e6 : 1;
        const auto plan = makePlan("m", m_model->contentKey(), planTensors(*m_model),
                                   findRecipe("rtn").value(), 3)
                              .value();
        const SensitivityLoss losses(plan, table);
        RunContext context;
        const auto problem =
            makeBudgetProblem(*m_model, plan, {.losses = &losses}, context).value();
        const auto allocated = allocate(problem, {.bitsPerWeight = 3.2}).value();
        QVERIFY(allocated.plan->bitsPerWeight() <= 3.2);
        for (const auto& row : allocated.plan->tensors)
            if (row->tensor.ends_with("2.mlp.up_proj.weight")) QVERIFY(row->bits >= 7);
        // From the store, by name; "auto" prefers the divergence, and is nothing without it.
        const auto found = lossesFor(m_model, plan, "auto", {}, e, context).value();
        QVERIFY(found != nullptr);
        QCOMPARE(found->table().metric, std::string("kl"));
        QVERIFY(!lossesFor(m_model, plan, "auto", {}, engine("empty"), context).value());
        const auto missing = lossesFor(m_model, plan, "fisher", {}, e, context);
        QVERIFY(!missing);
        QVERIFY(missing.error().message.find("--what sensitivity") != std::string::npos);
    }

    void betweenWidths() {
        SensitivityTable table{
            .metric = "kl", .widths = {2, 4}, .rows = {{.tensor = "a", .loss = {1, 0.01}}}};
        QCOMPARE(table.loss("a", 2), 1.0);
        QVERIFY(std::abs(table.loss("a", 3) - 0.1) < 1e-12);    // halfway in the logarithm
        QVERIFY(std::abs(table.loss("a", 5) - 0.0025) < 1e-12); // a quarter for each further bit
        QVERIFY(std::abs(table.loss("a", 1) - 4) < 1e-12);
        QVERIFY(std::isnan(table.loss("b", 2)));
    }

    void whatIsRefused() {
        const Engine e = engine("refused");
        SensitivityOptions o = options("kl");
        o.text.clear();
        QVERIFY(refusal(m_model, o, e).find("--text") != std::string::npos);
        o = options("nonsense");
        QVERIFY(refusal(m_model, o, e).find("output_error") !=
                std::string::npos); // names the known
        o = options("kl");
        o.tensors = {"no.such.tensor"};
        QVERIFY(!refusal(m_model, o, e).empty());
        o = options("correlation");
        o.calibration.samples = 4;
        QVERIFY(refusal(m_model, o, e).find("too small") != std::string::npos);
        o = options("weight_error"); // needs neither text nor store
        o.text.clear();
        QVERIFY(refusal(m_model, o, {.backend = makeCpuBackend()}).empty());
    }

    void brokenWeightsAreExplained() {
        test::SmallModel shape = m_shape;
        QVERIFY(test::writeSmallModel(at("broken"), shape));
        // NaN in the last block's weights: no statistics, no predictions.
        auto bytes = readTextFile(at("broken") / "model.safetensors").value();
        const std::uint32_t nan = 0x7FC00000;
        for (std::size_t i = 0; i < 64; ++i)
            std::memcpy(bytes.data() + bytes.size() - 4 * (i + 20000), &nan, 4);
        QVERIFY(writeFileAtomically(at("broken") / "model.safetensors", bytes));
        const auto broken = openModel(at("broken")).value();
        const std::string why = refusal(broken, options("kl"), engine("broken"));
        QVERIFY2(why.find("NaN") != std::string::npos, why.c_str());
    }
};

QTEST_GUILESS_MAIN(TstSensitivity)
#include "tst_sensitivity.moc"
