// The command line's contract on the demo model: one JSON document on standard output, the promised
// members, exit codes, and a run that survives kill -9.
#include "tests/support/model_files.h"
#include "tests/support/run_bitsmith.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QTest>

#include <csignal>

using namespace bitsmith::test;

class TstCli : public QObject {
    Q_OBJECT
    BitsmithCommand m_bitsmith;

    static bool has(const QJsonObject& object, const QStringList& keys) {
        for (const QString& key : keys)
            if (!object.contains(key)) {
                qWarning("missing: %s", qPrintable(key));
                return false;
            }
        return true;
    }

private Q_SLOTS:
    void helpAndVersion() {
        const auto help = m_bitsmith.run({QStringLiteral("--help")});
        QCOMPARE(help.exitCode, 0);
        for (const char* command : {"inspect", "eval", "generate", "recipes", "calibrate", "plan",
                                    "quantize", "experiments", "doctor"}) {
            QVERIFY2(help.out.contains(command), command);
            QCOMPARE(
                m_bitsmith.run({QString::fromUtf8(command), QStringLiteral("--help")}).exitCode, 0);
        }
        QVERIFY(m_bitsmith.run({QStringLiteral("--version")}).out.startsWith("bitsmith "));
        QCOMPARE(m_bitsmith.run({}).exitCode, 2);
        QCOMPARE(m_bitsmith.run({QStringLiteral("inspct")}).exitCode, 2);
    }

    void inspectTellsWhatIsThere() {
        const auto r = m_bitsmith.run({"--json", "inspect", "demo"});
        QCOMPARE(r.exitCode, 0);
        const QJsonObject json = r.json();
        QVERIFY(has(json, {"architecture", "parameters", "bytes", "tensors"}));
        QCOMPARE(json["architecture"].toString(), QStringLiteral("llama"));
        int quantizable = 0;
        for (const auto& value : json["tensors"].toArray()) {
            QVERIFY(has(value.toObject(),
                        {"name", "shape", "dtype", "bytes", "role", "block", "quantizable"}));
            quantizable += value.toObject()["quantizable"].toBool();
        }
        QVERIFY(quantizable >= 7);
        const auto tensor = m_bitsmith.run(
            {"inspect", "demo", "--tensor", "model.layers.0.self_attn.q_proj.weight", "--json"});
        QCOMPARE(tensor.exitCode, 0);
        QVERIFY(has(tensor.json(), {"statistics", "histogram"}));
        QVERIFY(m_bitsmith.run({"inspect", "demo"}).out.contains("q_proj"));
    }

    void theMainJob() {
        const QString out = m_bitsmith.path("q4"), plan = m_bitsmith.path("plan.json");
        const auto planned =
            m_bitsmith.run({"--json", "plan", "demo", "--recipe", "gptq", "--bits", "4",
                            "--group-size", "64", "--set", "*down_proj*:bits=3", "-o", plan});
        QVERIFY2(planned.exitCode == 0, planned.err);
        QVERIFY(has(planned.json(), {"bpw", "bytes", "problems"}));

        const auto calibrated =
            m_bitsmith.run({"--json", "calibrate", "demo", "--samples", "8", "--context", "96"});
        QVERIFY2(calibrated.exitCode == 0, calibrated.err);
        QVERIFY(has(calibrated.json(), {"key", "tokens", "layers"}));
        QCOMPARE(calibrated.json()["tokens"].toInt(), 8 * 96);
        QVERIFY(m_bitsmith.run({"--json", "calibrate", "demo", "--samples", "8", "--context", "96"})
                    .json()["cached"]
                    .toBool());

        const auto done = m_bitsmith.run({"--json", "quantize", "demo", "--plan", plan, "--samples",
                                          "8", "--context", "96", "-o", out});
        QVERIFY2(done.exitCode == 0, done.err);
        const QJsonObject result = done.json();
        QVERIFY(
            has(result, {"experiment", "bpw", "bytes", "seconds", "peak_rss_bytes", "tensors"}));
        QCOMPARE(result["bpw"].toDouble(), planned.json()["bpw"].toDouble());
        QVERIFY(has(result["tensors"].toArray()[0].toObject(),
                    {"name", "recipe", "bits", "bpw", "bytes", "weight_error", "output_error"}));

        const auto eval =
            m_bitsmith.run({"--json", "eval", out, "--text",
                            QStringLiteral(BITSMITH_SOURCE_DIR "/resources/demo/held_out.txt"),
                            "--limit-tokens", "4000", "--baseline", "demo"});
        QVERIFY2(eval.exitCode == 0, eval.err);
        QVERIFY(has(eval.json(),
                    {"protocol", "tokens", "nll", "perplexity", "seconds", "tokens_per_second",
                     "peak_rss_bytes", "kl_mean", "kl_p999", "same_top"}));
        QCOMPARE(eval.json()["protocol"].toString(), QStringLiteral("windows"));

        const auto generated = m_bitsmith.run(
            {"--json", "generate", out, "--prompt", "One day", "--tokens", "12", "--seed", "3"});
        QVERIFY2(generated.exitCode == 0, generated.err);
        QVERIFY(has(generated.json(), {"text", "tokens", "tokens_per_second"}));
        QVERIFY(!generated.json()["text"].toString().isEmpty());
        const auto again = m_bitsmith.run(
            {"--json", "generate", out, "--prompt", "One day", "--tokens", "12", "--seed", "3"});
        QCOMPARE(again.json()["text"], generated.json()["text"]);

        const QString id = QString::number(result["experiment"].toInt());
        const auto listed = m_bitsmith.run({"--json", "experiments"});
        QCOMPARE(listed.json()["experiments"].toArray().size(), 1);
        const auto shown = m_bitsmith.run({"--json", "experiments", "show", id});
        QCOMPARE(shown.json()["tensors"].toArray().size(), result["tensors"].toArray().size());
        QVERIFY(!shown.json()["metrics"].toArray().isEmpty());
        QVERIFY(m_bitsmith.run({"experiments", "csv"}).out.contains("gptq"));
        QCOMPARE(m_bitsmith.run({"experiments", "delete", id}).exitCode, 0);
        QVERIFY(m_bitsmith.run({"--json", "experiments", "list"})
                    .json()["experiments"]
                    .toArray()
                    .isEmpty());
        QVERIFY(m_bitsmith.run({"inspect", out}).out.contains("affine"));
    }

