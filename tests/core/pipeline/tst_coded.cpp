// Entropy-coded runs on the demo model: containers that open as the models they hold, the same
// bytes every time, budgets that are met in bytes really written, damage that is found.
#include "core/base/atomic_file.h"
#include "core/base/parallel.h"
#include "core/io/container_file.h"
#include "core/pipeline/budget.h"
#include "core/pipeline/export.h"
#include "core/pipeline/measure.h"
#include "core/pipeline/quantize.h"
#include "core/pipeline/verify.h"
#include "tests/support/safetensors_bytes.h"

#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>
#include <thread>

using namespace bitsmith;
namespace fs = std::filesystem;

class TstCoded : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    const fs::path m_demo = BITSMITH_SOURCE_DIR "/resources/demo";
    std::shared_ptr<const Model> m_model;
    Engine m_engine;

    fs::path at(const std::string& name) const {
        return fs::path(m_dir.path().toStdString()) / name;
    }

    std::shared_ptr<const Plan> plan(const char* recipe, int bits,
                                     const std::vector<std::string>& settings = {}) const {
        auto p = makePlan(m_model->name(), m_model->contentKey(), planTensors(*m_model),
                          findRecipe(recipe).value(), bits)
                     .value();
        for (const auto& setting : settings) p = withSetting(*p, setting).value();
        return p;
    }

    QuantizeResult run(const std::shared_ptr<const Plan>& p, const std::string& name,
                       bool calibrated) const {
        RunContext context;
        auto r = quantize(m_model, p,
                          {.output = at(name),
                           .calibrationText = calibrated ? m_demo / "calibration.txt" : fs::path(),
                           .calibration = {.samples = 4, .context = 64}},
                          m_engine, context);
        if (!r) throw std::runtime_error(r.error().message);
        return *std::move(r);
    }

    static std::string content(const fs::path& path) { return readTextFile(path).value(); }

