// analyze, sweep and bench: their JSON, exit codes, and a sweep that is killed and goes on.
#include "tests/support/model_files.h"
#include "tests/support/run_bitsmith.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace bitsmith::test;

class TstCliAnalysis : public QObject {
    Q_OBJECT
    BitsmithCommand m_bitsmith;
    const QString m_demo = QStringLiteral(BITSMITH_SOURCE_DIR "/resources/demo");

    static bool has(const QJsonObject& object, const QStringList& keys) {
        for (const QString& key : keys)
            if (!object.contains(key)) {
                qWarning("missing: %s", qPrintable(key));
                return false;
            }
        return true;
    }

    QString spec(const QString& name, const QString& grid) {
        const QString file = m_bitsmith.path(name);
        writeText(file.toStdString(),
                  QStringLiteral(R"({"eval": {"text": "%1/held_out.txt", "limit_tokens": 1000},
                                     "grid": %2})")
                      .arg(m_demo, grid)
                      .toStdString());
        return file;
    }

private Q_SLOTS:
    void analyzeADenseModel() {
        const auto r = m_bitsmith.run({"--json", "analyze", "demo", "--what", "compressibility",
                                       "--bits", "3,4", "--group-size", "tensor,32", "--tensor",
                                       "*layers.0.*", "--plot", m_bitsmith.path("study.svg")});
        QVERIFY2(r.exitCode == 0, r.err);
        QVERIFY(fileText(m_bitsmith.path("study.svg").toStdString()).find("rtn tensor symmetric") !=
                std::string::npos);
        const QJsonObject json = r.json();
        QVERIFY(has(json, {"metric", "kind", "tensors", "total", "irregular"}));
        QCOMPARE(json["kind"].toString(), QStringLiteral("study"));
        QCOMPARE(json["tensors"].toArray().size(), 7);
        const QJsonObject tensor = json["tensors"].toArray()[0].toObject();
        QVERIFY(has(tensor, {"name", "values"}));
        QCOMPARE(tensor["values"].toArray().size(), 8);
        QVERIFY(has(tensor["values"].toArray()[0].toObject(),
                    {"recipe", "bits", "granularity", "zero", "entropy", "ratio", "bpw",
                     "coded_bpw", "sqnr_db", "wasted_bits"}));
        QVERIFY(json["irregular"].toArray().isEmpty());
        QCOMPARE(m_bitsmith.run({"analyze", "demo", "--bits", "40"}).exitCode, 2);
        QCOMPARE(m_bitsmith.run({"analyze", "demo", "--what", "colour"}).exitCode, 2);
        QCOMPARE(m_bitsmith.run({"analyze", "demo", "--recipe", "gptq"}).exitCode, 2);
    }

    void analyzeAQuantizedModel() {
        const QString out = m_bitsmith.path("q3");
        QCOMPARE(m_bitsmith.run({"quantize", "demo", "--bits", "3", "-o", out}).exitCode, 0);
        const auto r = m_bitsmith.run({"--json", "analyze", out, "--coders"});
        QVERIFY2(r.exitCode == 0, r.err);
        const QJsonObject json = r.json();
        QCOMPARE(json["kind"].toString(), QStringLiteral("quantized"));
        const QJsonObject tensor = json["tensors"].toArray()[0].toObject();
        QVERIFY(has(tensor, {"name", "entropy", "entropy_given_row", "entropy_given_group",
                             "entropy_given_previous", "scale_entropy", "zero_entropy", "bits_paid",
                             "bits_needed", "coded_bpw", "coders", "histogram"}));
        QCOMPARE(tensor["histogram"].toArray().size(), 8);
        QVERIFY(tensor["bits_needed"].toObject()["total"].toDouble() <
                tensor["bits_paid"].toObject()["total"].toDouble());
        QVERIFY(m_bitsmith.run({"analyze", out, "--coders"}).out.contains("zstd -19"));
    }

    void sweepsAreResumed() {
        const QString file =
            spec("sweep.json",
                 R"([{"recipe": "rtn", "bits": [2, 3, 4], "set": {"group_size": [32, 64]}}])");
        const QString csv = m_bitsmith.path("sweep.csv"), plot = m_bitsmith.path("sweep.svg");
        const auto interrupted = m_bitsmith.start({"sweep", "demo", "--spec", file, "--quiet"});
        const auto done = [&] {
            return m_bitsmith.run({"--json", "sweep", "demo", "--spec", file, "--status"})
                .json()["done"]
                .toInt();
        };
        QTRY_VERIFY_WITH_TIMEOUT(done() >= 1, 120000);
        interrupted->kill();
        interrupted->waitForFinished();
        const int before = done();
        const auto r = m_bitsmith.run({"--json", "sweep", "demo", "--spec", file, "--csv", csv,
                                       "--plot", plot, "--plot-x", "bytes"});
        QVERIFY2(r.exitCode == 0, r.err);
        const QJsonObject json = r.json();
        QVERIFY(has(json, {"done", "failed", "pending", "results", "protocol"}));
        QCOMPARE(json["done"].toInt(), 6);
        QCOMPARE(json["failed"].toInt(), 0);
        QCOMPARE(json["pending"].toInt(), 0);
        int found = 0;
        for (const auto& value : json["results"].toArray()) {
            const QJsonObject row = value.toObject();
            QVERIFY(has(row, {"label", "recipe", "bits", "bpw", "bytes", "kl_mean", "perplexity",
                              "experiment"}));
            found += row["from_store"].toBool();
        }
        QVERIFY(found >= before);
        QVERIFY(fileText(csv.toStdString()).starts_with("series,label"));
        QVERIFY(fileText(plot.toStdString()).starts_with("<svg"));
        QCOMPARE(m_bitsmith.run({"--json", "experiments"}).json()["experiments"].toArray().size() >=
                     6,
                 true);
    }

    void badSpecs() {
        const auto r = m_bitsmith.run(
            {"sweep", "demo", "--spec", spec("bad.json", R"([{"recipe": "rtn", "bitz": 3}])")});
        QCOMPARE(r.exitCode, 3);
        QVERIFY2(r.err.contains("bad.json") && r.err.contains("grid[0].bitz"), r.err);
        QCOMPARE(m_bitsmith.run({"sweep", "demo", "--spec", "/nowhere.json"}).exitCode, 3);
        QCOMPARE(m_bitsmith.run({"sweep", "demo"}).exitCode, 2);
    }

    void bench() {
        const auto r =
            m_bitsmith.run({"--json", "bench", "--filter", "unpack_2bit|rans_size_3bit"});
        QVERIFY2(r.exitCode == 0, r.err);
        const QJsonArray rows = r.json()["results"].toArray();
        QCOMPARE(rows.size(), 2);
        for (const auto& row : rows)
            QVERIFY(has(row.toObject(), {"name", "value", "unit", "baseline", "ratio"}));
        QCOMPARE(m_bitsmith.run({"bench", "--filter", "nothing at all"}).exitCode, 2);
    }

    void benchCompares() {
        QTemporaryDir folder;
        const QString path = folder.filePath("history.json");
        const QStringList command{"bench", "--filter", "rans_size_3bit", "--compare", path};
        auto r = m_bitsmith.run(command);
        QVERIFY2(r.exitCode == 0, r.err);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QJsonObject history = QJsonDocument::fromJson(file.readAll()).object();
        file.close();
        QJsonArray runs = history["runs"].toArray();
        QCOMPARE(runs.size(), 1);
        // The same again changes nothing: sizes do not depend on the load.
        r = m_bitsmith.run(command);
        QVERIFY2(r.exitCode == 0 && r.out.contains("+0.0 %"), r.out + r.err);
        // As if it had been twice as good once.
        QJsonObject run = runs[0].toObject(), ratios = run["ratios"].toObject();
        ratios["rans_size_3bit"] = 2 * ratios["rans_size_3bit"].toDouble();
        run["ratios"] = ratios;
        runs[0] = run;
        history["runs"] = runs;
        QVERIFY(file.open(QIODevice::WriteOnly));
        const QByteArray before = QJsonDocument(history).toJson();
        file.write(before);
        file.close();
        r = m_bitsmith.run(command);
        QCOMPARE(r.exitCode, 1);
        QVERIFY2(r.err.contains("rans_size_3bit") && r.out.contains("WORSE"), r.out + r.err);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), before);
        QCOMPARE(m_bitsmith.run({"bench", "--compare", m_demo + "/held_out.txt"}).exitCode, 3);
    }

    void benchLoad() {
        const auto r =
            m_bitsmith.run({"--json", "bench", "--load", "--size", "16", "--repeats", "1"});
        QVERIFY2(r.exitCode == 0, r.err);
        const QJsonObject load = r.json()["load"].toObject();
        QVERIFY(has(load, {"raw_bytes", "coded_bytes", "medium", "cold_read", "warm_read", "decode",
                           "raw_load", "coded_load", "break_even_bytes_per_second", "verdict"}));
        QVERIFY(!r.json()["results"].toArray().isEmpty());
        QVERIFY(m_bitsmith.run({"bench", "--load", m_demo + "/model", "--repeats", "1"})
                    .out.contains("Cold, from"));
        QCOMPARE(m_bitsmith.run({"bench", "--load", m_demo + "/held_out.txt"}).exitCode, 3);
    }
};

QTEST_GUILESS_MAIN(TstCliAnalysis)
#include "tst_cli_analysis.moc"
