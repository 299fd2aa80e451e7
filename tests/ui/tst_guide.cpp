// The first start: from the empty window to a quantized demo model with its point in the plot, by
// pressing what the guide points at.
#include "tests/ui/settle.h"
#include "tests/ui/small_studio.h"
#include "ui/charts/tradeoff_chart.h"
#include "ui/panels/experiments_panel.h"
#include "ui/window/guide.h"

#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSettings>

using namespace bitsmith;
using namespace bitsmith::ui;
using bitsmith::test::Patience;
using bitsmith::test::RunPatience;
using bitsmith::test::Studio;

class TstGuide : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.make()); }
    void init() { QSettings().clear(); }
    void fiveClicksToAPlot();
    void whoGoesAnotherWayIsFollowed();
    void closedItStaysAway();
    void theFrameFollowsItsTarget();
    void noFrameAroundWhatIsOutOfSight();

private:
    test::StudioFolder m_folder;
};

void TstGuide::fiveClicksToAPlot() {
    qputenv("BITSMITH_DEMO", BITSMITH_SOURCE_DIR "/resources/demo");
    Studio studio(m_folder.path("a.db"));
    Guide& guide = studio.window.guide();
    QVERIFY(guide.isVisible());
    int clicks = 0;
    while (guide.step() != GuideStep::Done && clicks < 6) {
        QTRY_VERIFY_WITH_TIMEOUT(guide.pointedAt(), RunPatience); // while it works: nothing
        if (guide.step() == GuideStep::Done) break;               // the plot stood in sight already
        auto* target = const_cast<QWidget*>(guide.pointedAt());
        QVERIFY(target->isVisible() && target->isEnabled());
        QVERIFY(!QApplication::activeModalWidget());
        const auto before = guide.step();
        QTest::mouseClick(target, Qt::LeftButton);
        ++clicks;
        QTRY_VERIFY_WITH_TIMEOUT(guide.step() != before, RunPatience);
    }
    qInfo("%d clicks", clicks);
    QVERIFY(clicks <= 5);
    QVERIFY(studio.window.session().isDemo());
    QTRY_COMPARE_WITH_TIMEOUT(studio.window.experiments()->chart()->pointCount(), 1U, RunPatience);
    QVERIFY(studio.window.experiments()->chart()->isVisible());
    QVERIFY(!Guide::wanted(studio.window.session().recent()));
}

void TstGuide::whoGoesAnotherWayIsFollowed() {
    Studio studio(m_folder.path("a.db"));
    Guide& guide = studio.window.guide();
    QCOMPARE(guide.step(), GuideStep::Open);
    QVERIFY(!studio.open(m_folder.path("missing")));
    QCOMPARE(guide.step(), GuideStep::Open);
    QVERIFY(studio.open(m_folder.model()));
    QCOMPARE(guide.step(), GuideStep::Quantize);
    studio.window.commands().quantize();
    QCOMPARE(guide.step(), GuideStep::Run);
    studio.find<QDialog>("quantizeDialog")->reject();
    QTRY_COMPARE(guide.step(), GuideStep::Quantize);
}

void TstGuide::closedItStaysAway() {
    {
        Studio studio(m_folder.path("a.db"));
        QTest::mouseClick(studio.find<QPushButton>("guideClose"), Qt::LeftButton);
        QVERIFY(!studio.window.guide().isVisible());
        QVERIFY(!studio.window.guide().pointedAt());
    }
    Studio studio(m_folder.path("a.db"));
    QVERIFY(!studio.window.guide().isVisible());
    studio.window.findChild<QAction*>(QStringLiteral("guide"))->trigger();
    QVERIFY(studio.window.guide().isVisible());
    QCOMPARE(studio.window.guide().pointedAt(), studio.find<QWidget>("startDemo"));
}

void TstGuide::theFrameFollowsItsTarget() {
    Studio studio(m_folder.path("a.db"));
    const auto* demo = studio.find<QWidget>("startDemo");
    const auto* frame = studio.window.findChild<Pointer*>();
    QVERIFY(frame);
    const auto around = [&] {
        const QRect target(demo->mapTo(&studio.window, QPoint()), demo->size());
        return frame->isVisible() && frame->geometry().contains(target) &&
               frame->width() < target.width() + 20;
    };
    QTRY_VERIFY(around());
    studio.window.resize(1000, 700);
    QTRY_VERIFY(around());
    studio.window.commands().chooseZoom(4);
    QTRY_VERIFY(around());
    studio.window.commands().chooseZoom(0);
}

void TstGuide::noFrameAroundWhatIsOutOfSight() {
    QScrollArea area;
    auto* content = new QWidget;
    content->resize(300, 1000);
    auto* target = new QPushButton(QStringLiteral("Target"), content);
    target->move(10, 150);
    area.setWidget(content);
    area.resize(320, 200);
    area.show();
    const auto* frame = new Pointer(target);
    QTRY_VERIFY(frame->isVisible());
    area.verticalScrollBar()->setValue(500);
    QTRY_VERIFY(!frame->isVisible());
    area.verticalScrollBar()->setValue(160); // in part
    test::settle();
    QVERIFY(!frame->isVisible());
    area.verticalScrollBar()->setValue(0);
    QTRY_VERIFY(frame->isVisible());
}

QTEST_MAIN(TstGuide)
#include "tst_guide.moc"
