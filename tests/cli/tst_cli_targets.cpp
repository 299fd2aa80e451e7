// Pre-flight on the command line: targets, problems in plan's table and JSON, --fix, and quantize
// that refuses what its target cannot load.
#include "tests/support/run_bitsmith.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QTest>

using namespace bitsmith::test;

class TstCliTargets : public QObject {
    Q_OBJECT
    BitsmithCommand m_bitsmith;

private Q_SLOTS:
    void targetsAreListed() {
        const auto r = m_bitsmith.run({"--json", "targets"});
        QVERIFY2(r.exitCode == 0, r.err);
        QStringList ids;
        for (const auto& value : r.json()["targets"].toArray()) {
            const QJsonObject target = value.toObject();
            ids << target["id"].toString();
            for (const char* key : {"title", "format", "summary"})
                QVERIFY(!target[QLatin1String(key)].toString().isEmpty());
        }
        QCOMPARE(ids, QStringList({"llama.cpp", "vllm", "transformers", "exllama", "bitsmith"}));
        QVERIFY(m_bitsmith.run({"targets"}).out.contains("llama.cpp"));
    }

    void planListsProblems() {
        const auto none = m_bitsmith.run({"--json", "plan", "demo"});
        QVERIFY(none.json()["problems"].isArray() && none.json()["problems"].toArray().isEmpty());

        const QStringList plan = {
            "plan",           "demo",  "--group-size",    "32",       "--param",
            "symmetric=true", "--set", "0.attn.q:bits=6", "--target", "vllm"};
        const auto r = m_bitsmith.run(QStringList("--json") + plan);
        QVERIFY2(r.exitCode == 0, r.err);
        int blocking = 0;
        bool named = false;
        for (const auto& value : r.json()["problems"].toArray()) {
            const QJsonObject problem = value.toObject();
            for (const char* key : {"tensor", "message", "remedy", "blocks", "fix"})
                QVERIFY2(problem.contains(QLatin1String(key)), key);
            blocking += problem["blocks"].toBool();
            named = named || (problem["tensor"].toString() ==
                                  QLatin1String("model.layers.0.self_attn.q_proj.weight") &&
                              problem["message"].toString().contains("6 bits"));
        }
        QVERIFY(named);
        QCOMPARE(blocking, 3); // q, and k and v that must follow it
        const auto text = m_bitsmith.run(plan);
        QVERIFY(text.out.contains("vLLM: "));
        QVERIFY(text.out.contains("model.layers.0.self_attn.q_proj.weight"));
        QVERIFY(text.out.contains("Use 8 bits"));
        QVERIFY(text.out.contains("--fix"));
    }

    void fixWritesAPlanThatLoads() {
        const QString file = m_bitsmith.path("fixed.json");
        const auto fixed =
            m_bitsmith.run({"--json", "plan", "demo", "--bits", "3", "--set", "*v_proj*:keep",
                            "--target", "exllama", "--fix", "-o", file});
        QVERIFY2(fixed.exitCode == 0, fixed.err);
        for (const auto& problem : fixed.json()["problems"].toArray())
            QVERIFY(problem.toObject()["fix"].toArray().isEmpty());
        // The file holds the mended plan: nothing is left to mend, and it quantizes.
        QFile plan(file);
        QVERIFY(plan.open(QIODevice::ReadOnly));
        QVERIFY(plan.readAll().contains("\"symmetric\": true"));
        const QString out = m_bitsmith.path("out");
        const auto done = m_bitsmith.run(
            {"--json", "quantize", "demo", "--plan", file, "--target", "exllama", "-o", out});
        QVERIFY2(done.exitCode == 0, done.err);
        QVERIFY(done.json()["problems"].isArray());
        for (const auto& tensor : done.json()["tensors"].toArray())
            QCOMPARE(tensor.toObject()["bits"].toInt(), 4);
        QVERIFY(m_bitsmith.run({"quantize", "demo", "--plan", file, "-o", m_bitsmith.path("x")})
                    .exitCode == 0);
    }

    void quantizeRefuses() {
        const QString out = m_bitsmith.path("refused");
        const QStringList command = {"quantize", "demo",    "--bits", "3",
                                     "--target", "exllama", "-o",     out};
        const auto r = m_bitsmith.run(command);
        QCOMPARE(r.exitCode, 2);
        for (const char* mention : {"ExLlamaV2", "q_proj", "3 bits", "--fix", "more"})
            QVERIFY2(r.err.contains(mention), r.err);
        QVERIFY(!QDir(out).exists() && !QDir(out + ".partial").exists());
        const auto fixed = m_bitsmith.run(QStringList(command) << "--fix");
        QVERIFY2(fixed.exitCode == 0, fixed.err);
    }

    void wrongUsage() {
        const auto unknown = m_bitsmith.run({"plan", "demo", "--target", "lama.cpp"});
        QCOMPARE(unknown.exitCode, 2);
        QVERIFY(unknown.err.contains("llama.cpp, vllm"));
        QCOMPARE(m_bitsmith.run({"plan", "demo", "--fix"}).exitCode, 2);
    }
};

QTEST_GUILESS_MAIN(TstCliTargets)
#include "tst_cli_targets.moc"
