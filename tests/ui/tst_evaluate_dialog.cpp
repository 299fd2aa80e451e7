// The dialog that asks what to evaluate: it is refused in place what cannot be run, asks for what
// it says, and the figures arrive; the log beside it, with its filters and files.
#include "tests/ui/small_studio.h"
#include "ui/panels/log_panel.h"
#include "ui/window/evaluate_dialog.h"

#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QFile>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>

using namespace bitsmith;
using namespace bitsmith::ui;
using bitsmith::test::Studio;

class TstEvaluateDialog : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.make()); }
    void init() { QSettings().clear(); }
    void whatCannotRunIsRefusedInPlace();
    void asksForWhatItSays();
    void theFiguresArrive();
    void theLogIsFiltered();
    void theLogIsCopiedAndSaved();
    void recentModelsOpenAgain();

private:
    EvaluateDialog* open(Studio& studio) {
        studio.window.findChild<QAction*>(QStringLiteral("evaluate"))->trigger();
        return studio.find<EvaluateDialog>("evaluateDialog");
    }
    template <class W>
    static W* in(QWidget* parent, const char* name) {
        return parent->findChild<W*>(QLatin1String(name));
    }
    test::StudioFolder m_folder;
};

void TstEvaluateDialog::whatCannotRunIsRefusedInPlace() {
    Studio studio(m_folder.path("a.db"));
    QVERIFY(!open(studio)); // nothing to evaluate
    QVERIFY(studio.open(m_folder.model()));
    auto* dialog = open(studio);
    QVERIFY(dialog && dialog->isVisible() && !dialog->isModal());
    auto* run = in<QPushButton>(dialog, "evaluateRun");
    auto* problem = in<QLabel>(dialog, "evaluateProblem");
    QVERIFY(!run->isEnabled() && !problem->text().isEmpty());
    auto* text = in<QLineEdit>(dialog, "evalText");
    text->setText(m_folder.path("nothing.txt"));
    QVERIFY(!run->isEnabled());
    text->setText(m_folder.text());
    QVERIFY(run->isEnabled() && problem->text().isEmpty());
    auto* activations = in<QComboBox>(dialog, "evalActivations");
    activations->setEditText(QStringLiteral("int99:token"));
    QVERIFY(!run->isEnabled() && !problem->text().isEmpty());
    activations->setEditText(QStringLiteral("int8:static"));
    QVERIFY(!run->isEnabled());
    QVERIFY2(problem->text().contains(QStringLiteral("--calibration")),
             qPrintable(problem->text()));
    activations->setCurrentIndex(0);
    QVERIFY(run->isEnabled());
    auto* cache = in<QComboBox>(dialog, "evalCache");
    cache->setEditText(QStringLiteral("4:group"));
    QVERIFY(!run->isEnabled() && !problem->text().isEmpty());
    dialog->reject();
}

void TstEvaluateDialog::asksForWhatItSays() {
    Studio studio(m_folder.path("a.db"));
    QVERIFY(studio.open(m_folder.model()));
    auto* dialog = open(studio);
    QVERIFY(dialog);
    in<QLineEdit>(dialog, "evalText")->setText(m_folder.text());
    QVERIFY(!in<QCheckBox>(dialog, "evaluateBaseline")->isEnabled()); // it is the original
    QVERIFY(dialog->request().baseline.isEmpty());
    auto* protocol = in<QComboBox>(dialog, "evalProtocol");
    auto* stride = in<QSpinBox>(dialog, "evalStride");
    QVERIFY(!stride->isEnabled());
    protocol->setCurrentIndex(protocol->findData(static_cast<int>(Protocol::Strided)));
    QVERIFY(stride->isEnabled());
    stride->setValue(16);
    in<QSpinBox>(dialog, "evalContext")->setValue(32);
    in<QSpinBox>(dialog, "evalLimit")->setValue(500);
    in<QComboBox>(dialog, "evalActivations")->setEditText(QStringLiteral("int8:token"));
    in<QComboBox>(dialog, "evalCache")->setCurrentText(QStringLiteral("4"));
    const EvaluateRequest request = dialog->request();
    QCOMPARE(request.model, m_folder.model());
    QCOMPARE(request.text, m_folder.text());
    QCOMPARE(request.options.protocol, Protocol::Strided);
    QCOMPARE(request.options.stride, std::size_t{16});
    QCOMPARE(request.options.context, std::size_t{32});
    QCOMPARE(request.options.limitTokens, std::size_t{500});
    QVERIFY(!request.precision.run.ownActivations && request.precision.run.activations);
    QCOMPARE(QString::fromStdString(request.precision.run.activations->text()),
             QStringLiteral("int8:token"));
    QVERIFY(request.precision.run.cache);
    dialog->reject();
}