private Q_SLOTS:
    void initTestCase() {
        m_model = openModel(m_demo / "model").value();
        m_engine = makeEngine("cpu", {}).value();
        m_engine.calibrationFolder = at("calibration");
    }

    // The same codes packed and coded are the same model, in fewer bytes.
    void codedIsPackedInFewerBytes() {
        const auto packed = run(plan("rtn", 3), "packed", false);
        const auto coded = run(plan("rtn", 3, {"*:encode=rans"}), "coded", false);
        QVERIFY(coded.bytes < packed.bytes * 9 / 10);
        QVERIFY(coded.bitsPerWeight < packed.bitsPerWeight);
        QVERIFY(openContainer(at("coded")).value()->coded());
        QVERIFY(!openContainer(at("packed")).value()->coded());
        const auto a = openModel(at("packed")).value(), b = openModel(at("coded")).value();
        for (const TensorInfo& t : a->tensors()) {
            const auto left = a->values(t.name), right = b->values(t.name);
            QVERIFY2(left && right, t.name.c_str());
            QVERIFY2(*left == *right, t.name.c_str());
        }
        RunContext context;
        const EvalOptions options{.limitTokens = 600};
        const fs::path text = m_demo / "calibration.txt";
        const auto first = evaluateModel(a, nullptr, text, options, m_engine, context);
        const auto second = evaluateModel(b, nullptr, text, options, m_engine, context);
        QVERIFY2(first && second, second ? "" : second.error().message.c_str());
        QCOMPARE(first->nll, second->nll);
        const auto verified = verifyModel(at("coded"), context);
        QVERIFY(verified && verified->problems.empty());
        QVERIFY(verified->checksums > 40);
    }

    void sameBytesOnAnyNumberOfThreads() {
        for (const int threads : {1, 2}) {
            setThreads(threads);
            run(plan("ecq_gptq", 3), "threads" + std::to_string(threads), true);
        }
        setThreads(0);
        for (const char* file : {"bitsmith.json", "model.bitsmith"})
            QVERIFY(content(at("threads1") / file) == content(at("threads2") / file));
    }

    void budgetsAreMetInWrittenBytes_data() {
        QTest::addColumn<QString>("recipe");
        QTest::addColumn<QString>("allocator");
        QTest::addColumn<double>("bits");
        QTest::addColumn<int>("bytes");
        QTest::newRow("bits, lagrange") << "ecq"
                                        << "lagrange" << 2.7 << 0;
        QTest::newRow("bits, uniform") << "ecq_gptq"
                                       << "uniform" << 3.3 << 0;
        QTest::newRow("bytes, lagrange") << "ecq_gptq"
                                         << "lagrange" << 0.0 << 1'300'000;
        QTest::newRow("bytes, uniform") << "ecq"
                                        << "uniform" << 0.0 << 1'150'000;
    }
    void budgetsAreMetInWrittenBytes() {
        QFETCH(QString, recipe);
        QFETCH(QString, allocator);
        QFETCH(double, bits);
        QFETCH(int, bytes);
        RunContext context;
        const auto start = plan(recipe.toUtf8().constData(), 4);
        const auto p = withBudget(*m_model, *start,
                                  {.bitsPerWeight = bits,
                                   .bytes = static_cast<std::uint64_t>(bytes),
                                   .allocator = allocator.toStdString()},
                                  context);
        QVERIFY2(p.has_value(), p ? "" : p.error().message.c_str());
        const auto r = run(*p, std::string("budget-") + QTest::currentDataTag(), true);
        const double wanted = bits > 0 ? bits : bytes;
        const double got = bits > 0 ? r.bitsPerWeight : static_cast<double>(r.bytes);
        QVERIFY2(got <= wanted && got > 0.995 * wanted, qPrintable(QString::number(got, 'g', 10)));
    }

    void impossibleBudgetsSayWhatIsNeeded() {
        RunContext context;
        for (const char* allocator : {"lagrange", "uniform"}) {
            const auto small = withBudget(*m_model, *plan("ecq", 4),
                                          {.bytes = 500'000, .allocator = allocator}, context);
            QVERIFY(!small);
            QCOMPARE(small.error().code, ErrorCode::Usage);
            QVERIFY2(small.error().message.find("need") != std::string::npos,
                     small.error().message.c_str());
        }
        QVERIFY(!withBudget(*m_model, *plan("ecq", 4), {.bytes = 1, .allocator = "x"}, context));
        for (const char* text : {"", "x", "-5", "0", "1.2XB", "1e30", "nan"})
            QVERIFY(!parseBytes(text));
        QCOMPARE(*parseBytes("1.5 kB"), std::uint64_t{1500});
        QCOMPARE(*parseBytes("2MiB"), std::uint64_t{2097152});
    }

    // A run that is stopped goes on from its journal, with coded entries, to the same bytes.
    void resumes() {
        run(plan("ecq", 3), "whole", false);
        RunContext context;
        std::stop_source stop;
        RunContext stopped(stop.get_token());
        const QuantizeOptions options{.output = at("stopped"), .resume = true};
        const auto p = plan("ecq", 3);
        std::jthread watcher([&] {
            while (stopped.resultsSince(0).size() < 5) std::this_thread::yield();
            stop.request_stop();
        });
        QVERIFY_THROWS_EXCEPTION(Cancelled, (void)quantize(m_model, p, options, m_engine, stopped));
        QVERIFY(fs::exists(at("stopped.partial")));
        const auto r = quantize(m_model, p, options, m_engine, context);
        QVERIFY(r.has_value());
        for (const char* file : {"bitsmith.json", "model.bitsmith"})
            QVERIFY(content(at("whole") / file) == content(at("stopped") / file));
    }

    // Out of the container into any other form and back.
    void exportsAsAnyModel() {
        run(plan("ecq_gptq", 3), "lattice", true);
        const auto model = openModel(at("lattice")).value();
        RunContext context;
        for (const char* format : {"safetensors", "bitsmith", "compressed-tensors"}) {
            ExportOptions options{.format = format, .output = at(std::string("to-") + format)};
            const auto r = exportModel(model, options, m_engine, context);
            QVERIFY2(r.has_value(), r ? "" : r.error().message.c_str());
            QVERIFY(openModel(options.output).has_value());
        }
    }

    void damageIsFound() {
        run(plan("ecq", 2), "sound", false);
        const std::string weights = content(at("sound/model.bitsmith"));
        fs::create_directories(at("damaged"));
        for (const char* file : {"bitsmith.json", "config.json", "tokenizer.json"})
            fs::copy_file(at("sound") / file, at("damaged") / file,
                          fs::copy_options::overwrite_existing);
        RunContext context;
        for (std::size_t i = 0; i < 40; ++i) {
            std::string damaged = weights;
            const std::size_t place = 16 + i * (weights.size() - 16) / 40;
            damaged[place] = static_cast<char>(damaged[place] ^ (1 << i % 8));
            QVERIFY(test::writeBytes(at("damaged/model.bitsmith"), damaged));
            const auto verified = verifyModel(at("damaged"), context);
            QVERIFY(verified.has_value());
            QVERIFY2(!verified->problems.empty(), std::to_string(place).c_str());
        }
        for (std::size_t size = 0; size < weights.size(); size += 997) {
            QVERIFY(test::writeBytes(at("damaged/model.bitsmith"), weights.substr(0, size)));
            const auto opened = openModel(at("damaged"));
            QVERIFY(!opened);
            QVERIFY(opened.error().message.find("model.bitsmith") != std::string::npos);
        }
    }
};

QTEST_GUILESS_MAIN(TstCoded)
#include "tst_coded.moc"
