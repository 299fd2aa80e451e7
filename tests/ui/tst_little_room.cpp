// Parts that make the most of little room: lines that wrap, a label that elides, an area that
// scrolls.
#include "core/quant/stages.h"
#include "ui/models/figures_model.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/params_form.h"
#include "ui/widgets/roomy_area.h"

#include <QHeaderView>
#include <QRegularExpression>
#include <QScrollBar>
#include <QTableView>
#include <QTest>
#include <QVBoxLayout>

#include <memory>

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
    void anAreaKeepsItsWidth();
    void aLineIsAsHighAsItsWords();
    void fieldsGoBelowTheirLabels();
    void aTableGrowsAScrollBar();
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

void TstLittleRoom::anAreaKeepsItsWidth() {
    auto* content = new QWidget;
    content->setMinimumSize(150, 900);
    RoomyArea area(content, 10);
    QVERIFY(area.minimumSizeHint().width() < 150);
    area.keepWidth();
    QCOMPARE(area.minimumSizeHint().height(), 10 * area.fontMetrics().height());
    area.resize(area.minimumSizeHint());
    area.show();
    QTRY_VERIFY(area.verticalScrollBar()->isVisible());
    QVERIFY(!area.horizontalScrollBar()->isVisible());
    QCOMPARE(content->width(), 150);
}

void TstLittleRoom::aLineIsAsHighAsItsWords() {
    QWidget host;
    auto* flow = new FlowLayout(&host);
    auto* words = new QLabel;
    words->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    words->setWordWrap(true);
    words->setText(QStringLiteral("some words ").repeated(20));
    flow->addWidget(words);
    QVERIFY(words->sizeHint().width() > 100);
    for (const int width : {100, 300, 2000}) {
        QCOMPARE(flow->heightForWidth(width), words->heightForWidth(width));
        flow->setGeometry({0, 0, width, 1000});
        QCOMPARE(words->size(), QSize(width, words->heightForWidth(width)));
    }
}

void TstLittleRoom::fieldsGoBelowTheirLabels() {
    ParamsForm form(QStringLiteral("form"));
    auto params = bitsmith::stageDefaults("grid", "affine");
    QVERIFY(params);
    form.setParams(*std::move(params));
    const auto fields = form.findChildren<QWidget*>(QRegularExpression(QStringLiteral("^form_")));
    QVERIFY(fields.size() > 3);
    form.show();
    int across = 0;
    for (const int width : {600, form.minimumSizeHint().width()}) {
        form.resize(width, 2000);
        QTRY_COMPARE(form.width(), width);
        for (const QWidget* field : fields) QVERIFY(form.rect().contains(field->geometry()));
        if (width == 600) across = form.heightForWidth(width);
    }
    QVERIFY(form.minimumSizeHint().width() < 300);
    QVERIFY(form.heightForWidth(form.minimumSizeHint().width()) > across);
}

void TstLittleRoom::aTableGrowsAScrollBar() {
    FiguresModel model({{QStringLiteral("name"), {}, false}, {QStringLiteral("figure"), {}, true}});
    model.setRows({{QStringLiteral("a tensor of some name"), QStringLiteral("0.12345")},
                   {QStringLiteral("another"), QStringLiteral("12345678")}});
    const std::unique_ptr<QTableView> table(
        makeFiguresTable(model, QStringLiteral("table"), QStringLiteral("tip"), true));
    table->resize(500, 300);
    table->show();
    QTRY_COMPARE(table->horizontalHeader()->length(), table->viewport()->width());
    const int high = table->minimumSizeHint().height();
    table->resize(120, 300);
    QTRY_VERIFY(table->minimumSizeHint().height() > high);
    QVERIFY(table->columnWidth(0) >=
            table->fontMetrics().horizontalAdvance(QStringLiteral("a tensor of some name")));
    QFont large = table->font();
    large.setPointSizeF(2 * large.pointSizeF());
    table->setFont(large);
    QVERIFY(table->rowHeight(1) > table->fontMetrics().height());
}

QTEST_MAIN(TstLittleRoom)
#include "tst_little_room.moc"
