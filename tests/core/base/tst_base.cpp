// core/base: parameters, seeded random numbers, parallel loops, atomic files, run contexts.
#include "core/base/atomic_file.h"
#include "core/base/blas_kernels.h"
#include "core/base/mapped_file.h"
#include "core/base/parallel.h"
#include "core/base/params.h"
#include "core/base/random.h"
#include "core/base/run_context.h"

#include <QTemporaryDir>
#include <QTest>
#include <nlohmann/json.hpp>

#include <numeric>

using namespace bitsmith;

namespace {

struct SampleParams {
    int width = 4;
    double damping = 0.01;
    bool symmetric = false;
    std::string search = "minmax";
    void describe(auto&& field) {
        field("width", width, {"Width", "Bits per code", 2, 8});
        field("damping", damping, {"Damping", "Fraction of the mean diagonal", 0, 1});
        field("symmetric", symmetric, {"Symmetric", "No zero point"});
        field("search", search, {"Search", "How the range is chosen", 0, 0, {"minmax", "mse"}});
    }
};

} // namespace

class TstBase : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void parametersSurviveJson() {
        ParamsOf<SampleParams> params;
        const auto changes =
            nlohmann::ordered_json::parse(R"({"width": 3, "damping": 1, "search": "mse"})");
        QVERIFY(params.fromJson(changes).has_value());
        QCOMPARE(params.value.width, 3);
        QCOMPARE(params.value.damping, 1.0);
        ParamsOf<SampleParams> again;
        QVERIFY(again.fromJson(params.toJson()).has_value());
        QCOMPARE(again.value.search, std::string("mse"));
    }

    void parametersRefuse_data() {
        QTest::addColumn<QString>("json");
        QTest::addColumn<QString>("mention");
        QTest::newRow("range") << R"({"width": 9})"
                               << "2..8";
        QTest::newRow("type") << R"({"width": "wide"})"
                              << "whole number";
        QTest::newRow("unknown") << R"({"widht": 3})"
                                 << "width";
        QTest::newRow("choice") << R"({"search": "best"})"
                                << "minmax, mse";
        QTest::newRow("huge") << R"({"width": 99999999999})"
                              << "out of range";
        QTest::newRow("list") << R"([1])"
                              << "object";
    }
    void parametersRefuse() {
        QFETCH(QString, json);
        QFETCH(QString, mention);
        ParamsOf<SampleParams> params;
        const Status status = params.fromJson(nlohmann::ordered_json::parse(json.toStdString()));
        QVERIFY(!status);
        QCOMPARE(status.error().code, ErrorCode::Usage);
        QVERIFY2(QString::fromStdString(status.error().message).contains(mention),
                 status.error().message.c_str());
    }

    void randomStreamsAreKeyed() {
        Rng a(1, "w", "round"), b(1, "w", "round"), other(1, "v", "round");
        const auto first = a.next();
        QCOMPARE(b.next(), first);
        QVERIFY(other.next() != first);
        double sum = 0, squares = 0;
        constexpr int Count = 100000;
        for (int i = 0; i < Count; ++i) {
            const double x = a.normal();
            sum += x;
            squares += x * x;
        }
        QVERIFY(std::abs(sum / Count) < 0.02);
        QVERIFY(std::abs(squares / Count - 1) < 0.03);
    }

    void parallelLoopsCoverEverythingOnce() {
        for (const int count : {1, 2, 7}) {
            setThreads(count);
            std::vector<int> seen(1000, 0);
            parallelFor(seen.size(), 37, [&](std::size_t first, std::size_t last) {
                QVERIFY(first % 37 == 0 && last - first <= 37);
                for (std::size_t i = first; i < last; ++i) ++seen[i];
            });
            QCOMPARE(std::accumulate(seen.begin(), seen.end(), 0), 1000);
        }
        setThreads(0);
        QVERIFY_THROWS_EXCEPTION(
            Cancelled, parallelFor(100, 1, [](std::size_t, std::size_t) { throw Cancelled{}; }));
    }

    void oldBlasGetsTheKernelsOfThisProcessor() {
        QCOMPARE(betterBlasKernels("Prescott", true, true), std::string("SkylakeX"));
        QCOMPARE(betterBlasKernels("PRESCOTT", true, false), std::string("Haswell"));
        QVERIFY(betterBlasKernels("Prescott", false, false).empty());
        for (const char* good : {"Haswell", "SkylakeX", "Zen", "Cooperlake", "Sapphirerapids"})
            QVERIFY(betterBlasKernels(good, true, true).empty());
    }

    void filesAppearWholeOrNotAtAll() {
        QTemporaryDir dir;
        const std::filesystem::path target = dir.filePath("out.bin").toStdString();
        {
            auto file = AtomicFile::create(target);
            QVERIFY(file.has_value());
            QVERIFY(file->write("half").has_value());
        }
        QVERIFY(!std::filesystem::exists(target));
        QCOMPARE(std::distance(std::filesystem::directory_iterator(dir.path().toStdString()), {}),
                 0);
        QVERIFY(writeFileAtomically(target, "whole").has_value());
        QCOMPARE(readTextFile(target).value(), std::string("whole"));
        QVERIFY(!writeFileAtomically("/proc/none/file", "x").has_value());
        QVERIFY(!readTextFile(target, 3).has_value());
        QVERIFY(!MappedFile::open(dir.path().toStdString()).has_value());
    }

    void progressIsMappedAndCancelThrows() {
        std::stop_source stop;
        RunContext context(stop.get_token());
        context.beginStep("second half", 0.5, 1.0);
        context.checkpoint(0.5);
        QCOMPARE(context.progress().fraction, 0.75);
        context.warn("careful");
        QCOMPARE(context.logSince(0).size(), std::size_t(1));
        QVERIFY(context.logSince(1).empty());
        stop.request_stop();
        QVERIFY_THROWS_EXCEPTION(Cancelled, context.checkpoint());
    }
};

QTEST_GUILESS_MAIN(TstBase)
#include "tst_base.moc"
