// analyze --what salience, outliers and spectrum: their JSON, tables, exit codes and messages.
#include "tests/support/model_files.h"
#include "tests/support/run_bitsmith.h"

#include <QJsonArray>
#include <QTest>

using namespace bitsmith::test;

class TstCliSalience : public QObject {
    Q_OBJECT
    BitsmithCommand m_bitsmith;
    const QString m_demo = QStringLiteral(BITSMITH_SOURCE_DIR "/resources/demo");
    const QString m_text = m_demo + QStringLiteral("/calibration.txt");

    static bool has(const QJsonObject& object, const QStringList& keys) {
        for (const QString& key : keys)
            if (!object.contains(key)) {
                qWarning("missing: %s", qPrintable(key));
                return false;
            }
        return true;
    }
    auto analyze(const QString& what, QStringList more = {}, bool json = true) {
        QStringList arguments;
        if (json) arguments << "--json";
        arguments << "analyze"
                  << "demo"
                  << "--what" << what << "--tensor"
                  << "*layers.0.*";
        return m_bitsmith.run(arguments + more);
    }
    QStringList calibrated(const QString& samples = QStringLiteral("8")) const {
        return {"--text", m_text, "--samples", samples, "--context", "64"};
    }

private Q_SLOTS:
    void salienceOfSeveralMetrics() {
        const auto r =
            analyze("salience", calibrated() + QStringList{"--metric", "magnitude,awq,obs",
                                                           "--group-size", "64"});
        QVERIFY2(r.exitCode == 0, r.err);
        const QJsonObject json = r.json();
        QCOMPARE(json["metric"].toString(), QStringLiteral("salience"));
        QCOMPARE(json["tensors"].toArray().size(), 7);
        const QJsonObject tensor = json["tensors"].toArray()[6].toObject(); // mlp.down
        QVERIFY(has(tensor, {"name", "rows", "cols", "values"}));
        const QJsonArray values = tensor["values"].toArray();
        QCOMPARE(values.size(), 3);
        for (const auto& value : values) {
            const QJsonObject v = value.toObject();
            QVERIFY(has(v, {"metric", "mean", "max", "kurtosis", "top_weights", "top_channels",
                            "channel_ratio", "outliers", "outlier_channels", "groups"}));
            QCOMPARE(v["groups"].toArray().size(), (tensor["cols"].toInt() + 63) / 64);
            const QJsonObject top = v["top_weights"].toObject();
            QVERIFY(top["0.1%"].toDouble() > 0.001 &&
                    top["0.1%"].toDouble() < top["1%"].toDouble() &&
                    top["1%"].toDouble() < top["5%"].toDouble() && top["5%"].toDouble() < 1);
        }
        // Inputs make salience less even than the weights alone.
        const auto share = [&](int i) {
            return values[i].toObject()["top_weights"].toObject()["1%"].toDouble();
        };
        QVERIFY(share(1) > share(0) && share(2) > share(1));
        QCOMPARE(values[2].toObject()["damping"].toDouble(), 0.01);
        // 512 tokens are just enough for the 512 channels of mlp.down.
        QVERIFY2(!r.err.contains("too small for the rank"), r.err);

        const auto again =
            analyze("salience", calibrated() + QStringList{"--metric", "magnitude,awq,obs",
                                                           "--group-size", "64"});
        QCOMPARE(again.json(), json);                               // from the store
        const auto text = analyze("salience", calibrated(), false); // awq where there is a text
        QVERIFY2(text.out.contains("AWQ: |w|") && text.out.contains("layers.0.mlp.down_proj") &&
                     text.out.contains("top 1 %"),
                 text.out);
        QVERIFY(analyze("salience", {}, false).out.contains("Magnitude: |w|"));
    }

    void tooLittleText() {
        const auto r = analyze("salience", calibrated("2") + QStringList{"--metric", "slim"});
        QVERIFY2(r.exitCode == 0, r.err);
        QVERIFY2(r.err.contains("calibration too small for the rank: 128 tokens"), r.err);
        const auto undamped = analyze(
            "salience", calibrated("2") + QStringList{"--metric", "slim", "--damping", "0"});
        QCOMPARE(undamped.exitCode, 1);
        QVERIFY2(undamped.err.contains("at least") && undamped.err.contains("without damping") &&
                     undamped.err.contains("more samples"),
                 undamped.err);
    }

