// The main job on the demo model: containers that open again, same bytes with any number of
// threads, resume after a stop, bad weights, bad requests.
#include "core/base/parallel.h"
#include "core/pipeline/measure.h"
#include "core/pipeline/quantize.h"
#include "tests/support/model_files.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <thread>

using namespace bitsmith;

class TstQuantize : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    const std::filesystem::path m_demo = BITSMITH_SOURCE_DIR "/resources/demo";

    std::filesystem::path at(const char* name) const {
        return m_dir.filePath(QString::fromUtf8(name)).toStdString();
    }

    Engine engine(bool store = false) {
        Engine e =
            makeEngine("cpu", store ? at("experiments.db") : std::filesystem::path()).value();
        e.calibrationFolder = at("calibration");
        return e;
    }

    static std::shared_ptr<const Plan> plan(const Model& model, const char* recipe, int bits,
                                            std::vector<std::string> settings = {}) {
        auto p = makePlan(model.name(), model.contentKey(), planTensors(model),
                          findRecipe(recipe).value(), bits)
                     .value();
        for (const auto& setting : settings) p = withSetting(*p, setting).value();
        return p;
    }

    QuantizeOptions options(const char* output, bool calibrated) const {
        return {.output = at(output),
                .calibrationText =
                    calibrated ? m_demo / "calibration.txt" : std::filesystem::path(),
                .calibration = {.samples = 8, .context = 96}};
    }

