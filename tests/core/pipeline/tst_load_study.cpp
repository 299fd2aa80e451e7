// The load study and the short benchmarks: what they measure is measured, adds up, and leaves no
// files behind.
#include "core/pipeline/benchmarks.h"
#include "core/pipeline/load_study.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <set>
#include <thread>

using namespace bitsmith;
namespace fs = std::filesystem;

class TstLoadStudy : public QObject {
    Q_OBJECT
    // Beside the program: a temporary folder may be in memory, which has no medium.
    QTemporaryDir m_dir{QStringLiteral(BITSMITH_BINARY_DIR "/load-XXXXXX")};

    Engine engine() {
        Engine e = makeEngine("cpu", {}).value();
        e.calibrationFolder = fs::path(m_dir.path().toStdString()) / "cache" / "calibration";
        return e;
    }
    std::size_t filesLeft() const {
        std::size_t count = 0;
        for (const auto& entry : fs::recursive_directory_iterator(m_dir.path().toStdString()))
            count += entry.is_regular_file();
        return count;
    }
    static void check(const LoadStudy& s) {
        QVERIFY(s.rawBytes > 0 && s.codedBytes > 0);
        QCOMPARE(s.coldRead.bytes, s.rawBytes);
        QCOMPARE(s.warmRead.bytes, s.rawBytes);
        QVERIFY(s.coldRead.bandwidth() > 0 && s.warmRead.bandwidth() > 0);
        QVERIFY(!s.coldRead.method.empty());
        QVERIFY(!s.decode.empty() && s.bestDecode() > 0);
        QVERIFY(s.raw.cold > 0 && s.coded.cold > 0 && s.raw.warm > 0 && s.coded.warm > 0);
        QVERIFY(s.codedReading > 0 && s.codedReading <= s.coded.cold * 1.01);
        QVERIFY(!s.medium.fileSystem.empty());
        QVERIFY(!s.kernel.empty());
        QVERIFY(s.expectedCoded() >= s.expectedRaw() * s.fraction() * 0.999);
        QVERIFY(!s.verdict().empty());
    }

private Q_SLOTS:
    void madeWeights() {
        RunContext context;
        const auto s =
            runLoadStudy({.madeBytes = std::uint64_t{24} << 20, .repeats = 2}, engine(), context);
        QVERIFY2(s, s ? "" : s.error().message.c_str());
        check(*s);
        if (QTest::currentTestFailed()) return;
        QCOMPARE(s->raw.allCold.size(), std::size_t{2});
        // Exponents of normal bfloat16 weights have 2.6 to 2.9 bits of 8.
        QVERIFY2(s->fraction() > 0.6 && s->fraction() < 0.72,
                 qPrintable(QString::number(s->fraction())));
        QCOMPARE(s->decode.front().threads, 1);
        QVERIFY(s->breakEven() == s->bestDecode());
        QVERIFY(context.resultsSince(0).size() > 3);
        QCOMPARE(filesLeft(), std::size_t{0});
    }

    void aModelFolder() {
        RunContext context;
        LoadStudyOptions options{
            .input = BITSMITH_SOURCE_DIR "/resources/demo/model", .threads = {2}, .repeats = 1};
        const auto s = runLoadStudy(options, engine(), context);
        QVERIFY2(s, s ? "" : s.error().message.c_str());
        check(*s);
        if (QTest::currentTestFailed()) return;
        QVERIFY(s->what.ends_with("model.safetensors"));
        QCOMPARE(s->decode.size(), std::size_t{1});
        QVERIFY(s->fraction() < 0.75); // bfloat16 on disk
        QCOMPARE(filesLeft(), std::size_t{0});
    }

    void wrongInputs() {
        RunContext context;
        const fs::path text = fs::path(m_dir.path().toStdString()) / "some.safetensors";
        std::ofstream(text) << "not one";
        for (const fs::path& input :
             {text, text.parent_path() / "missing.gguf", text.parent_path() / "empty"}) {
            fs::create_directories(text.parent_path() / "empty");
            const auto s = runLoadStudy({.input = input}, engine(), context);
            QVERIFY(!s);
            QVERIFY2(s.error().message.find(input.string()) != std::string::npos,
                     s.error().message.c_str());
        }
        fs::remove(text);
        QCOMPARE(filesLeft(), std::size_t{0});
    }

    void cancelLeavesNothing() {
        std::stop_source stop;
        RunContext context(stop.get_token());
        std::jthread watcher([&](std::stop_token done) {
            while (!done.stop_requested() && context.resultsSince(0).empty())
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            stop.request_stop();
        });
        QVERIFY_EXCEPTION_THROWN(
            (void)runLoadStudy({.madeBytes = std::uint64_t{16} << 20}, engine(), context),
            Cancelled);
        QCOMPARE(filesLeft(), std::size_t{0});
    }

    void theMediumIsNamed() {
        const StorageMedium root = storageMedium("/proc");
        QCOMPARE(root.fileSystem, std::string("proc"));
        QVERIFY(root.device.empty());
        const StorageMedium here = storageMedium(m_dir.path().toStdString());
        QVERIFY(!here.mountPoint.empty() &&
                m_dir.path().toStdString().starts_with(here.mountPoint));
        QVERIFY(here.text().find(here.fileSystem) != std::string::npos);
    }

    void benchmarksRunWithTheirBaselines() {
        RunContext context;
        const auto rows = runBenchmarks("rans_size|^pack_3bit$|rans_decode_2bit", context);
        QVERIFY2(rows, rows ? "" : rows.error().message.c_str());
        QCOMPARE(rows->size(), std::size_t{5});
        std::set<std::string> names;
        for (const BenchmarkRow& row : *rows) {
            names.insert(row.name);
            QVERIFY(row.value > 0 && row.baseline > 0 && row.ratio > 0);
            const double ratio =
                row.unit == "bits/code" ? row.baseline / row.value : row.value / row.baseline;
            QVERIFY(std::abs(ratio - row.ratio) < 1e-9 * ratio);
            QVERIFY(!row.baselineName.empty());
        }
        // Smaller than zstd at 2 and 3 bits, no larger at 4: sizes do not depend on the machine.
        for (const BenchmarkRow& row : *rows)
            if (row.name.starts_with("rans_size")) QVERIFY2(row.ratio >= 1, row.name.c_str());
        const auto known = benchmarkNames();
        QCOMPARE(std::set<std::string>(known.begin(), known.end()).size(), known.size());
        QVERIFY(known.size() >= 12);
    }

    void wrongFilters() {
        RunContext context;
        const auto none = runBenchmarks("no such thing", context);
        QVERIFY(!none && none.error().message.find("rans_decode_2bit") != std::string::npos);
        const auto broken = runBenchmarks("(", context);
        QVERIFY(!broken && broken.error().code == ErrorCode::Usage);
    }
};

QTEST_GUILESS_MAIN(TstLoadStudy)
#include "tst_load_study.moc"