    void outliers() {
        const auto r = analyze("outliers", calibrated());
        QVERIFY2(r.exitCode == 0, r.err);
        const QJsonObject json = r.json();
        QCOMPARE(json["metric"].toString(), QStringLiteral("outliers"));
        const QJsonObject tensor = json["tensors"].toArray()[0].toObject();
        QVERIFY(has(tensor, {"name", "kurtosis", "largest_weight", "weight_ratio", "input_ratio",
                             "input_outliers", "input_channels"}));
        QVERIFY(tensor["kurtosis"].toDouble() > 2 && tensor["input_ratio"].toDouble() > 1);
        // More channels stand out where less is asked for; without a text the weights alone.
        const auto strict =
            analyze("outliers", calibrated() + QStringList{"--outlier-factor", "1.1"});
        QVERIFY(strict.json()["tensors"].toArray()[0].toObject()["input_outliers"].toInt() >
                tensor["input_outliers"].toInt());
        QCOMPARE(
            analyze("outliers").json()["tensors"].toArray()[0].toObject()["input_ratio"].toDouble(),
            0.0);
        QVERIFY(analyze("outliers", {}, false).out.contains("kurtosis"));
    }

    void spectrum() {
        const auto r = analyze("spectrum", calibrated());
        QVERIFY2(r.exitCode == 0, r.err);
        const QJsonObject tensor = r.json()["tensors"].toArray()[0].toObject();
        for (const char* side : {"weights", "inputs"}) {
            const QJsonObject s = tensor[QLatin1String(side)].toObject();
            QVERIFY(has(s, {"count", "energy", "effective_rank", "stable_rank", "rank_90",
                            "rank_99", "ranks", "values"}));
            QVERIFY(s["rank_90"].toInt() < s["rank_99"].toInt() &&
                    s["rank_99"].toInt() <= s["count"].toInt());
            const QJsonArray values = s["values"].toArray();
            QCOMPARE(values.size(), s["ranks"].toArray().size());
            for (int i = 1; i < values.size(); ++i)
                QVERIFY(values[i].toDouble() <= values[i - 1].toDouble());
        }
        QVERIFY(analyze("spectrum").json()["tensors"].toArray()[0].toObject()["inputs"].isNull());
        QVERIFY(analyze("spectrum", {}, false).out.contains("effective rank"));
    }

    void badRequests() {
        const auto fails = [&](const QString& what, const QStringList& more,
                               std::initializer_list<const char*> words) {
            const auto r = analyze(what, more);
            bool fine = r.exitCode == 2;
            for (const char* word : words) fine = fine && r.err.contains(word);
            if (!fine) qWarning("%d: %s", r.exitCode, r.err.constData());
            return fine;
        };
        QVERIFY(fails("salience", {"--metric", "awq"}, {"awq", "--text", "magnitude"}));
        QVERIFY(fails("salience", {"--metric", "colour"}, {"colour", "wanda"}));
        QVERIFY(fails("salience", {"--group-size", "row"}, {"--group-size", "128"}));
        QVERIFY(fails("salience", {"--group-size", "0"}, {"--group-size"}));
        QVERIFY(fails("salience", {"--outlier-factor", "-1"}, {"--outlier-factor"}));
        QVERIFY(fails("salience", {"--plot", "x.svg"}, {"--plot"}));
        QVERIFY(fails("spectrum", {"--metric", "awq"}, {"--metric"}));
        QCOMPARE(m_bitsmith.run({"analyze", "demo", "--what", "salience", "--tensor", "nothing"})
                     .exitCode,
                 2);
        QCOMPARE(analyze("salience", {"--text", "/nowhere.txt", "--metric", "awq"}).exitCode, 3);
    }
};

QTEST_GUILESS_MAIN(TstCliSalience)
#include "tst_cli_salience.moc"
