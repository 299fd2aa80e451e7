// The same network in other weights: logits stay, family by family, whatever is folded where; what
// is written opens again; quantizations of it need nothing beside their codes.
#include "core/model/fold_sites.h"
#include "core/pipeline/export.h"
#include "core/pipeline/measure.h"
#include "core/pipeline/quantize.h"
#include "core/pipeline/rewrite.h"
#include "tests/core/model/model_fixtures.h"
#include "tests/core/quant/golden_script.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <set>

using namespace bitsmith;
using namespace bitsmith::test;

namespace {

std::vector<std::vector<TokenId>> tokensOf(const fs::path& folder) {
    const RawTensors tensors = readTensors(folder / "expected.safetensors");
    std::vector<std::vector<TokenId>> out;
    for (int i = 0; tensors.contains(fmt::format("tokens.{}", i)); ++i) {
        const auto ids = asFloats(tensors.at(fmt::format("tokens.{}", i)));
        out.emplace_back(ids.begin(), ids.end());
    }
    return out;
}

Matrix logitsOf(const std::shared_ptr<const Model>& model,
                const std::vector<std::vector<TokenId>>& sequences) {
    const auto pass = ForwardPass::create(model, makeCpuBackend()).value();
    TokenBatch batch;
    for (const auto& sequence : sequences) batch.append(sequence);
    RunContext context;
    const Matrix hidden = pass.run(batch, context).value();
    return pass.logits(hidden.view()).value();
}

// Largest difference relative to the largest value.
double difference(const Matrix& a, const Matrix& b) {
    double largest = 0, whole = 0;
    for (std::size_t i = 0; i < a.values().size(); ++i) {
        const double d = std::abs(double(a.values()[i]) - b.values()[i]);
        if (!(d <= largest)) largest = std::isnan(d) ? INFINITY : d;
        whole = std::max(whole, std::abs(double(a.values()[i])));
    }
    return largest / whole;
}

std::shared_ptr<const Plan> planWith(const Model& model, const nlohmann::ordered_json& transform,
                                     int bits = 4) {
    nlohmann::ordered_json json = toJson(**findRecipe("rtn"));
    json["stages"]["transform"] = transform;
    json["stages"]["grid"]["group_size"] = 16;
    return makePlan(model.name(), model.contentKey(), planTensors(model),
                    recipeFromJson(json).value(), bits)
        .value();
}

} // namespace

class TstRewrite : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    const fs::path m_demo = BITSMITH_SOURCE_DIR "/resources/demo";

    fs::path at(const std::string& name) const {
        return fs::path(m_dir.path().toStdString()) / name;
    }
    Engine engine() const {
        Engine e = makeEngine("cpu", {}).value();
        e.calibrationFolder = at("calibration");
        return e;
    }
    static void addModels() {
        QTest::addColumn<QString>("name");
        for (const auto& entry : fs::directory_iterator(goldenFolder()))
            if (entry.is_directory())
                QTest::newRow(entry.path().filename().c_str())
                    << QString::fromStdString(entry.path().filename().string());
    }
    double perplexity(const fs::path& folder) const {
        RunContext context;
        return evaluateModel(openModel(folder).value(), nullptr, m_demo / "held_out.txt",
                             {.context = 64, .limitTokens = 4096}, engine(), context)
            .value()
            .perplexity;
    }
    Result<QuantizeResult> quantized(const char* recipe, int bits, const char* output,
                                     std::vector<std::string> settings = {},
                                     bool resume = false) const {
        const auto model = openModel(m_demo / "model").value();
        auto plan = makePlan(model->name(), model->contentKey(), planTensors(*model),
                             findRecipe(recipe).value(), bits)
                        .value();
        for (const auto& setting : settings) plan = withSetting(*plan, setting).value();
        RunContext context;
        return quantize(model, plan,
                        {.output = at(output),
                         .calibrationText = m_demo / "calibration.txt",
                         .calibration = {.samples = 16, .context = 96},
                         .resume = resume},
                        engine(), context);
    }

