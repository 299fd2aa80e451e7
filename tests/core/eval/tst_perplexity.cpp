// Perplexity of real models against figures measured independently (torch, fp32), from fp32, fp16
// and bf16 files; KL divergence of a model from itself.
#include "core/pipeline/measure.h"
#include "tests/support/model_files.h"
#include "tests/support/shared_files.h"

#include <QTemporaryDir>
#include <QTest>

using namespace bitsmith;
using bitsmith::test::sharedFile;

class TstPerplexity : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;

    Engine engine() const { return makeEngine("cpu", {}).value(); }

private Q_SLOTS:
    void agreesWithTheReference_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("protocol");
        QTest::addColumn<int>("context");
        QTest::addColumn<int>("documents");
        QTest::addColumn<int>("tokens");
        QTest::addColumn<double>("perplexity");
        const auto stories = QStringLiteral("models/stories260K/hf");
        const auto tiny = QStringLiteral("corpora/tinystories-sample/tinystories_ascii.txt");
        const auto wiki = QStringLiteral("corpora/wikitext-2-raw/wiki.test.raw");
        QTest::newRow("stories260K documents 300")
            << stories << tiny << "documents" << 512 << 300 << 120969 << 4.4619;
        QTest::newRow("stories260K documents 60")
            << stories << tiny << "documents" << 512 << 60 << 20991 << 3.7219;
        QTest::newRow("stories260K windows 512")
            << stories << wiki << "windows" << 512 << 0 << 807380 << 119.4306;
        QTest::newRow("stories260K windows 256")
            << stories << wiki << "windows" << 256 << 0 << 806055 << 112.7404;
        QTest::newRow("char-gpt windows 48") << QStringLiteral("models/char-gpt-shakespeare/hf")
                                             << QStringLiteral("corpora/tinyshakespeare/input.txt")
                                             << "windows" << 48 << 0 << 1092139 << 5.3291;
        QTest::newRow("prose-3m windows 256")
            << QStringLiteral("models/prose-3m/hf") << QStringLiteral("corpora/prose-held/held.txt")
            << "windows" << 256 << 0 << 204510 << 57.0993;
        QTest::newRow("prose-3m wikitext") << QStringLiteral("models/prose-3m/hf") << wiki
                                           << "windows" << 256 << 0 << 448290 << 133.6939;
    }
    void agreesWithTheReference() {
        QFETCH(QString, model);
        QFETCH(QString, text);
        QFETCH(QString, protocol);
        QFETCH(int, context);
        QFETCH(int, documents);
        QFETCH(int, tokens);
        QFETCH(double, perplexity);
        const auto folder = sharedFile(model.toStdString()), file = sharedFile(text.toStdString());
        if (!std::filesystem::exists(folder) || !std::filesystem::exists(file))
            QSKIP("needs the shared folder of real models and texts, which is absent");
        RunContext context_;
        const auto r = evaluateModel(openModel(folder).value(), nullptr, file,
                                     {.protocol = *protocolFromName(protocol.toStdString()),
                                      .context = static_cast<std::size_t>(context),
                                      .limitDocuments = static_cast<std::size_t>(documents)},
                                     engine(), context_);
        QVERIFY2(r.has_value(), r ? "" : r.error().message.c_str());
        QCOMPARE(static_cast<int>(r->tokens), tokens);
        QVERIFY2(
            std::abs(r->perplexity / perplexity - 1) < 0.001,
            qPrintable(
                QStringLiteral("perplexity %1, reference %2").arg(r->perplexity).arg(perplexity)));
    }

    void everyFloatFormatGivesTheSame_data() {
        QTest::addColumn<int>("dtype");
        QTest::newRow("fp32") << int(DType::F32);
        QTest::newRow("fp16") << int(DType::F16);
        QTest::newRow("bf16") << int(DType::BF16);
    }
    void everyFloatFormatGivesTheSame() {
        QFETCH(int, dtype);
        BITSMITH_NEEDS_SHARED("models/stories260K/hf");
        const std::filesystem::path folder = m_dir.filePath(QString::number(dtype)).toStdString();
        QVERIFY(test::convertModel(sharedFile("models/stories260K/hf"), folder, DType(dtype))
                    .has_value());
        RunContext context;
        const auto r = evaluateModel(
            openModel(folder).value(), openModel(sharedFile("models/stories260K/hf")).value(),
            sharedFile("corpora/tinystories-sample/tinystories_ascii.txt"),
            {.protocol = Protocol::Documents, .context = 512, .limitDocuments = 60}, engine(),
            context);
        QVERIFY2(r.has_value(), r ? "" : r.error().message.c_str());
        QVERIFY2(std::abs(r->perplexity / 3.7219 - 1) < 0.001,
                 qPrintable(QString::number(r->perplexity)));
        if (DType(dtype) == DType::F32) {
            QCOMPARE(r->klMean, 0.0); // the same model: no divergence at all
            QCOMPARE(r->klMax, 0.0);
            QCOMPARE(r->sameTop, 1.0);
        } else {
            QVERIFY(r->klMean > 0 && r->klMean < 1e-3);
            QVERIFY(r->sameTop > 0.98);
        }
    }
};

QTEST_GUILESS_MAIN(TstPerplexity)
#include "tst_perplexity.moc"