private Q_SLOTS:
    void mixedBitsOpenAgainAndAreRecorded() {
        const auto model = openModel(m_demo / "model").value();
        const auto p = plan(*model, "gptq", 4,
                            {"*:group_size=64", "*mlp.down*:bits=3",
                             "*layers.0.*v_proj*:recipe=rtn,bits=8", "*layers.1.*o_proj*:keep"});
        const Engine e = engine(true);
        RunContext context;
        const auto r = quantize(model, p, options("mixed", true), e, context);
        QVERIFY2(r.has_value(), r ? "" : r.error().message.c_str());
        QCOMPARE(context.resultsSince(0).size(), r->tensors.size());

        // Sizes are exact: predicted by the plan, reported per tensor, found on disk.
        std::uint64_t bytes = 0;
        for (const auto& t : r->tensors) {
            bytes += t.bytes;
            QVERIFY(t.weightError > 0 && t.weightError < 0.2);
            QVERIFY(t.outputError > 0 && t.outputError < 0.2);
        }
        QCOMPARE(bytes, p->quantizedBytes);
        QCOMPARE(r->bitsPerWeight, p->bitsPerWeight());
        std::uint64_t files = 0;
        for (const auto& [name, content] : test::folderBytes(at("mixed"))) files += content.size();
        QCOMPARE(files, r->bytes);

        const auto again = openModel(at("mixed"));
        QVERIFY2(again.has_value(), again ? "" : again.error().message.c_str());
        QVERIFY((*again)->architecture() && (*again)->tokenizer());
        QCOMPARE((*again)->tensors().size(), model->tensors().size());
        RunContext second;
        const auto eval =
            evaluateModel(*again, model, m_demo / "held_out.txt", {.limitTokens = 4000}, e, second);
        QVERIFY2(eval.has_value(), eval ? "" : eval.error().message.c_str());
        QVERIFY(eval->klMean > 0);
        QVERIFY(eval->perplexity < eval->baselinePerplexity * 1.5);

        const auto stored = e.store->load(*r->experiment).value();
        QCOMPARE(stored.state, std::string("done"));
        QCOMPARE(stored.recipe, std::string("mixed"));
        QCOMPARE(stored.tensors.size(), r->tensors.size());
        QVERIFY(std::ranges::any_of(stored.metrics, [&](const Metric& m) {
            return m.name == "perplexity" && m.value == eval->perplexity;
        }));
        QVERIFY(planFromJson(nlohmann::ordered_json::parse(stored.planJson), model->name(),
                             model->contentKey(), planTensors(*model))
                    .has_value());
    }

    void sameSeedSameBytesOnAnyThreads() {
        const auto model = openModel(m_demo / "model").value();
        const auto p = plan(*model, "gptq", 3, {"*:group_size=64"});
        for (const int count : {1, 2}) {
            setThreads(count);
            RunContext context;
            Engine e = engine();
            e.calibrationFolder =
                at(count == 1 ? "calibration1" : "calibration2"); // measured twice
            const auto r =
                quantize(model, p, options(count == 1 ? "one" : "two", true), e, context);
            QVERIFY2(r.has_value(), r ? "" : r.error().message.c_str());
        }
        setThreads(0);
        QVERIFY(test::folderBytes(at("one")) == test::folderBytes(at("two")));
    }

    void aStoppedRunResumesToTheSameBytes() {
        const auto model = openModel(m_demo / "model").value();
        const auto p = plan(*model, "gptq", 4, {"*:group_size=64"});
        const Engine e = engine(true);
        RunContext whole;
        QVERIFY(quantize(model, p, options("whole", true), e, whole).has_value());

        std::stop_source stop;
        RunContext first(stop.get_token());
        std::jthread stopper([&](std::stop_token done) {
            while (!done.stop_requested() && first.resultsSince(0).size() < 11)
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            stop.request_stop();
        });
        QVERIFY_THROWS_EXCEPTION(Cancelled,
                                 (void)quantize(model, p, options("stopped", true), e, first));
        QVERIFY(!std::filesystem::exists(at("stopped")));

        QuantizeOptions again = options("stopped", true);
        again.resume = true;
        RunContext second;
        const auto r = quantize(model, p, again, e, second);
        QVERIFY2(r.has_value(), r ? "" : r.error().message.c_str());
        std::size_t resumed = 0;
        for (const auto& any : second.resultsSince(0))
            resumed += std::any_cast<TensorFinished>(any).resumed;
        QVERIFY(resumed >= 11);
        QVERIFY(test::folderBytes(at("whole")) == test::folderBytes(at("stopped")));
        QVERIFY(!std::filesystem::exists(at("stopped.partial")));

        // The resumed run went on in its own row of the store: one row per container.
        int rows = 0;
        const auto experiments = e.store->list().value();
        for (const auto& experiment : experiments) {
            const auto full = e.store->load(experiment.id).value();
            for (const auto& artifact : full.artifacts)
                rows += artifact.path == std::filesystem::weakly_canonical(at("stopped")).string();
        }
        QCOMPARE(rows, 1);
    }

    void aJournalOfAnotherPlanIsNotMixedIn() {
        const auto model = openModel(m_demo / "model").value();
        std::stop_source stop;
        RunContext first(stop.get_token());
        std::jthread stopper([&](std::stop_token done) {
            while (!done.stop_requested() && first.resultsSince(0).size() < 3)
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            stop.request_stop();
        });
        QVERIFY_THROWS_EXCEPTION(Cancelled,
                                 (void)quantize(model, plan(*model, "gptq", 4),
                                                options("other", true), engine(), first));
        QuantizeOptions again = options("other", true);
        again.resume = true;
        RunContext second;
        const auto r = quantize(model, plan(*model, "gptq", 5), again, engine(), second);
        QVERIFY(!r.has_value());
        QCOMPARE(r.error().code, ErrorCode::Usage);
    }

    void nonFiniteWeightsAreNamed() {
        const auto damaged = at("damaged");
        QVERIFY(test::convertModel(m_demo / "model", damaged, DType::BF16,
                                   [](const auto& entry, auto& values) {
                                       if (entry.name.ends_with("layers.2.mlp.up_proj.weight"))
                                           values[5] = std::numeric_limits<float>::quiet_NaN();
                                   })
                    .has_value());
        const auto model = openModel(damaged).value();
        QuantizeOptions o = options("from_damaged", false);
        RunContext context;
        const auto r = quantize(model, plan(*model, "rtn", 4), o, engine(), context);
        QVERIFY(!r.has_value());
        QCOMPARE(r.error().code, ErrorCode::BadInput);
        QVERIFY(r.error().message.find("layers.2.mlp.up_proj.weight") != std::string::npos);
        o.allowNonFinite = true;
        RunContext allowed;
        QVERIFY(quantize(model, plan(*model, "rtn", 4), o, engine(), allowed).has_value());
        QVERIFY(!allowed.logSince(0).empty());
    }

    void impossibleRequestsAreExplained() {
        const auto model = openModel(m_demo / "model").value();
        RunContext context;
        const auto needsText =
            quantize(model, plan(*model, "gptq", 4), options("x", false), engine(), context);
        QVERIFY(!needsText && needsText.error().code == ErrorCode::Usage);
        const auto nothing = quantize(model, plan(*model, "rtn", 4, {"*:keep"}),
                                      options("x", false), engine(), context);
        QVERIFY(!nothing && nothing.error().code == ErrorCode::Usage);
        QuantizeOptions onto = options("x", false);
        onto.output = m_demo / "model";
        QVERIFY(!quantize(model, plan(*model, "rtn", 4), onto, engine(), context));
        std::filesystem::create_directories(at("full"));
        test::writeText(at("full") / "thesis.txt", "precious");
        const auto occupied =
            quantize(model, plan(*model, "rtn", 4), options("full", false), engine(), context);
        QVERIFY(!occupied);
        QCOMPARE(test::fileText(at("full") / "thesis.txt"), std::string("precious"));
    }

    void withoutTokenizerAndConfigDataFreeStillWorks() {
        const auto lone = at("lone.safetensors");
        std::filesystem::copy_file(m_demo / "model" / "model.safetensors", lone);
        const auto model = openModel(lone).value();
        QVERIFY(!model->architecture() && !model->tokenizer());
        RunContext context;
        const auto r =
            quantize(model, plan(*model, "rtn", 4), options("lone_out", false), engine(), context);
        QVERIFY2(r.has_value(), r ? "" : r.error().message.c_str());
        QVERIFY(openModel(at("lone_out")).has_value());
    }
};

QTEST_GUILESS_MAIN(TstQuantize)
#include "tst_quantize.moc"
