// Exports on the command line: every format, dry runs, quantizing straight into a format, verify,
// importance matrices, quantizing what is quantized already; exit codes and JSON.
#include "tests/support/model_files.h"
#include "tests/support/run_bitsmith.h"

#include <QDir>
#include <QJsonArray>
#include <QTest>

#include <cmath>

using namespace bitsmith::test;

class TstCliExport : public QObject {
    Q_OBJECT
    BitsmithCommand m_bitsmith;
    QString m_container;

    QString path(const QString& name) const { return m_bitsmith.path(name); }
    bool exists(const QString& name) const { return QFileInfo::exists(path(name)); }

    CommandResult json(const QStringList& arguments) const {
        return m_bitsmith.run(QStringList("--json") + arguments);
    }
    double perplexity(const QString& model) const {
        const auto r =
            json({"eval", model, "--text", BITSMITH_SOURCE_DIR "/resources/demo/held_out.txt",
                  "--limit-tokens", "1500"});
        return r.exitCode == 0 ? r.json()["perplexity"].toDouble() : -1;
    }
    int experiments() const { return json({"experiments"}).json()["experiments"].toArray().size(); }
    static QStringList formats() {
        return {"gguf", "gptq", "awq", "compressed-tensors", "safetensors", "bitsmith"};
    }

private Q_SLOTS:
    void initTestCase() {
        m_container = path("q4");
        const auto r = m_bitsmith.run({"quantize", "demo", "--bits", "4", "--group-size", "32",
                                       "--param", "symmetric=true", "-o", m_container});
        QVERIFY2(r.exitCode == 0, r.err);
    }

    void everyFormat_data() {
        QTest::addColumn<QString>("format");
        for (const QString& format : formats()) QTest::newRow(qPrintable(format)) << format;
    }
    void everyFormat() {
        QFETCH(QString, format);
        const bool file = format == QStringLiteral("gguf");
        const QString out = path(file ? QStringLiteral("every.gguf") : "every-" + format);
        const QStringList command = {"export", m_container, "--format", format, "-o", out};

        const auto dry = json(QStringList(command) << "--dry-run");
        QVERIFY2(dry.exitCode == 0, dry.err);
        QVERIFY(!QFileInfo::exists(out));
        QVERIFY(dry.json()["problems"].toArray().isEmpty());
        QVERIFY(!dry.json()["tensors"].toArray().isEmpty());
        QVERIFY(m_bitsmith.run(QStringList(command) << "--dry-run").out.contains("in all"));
        QVERIFY(!QFileInfo::exists(out));

        const auto r = json(command);
        QVERIFY2(r.exitCode == 0, r.err);
        QCOMPARE(r.json()["format"].toString(), format);
        if (dry.json()["exact"].toBool())
            QCOMPARE(r.json()["bytes"].toDouble(), dry.json()["bytes"].toDouble());
        else // how few bytes an entropy coder needs is known afterwards
            QVERIFY(r.json()["bytes"].toDouble() <= dry.json()["bytes"].toDouble());
        double bytes = 0;
        for (const auto& value : r.json()["files"].toArray()) {
            const QString name = value.toObject()["name"].toString();
            const QFileInfo written(file ? path(name) : out + '/' + name);
            QCOMPARE(static_cast<double>(written.size()), value.toObject()["bytes"].toDouble());
            bytes += value.toObject()["bytes"].toDouble();
        }
        QCOMPARE(r.json()["bytes"].toDouble(), bytes);
        QVERIFY(r.json()["verified_tensors"].toInt() > 50);

        const double before = perplexity(m_container), after = perplexity(out);
        QVERIFY2(before > 1 && std::abs(after / before - 1) < 1e-4,
                 qPrintable(QStringLiteral("%1, before %2").arg(after).arg(before)));
        QCOMPARE(json({"inspect", out}).json()["format"].toString(), format);
        const auto text =
            m_bitsmith.run({"generate", out, "--prompt", "Once upon a time", "--tokens", "5"});
        QVERIFY2(text.exitCode == 0 && !text.out.isEmpty(), text.err);
        const auto sound = json({"verify", out});
        QVERIFY2(sound.exitCode == 0, sound.err);
        QVERIFY(sound.json()["ok"].toBool());

        // Again: refused, then allowed.
        const auto again = m_bitsmith.run(command);
        QCOMPARE(again.exitCode, 1);
        QVERIFY2(again.err.contains("is there already"), again.err);
        QCOMPARE(m_bitsmith.run(QStringList(command) << "--replace").exitCode, 0);
        QCOMPARE(perplexity(out), after);
    }

