// core/pipeline: ratios of earlier benchmark runs, kept and compared.
#include "core/base/atomic_file.h"
#include "core/pipeline/benchmark_history.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>

using namespace bitsmith;

namespace {

std::vector<BenchmarkRow> rows(double first, double second) {
    return {{.name = "first", .ratio = first}, {.name = "second", .ratio = second}};
}

} // namespace

class TstBenchmarkHistory : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    std::filesystem::path file(const char* name) const {
        return std::filesystem::path(m_dir.path().toStdString()) / name;
    }

private Q_SLOTS:
    void theMedianOfEarlierRunsDecides() {
        BenchmarkHistory history;
        for (const double ratio : {0.8, 2.0, 0.79, 0.1, 0.81}) history.add("here", rows(ratio, 1));
        auto changes = history.compare("here", rows(0.73, 0.89));
        QCOMPARE(changes.size(), std::size_t{2});
        QCOMPARE(changes[0].usual, 0.8);
        QCOMPARE(changes[0].runs, std::size_t{5});
        QVERIFY(!changes[0].worse);
        QVERIFY(changes[1].worse);
        changes = history.compare("here", rows(0.71, 0.91));
        QVERIFY(changes[0].worse && !changes[1].worse);
    }

    void anotherMachineIsAnotherStory() {
        BenchmarkHistory history;
        history.add("there", rows(5, 5));
        const auto changes = history.compare("here", rows(1, 1));
        QCOMPARE(changes[0].runs, std::size_t{0});
        QVERIFY(!changes[0].worse && !changes[1].worse);
        QVERIFY(!benchmarkMachine().empty());
    }

    void onlyTheLastRunsCount() {
        BenchmarkHistory history;
        for (int i = 0; i < 300; ++i) history.add("here", rows(10, 1));
        QVERIFY(history.runs().size() <= 200);
        for (std::size_t i = 0; i < BenchmarkHistory::ComparedRuns; ++i)
            history.add("here", rows(1, 1));
        QCOMPARE(history.compare("here", rows(1, 1))[0].usual, 1.0);
    }

    void comesBackFromItsFile() {
        const auto path = file("history.json");
        auto history = BenchmarkHistory::read(path);
        QVERIFY(history && history->runs().empty());
        history->add("here \"quoted\"", rows(0.125, 3));
        QVERIFY(history->write(path));
        const auto back = BenchmarkHistory::read(path);
        QVERIFY(back);
        QCOMPARE(back->runs().size(), std::size_t{1});
        QCOMPARE(back->runs()[0].machine, std::string("here \"quoted\""));
        QCOMPARE(back->runs()[0].ratios, history->runs()[0].ratios);
        QVERIFY(!back->runs()[0].time.empty());
    }

    void otherFilesAreRefused_data() {
        QTest::addColumn<QByteArray>("text");
        const char* head = R"({"format": "bitsmith-benchmarks", "runs": )";
        QTest::newRow("no JSON") << QByteArray("hello");
        QTest::newRow("a list") << QByteArray("[]");
        QTest::newRow("another format") << QByteArray(R"({"format": "x", "runs": []})");
        QTest::newRow("no runs") << QByteArray(R"({"format": "bitsmith-benchmarks"})");
        QTest::newRow("runs of numbers") << QByteArray(head) + "[1]}";
        QTest::newRow("no machine") << QByteArray(head) + R"([{"ratios": {}}]})";
        QTest::newRow("a text as ratio")
            << QByteArray(head) + R"([{"machine": "m", "ratios": {"a": "b"}}]})";
        QTest::newRow("a negative ratio")
            << QByteArray(head) + R"([{"machine": "m", "ratios": {"a": -1}}]})";
    }
    void otherFilesAreRefused() {
        QFETCH(QByteArray, text);
        const auto path = file("other.json");
        QVERIFY(writeFileAtomically(path, text.toStdString()));
        const auto history = BenchmarkHistory::read(path);
        QVERIFY(!history);
        QCOMPARE(history.error().code, ErrorCode::BadInput);
        QVERIFY(history.error().message.find("other.json") != std::string::npos);
        std::filesystem::remove(path);
    }
};

QTEST_GUILESS_MAIN(TstBenchmarkHistory)
#include "tst_benchmark_history.moc"