void TstEvaluateDialog::theFiguresArrive() {
    Studio studio(m_folder.path("b.db"));
    QVERIFY(studio.open(m_folder.model()));
    auto* dialog = open(studio);
    QVERIFY(dialog);
    in<QLineEdit>(dialog, "evalText")->setText(m_folder.text());
    in<QSpinBox>(dialog, "evalLimit")->setValue(400);
    QTest::mouseClick(in<QPushButton>(dialog, "evaluateRun"), Qt::LeftButton);
    QVERIFY(studio.idle());
    QVERIFY2(studio.newest().state == JobState::Done, studio.newest().error.c_str());
    // Says so in the log, and knows the text the next time.
    auto* log = studio.find<LogPanel>("logPanel");
    QTRY_VERIFY_WITH_TIMEOUT(log->text().contains(QStringLiteral("perplexity")), test::Patience);
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    auto* again = open(studio);
    QVERIFY(again);
    QCOMPARE(in<QLineEdit>(again, "evalText")->text(), m_folder.text());
    again->reject();
}

void TstEvaluateDialog::theLogIsFiltered() {
    MessageHub messages;
    LogPanel log(messages);
    log.show();
    auto* shown = in<QPlainTextEdit>(&log, "logText");
    QVERIFY(!shown->isVisible()); // says what comes here
    messages.info(QStringLiteral("one"), QStringLiteral("an <b>information</b>"));
    messages.warn(QStringLiteral("two"), QStringLiteral("a warning"));
    messages.fail(QStringLiteral("three"), QStringLiteral("an error\nin two lines"));
    QVERIFY(shown->isVisible());
    QVERIFY(log.text().contains(QStringLiteral("an <b>information</b>")));
    QVERIFY(log.text().contains(QStringLiteral("in two lines")));
    auto* level = in<QComboBox>(&log, "logLevel");
    level->setCurrentIndex(1);
    QVERIFY(!log.text().contains(QStringLiteral("information")));
    QVERIFY(log.text().contains(QStringLiteral("a warning")));
    level->setCurrentIndex(2);
    QVERIFY(!log.text().contains(QStringLiteral("a warning")));
    QVERIFY(log.text().contains(QStringLiteral("an error")));
    level->setCurrentIndex(0);
    auto* filter = in<QLineEdit>(&log, "logFilter");
    filter->setText(QStringLiteral("two: *"));
    QVERIFY(log.text().contains(QStringLiteral("a warning")));
    QVERIFY(!log.text().contains(QStringLiteral("information")));
    messages.info(QStringLiteral("two"), QStringLiteral("another"));
    QVERIFY(log.text().contains(QStringLiteral("another")));
    filter->clear();
    QTest::mouseClick(in<QPushButton>(&log, "logClear"), Qt::LeftButton);
    QVERIFY(messages.entries().empty() && log.text().isEmpty() && !shown->isVisible());
}

void TstEvaluateDialog::theLogIsCopiedAndSaved() {
    MessageHub messages;
    LogPanel log(messages);
    log.show();
    messages.warn(QStringLiteral("place"), QStringLiteral("what happened"));
    QTest::mouseClick(in<QPushButton>(&log, "logCopy"), Qt::LeftButton);
    QVERIFY(QApplication::clipboard()->text().contains(QStringLiteral("place: what happened")));
    const auto saveTo = [&](const QString& path) {
        QTest::mouseClick(in<QPushButton>(&log, "logSave"), Qt::LeftButton);
        auto* files = in<QFileDialog>(&log, "fileDialog");
        if (!files) return false;
        Q_EMIT files->fileSelected(path);
        files->reject();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        return true;
    };
    QVERIFY(saveTo(m_folder.path("saved.log")));
    QFile file(m_folder.path("saved.log"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().contains("place: what happened"));
    QVERIFY(!log.findChild<QMessageBox*>());
    QVERIFY(saveTo(m_folder.path("no/such/folder.log"))); // says so
    const auto* box = log.findChild<QMessageBox*>();
    QVERIFY(box && box->text().contains(QStringLiteral("no/such")));
}

void TstEvaluateDialog::recentModelsOpenAgain() {
    Studio studio(m_folder.path("c.db"));
    QVERIFY(studio.open(m_folder.model()));
    auto* menu = studio.find<QMenu>("recentMenu");
    QVERIFY(menu && !menu->actions().isEmpty());
    QVERIFY(menu->actions().constFirst()->text().contains(QStringLiteral("small")));
    menu->actions().constFirst()->trigger();
    QTRY_COMPARE_WITH_TIMEOUT(studio.window.session().state(), SessionState::Open, test::Patience);
    QCOMPARE(studio.window.session().recent().paths().size(), 1);
    studio.window.session().recent().clear();
    QVERIFY(studio.window.session().recent().paths().isEmpty());
}

QTEST_MAIN(TstEvaluateDialog)
#include "tst_evaluate_dialog.moc"