    void straightIntoAFormat_data() { everyFormat_data(); }
    void straightIntoAFormat() {
        QFETCH(QString, format);
        const QString name = "straight-" + format;
        const QStringList command = {"quantize", "demo",           "--group-size", "32",
                                     "--param",  "symmetric=true", "--format",     format,
                                     "-o",       path(name)};
        const auto r = json(command);
        QVERIFY2(r.exitCode == 0, r.err);
        QVERIFY(exists(name) && !exists(name + ".container"));
        QCOMPARE(json({"inspect", path(name)}).json()["format"].toString(), format);
        // Few tokens multiply packed weights as they are stored: other sums than of dense ones.
        const double own = perplexity(path(name)), packed = perplexity(m_container);
        QVERIFY2(std::abs(own / packed - 1) < 1e-6, qPrintable(QString::number(own / packed - 1)));
        if (format == QStringLiteral("bitsmith")) return;
        QCOMPARE(r.json()["format"].toString(), format);
        const int recorded = experiments();
        QCOMPARE(m_bitsmith.run(command).exitCode, 1);
        QCOMPARE(experiments(), recorded);
    }

    void whatAFormatCannotHold() {
        const int recorded = experiments();
        const auto refused = [&](const QStringList& arguments, const QByteArray& mention) {
            const auto r = m_bitsmith.run(arguments + QStringList{"-o", path("never")});
            QVERIFY2(r.exitCode == 2, r.err);
            QVERIFY2(r.err.contains(mention), r.err);
            QVERIFY(r.out.isEmpty());
            for (const char* left : {"never", "never.export", "never.container", "never.partial"})
                QVERIFY2(!exists(left), left);
        };
        refused({"quantize", "demo", "--bits", "3", "--format", "awq"}, "4 bits, not 3");
        refused({"quantize", "demo", "--recipe", "fp8", "--format", "gguf"}, "otherwise");
        refused({"quantize", "demo", "--recipe", "gguf_k", "--format", "gptq"}, "q_proj");
        refused({"quantize", "demo", "--bits", "3", "--format", "gptq", "--target", "exllama"},
                "3 bits");
        refused({"export", "demo", "--format", "gptq"}, "nothing in this model is quantized");
        refused({"export", m_container, "--format", "onnx"}, "onnx");
        refused({"export", m_container, "--format", "gptq", "--target", "nobody"}, "vllm");
        refused({"export", m_container, "--format", "gptq", "--param", "colour=red"}, "colour");
        refused({"export", m_container, "--format", "gptq", "--param", "red"}, "KEY=VALUE");
        QCOMPARE(experiments(), recorded);
        const auto place = m_bitsmith.run({"export", m_container, "--format", "gptq"});
        QCOMPARE(place.exitCode, 2);
        QVERIFY2(place.err.contains("-o"), place.err);
        const auto dry = json({"export", "demo", "--format", "awq", "--dry-run"});
        QCOMPARE(dry.exitCode, 2);
        const auto problem = dry.json()["problems"].toArray()[0].toObject();
        QVERIFY(problem["blocks"].toBool() && !problem["remedy"].toString().isEmpty());
    }

    void verifyFindsAFlippedBit() {
        const QString copy = path("flipped");
        copyFolder(m_container.toStdString(), copy.toStdString());
        const auto sound = json({"verify", copy});
        QVERIFY2(sound.exitCode == 0, sound.err);
        QVERIFY(sound.json()["checksums"].toInt() > 50);
        QVERIFY(m_bitsmith.run({"verify", copy}).out.contains("sound"));
        QFile weights(copy + "/model.safetensors");
        QVERIFY(weights.open(QIODevice::ReadWrite));
        weights.seek(weights.size() - 1000);
        char byte = 0;
        QVERIFY(weights.getChar(&byte));
        weights.seek(weights.size() - 1000);
        QVERIFY(weights.putChar(static_cast<char>(byte ^ 4)));
        weights.close();
        const auto damaged = json({"verify", copy});
        QCOMPARE(damaged.exitCode, 3);
        QVERIFY(!damaged.json()["ok"].toBool());
        QCOMPARE(damaged.json()["problems"].toArray().size(), 1);
        QVERIFY2(damaged.err.contains("flipped") && damaged.err.contains("model."), damaged.err);
        QCOMPARE(m_bitsmith.run({"verify", path("nowhere")}).exitCode, 3);
        const auto absent =
            m_bitsmith.run({"export", copy, "--format", "gptq", "-o", path("from-flipped")});
        QVERIFY2(absent.exitCode == 3 && absent.err.contains("flipped"), absent.err);
        QVERIFY(!exists("from-flipped"));
    }

