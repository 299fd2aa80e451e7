// What one method is said to do better than another, on models: the demo model always, real ones
// where they are. Few tokens and fixed seeds: the figures are those of every run.
#include "core/pipeline/measure.h"
#include "core/pipeline/quantize.h"
#include "core/quant/round/coordinate_descent.h"
#include "tests/support/real_models.h"

#include <QTemporaryDir>
#include <QTest>

using namespace bitsmith;

namespace {

struct Outcome {
    double bitsPerWeight = 0, kl = 0, perplexity = 0, baseline = 0;
    std::vector<LayerReport> tensors;
    std::vector<ErrorDescent> descents;
};

using Settings = std::vector<std::string>; // "group_size=64"

} // namespace

class TstOrderedClaims : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    std::map<std::string, Outcome> m_known;

    std::filesystem::path at(const std::string& name) const {
        return std::filesystem::path(m_dir.path().toStdString()) / name;
    }
    // Quantized with 64 samples of 48 tokens, measured on some 3000 others. Each once.
    const Outcome& measured(const QString& model, const std::string& recipe, int bits,
                            const Settings& settings = {}) {
        std::string key = fmt::format("{} {} {}", model.toStdString(), recipe, bits);
        for (const std::string& setting : settings) key += " " + setting;
        if (const auto known = m_known.find(key); known != m_known.end()) return known->second;
        const test::RealModel& files = test::realModel(model);
        const auto calibration = at(model.toStdString() + ".calibration"),
                   heldOut = at(model.toStdString() + ".held-out");
        if (!exists(calibration)) {
            test::excerpt(files.calibration, 200'000, true, calibration);
            test::excerpt(files.heldOut, 30'000, false, heldOut);
        }
        const auto must = [&](auto result) {
            if (!result) qFatal("%s: %s", key.c_str(), result.error().message.c_str());
            return *std::move(result);
        };
        Engine engine = must(makeEngine("cpu", {}));
        engine.calibrationFolder = at("cache");
        const auto original = must(openModel(files.folder));
        auto plan = must(makePlan(original->name(), original->contentKey(), planTensors(*original),
                                  must(findRecipe(recipe)), bits));
        for (const std::string& setting : settings) plan = must(withSetting(*plan, "*:" + setting));
        const auto output = at("out" + std::to_string(m_known.size()));
        RunContext context;
        auto made = must(quantize(original, plan,
                                  {.output = output,
                                   .calibrationText = calibration,
                                   .calibration = {.samples = 64, .context = 48}},
                                  engine, context));
        Outcome& out = m_known[key];
        for (const std::any& published : context.resultsSince(0))
            if (const auto* descent = std::any_cast<ErrorDescent>(&published))
                out.descents.push_back(*descent);
        const auto eval =
            must(evaluateModel(must(openModel(output)), original, heldOut,
                               {.context = 48, .limitTokens = 3000}, engine, context));
        out.bitsPerWeight = made.bitsPerWeight;
        out.kl = eval.klMean;
        out.perplexity = eval.perplexity;
        out.baseline = eval.baselinePerplexity;
        out.tensors = std::move(made.tensors);
        std::filesystem::remove_all(output);
        qInfo("%s: %.3f bits per weight, KL %.5f, perplexity %.4f of %.4f", key.c_str(),
              out.bitsPerWeight, out.kl, out.perplexity, out.baseline);
        return out;
    }
    static void addModels(std::initializer_list<const char*> names) {
        QTest::addColumn<QString>("model");
        for (const char* name : names) QTest::newRow(name) << name;
    }

private Q_SLOTS:
    void gptqDivergesLessThanNearest_data() {
        addModels({"demo", "stories260K", "prose-3m", "char-gpt-shakespeare"});
    }
    void gptqDivergesLessThanNearest() {
        QFETCH(QString, model);
        if (!test::realModel(model).present())
            QSKIP(qPrintable(test::realModel(model).whyAbsent()));
        for (const int bits : {3, 4}) {
            const Settings group = {"group_size=64"};
            const Outcome &gptq = measured(model, "gptq", bits, group),
                          &rtn = measured(model, "rtn", bits, group);
            QCOMPARE(gptq.bitsPerWeight, rtn.bitsPerWeight);
            QVERIFY(gptq.kl < rtn.kl);
        }
    }

    // Started from GPTQ's codes on the same statistics, no layer ends with a larger error.
    void quantEaseEndsBelowGptqEverywhere_data() { addModels({"demo", "stories260K", "prose-3m"}); }
    void quantEaseEndsBelowGptqEverywhere() {
        QFETCH(QString, model);
        if (!test::realModel(model).present())
            QSKIP(qPrintable(test::realModel(model).whyAbsent()));
        const Settings same = {"group_size=64", "sequential=false"};
        const Outcome &start = measured(model, "gptq", 3, same),
                      &end = measured(model, "quantease", 3, same);
        QCOMPARE(end.bitsPerWeight, start.bitsPerWeight);
        QCOMPARE(end.tensors.size(), start.tensors.size());
        QCOMPARE(end.descents.size(), end.tensors.size());
        for (std::size_t i = 0; i < start.tensors.size(); ++i)
            QVERIFY2(end.tensors[i].outputError <= start.tensors[i].outputError,
                     start.tensors[i].name.c_str());
        for (const ErrorDescent& descent : end.descents)
            for (std::size_t i = 1; i < descent.outputErrors.size(); ++i)
                QVERIFY2(descent.outputErrors[i] <= descent.outputErrors[i - 1],
                         descent.name.c_str());
    }

    // At 3 bits, the same width and groups; a rotation's seed is 8 bytes a matrix more. All of it
    // (searched ranges, refitted scales) against plain GPTQ, and the rotation alone.
    void rotatedGptqDivergesLessThanGptq_data() { addModels({"demo", "stories260K", "prose-3m"}); }
    void rotatedGptqDivergesLessThanGptq() {
        QFETCH(QString, model);
        if (!test::realModel(model).present())
            QSKIP(qPrintable(test::realModel(model).whyAbsent()));
        const Settings group = {"group_size=64"};
        const Outcome &gptq = measured(model, "gptq", 3, group),
                      &rotated = measured(model, "hadamard_gptq", 3, group),
                      &refitted = measured(model, "hadamard_gptq_refit", 3, group);
        QCOMPARE(refitted.tensors.size(), gptq.tensors.size());
        for (std::size_t i = 0; i < gptq.tensors.size(); ++i)
            QCOMPARE(refitted.tensors[i].bytes, gptq.tensors[i].bytes + 8);
        QVERIFY(refitted.kl < gptq.kl);
        QVERIFY(refitted.kl < rotated.kl);
        // Elsewhere the gain is smaller than so few tokens can tell: methods.md and results.md have
        // it on more, with three rotations.
        if (model == "demo") QVERIFY(rotated.kl < gptq.kl);
    }

    // The full range is what GPTQ loses most by at 2 bits.
    void searchedRangesHelpGptq_data() { addModels({"demo", "stories260K", "prose-3m"}); }
    void searchedRangesHelpGptq() {
        QFETCH(QString, model);
        if (!test::realModel(model).present())
            QSKIP(qPrintable(test::realModel(model).whyAbsent()));
        const Outcome &full = measured(model, "gptq", 2, {"group_size=64"}),
                      &searched = measured(model, "gptq", 2, {"group_size=64", "search=mse"}),
                      &nearest = measured(model, "rtn_mse", 2, {"group_size=64"});
        QVERIFY(searched.kl < full.kl);
        QVERIFY(searched.kl < nearest.kl);
    }

    // Codebooks of two templates against uniform levels whose ranges were searched, at fewer bits.
    void lcqDivergesLessThanSearchedRanges_data() {
        addModels({"demo", "stories260K", "prose-3m"});
    }
    void lcqDivergesLessThanSearchedRanges() {
        QFETCH(QString, model);
        if (!test::realModel(model).present())
            QSKIP(qPrintable(test::realModel(model).whyAbsent()));
        // Templates cost the small matrices of stories260K more.
        const Settings group = {model == "stories260K" ? "group_size=32" : "group_size=64"};
        for (const int bits : {2, 3}) {
            const Outcome &lcq = measured(model, "lcq", bits),
                          &uniform = measured(model, "rtn_mse", bits, group);
            QVERIFY(lcq.bitsPerWeight <= uniform.bitsPerWeight);
            QVERIFY(lcq.kl < uniform.kl);
        }
    }

    void awqDivergesLessThanNearest_data() { addModels({"demo", "stories260K", "prose-3m"}); }
    void awqDivergesLessThanNearest() {
        QFETCH(QString, model);
        if (!test::realModel(model).present())
            QSKIP(qPrintable(test::realModel(model).whyAbsent()));
        for (const int bits : {3, 4}) {
            const Outcome &awq = measured(model, "awq", bits, {"group_size=128"}),
                          &rtn = measured(model, "rtn", bits, {"group_size=128"});
            QCOMPARE(awq.bitsPerWeight, rtn.bitsPerWeight);
            QVERIFY(awq.kl < rtn.kl);
        }
    }

    // Zhang et al. 2023: nearly lossless with 6 bits for weights and activations. Not on
    // stories260K, whose activations need more (resources/docs/methods.md).
    void bfp6IsWithinOnePercent_data() { addModels({"demo", "prose-3m"}); }
    void bfp6IsWithinOnePercent() {
        QFETCH(QString, model);
        if (!test::realModel(model).present())
            QSKIP(qPrintable(test::realModel(model).whyAbsent()));
        const Outcome& bfp = measured(model, "bfp6_w6a6", 6);
        QVERIFY(bfp.bitsPerWeight == 6.5);
        QVERIFY(std::abs(bfp.perplexity / bfp.baseline - 1) < 0.01);
    }
};

QTEST_GUILESS_MAIN(TstOrderedClaims)
#include "tst_ordered_claims.moc"