private Q_SLOTS:
    void foldingKeepsTheLogits_data() { addModels(); }
    void foldingKeepsTheLogits() {
        QFETCH(QString, name);
        const fs::path folder = goldenFolder() / name.toStdString();
        const auto model = openModel(folder).value();
        const auto sequences = tokensOf(folder);
        const Matrix before = logitsOf(model, sequences);
        const CalibrationSamples samples{sequences, name.toStdString()};
        for (const char* id : {"awq", "smoothquant"}) {
            RunContext context;
            const auto r = foldScales(model, *planWith(*model, {{"id", id}, {"fold", true}}, 3),
                                      samples, DType::F32, engine(), context);
            QVERIFY2(r.has_value(), r ? "" : r.error().message.c_str());
            QVERIFY(r->model->contentKey() != model->contentKey());
            const double change = difference(before, logitsOf(r->model, sequences));
            QVERIFY2(change < 1e-4, qPrintable(QString("%1: %2").arg(id).arg(change)));

            const Architecture& a = *model->architecture();
            QCOMPARE(r->inputs.size(), 4 * a.blocks.size());
            std::set<std::string> folded, scaled, changed;
            for (const FoldedInput& input : r->inputs) {
                const std::string where = input.input.substr(input.input.rfind('.') + 1);
                if (input.reason.empty())
                    folded.insert(where);
                else
                    QCOMPARE(input.most, 1.0);
                // The best strength of AWQ may be none.
                if (input.most > input.least) scaled.insert(input.input);
            }
            std::set<std::string> expected;
            if (a.normBeforeBlock && !a.blocks[0].attentionNorm.weight.empty())
                expected = {"attn_in", "mlp_in"};
            if (id == std::string("awq")) {
                expected.insert("attn_out");
                if (a.blocks[0].gate.present() || a.activation == Activation::Relu)
                    expected.insert("mlp_hidden");
            }
            QVERIFY2(folded == expected, id);
            if (expected.empty()) continue; // norms without weights, or behind: nothing to smooth
            QVERIFY(!scaled.empty());
            // Every weight that a folded input feeds has changed, no other matrix has.
            for (const TensorInfo& info : model->tensors())
                if (model->values(info.name).value() != r->model->values(info.name).value())
                    changed.insert(info.name);
            for (const FoldSite& site : foldSites(a))
                if (scaled.contains(blockInputName(site.block, site.input)))
                    for (const LinearSpec& consumer : site.consumers)
                        QVERIFY(changed.contains(consumer.weight));
            QVERIFY(!changed.contains(a.embedding) && !changed.contains(a.finalNorm.weight));
        }
    }

    // The gate and up of the demo model's second block: the factors that numpy has, in the norm and
    // in both matrices.
    void smoothQuantFoldsAsNumpy() {
        if (!GoldenScript::hasNumpy()) QSKIP("needs /usr/bin/python3 with numpy");
        const auto model = openModel(m_demo / "model").value();
        const auto samples = drawSamples(*model, readTextFile(m_demo / "calibration.txt").value(),
                                         {.samples = 8, .context = 64})
                                 .value();
        RunContext context;
        const auto folded =
            foldScales(model, *planWith(*model, {{"id", "smoothquant"}, {"fold", true}}, 8),
                       samples, DType::F32, engine(), context)
                .value();
        const StatsCache cache(engine().calibrationFolder, calibrationKey(*model, samples));
        const auto pass = ForwardPass::create(model, makeCpuBackend()).value();
        QVERIFY(calibrate(pass, samples, cache, context).has_value());
        const auto stats = cache.load("blocks.1.mlp_in").value();

        const BlockSpec& block = model->architecture()->blocks[1];
        const auto valuesOf = [&](const Model& of, const std::string& name) {
            return of.values(name).value();
        };
        std::vector<float> both = valuesOf(*model, block.gate.weight);
        const std::vector<float> up = valuesOf(*model, block.up.weight);
        both.insert(both.end(), up.begin(), up.end());
        const std::size_t cols = stats->gram.cols();
        const GoldenScript script;
        script.write(
            "case.json",
            nlohmann::json(
                {{"rows", both.size() / cols}, {"cols", cols}, {"bits", 8}, {"group_size", 32}})
                .dump());
        script.write("weights.f32", std::span<const float>(both));
        script.write("gram.f32", std::span(stats->gram.values()));
        script.write("mean.f32", std::span<const float>(stats->meanAbs));
        script.write("most.f32", std::span<const float>(stats->maxAbs));
        const QString complaint = script.run("awq/awq_numpy.py");
        QVERIFY2(complaint.isEmpty(), qPrintable(complaint));
        const auto s = script.read<double>("smooth.f64");
        const auto& ours = folded.scales.at("blocks.1.mlp_in");
        QCOMPARE(ours.size(), s.size());
        const auto norm = valuesOf(*model, block.mlpNorm.weight),
                   newNorm = valuesOf(*folded.model, block.mlpNorm.weight);
        for (std::size_t c = 0; c < cols; ++c) {
            QVERIFY(std::abs(double(ours[c]) / s[c] - 1) < 1.1e-3); // a step of fp16
            QVERIFY(std::abs(double(newNorm[c]) * ours[c] - norm[c]) <= 1e-6 * std::abs(norm[c]));
        }
        std::vector<float> newBoth = valuesOf(*folded.model, block.gate.weight);
        const std::vector<float> newUp = valuesOf(*folded.model, block.up.weight);
        newBoth.insert(newBoth.end(), newUp.begin(), newUp.end());
        for (std::size_t i = 0; i < both.size(); ++i)
            QVERIFY(std::abs(double(newBoth[i]) - double(both[i]) * ours[i % cols]) <=
                    1e-6 * std::abs(double(newBoth[i])));
    }

    void rotatingKeepsTheLogits_data() { addModels(); }
    void rotatingKeepsTheLogits() {
        QFETCH(QString, name);
        const fs::path folder = goldenFolder() / name.toStdString();
        const auto model = openModel(folder).value();
        const auto rotated = rotatedModel(model, 5, DType::F32);
        if (model->architecture()->norm != NormKind::Rms) {
            QVERIFY(!rotated.has_value());
            QCOMPARE(rotated.error().code, ErrorCode::Unsupported);
            return;
        }
        QVERIFY2(rotated.has_value(), rotated ? "" : rotated.error().message.c_str());
        const auto sequences = tokensOf(folder);
        const double change = difference(logitsOf(model, sequences), logitsOf(*rotated, sequences));
        QVERIFY2(change < 1e-4, qPrintable(QString::number(change)));
        QVERIFY(!(*rotated)->architecture()->tied());
        const std::string q = model->architecture()->blocks[0].q.weight;
        QVERIFY(model->values(q).value() != (*rotated)->values(q).value());
    }

    // Matrices of one input must get the same factors: with other bits for one of them, too.
    void joinedMatricesShareTheirFactors() {
        const fs::path folder = goldenFolder() / "qwen2";
        const auto model = openModel(folder).value();
        const auto sequences = tokensOf(folder);
        auto plan = planWith(*model, {{"id", "smoothquant"}, {"fold", true}}, 3);
        plan = withSetting(*plan, "*.attn.k:bits=8").value();
        plan = withSetting(*plan, "*.attn.v:keep").value(); // feels the factors, has no say
        plan = withSetting(*plan, "*.mlp.*:recipe=rtn").value();
        RunContext context;
        const auto r =
            foldScales(model, *plan, {sequences, "joined"}, DType::F32, engine(), context);
        QVERIFY2(r.has_value(), r ? "" : r.error().message.c_str());
        QVERIFY(difference(logitsOf(model, sequences), logitsOf(r->model, sequences)) < 1e-4);
        for (const FoldedInput& input : r->inputs)
            QVERIFY(input.input.find("attn") != std::string::npos);
        const BlockSpec& block = model->architecture()->blocks[0];
        const auto before = model->matrix(block.v.weight).value();
        const auto after = r->model->matrix(block.v.weight).value();
        QVERIFY(decodeAll(*before) != decodeAll(*after));
    }

    void writesAFolderThatOpensAgain_data() {
        QTest::addColumn<QString>("transform");
        QTest::addColumn<QString>("type");
        QTest::newRow("awq") << "awq"
                             << "F32";
        QTest::newRow("smoothquant, as stored") << "smoothquant"
                                                << "same";
        QTest::newRow("hadamard, tied head") << "hadamard"
                                             << "F32";
    }
    void writesAFolderThatOpensAgain() {
        QFETCH(QString, transform);
        QFETCH(QString, type);
        const auto model = openModel(m_demo / "model").value();
        RewriteOptions options{.transform = transform.toStdString(),
                               .bits = 3,
                               .groupSize = 32,
                               .calibrationText = m_demo / "calibration.txt",
                               .calibration = {.samples = 8, .context = 64},
                               .type = type.toStdString(),
                               .output = at(transform.toStdString())};
        RunContext context;
        const auto report = rewriteModel(model, options, engine(), context);
        QVERIFY2(report.has_value(), report ? "" : report.error().message.c_str());
        const double before = perplexity(m_demo / "model"), after = perplexity(options.output);
        QVERIFY2(std::abs(after / before - 1) < (type == "F32" ? 1e-4 : 2e-3),
                 qPrintable(QString("%1 against %2").arg(after).arg(before)));
    }

    void refusesBeforeAnyWork() {
        const auto model = openModel(m_demo / "model").value();
        RunContext context;
        RewriteOptions options{.transform = "awq", .output = at("nothing")};
        const auto message = [&] {
            const auto r = rewriteModel(model, options, engine(), context);
            return r ? std::string("done") : r.error().message;
        };
        QVERIFY2(message().find("--text") != std::string::npos, message().c_str());
        options.parameters = {"alpha_stepz=3"};
        QVERIFY2(message().find("alpha_stepz") != std::string::npos, message().c_str());
        options.transform = "spin";
        QVERIFY2(message().find("known: awq, smoothquant, hadamard") != std::string::npos,
                 message().c_str());
        options.transform = "hadamard";
        options.parameters = {"group_size=3"};
        QVERIFY2(message().find("group_size") != std::string::npos, message().c_str());
        QVERIFY(!fs::exists(options.output));
    }

    // Plain AWQ containers: no factors beside the codes, better than without, and the AWQ format of
    // other programs can hold them.
    void quantizesWithNothingBesideTheCodes() {
        const auto awq = quantized("awq", 3, "q-awq", {"*:group_size=32"});
        QVERIFY2(awq.has_value(), awq ? "" : awq.error().message.c_str());
        const auto rtn = quantized("rtn", 3, "q-rtn", {"*:group_size=32"});
        QCOMPARE(awq->bitsPerWeight, rtn->bitsPerWeight);
        const auto container = openModel(at("q-awq")).value();
        for (const TensorInfo& info : container->tensors())
            QVERIFY(!info.layout || !info.layout->side.any());
        QVERIFY(perplexity(at("q-awq")) < perplexity(at("q-rtn")));

        const auto four = quantized("awq", 4, "q-awq4", {"*:group_size=32"});
        QVERIFY(four.has_value());
        RunContext context;
        const auto written =
            exportModel(openModel(at("q-awq4")).value(), {.format = "awq", .output = at("awq4")},
                        engine(), context);
        QVERIFY2(written.has_value(), written ? "" : written.error().message.c_str());
        QVERIFY(std::abs(perplexity(at("awq4")) / perplexity(at("q-awq4")) - 1) < 1e-3);
    }

    void storedFactorsWorkToo() {
        const auto r = quantized("awq", 3, "q-stored", {"*:group_size=32,fold=false"});
        QVERIFY2(r.has_value(), r ? "" : r.error().message.c_str());
        const auto container = openModel(at("q-stored")).value();
        for (const TensorInfo& info : container->tensors())
            QVERIFY(!info.layout || info.layout->side.columnFactors);
    }

    void ratesHoldWithFactorsBeside() {
        nlohmann::ordered_json json = toJson(**findRecipe("ecq"));
        for (const char* transform : {"awq", "hadamard"}) {
            json["stages"]["transform"] = {{"id", transform}};
            const auto model = openModel(m_demo / "model").value();
            const auto plan = makePlan(model->name(), model->contentKey(), planTensors(*model),
                                       recipeFromJson(json).value(), 4)
                                  .value();
            RunContext context;
            const auto r = quantize(model, plan,
                                    {.output = at(std::string("ecq-") + transform),
                                     .calibrationText = m_demo / "calibration.txt",
                                     .calibration = {.samples = 4, .context = 64}},
                                    engine(), context);
            QVERIFY2(r.has_value(), r ? "" : r.error().message.c_str());
            for (std::size_t i = 0; i < r->tensors.size(); ++i) {
                const auto row = std::ranges::find(plan->tensors, r->tensors[i].name,
                                                   [](const auto& p) { return p->tensor; });
                QVERIFY(r->tensors[i].bytes <= (*row)->bytes);
            }
        }
    }

    // Factors are found anew, so that an interrupted run goes on with the same network.
    void findsTheSameFactorsAgain() {
        QVERIFY(quantized("awq", 4, "whole", {"*:group_size=32"}).has_value());
        const auto again = quantized("awq", 4, "again", {"*:group_size=32"});
        QVERIFY(again.has_value());
        for (const char* file : {"model.safetensors", "bitsmith.json"})
            QVERIFY(readTextFile(at("whole") / file).value() ==
                    readTextFile(at("again") / file).value());
    }
};

QTEST_GUILESS_MAIN(TstRewrite)
#include "tst_rewrite.moc"
