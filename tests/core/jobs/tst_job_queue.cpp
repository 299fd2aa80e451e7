// core/jobs: states, feeds, cancelling, failures, lanes, destruction while jobs run.
#include "core/jobs/job_queue.h"

#include <QTest>

#include <atomic>
#include <chrono>
#include <latch>
#include <mutex>
#include <stdexcept>
#include <thread>

using namespace bitsmith;
using namespace std::chrono_literals;

namespace {

JobSnapshot snapshotOf(const JobQueue& queue, JobId id) {
    for (auto& job : queue.snapshot())
        if (job.id == id) return job;
    return {};
}

// Runs until it is cancelled.
Result<std::any> endless(RunContext& context) {
    for (;;) {
        context.checkpoint(0.5);
        std::this_thread::sleep_for(1ms);
    }
}

} // namespace

class TstJobQueue : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aJobHandsOverItsValueAndFeeds() {
        std::mutex mutex;
        std::vector<JobId> finished;
        JobQueue queue([&](JobId id) {
            const std::lock_guard lock(mutex);
            finished.push_back(id);
        });
        const JobId id = queue.submit(
            {.title = "Sum", .kind = "test", .seed = 7, .work = [](RunContext& context) {
                 context.beginStep("adding", 0, 0.5);
                 context.info("first");
                 context.warn("second");
                 context.publish(std::string("part"));
                 context.checkpoint(1.0);
                 return Result<std::any>(static_cast<int>(context.seed()) + 35);
             }});
        queue.waitIdle();
        const auto job = snapshotOf(queue, id);
        QCOMPARE(job.state, JobState::Done);
        QCOMPARE(job.title, std::string("Sum"));
        QCOMPARE(job.kind, std::string("test"));
        QCOMPARE(job.progress.fraction, 1.0); // done is done, whatever was reported last
        QCOMPARE(job.progress.step, std::string("adding"));
        QCOMPARE(job.logLines, 2u);
        QCOMPARE(job.results, 1u);
        QCOMPARE(std::any_cast<int>(queue.result(id)), 42);
        const auto context = queue.context(id);
        QVERIFY(context);
        QCOMPARE(context->logSince(1).front().text, std::string("second"));
        QCOMPARE(std::any_cast<std::string>(context->resultsSince(0).front()), std::string("part"));
        QCOMPARE(finished.size(), 1u);
        QCOMPARE(finished.front().value, id.value);
        queue.forget(id);
        QVERIFY(queue.snapshot().empty());
        QVERIFY(!queue.context(id));
    }

    void failuresBecomeMessages_data() {
        QTest::addColumn<int>("how");
        QTest::addColumn<QString>("message");
        QTest::newRow("error value") << 0 << "model.safetensors: cut short";
        QTest::newRow("exception") << 1 << "bad thing";
        QTest::newRow("out of memory") << 2 << "out of memory";
        QTest::newRow("unknown exception") << 3 << "unknown error";
    }
    void failuresBecomeMessages() {
        QFETCH(int, how);
        QFETCH(QString, message);
        JobQueue queue;
        const JobId id =
            queue.submit({.title = "x", .work = [how](RunContext&) -> Result<std::any> {
                              if (how == 1) throw std::runtime_error("bad thing");
                              if (how == 2) throw std::bad_alloc();
                              if (how == 3) throw 5;
                              return fail(ErrorCode::BadInput, "model.safetensors: cut short");
                          }});
        const JobId next =
            queue.submit({.title = "y", .work = [](RunContext&) { return Result<std::any>(1); }});
        queue.waitIdle();
        QCOMPARE(snapshotOf(queue, id).state, JobState::Failed);
        QVERIFY(QString::fromStdString(snapshotOf(queue, id).error).contains(message));
        QVERIFY(!queue.result(id).has_value());
        QCOMPARE(snapshotOf(queue, next).state, JobState::Done); // the lane goes on
    }

    void cancelStopsRunningAndQueuedJobs() {
        std::atomic<int> calls = 0;
        JobQueue queue([&](JobId) { ++calls; });
        const JobId running = queue.submit({.title = "running", .work = endless});
        std::atomic<bool> ran = false;
        const JobId queued = queue.submit({.title = "queued", .work = [&](RunContext&) {
                                               ran = true;
                                               return Result<std::any>(1);
                                           }});
        QTRY_COMPARE(snapshotOf(queue, running).state, JobState::Running);
        QCOMPARE(snapshotOf(queue, queued).state, JobState::Queued);
        queue.cancel(queued);
        QCOMPARE(snapshotOf(queue, queued).state, JobState::Cancelled);
        queue.forget(running); // not while it runs
        QVERIFY(queue.context(running));
        queue.cancel(running);
        queue.waitIdle();
        QCOMPARE(snapshotOf(queue, running).state, JobState::Cancelled);
        QVERIFY(!ran);
        QCOMPARE(calls.load(), 2);
        queue.cancel(running); // again: nothing
        QCOMPARE(calls.load(), 2);
    }

    void theEstimateFollowsProgress() {
        JobQueue queue;
        const JobId id = queue.submit({.title = "x", .work = [](RunContext& context) {
                                           context.checkpoint(0.75);
                                           for (;;) {
                                               context.checkpoint();
                                               std::this_thread::sleep_for(1ms);
                                           }
                                           return Result<std::any>();
                                       }});
        QTRY_COMPARE(snapshotOf(queue, id).progress.fraction, 0.75);
        QCOMPARE(snapshotOf(queue, id).etaSeconds, -1.0); // too early to say
        QTRY_VERIFY(snapshotOf(queue, id).seconds > 1.1);
        const auto job = snapshotOf(queue, id);
        QVERIFY(std::abs(job.etaSeconds - job.seconds / 3) < 1e-6);
        queue.cancel(id);
        queue.waitIdle();
        const double seconds = snapshotOf(queue, id).seconds;
        std::this_thread::sleep_for(20ms);
        QCOMPARE(snapshotOf(queue, id).seconds, seconds); // the clock stopped
    }

    void lanesRunSideBySideAndEachInOrder() {
        JobQueue queue;
        std::latch both(2);
        std::mutex mutex;
        std::string order;
        const auto meet = [&](RunContext&) { // would deadlock on one lane
            both.arrive_and_wait();
            return Result<std::any>(1);
        };
        queue.submit({.title = "a", .lane = "cpu", .work = meet});
        queue.submit({.title = "b", .lane = "gpu", .work = meet});
        for (const char c : std::string("12345"))
            queue.submit({.title = "n", .lane = "cpu", .work = [&, c](RunContext&) {
                              const std::lock_guard lock(mutex);
                              order += c;
                              return Result<std::any>(1);
                          }});
        queue.waitIdle();
        QCOMPARE(order, std::string("12345"));
    }

    void aQueueCanGoWhileJobsRunAndWait() {
        for (int round = 0; round < 30; ++round) {
            std::atomic<int> calls = 0;
            {
                JobQueue queue([&](JobId) { ++calls; });
                queue.submit({.title = "a", .work = endless});
                queue.submit({.title = "b", .work = endless});
                queue.submit({.title = "c", .lane = "other", .work = endless});
                if (round % 3) std::this_thread::sleep_for(std::chrono::milliseconds(round % 3));
            }
            QVERIFY(calls <= 2); // never the queued one
        }
    }
};

QTEST_GUILESS_MAIN(TstJobQueue)
#include "tst_job_queue.moc"
