// Quantization of real models against independently measured figures: the round-to-nearest table,
// and GPTQ against round-to-nearest at 3 bits.
#include "core/pipeline/measure.h"
#include "core/pipeline/quantize.h"
#include "tests/support/shared_files.h"

#include <QTemporaryDir>
#include <QTest>

using namespace bitsmith;
using bitsmith::test::sharedFile;

class TstQuantizeReal : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;

    std::filesystem::path at(const QString& name) const {
        return m_dir.filePath(name).toStdString();
    }

    Engine engine() {
        Engine e = makeEngine("cpu", {}).value();
        e.calibrationFolder = at(QStringLiteral("calibration"));
        return e;
    }

    struct Outcome {
        double perplexity = 0;
        std::vector<LayerReport> tensors;
    };

    Result<Outcome> measure(const std::filesystem::path& folder, const char* recipe, int bits,
                            const std::vector<std::string>& settings,
                            const std::filesystem::path& calibration,
                            const std::filesystem::path& text, const EvalOptions& options) {
        BITSMITH_TRY(const auto model, openModel(folder));
        BITSMITH_TRY(const auto chosen, findRecipe(recipe));
        BITSMITH_TRY(auto plan, makePlan(model->name(), model->contentKey(), planTensors(*model),
                                         chosen, bits));
        for (const auto& setting : settings) {
            BITSMITH_TRY(plan, withSetting(*plan, setting));
        }
        const auto output = at(QStringLiteral("out%1").arg(++m_count));
        RunContext context;
        BITSMITH_TRY(const auto r, quantize(model, plan,
                                            {.output = output,
                                             .calibrationText = calibration,
                                             .calibration = {.samples = 64}},
                                            engine(), context));
        BITSMITH_TRY(const auto quantized, openModel(output));
        BITSMITH_TRY(const auto eval,
                     evaluateModel(quantized, nullptr, text, options, engine(), context));
        return Outcome{eval.perplexity, r.tensors};
    }
    int m_count = 0;

private Q_SLOTS:
    void roundToNearestTable_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("bits");
        QTest::addColumn<int>("group");
        QTest::addColumn<double>("perplexity");
        QTest::addColumn<double>("tolerance");
        QTest::newRow("stories 8") << "stories260K" << 8 << 32 << 3.7242 << 0.005;
        QTest::newRow("stories 4") << "stories260K" << 4 << 32 << 4.1069 << 0.005;
        QTest::newRow("stories 4 per row") << "stories260K" << 4 << 0 << 4.2175 << 0.005;
        QTest::newRow("stories 3") << "stories260K" << 3 << 32 << 7.6812 << 0.005;
        QTest::newRow("stories 2") << "stories260K" << 2 << 32 << 467.7 << 0.02;
        QTest::newRow("prose 8") << "prose-3m" << 8 << 64 << 57.1138 << 0.005;
        QTest::newRow("prose 4") << "prose-3m" << 4 << 64 << 57.5386 << 0.005;
        QTest::newRow("prose 3") << "prose-3m" << 3 << 64 << 59.5928 << 0.005;
        QTest::newRow("prose 2") << "prose-3m" << 2 << 64 << 78.8648 << 0.005;
    }
    void roundToNearestTable() {
        QFETCH(QString, model);
        QFETCH(int, bits);
        QFETCH(int, group);
        QFETCH(double, perplexity);
        QFETCH(double, tolerance);
        const auto folder = sharedFile("models") / model.toStdString() / "hf";
        const bool stories = model == QStringLiteral("stories260K");
        const auto text = sharedFile(stories ? "corpora/tinystories-sample/tinystories_ascii.txt"
                                             : "corpora/prose-held/held.txt");
        if (!std::filesystem::exists(folder) || !std::filesystem::exists(text))
            QSKIP("needs the shared folder of real models and texts, which is absent");
        EvalOptions options{.context = 256};
        if (stories)
            options = {.protocol = Protocol::Documents, .context = 512, .limitDocuments = 60};
        const auto r = measure(folder, "rtn", bits, {"*:group_size=" + std::to_string(group)}, {},
                               text, options);
        QVERIFY2(r.has_value(), r ? "" : r.error().message.c_str());
        QVERIFY2(
            std::abs(r->perplexity / perplexity - 1) < tolerance,
            qPrintable(
                QStringLiteral("perplexity %1, reference %2").arg(r->perplexity).arg(perplexity)));
    }

    void gptqBeatsRoundToNearestAtThreeBits_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("calibration");
        QTest::addColumn<QString>("text");
        QTest::newRow("prose-3m") << "prose-3m"
                                  << "corpora/calibration-exllama/wiki.utf8"
                                  << "corpora/prose-held/held.txt";
        QTest::newRow("stories260K") << "stories260K"
                                     << "corpora/tinystories-sample/tinystories_ascii.txt"
                                     << "corpora/tinystories-sample/tinystories_ascii.txt";
        QTest::newRow("char-gpt") << "char-gpt-shakespeare"
                                  << "corpora/tinyshakespeare/input.txt"
                                  << "corpora/tinyshakespeare/input.txt";
    }
    void gptqBeatsRoundToNearestAtThreeBits() {
        QFETCH(QString, model);
        QFETCH(QString, calibration);
        QFETCH(QString, text);
        const auto folder = sharedFile("models") / model.toStdString() / "hf";
        const auto calibrationFile = sharedFile(calibration.toStdString()),
                   textFile = sharedFile(text.toStdString());
        if (!std::filesystem::exists(folder) || !std::filesystem::exists(calibrationFile))
            QSKIP("needs the shared folder of real models and texts, which is absent");
        const EvalOptions options{.limitTokens = 60000};
        const std::vector<std::string> group = {"*:group_size=64"};
        const auto rtn = measure(folder, "rtn", 3, group, calibrationFile, textFile, options);
        QVERIFY2(rtn.has_value(), rtn ? "" : rtn.error().message.c_str());
        for (const char* recipe : {"gptq", "gptq_actorder"}) {
            const auto gptq = measure(folder, recipe, 3, group, calibrationFile, textFile, options);
            QVERIFY2(gptq.has_value(), gptq ? "" : gptq.error().message.c_str());
            qInfo("%s %s: perplexity %.4f, rtn %.4f", qPrintable(model), recipe, gptq->perplexity,
                  rtn->perplexity);
            QVERIFY(gptq->perplexity < rtn->perplexity);
            for (std::size_t i = 0; i < rtn->tensors.size(); ++i)
                QVERIFY2(gptq->tensors[i].outputError <= rtn->tensors[i].outputError,
                         qPrintable(QStringLiteral("%1: gptq %2, rtn %3")
                                        .arg(QString::fromStdString(rtn->tensors[i].name))
                                        .arg(gptq->tensors[i].outputError)
                                        .arg(rtn->tensors[i].outputError)));
        }
    }
};

QTEST_GUILESS_MAIN(TstQuantizeReal)
#include "tst_quantize_real.moc"
