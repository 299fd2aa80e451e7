// The compressibility study on the demo model: what theory says must hold on real weights; the same
// on any number of threads; bad requests.
#include "core/base/parallel.h"
#include "core/pipeline/compressibility.h"
#include "core/pipeline/quantize.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace bitsmith;

class TstCompressibility : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    const std::filesystem::path m_demo = BITSMITH_SOURCE_DIR "/resources/demo";

    Engine engine() {
        Engine e = makeEngine("cpu", {}).value();
        e.calibrationFolder = m_dir.filePath("calibration").toStdString();
        return e;
    }
    std::shared_ptr<const Model> demo() { return openModel(m_demo / "model").value(); }

    static const StudyNumbers& find(const StudyResult& r, const std::string& label) {
        for (std::size_t i = 0; i < r.settings.size(); ++i)
            if (r.settings[i].label() == label) return r.model[i];
        qFatal("no setting '%s'", label.c_str());
    }

private Q_SLOTS:
    void granularityOrdersEntropyAndNoise() {
        RunContext context;
        const auto r =
            studyCompressibility(demo(), {.recipes = {"rtn", "mxfp4"}}, engine(), context);
        QVERIFY2(r, r ? "" : r.error().message.c_str());
        QVERIFY2(r->irregular.empty(), r->irregular.empty() ? "" : r->irregular[0].c_str());
        QCOMPARE(r->settings.size(), std::size_t{4 * 5 * 2 + 1}); // mxfp4 at its one width
        QCOMPARE(r->tensors.size(), std::size_t{42});
        QCOMPARE(context.resultsSince(0).size(), r->tensors.size());
        for (std::size_t s = 0; s < r->settings.size(); ++s) {
            const StudyNumbers& v = r->model[s];
            QVERIFY(v.entropy > 0 && v.entropy <= r->settings[s].bits);
            QVERIFY(v.coded < v.paid + 0.35); // small tensors: tables and states cost something
            QVERIFY(v.coded > v.entropy);     // no coder beats order 0, and there are scales
            QVERIFY(std::abs(v.ratio * v.entropy - r->settings[s].bits) < 1e-9);
        }
        // Symmetric codes waste about log2(absmax / rms) - 1.05 bits of a normal's; real weights
        // are near enough.
        const StudyNumbers& row = find(*r, "rtn 8 bits row symmetric");
        QVERIFY(std::abs(8 - row.entropy - (row.wasted - 1.05)) < 0.15);
        // A zero point costs bits and uses the range better.
        QVERIFY(find(*r, "rtn 3 bits g128 asymmetric").entropy >
                find(*r, "rtn 3 bits g128 symmetric").entropy);
        // No more than Shannon allows of a normal source would be wrong for any coder: 6.02 dB a
        // bit.
        for (const StudyNumbers& v : r->model) QVERIFY(v.sqnr / 6.0206 < v.entropy + 0.35);
    }

    void smoothingMovesDifficulty() {
        StudyOptions options{.bits = {8},
                             .granularities = {"row"},
                             .smoothing = {0, 0.5, 1},
                             .text = m_demo / "calibration.txt",
                             .calibration = {.samples = 8, .context = 96},
                             .activationTokens = 500};
        RunContext context;
        const auto r = studyCompressibility(demo(), options, engine(), context);
        QVERIFY2(r, r ? "" : r.error().message.c_str());
        QCOMPARE(r->settings.size(), std::size_t{2 + 3});
        // More strength: outliers go into the weights, whose codes then waste levels, and out of
        // the activations.
        QVERIFY(find(*r, "rtn 8 bits row symmetric smoothing 0.00").entropy >
                find(*r, "rtn 8 bits row symmetric smoothing 1.00").entropy + 0.1);
        QVERIFY(find(*r, "rtn 8 bits row symmetric smoothing 0.50").outputError < 0); // no sum
        for (const StudyTensor& tensor : r->tensors)
            for (const StudyNumbers& v : tensor.values)
                QVERIFY(v.outputError > 0 && v.outputError < 0.01);
        const auto total = [&](double alpha) {
            for (const ActivationCodes& a : r->activations)
                if (a.input.empty() && a.smoothing == alpha) return a;
            qFatal("no total");
        };
        QVERIFY(total(1).entropyPerTensor > total(0).entropyPerTensor + 0.1);
        QVERIFY(total(1).entropyPerToken > total(0).entropyPerToken);
        QCOMPARE(total(-1).codes, total(1).codes);
        // Five whole sequences of 96 tokens; q, k and v share an input, gate and up too.
        QCOMPARE(total(0.5).codes, std::uint64_t{5 * 96 * 6 * (3 * 192 + 512)});
        QCOMPARE(r->activations.size(), std::size_t{(6 * 4 + 1) * 4});
    }

    void theSameOnAnyNumberOfThreads() {
        const StudyOptions options{.bits = {3},
                                   .granularities = {"tensor", "g32"},
                                   .recipes = {"gptq"},
                                   .smoothing = {0.5},
                                   .text = m_demo / "calibration.txt",
                                   .calibration = {.samples = 4, .context = 64},
                                   .tensors = {"*layers.2.*"}};
        const auto run = [&](int count) {
            setThreads(count);
            RunContext context;
            auto r = studyCompressibility(demo(), options, engine(), context).value();
            setThreads(0);
            return r;
        };
        const auto one = run(1), two = run(2);
        QCOMPARE(one.tensors.size(), std::size_t{7});
        for (std::size_t t = 0; t < one.tensors.size(); ++t)
            for (std::size_t s = 0; s < one.settings.size(); ++s) {
                QCOMPARE(one.tensors[t].values[s].entropy, two.tensors[t].values[s].entropy);
                QCOMPARE(one.tensors[t].values[s].noise, two.tensors[t].values[s].noise);
                QCOMPARE(one.tensors[t].values[s].coded, two.tensors[t].values[s].coded);
            }
        for (std::size_t i = 0; i < one.activations.size(); ++i)
            QCOMPARE(one.activations[i].entropyPerToken, two.activations[i].entropyPerToken);
    }

    void quantizedModelsAreCounted() {
        const auto model = demo();
        auto plan = makePlan(model->name(), model->contentKey(), planTensors(*model),
                             findRecipe("rtn").value(), 3)
                        .value();
        const auto out = m_dir.filePath("rtn3").toStdString();
        RunContext context;
        const auto made = quantize(model, plan, {.output = out}, engine(), context);
        QVERIFY2(made, made ? "" : made.error().message.c_str());
        const auto quantized = openModel(out).value();
        const CoderOptions coders{.slow = false};
        const auto r = quantizedCodes(*quantized, &coders, context);
        QVERIFY2(r, r ? "" : r.error().message.c_str());
        QCOMPARE(r->tensors.size(), std::size_t{42});
        QCOMPARE(r->total.codes, plan->quantizedWeights);
        QVERIFY(std::abs(r->total.bitsPaid() - plan->bitsPerWeight()) < 1e-9);
        QVERIFY(r->total.bitsNeeded() < r->total.bitsPaid());
        double paid = 0;
        for (const auto& tensor : r->tensors) {
            paid += tensor.statistics.paid.total();
            QVERIFY(static_cast<double>(tensor.codedBytes) * 8 >= tensor.statistics.needed.codes);
            QVERIFY(!tensor.coders.coders.empty());
        }
        QVERIFY(std::abs(paid - r->total.paid.total()) < 1e-3);
        QVERIFY(!quantizedCodes(*model, nullptr, context)); // dense
        QVERIFY(!studyCompressibility(quantized, {}, engine(), context));
    }

    void badRequests() {
        const auto refused = [&](const StudyOptions& options, const char* says) {
            RunContext context;
            const auto r = studyCompressibility(demo(), options, engine(), context);
            QVERIFY(!r);
            QCOMPARE(r.error().code, ErrorCode::Usage);
            QVERIFY2(r.error().message.find(says) != std::string::npos, r.error().message.c_str());
        };
        refused({.bits = {1}}, "1 bits");
        refused({.bits = {}}, "at least one");
        refused({.granularities = {"column"}}, "'column'");
        refused({.granularities = {"g"}}, "'g'");
        refused({.granularities = {"g12x"}}, "'g12x'");
        refused({.recipes = {"rtx"}}, "rtx");
        refused({.recipes = {"gptq"}}, "--text");
        refused({.smoothing = {1.5}}, "1.5");
        refused({.tensors = {"nothing*"}}, "among the tensors");
    }

    void unexpectedOrdersAreTold() {
        const std::vector<StudySetting> settings = {{"rtn", 4, "tensor", "symmetric"},
                                                    {"rtn", 4, "g32", "symmetric"}};
        std::vector<StudyNumbers> numbers(2);
        numbers[0] = {.weights = 1, .entropy = 3.1, .sqnr = 20};
        numbers[1] = {.weights = 1, .entropy = 3.0, .sqnr = 21};
        QCOMPARE(checkGranularities(settings, numbers).size(), std::size_t{1});
        numbers[1].entropy = 3.2;
        QVERIFY(checkGranularities(settings, numbers).empty());
        numbers[1].sqnr = 19;
        QCOMPARE(checkGranularities(settings, numbers).size(), std::size_t{1});
    }
};

QTEST_GUILESS_MAIN(TstCompressibility)
#include "tst_compressibility.moc"
