// Parts that make the most of little room: lines that wrap, a label that elides, an area that
// scrolls.
#include "ui/widgets/elided_label.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/roomy_area.h"

#include <QScrollBar>
#include <QTest>
#include <QVBoxLayout>

using namespace bitsmith::ui;

namespace {

QWidget* box(int width, QSizePolicy::Policy policy = QSizePolicy::Fixed) {
    auto* made = new QWidget;
    made->setMinimumSize(width, 20);
    made->setSizePolicy(policy, QSizePolicy::Fixed);
    auto* row = new QHBoxLayout(made); // for a size hint
    row->setContentsMargins(0, 0, 0, 0);
    row->addSpacing(width);
    return made;
}

} // namespace

class TstLittleRoom : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void linesWrapAndGrow();
    void aLabelEndsInDots();
    void anAreaScrollsOnlyWhereItMust();
};

void TstLittleRoom::linesWrapAndGrow() {
    QWidget host;
    auto* flow = new FlowLayout(&host);
    flow->setSpacing(10);
    QWidget *first = box(100), *grows = box(50, QSizePolicy::Expanding), *last = box(80);
    for (QWidget* part : {first, grows, last}) flow->addWidget(part);
    QCOMPARE(flow->heightForWidth(250), 20);
    QCOMPARE(flow->heightForWidth(249), 50);
    flow->setGeometry({0, 0, 300, 20});
    QCOMPARE(grows->geometry(), QRect(110, 0, 100, 20));
    QCOMPARE(last->geometry().right(), 299);
    flow->setGeometry({0, 0, 200, 50});
    QCOMPARE(grows->geometry(), QRect(110, 0, 90, 20));
    QCOMPARE(last->geometry().topLeft(), QPoint(0, 30));
    grows->hide();
    QCOMPARE(flow->heightForWidth(190), 20);
}

void TstLittleRoom::aLabelEndsInDots() {
    const QString text = QStringLiteral("a sentence of some length");
    ElidedLabel label(text);
    label.resize(1000, 30);
    QCOMPARE(label.shownText(), text);
    label.resize(60, 30);
    QVERIFY(label.shownText().endsWith(QChar(0x2026)));
    QVERIFY(label.minimumSizeHint().width() < 40);
    QCOMPARE(label.text(), text);
}

void TstLittleRoom::anAreaScrollsOnlyWhereItMust() {
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    auto* text = new QLabel(QStringLiteral("Some words that take lines of their own if need be."));
    text->setWordWrap(true);
    column->addWidget(text);
    auto* picture = new QWidget;
    picture->setMinimumSize(150, 100);
    column->addWidget(picture, 1);
    RoomyArea area(content);
    area.resize(600, 400);
    area.show();
    QTRY_COMPARE(content->size(), QSize(600, 400));
    QVERIFY(!area.verticalScrollBar()->isVisible() && !area.horizontalScrollBar()->isVisible());
    QVERIFY(area.minimumSizeHint().height() < 100);
    area.resize(200, 90);
    QTRY_VERIFY(area.verticalScrollBar()->isVisible());
    QVERIFY(!area.horizontalScrollBar()->isVisible());
    QTRY_COMPARE(picture->height(), 100);
    QCOMPARE(content->width(), area.viewport()->width());
    area.resize(100, 400);
    QTRY_VERIFY(area.horizontalScrollBar()->isVisible());
    QCOMPARE(picture->width(), 150);
    // What it holds may come to need more.
    area.resize(600, 400);
    picture->setMinimumHeight(900);
    QTRY_VERIFY(area.verticalScrollBar()->isVisible());
    QTRY_COMPARE(picture->height(), 900);
}

QTEST_MAIN(TstLittleRoom)
#include "tst_little_room.moc"
