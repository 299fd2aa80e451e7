// The roofline as plain arithmetic, and the load study's dialog with a real study of few bytes.
#include "tests/ui/small_studio.h"
#include "ui/charts/roofline_chart.h"
#include "ui/widgets/state_stack.h"
#include "ui/window/load_study_dialog.h"

#include <QAction>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTableView>

using namespace bitsmith;
using namespace bitsmith::ui;
using namespace bitsmith::test;

class TstLoadStudy : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.make()); }
    void theRooflineBendsWhereDecodingIsTheSlowerOne();
    void withoutFiguresThereIsNoRoofline();
    void measuresAndShows();
    void cancelsAndRefuses();

private:
    template <class W>
    static W* in(LoadStudyDialog* dialog, const char* name) {
        return dialog->findChild<W*>(QLatin1String(name));
    }
    StudioFolder m_folder;
};

void TstLoadStudy::theRooflineBendsWhereDecodingIsTheSlowerOne() {
    LoadStudy study;
    study.rawBytes = 1'000'000'000;
    study.codedBytes = 500'000'000;
    study.coldRead = {.bytes = 1'000'000'000, .seconds = 10};   // 100 MB/s
    study.warmRead = {.bytes = 1'000'000'000, .seconds = 0.25}; // 4000 MB/s
    study.decode = {{1, 300e6}, {2, 600e6}};
    study.raw.cold = 10;
    study.coded.cold = 5.2;
    const Roofline r = rooflineOf(study);
    QVERIFY(!r.empty());
    QCOMPARE(r.cold, 100.0);
    QCOMPARE(r.breakEven, 600.0);
    QVERIFY(r.from < 100 && r.to > 4000);
    QCOMPARE(r.raw.front().y(), r.raw.front().x()); // as it is: what the medium delivers
    QCOMPARE(r.coded.size(), 3);
    QCOMPARE(r.coded[0].y(), 2 * r.coded[0].x()); // half the bytes: twice the model
    QCOMPARE(r.coded[1], QPointF(300, 600));      // from here on the cores are the limit
    QCOMPARE(r.coded[2].y(), 600.0);
    QCOMPARE(r.measuredRaw, QPointF(100, 100));
    QVERIFY(std::abs(r.measuredCoded.y() - 1000 / 5.2) < 1e-9);
    QCOMPARE(r.ceilings.size(), 2);
}

void TstLoadStudy::withoutFiguresThereIsNoRoofline() {
    LoadStudy study;
    QVERIFY(rooflineOf(study).empty());
    study.rawBytes = 100;
    study.codedBytes = 50;
    study.coldRead = {.bytes = 100, .seconds = 1};
    QVERIFY(rooflineOf(study).empty()); // no decoding yet
    RooflineChart chart;
    chart.setStudy(study);
    study.decode = {{1, 50}};
    QVERIFY(!rooflineOf(study).empty());
    QVERIFY(rooflineOf(study).measuredCoded.isNull());
    chart.setStudy(study);
}

void TstLoadStudy::measuresAndShows() {
    Studio studio(m_folder.path("a.db"));
    LoadStudyDialog dialog(studio.services, studio.window.runs(), {}, &studio.window);
    dialog.show();
    auto* stack = dialog.findChild<StateStack*>();
    QVERIFY(stack->noteText().contains(QStringLiteral("faster")));
    in<QSpinBox>(&dialog, "loadStudySize")->setValue(8);
    in<QSpinBox>(&dialog, "loadStudyRepeats")->setValue(1);
    in<QPushButton>(&dialog, "loadStudyRun")->click();
    QVERIFY(in<QPushButton>(&dialog, "loadStudyCancel")->isVisible());
    QVERIFY(!in<QPushButton>(&dialog, "loadStudyRun")->isEnabled());
    QVERIFY(studio.idle());
    QVERIFY2(studio.newest().state == JobState::Done, studio.newest().error.c_str());
    auto* verdict = in<QLabel>(&dialog, "loadStudyVerdict");
    QTRY_VERIFY_WITH_TIMEOUT(!verdict->text().isEmpty(), Patience);
    const auto study = studio.window.runs().loadStudied(dialog.job());
    QVERIFY(study);
    QCOMPARE(verdict->text(), qs(study->verdict()));
    QVERIFY(in<QLabel>(&dialog, "loadStudyWhat")->text().contains(qs(study->medium.text())));
    const QAbstractItemModel* rates = in<QTableView>(&dialog, "loadStudyRates")->model();
    QCOMPARE(rates->rowCount(), 2 + static_cast<int>(study->decode.size()));
    QVERIFY(rates->index(0, 1).data().toString().endsWith(QStringLiteral("/s")));
    const QAbstractItemModel* loads = in<QTableView>(&dialog, "loadStudyLoads")->model();
    for (int row = 0; row < 2; ++row)
        for (int column = 1; column < 4; ++column)
            QVERIFY(loads->index(row, column).data().toString().endsWith(QStringLiteral(" s")));
    QVERIFY(in<QPushButton>(&dialog, "loadStudyRun")->isEnabled());
}

void TstLoadStudy::cancelsAndRefuses() {
    Studio studio(m_folder.path("b.db"));
    studio.window.findChild<QAction*>(QStringLiteral("loadStudy"))->trigger();
    auto* dialog = studio.window.findChild<LoadStudyDialog*>();
    QVERIFY(dialog && dialog->isVisible());
    auto* run = in<QPushButton>(dialog, "loadStudyRun");
    in<QLineEdit>(dialog, "loadStudyFile")->setText(m_folder.path("missing.gguf"));
    QVERIFY(!run->isEnabled());
    QVERIFY(in<QLabel>(dialog, "loadStudyState")->text().contains(QStringLiteral("no such file")));
    // A file of another kind fails with its reason.
    in<QLineEdit>(dialog, "loadStudyFile")->setText(m_folder.text());
    QVERIFY(run->isEnabled());
    run->click();
    QVERIFY(studio.idle());
    auto* stack = dialog->findChild<StateStack*>();
    QTRY_VERIFY2_WITH_TIMEOUT(stack->noteText().contains(QStringLiteral("text.txt")),
                              qPrintable(stack->noteText()), Patience);
    in<QLineEdit>(dialog, "loadStudyFile")->clear();
    in<QSpinBox>(dialog, "loadStudySize")->setValue(64);
    run->click();
    in<QPushButton>(dialog, "loadStudyCancel")->click();
    QVERIFY(studio.idle());
    QCOMPARE(studio.newest().state, JobState::Cancelled);
    QTRY_VERIFY_WITH_TIMEOUT(run->isEnabled(), Patience);
    QVERIFY(in<QLabel>(dialog, "loadStudyState")->text().contains(QStringLiteral("Cancelled")));
}

QTEST_MAIN(TstLoadStudy)
#include "tst_load_study_dialog.moc"