    void groupSizeHoldsForEveryRecipe() {
        const auto plain =
            m_bitsmith.run({"--json", "plan", "demo", "--bits", "4", "--group-size", "64"});
        const auto mixed = m_bitsmith.run({"--json", "plan", "demo", "--bits", "4", "--group-size",
                                           "64", "--set", "0.*:recipe=gptq,bits=4"});
        QCOMPARE(plain.exitCode, 0);
        QVERIFY2(mixed.exitCode == 0, mixed.err);
        QCOMPARE(mixed.json()["bytes"], plain.json()["bytes"]);
        const auto own = m_bitsmith.run({"--json", "plan", "demo", "--bits", "4", "--group-size",
                                         "64", "--set", "0.*:recipe=gptq,group_size=32"});
        QVERIFY(own.json()["bytes"].toInt() > plain.json()["bytes"].toInt());
    }

    void recipesAndDoctor() {
        const auto recipes = m_bitsmith.run({"--json", "recipes"}).json()["recipes"].toArray();
        QStringList ids;
        for (const auto& value : recipes) {
            QVERIFY(has(value.toObject(), {"id", "title", "paper", "stages"}));
            ids << value.toObject()["id"].toString();
        }
        for (const char* id : {"rtn", "rtn_mse", "gptq", "gptq_actorder"})
            QVERIFY(ids.contains(QString::fromUtf8(id)));
        QCOMPARE(m_bitsmith.run({"recipes", "gptq"}).exitCode, 0);
        const auto doctor = m_bitsmith.run({"--json", "doctor"});
        QVERIFY2(doctor.exitCode == 0, doctor.err);
        QVERIFY(doctor.json()["backends"].toArray().size() >= 2);
    }

    void lessons() {
        const auto all = m_bitsmith.run({"--json", "lessons"}).json()["lessons"].toArray();
        QVERIFY(all.size() >= 12);
        const QByteArray table = m_bitsmith.run({"lessons"}).out;
        for (const auto& value : all) {
            const QJsonObject lesson = value.toObject();
            QVERIFY(
                has(lesson, {"id", "title", "summary", "minutes", "picture", "steps", "question"}));
            QVERIFY(table.contains(lesson["title"].toString().toUtf8()));
        }
        const auto one = m_bitsmith.run({"lessons", "gptq_movie"});
        QCOMPARE(one.exitCode, 0);
        QVERIFY(one.out.contains("GPTQ") && one.out.contains("Answer: "));
        QCOMPARE(m_bitsmith.run({"lessons", "nonsense"}).exitCode, 2);
        const QString broken = m_bitsmith.path("broken.md");
        QFile file(broken);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("---\nid: broken\nodd\n");
        file.close();
        const auto refused = m_bitsmith.run({"lessons", broken});
        QCOMPARE(refused.exitCode, 3);
        QVERIFY2(refused.err.contains("broken.md, line 3"), refused.err);
    }

    // Killed without warning at several moments, then resumed: the same bytes as an unhurried run.
    void killedRunsResumeToTheSameBytes() {
        const auto arguments = [&](const QString& out, bool resume) {
            QStringList list = {"--quiet", "quantize", "demo",      "--recipe", "gptq",
                                "--bits",  "3",        "--samples", "16",       "--context",
                                "128",     "-o",       out};
            if (resume) list << "--resume";
            return list;
        };
        const QString whole = m_bitsmith.path("whole");
        QCOMPARE(m_bitsmith.run(arguments(whole, false)).exitCode, 0);
        const QString out = m_bitsmith.path("killed");
        for (const int finished : {1, 5, 12, 20}) {
            const auto process = m_bitsmith.start(arguments(out, finished > 1));
            const QDir journal(out + ".partial");
            for (int waited = 0; waited < 60000 && process->state() != QProcess::NotRunning;
                 waited += 2) {
                if (journal.entryList(QDir::Files).size() > finished) break;
                QTest::qWait(2);
            }
            process->kill(); // SIGKILL
            process->waitForFinished();
        }
        const auto end = m_bitsmith.run(arguments(out, true));
        QVERIFY2(end.exitCode == 0, end.err);
        QVERIFY(folderBytes(whole.toStdString()) == folderBytes(out.toStdString()));
        QVERIFY(!QDir(out + ".partial").exists());
    }

    void interruptEndsCleanly() {
        const QString out = m_bitsmith.path("interrupted");
        const auto process = m_bitsmith.start(
            {"quantize", "demo", "--recipe", "gptq", "--samples", "64", "-o", out});
        QVERIFY(process->waitForStarted());
        QTest::qWait(1000);
        ::kill(static_cast<pid_t>(process->processId()), SIGINT);
        QVERIFY(process->waitForFinished(30000));
        QCOMPARE(process->exitStatus(), QProcess::NormalExit);
        QCOMPARE(process->exitCode(), 130);
        QVERIFY(!QDir(out).exists());
    }
};

QTEST_GUILESS_MAIN(TstCli)
#include "tst_cli.moc"