    void importanceMatrices() {
        const QStringList calibrate = {"calibrate", "demo", "--samples", "4", "--context", "64"};
        for (const char* name : {"im.gguf", "im.dat"}) {
            const auto r = m_bitsmith.run(calibrate + QStringList{"--imatrix", path(name)});
            QVERIFY2(r.exitCode == 0, r.err);
        }
        const auto quantized = [&](const QString& folder, const QStringList& more) {
            QDir().mkpath(path(folder));
            const auto r =
                m_bitsmith.run(QStringList{"quantize", "demo", "--recipe", "gguf_k", "--format",
                                           "gguf", "-o", path(folder + "/out.gguf")} +
                               more);
            return r.exitCode == 0 ? fileText(path(folder + "/out.gguf").toStdString())
                                   : r.err.toStdString();
        };
        const auto plain = quantized("im0", {}),
                   first = quantized("im1", {"--imatrix", path("im.gguf")}),
                   second = quantized("im2", {"--imatrix", path("im.dat")});
        QVERIFY2(plain.starts_with("GGUF"), plain.c_str());
        QVERIFY2(first.starts_with("GGUF"), first.c_str());
        QVERIFY(first == second && first != plain);

        const auto refused = [&](const QStringList& more, const QByteArray& mention) {
            const auto r = m_bitsmith.run(
                QStringList{"quantize", "demo", "--imatrix", path("im.gguf"), "-o", path("no")} +
                more);
            QVERIFY2(r.exitCode == 2, r.err);
            QVERIFY2(r.err.contains(mention), r.err);
            QVERIFY(!exists("no"));
        };
        refused({"--recipe", "gptq"}, "Gram");
        refused({"--recipe", "gguf_k", "--text", path("text.txt")}, "excludes");
    }

    void quantizedAgain() {
        QJsonArray errors[2];
        int at = 0;
        for (const QString& format : {QStringLiteral("gguf"), QStringLiteral("gptq")}) {
            const QString from = path("again-" + format), to = path("again3-" + format);
            QCOMPARE(
                m_bitsmith.run({"export", m_container, "--format", format, "-o", from}).exitCode,
                0);
            const auto plan = json({"plan", from, "--bits", "3", "--group-size", "64"});
            QVERIFY2(plan.exitCode == 0, plan.err);
            QVERIFY(plan.json()["bpw"].toDouble() < 3.5);
            const auto r = json({"quantize", from, "--bits", "3", "--group-size", "64", "-o", to});
            QVERIFY2(r.exitCode == 0, r.err);
            QCOMPARE(r.json()["bpw"].toDouble(), plan.json()["bpw"].toDouble());
            for (const auto& tensor : r.json()["tensors"].toArray())
                errors[at].append(tensor.toObject()["weight_error"]);
            ++at;
            QVERIFY(perplexity(to) > 1);
            const auto compared =
                json({"eval", to, "--text", BITSMITH_SOURCE_DIR "/resources/demo/held_out.txt",
                      "--limit-tokens", "1000", "--baseline", from});
            QVERIFY2(compared.exitCode == 0, compared.err);
            QVERIFY(compared.json()["kl_mean"].toDouble() > 0);
        }
        // Both hold the same numbers.
        QVERIFY(!errors[0].isEmpty());
        QCOMPARE(errors[0].size(), errors[1].size());
        QCOMPARE(perplexity(path("again3-gguf")), perplexity(path("again3-gptq")));
    }
};

QTEST_GUILESS_MAIN(TstCliExport)
#include "tst_cli_export.moc"
