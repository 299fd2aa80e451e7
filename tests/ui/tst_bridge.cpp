// The bridge between engine and event loop: jobs, quick requests, messages.
#include "tests/ui/settle.h"
#include "ui/bridge/job_center.h"
#include "ui/bridge/message_hub.h"
#include "ui/bridge/request.h"
#include "ui/models/jobs_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>
#include <QTimer>

#include <atomic>
#include <latch>
#include <memory>
#include <semaphore>
#include <stdexcept>
#include <thread>

using namespace bitsmith;
using namespace bitsmith::ui;
using namespace bitsmith::test;

class TstBridge : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void feedsComeWholeAndBeforeFinished() {
        JobCenter center;
        int fedBefore = 0, results = 0;
        QStringList log;
        std::counting_semaphore<1000> heard(0);
        connect(&center, &JobCenter::fed, this, [&](const JobFeed& feed) {
            results += static_cast<int>(feed.results.size());
            heard.release();
            for (const auto& line : feed.log) log.append(QString::fromStdString(line.text));
        });
        connect(&center, &JobCenter::finished, this, [&](quint64) { fedBefore = results; });
        QSignalSpy finished(&center, &JobCenter::finished);
        const JobId id = center.submit({.title = "x", .work = [&](RunContext& context) {
                                            for (int i = 0; i < 500; ++i) {
                                                context.publish(i);
                                                if (i % 100 == 0) {
                                                    context.info(std::to_string(i));
                                                    heard.acquire(); // a feed of its own
                                                }
                                            }
                                            return Result<std::any>(1);
                                        }});
        QVERIFY(finished.wait(5000));
        QCOMPARE(fedBefore, 500);
        QCOMPARE(log,
                 (QStringList{QStringLiteral("0"), QStringLiteral("100"), QStringLiteral("200"),
                              QStringLiteral("300"), QStringLiteral("400")}));
        QVERIFY(!center.anyUnfinished());
        QCOMPARE(center.find(id)->state, JobState::Done);
        QSignalSpy changed(&center, &JobCenter::changed);
        settle();
        QCOMPARE(changed.size(), 0);
        QVERIFY(!center.findChild<QTimer*>()->isActive()); // nothing runs: nothing is polled
        center.forget(id);
        QVERIFY(!center.find(id));
    }

    void jobsAppearInTheTable() {
        JobCenter center;
        JobsModel model;
        QAbstractItemModelTester tester(&model);
        connect(&center, &JobCenter::changed, &model, [&] { model.update(center.jobs()); });
        const auto endless = [](RunContext& context) -> Result<std::any> {
            context.beginStep("turning");
            for (;;) {
                context.checkpoint(0.25);
                std::this_thread::yield();
            }
        };
        const JobId first = center.submit({.title = "first", .work = endless});
        const JobId second =
            center.submit({.title = "second", .work = [](RunContext&) -> Result<std::any> {
                               return fail(ErrorCode::Failed, "no room");
                           }});
        center.submit(
            {.title = "talk", .kind = "generate", .lane = "other", .work = [](RunContext&) {
                 return Result<std::any>(1);
             }});
        QTRY_COMPARE(model.rowCount(), 2); // the playground's is left out
        QTRY_COMPARE(model.index(1, 0).data(JobsModel::FractionRole).toDouble(), 0.25);
        QCOMPARE(model.index(0, JobsModel::Title).data().toString(),
                 QStringLiteral("second")); // newest first
        QCOMPARE(model.index(0, JobsModel::State).data().toString(), stateText(JobState::Queued));
        QCOMPARE(model.index(1, JobsModel::Step).data().toString(), QStringLiteral("turning"));
        center.cancel(first);
        QTRY_COMPARE(model.index(1, JobsModel::State).data().toString(),
                     stateText(JobState::Cancelled));
        QTRY_COMPARE(model.index(0, JobsModel::State).data().toString(),
                     stateText(JobState::Failed));
        QCOMPARE(model.index(0, JobsModel::Step).data().toString(), QStringLiteral("no room"));
        center.forget(second);
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.rowOf(first), 0);
    }

    void aCenterCanGoWhileJobsRun() {
        for (int round = 0; round < 20; ++round) {
            JobCenter center;
            center.submit({.title = "x", .work = [](RunContext& context) -> Result<std::any> {
                               for (;;) context.checkpoint(0.5);
                           }});
            for (int turn = 0; turn < round % 4; ++turn) QCoreApplication::processEvents();
        }
    }

    void theLatestRequestWins() {
        QuickPool pool(2);
        Request request(pool);
        std::atomic<int> stopped = 0;
        QList<int> answers;
        for (int i = 0; i < 50; ++i)
            request.start<int>(
                [i, &stopped](RunContext& context) -> Result<int> {
                    try {
                        for (int k = 0; k < 2000; ++k) {
                            context.checkpoint();
                            std::this_thread::yield();
                        }
                    } catch (const Cancelled&) {
                        ++stopped;
                        throw;
                    }
                    return i;
                },
                [&](Result<int> answer) { answers.append(*answer); });
        QVERIFY(request.busy());
        QTRY_VERIFY(!request.busy());
        QVERIFY(quiet(pool, 5000));
        QCOMPARE(answers, QList<int>{49});
        QVERIFY(stopped <= 49);
    }

    void failuresAndExceptionsAreAnswers() {
        QuickPool pool(1);
        Request request(pool);
        QString message;
        const auto keep = [&](const Result<int>& answer) {
            if (!answer) message = QString::fromStdString(answer.error().message);
        };
        request.start<int>(
            [](RunContext&) -> Result<int> { return fail(ErrorCode::BadInput, "torn file"); },
            keep);
        QTRY_COMPARE(message, QStringLiteral("torn file"));
        request.start<int>([](RunContext&) -> Result<int> { throw std::runtime_error("thrown"); },
                           keep);
        QTRY_COMPARE(message, QStringLiteral("thrown"));
        request.start<int>([](RunContext&) -> Result<int> { throw std::bad_alloc(); }, keep);
        QTRY_VERIFY(message.contains(QStringLiteral("out of memory")));
    }

    void aDestroyedRequestIsHarmless() {
        QuickPool pool(1);
        bool called = false;
        std::latch running(1), gone(1);
        auto request = std::make_unique<Request>(pool);
        request->start<int>(
            [&](RunContext&) -> Result<int> {
                running.count_down();
                gone.wait();
                return 1;
            },
            [&](const Result<int>&) { called = true; });
        running.wait();
        request.reset();
        gone.count_down();
        QVERIFY(quiet(pool, 5000, 1));
        QVERIFY(!called);
    }

    void aPoolStopsItsWorkWhenItGoes() {
        QElapsedTimer clock;
        clock.start();
        {
            QuickPool pool(1);
            Request request(pool);
            std::latch running(1);
            request.start<int>(
                [&](RunContext& context) -> Result<int> {
                    running.count_down();
                    for (;;) {
                        context.checkpoint();
                        std::this_thread::yield();
                    }
                },
                [](const Result<int>&) {});
            running.wait();
        }
        QVERIFY(clock.elapsed() < 2000);
    }

    void messagesAreKeptAndFailuresShown() {
        MessageHub hub;
        QSignalSpy logged(&hub, &MessageHub::logged), shown(&hub, &MessageHub::shown);
        hub.info(QStringLiteral("a"), QStringLiteral("quiet"));
        hub.fail(QStringLiteral("b"), QStringLiteral("loud"));
        QCOMPARE(logged.size(), 2);
        QCOMPARE(shown.size(), 1);
        QCOMPARE(hub.entries().back().text, QStringLiteral("loud"));
        QCOMPARE(hub.entries().back().kind, LogEntry::Kind::Error);
        hub.clear();
        QVERIFY(hub.entries().empty());
    }
};

QTEST_GUILESS_MAIN(TstBridge)
#include "tst_bridge.moc"
