// Budgets on the command line: allocators, limits, locks, targets that join tensors, the curve.
#include "tests/support/run_bitsmith.h"

#include <QDir>
#include <QDirIterator>
#include <QJsonArray>
#include <QSet>
#include <QTest>

using namespace bitsmith::test;

class TstCliBudget : public QObject {
    Q_OBJECT
    BitsmithCommand m_bitsmith;

    // Bits by tensor name of the quantized tensors.
    static QMap<QString, int> bits(const QJsonObject& plan) {
        QMap<QString, int> out;
        for (const auto& value : plan["tensors"].toArray()) {
            const QJsonObject row = value.toObject();
            const QString name =
                row.contains("tensor") ? row["tensor"].toString() : row["name"].toString();
            if (row["bits"].toInt() > 0) out[name] = row["bits"].toInt();
        }
        return out;
    }

private Q_SLOTS:
    void everyAllocatorKeepsToTheBudget() {
        double least = -1, lagrange = -1;
        for (const char* id : {"lagrange", "greedy", "knapsack", "uniform", "qbert", "cptquant",
                               "random", "reversed"}) {
            const auto r = m_bitsmith.run(
                {"--json", "plan", "demo", "--budget-bpw", "4.3", "--allocator", id});
            QVERIFY2(r.exitCode == 0, r.err);
            const QJsonObject budget = r.json()["budget"].toObject();
            QVERIFY(r.json()["bpw"].toDouble() <= 4.3);
            QCOMPARE(budget["allocator"].toString(), QLatin1String(id));
            QCOMPARE(budget["bytes"].toInteger(), r.json()["quantized_bytes"].toInteger());
            if (QLatin1String(id) == QLatin1String("uniform")) {
                QVERIFY(!budget.contains("loss"));
                continue;
            }
            QVERIFY(budget["least_loss"].toDouble() <= budget["loss"].toDouble());
            if (QLatin1String(id) == QLatin1String("lagrange"))
                lagrange = budget["loss"].toDouble();
            if (QLatin1String(id) == QLatin1String("knapsack")) {
                QVERIFY(budget["optimal"].toBool());
                least = budget["loss"].toDouble();
            }
        }
        QVERIFY(least > 0 && least <= lagrange);
        const auto text =
            m_bitsmith.run({"plan", "demo", "--budget-bpw", "4.3", "--allocator", "knapsack"});
        QVERIFY2(text.out.contains("the least there is"), text.out);
    }

    void limitsAndLocks() {
        const auto r =
            m_bitsmith.run({"--json", "plan", "demo", "--bits", "8", "--budget-bpw", "4.8",
                            "--min-bits", "3", "--max-bits", "5", "--lock", "*v_proj*"});
        QVERIFY2(r.exitCode == 0, r.err);
        QSet<int> others;
        const auto widths = bits(r.json());
        QVERIFY(widths.size() > 10);
        for (auto at = widths.begin(); at != widths.end(); ++at)
            if (at.key().contains("v_proj"))
                QCOMPARE(at.value(), 8);
            else
                others.insert(at.value());
        QVERIFY(others.size() > 1);
        for (const int width : others) QVERIFY(width >= 3 && width <= 5);
    }

    // What quantize writes is at most the size that was asked for, and loads where it should.
    void writtenForATarget() {
        const QString out = m_bitsmith.path("vllm");
        const auto r = m_bitsmith.run({"--json", "quantize", "demo", "--group-size", "32",
                                       "--param", "symmetric=true", "--budget-size", "1900KB",
                                       "--allocator", "knapsack", "--target", "vllm", "-o", out});
        QVERIFY2(r.exitCode == 0, r.err);
        qint64 bytes = 0;
        for (QDirIterator it(out, QDir::Files, QDirIterator::Subdirectories); it.hasNext();)
            bytes += QFileInfo(it.next()).size();
        QVERIFY2(bytes <= 1'900'000 && bytes > 1'850'000, QByteArray::number(bytes));
        const auto widths = bits(r.json());
        for (auto at = widths.begin(); at != widths.end(); ++at) {
            QVERIFY(at.value() == 4 || at.value() == 8);
            QString other = at.key();
            for (const char* name : {"q_proj", "k_proj"})
                QCOMPARE(at.value(), widths.value(QString(other).replace(QLatin1String(name),
                                                                         QLatin1String("v_proj"))));
            QCOMPARE(at.value(), widths.value(other.replace("gate_proj", "up_proj")));
        }
    }

    void theCurve() {
        const auto r = m_bitsmith.run({"--json", "plan", "demo", "--pareto", "12"});
        QVERIFY2(r.exitCode == 0, r.err);
        const QJsonArray points = r.json()["points"].toArray();
        QVERIFY(points.size() > 5 && points.size() <= 12);
        for (int i = 1; i < points.size(); ++i) {
            const QJsonObject a = points[i - 1].toObject(), b = points[i].toObject();
            for (const char* key : {"bpw", "bytes", "container_bytes", "mean_width"})
                QVERIFY2(a[QLatin1String(key)].toDouble() < b[QLatin1String(key)].toDouble(), key);
            QVERIFY(a["loss"].toDouble() > b["loss"].toDouble());
        }
        QCOMPARE(points[0].toObject()["mean_width"].toDouble(), 2.0);
        const auto all = m_bitsmith.run({"--json", "plan", "demo", "--pareto", "0"});
        QVERIFY(all.json()["points"].toArray().size() > points.size());
        const auto text = m_bitsmith.run({"plan", "demo", "--pareto"});
        QVERIFY2(text.exitCode == 0, text.err);
        QVERIFY(text.out.contains("container") && text.out.contains("mean width"));
    }

    void wrongUsage() {
        const auto exit = [&](const QStringList& more) {
            return m_bitsmith.run(QStringList{"plan", "demo"} << more);
        };
        QCOMPARE(exit({"--budget-bpw", "4", "--allocator", "best"}).exitCode, 2);
        const auto small = exit({"--budget-bpw", "1.5"});
        QCOMPARE(small.exitCode, 2);
        QVERIFY2(small.err.contains("need at least") && small.err.contains("_proj"), small.err);
        const auto file = exit({"--budget-size", "700KB"});
        QVERIFY2(file.exitCode == 2 && file.err.contains("Of the 700000 bytes"), file.err);
        QCOMPARE(exit({"--budget-bpw", "4", "--lock", "nothing*"}).exitCode, 2);
        QCOMPARE(exit({"--budget-bpw", "4", "--min-bits", "6", "--max-bits", "3"}).exitCode, 2);
        const auto alone = exit({"--max-bits", "3"});
        QCOMPARE(alone.exitCode, 2);
        QVERIFY(alone.err.contains("--budget-bpw"));
        QCOMPARE(exit({"--budget-bpw", "4", "--allocator-param", "high"}).exitCode, 2);
        const auto unknown = exit({"--budget-bpw", "4", "--allocator-param", "high=3"});
        QCOMPARE(unknown.exitCode, 2);
        QCOMPARE(exit({"--budget-bpw", "4", "--pareto"}).exitCode, 2);
    }
};

QTEST_GUILESS_MAIN(TstCliBudget)
#include "tst_cli_budget.moc"
