// The bridge between engine and event loop: jobs, quick requests, messages.
#include "ui/bridge/job_center.h"
#include "ui/bridge/message_hub.h"
#include "ui/bridge/request.h"
#include "ui/models/jobs_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include <atomic>
#include <chrono>
#include <latch>
#include <memory>
#include <stdexcept>
#include <thread>

using namespace bitsmith;
using namespace bitsmith::ui;
using namespace std::chrono_literals;

class TstBridge : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void feedsComeWholeAndBeforeFinished() {
        JobCenter center;
        int fedBefore = 0, results = 0;
        QStringList log;
        connect(&center, &JobCenter::fed, this, [&](const JobFeed& feed) {
            results += static_cast<int>(feed.results.size());
            for (const auto& line : feed.log) log.append(QString::fromStdString(line.text));
        });
        connect(&center, &JobCenter::finished, this, [&](quint64) { fedBefore = results; });
        QSignalSpy finished(&center, &JobCenter::finished);
        const JobId id = center.submit({.title = "x", .work = [](RunContext& context) {
                                            for (int i = 0; i < 500; ++i) {
                                                context.publish(i);
                                                if (i % 100 == 0) {
                                                    context.info(std::to_string(i));
                                                    std::this_thread::sleep_for(20ms);
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
        QTest::qWait(250);
        QCOMPARE(changed.size(), 0); // nothing runs: nothing is polled
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
                std::this_thread::sleep_for(1ms);
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
            QTest::qWait(round % 4);
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
                        for (int k = 0; k < 20; ++k) {
                            context.checkpoint();
                            std::this_thread::sleep_for(1ms);
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
        QTest::qWait(60);
        QCOMPARE(answers, QList<int>{49});
        QVERIFY(stopped <= 49);
    }

    void failuresAndExceptionsAreAnswers() {
        QuickPool pool(1);
        Request request(pool);
        QString message;
        const auto keep = [&](Result<int> answer) {
            message = QString::fromStdString(answer.error().message);
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
        std::latch running(1);
        auto request = std::make_unique<Request>(pool);
        request->start<int>(
            [&](RunContext&) -> Result<int> {
                running.count_down();
                std::this_thread::sleep_for(20ms);
                return 1;
            },
            [&](const Result<int>&) { called = true; });
        running.wait();
        request.reset();
        QTest::qWait(80);
        QVERIFY(!called);
    }

    void aPoolStopsItsWorkWhenItGoes() {
        QElapsedTimer clock;
        clock.start();
        {
            QuickPool pool(1);
            Request request(pool);
            request.start<int>(
                [](RunContext& context) -> Result<int> {
                    for (;;) {
                        context.checkpoint();
                        std::this_thread::sleep_for(1ms);
                    }
                },
                [](const Result<int>&) {});
            QTest::qWait(10);
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
