// Settings, the language and About: what a user chooses is there at the next start, what cannot be
// used is refused before it does harm.
#include "core/base/parallel.h"
#include "tests/ui/small_studio.h"
#include "ui/bridge/preferences.h"
#include "ui/charts/chart_view.h"
#include "ui/window/about_dialog.h"
#include "ui/window/language.h"
#include "ui/window/settings_dialog.h"

#include <QClipboard>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QTranslator>

#include <algorithm>
#include <cmath>
#include <thread>

using namespace bitsmith;
using namespace bitsmith::ui;
using bitsmith::test::Studio;

class TstSettings : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.make()); }
    void init() { QSettings().clear(); }
    void whatIsChosenIsThereAtTheNextStart();
    void cancelChangesNothing();
    void aFolderThatCannotBeWrittenIsRefused();
    void damagedSettingsGiveDefaults();
    void resultsGoToTheChosenFolder();
    void theKeyboardIsEnough();
    void textAtTwiceTheSizeFits();
    void theLanguageIsTheSettings();
    void aboutSaysWhereThingsAre();

private:
    static SettingsDialog* open(Studio& studio) {
        studio.window.findChild<QAction*>(QStringLiteral("settings"))->trigger();
        return studio.find<SettingsDialog>("settingsDialog");
    }
    static void press(QDialog* dialog, const char* name) {
        QTest::mouseClick(dialog->findChild<QPushButton*>(QLatin1String(name)), Qt::LeftButton);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
    test::StudioFolder m_folder;
};

void TstSettings::whatIsChosenIsThereAtTheNextStart() {
    Studio studio(m_folder.path("a.db"));
    auto* dialog = open(studio);
    QVERIFY(dialog && dialog->isVisible() && !dialog->isModal());
    const auto choose = [&](const char* name, const QVariant& value) {
        auto* box = dialog->findChild<QComboBox*>(QLatin1String(name));
        QVERIFY(box->findData(value) >= 0);
        box->setCurrentIndex(box->findData(value));
    };
    choose("settingsTheme", static_cast<int>(Theme::Dark));
    choose("settingsZoom", 2);
    choose("settingsLanguage", QStringLiteral("en"));
    choose("settingsDevice", QStringLiteral("reference"));
    dialog->findChild<QSpinBox*>(QStringLiteral("settingsThreads"))->setValue(1);
    dialog->findChild<QDoubleSpinBox*>(QStringLiteral("settingsMemory"))->setValue(2.5);
    dialog->findChild<QLineEdit*>(QStringLiteral("settingsFolder"))->setText(m_folder.path("kept"));
    const double before = QApplication::font().pointSizeF();
    press(dialog, "settingsOk");
    QVERIFY(!studio.find<SettingsDialog>("settingsDialog"));
    // At once:
    QCOMPARE(threads(), 1);
    QVERIFY(isDark(QApplication::palette()));
    QVERIFY(std::abs(QApplication::font().pointSizeF() / before - 1.21) < 0.01);
    // At the next start:
    const Preferences kept = loadPreferences();
    QCOMPARE(kept.threads, 1);
    QCOMPARE(kept.device, QStringLiteral("reference"));
    QCOMPARE(kept.memoryGiB, 2.5);
    QCOMPARE(kept.dataFolder, m_folder.path("kept"));
    QCOMPARE(kept.language, QStringLiteral("en"));
    auto* again = open(studio);
    QCOMPARE(again->findChild<QComboBox*>(QStringLiteral("settingsTheme"))->currentData().toInt(),
             static_cast<int>(Theme::Dark));
    QCOMPARE(again->findChild<QSpinBox*>(QStringLiteral("settingsThreads"))->value(), 1);
    press(again, "settingsDefaults");
    press(again, "settingsOk");
    QCOMPARE(loadPreferences(), Preferences());
    QCOMPARE(threads(), int(std::max(1U, std::thread::hardware_concurrency())));
    QCOMPARE(QApplication::font().pointSizeF(), before);
}

void TstSettings::cancelChangesNothing() {
    Studio studio(m_folder.path("a.db"));
    auto* dialog = open(studio);
    QCOMPARE(open(studio), dialog); // the same, brought to the front
    dialog->findChild<QSpinBox*>(QStringLiteral("settingsThreads"))->setValue(1);
    QTest::keyClick(dialog, Qt::Key_Escape);
    QCOMPARE(loadPreferences(), Preferences());
}

void TstSettings::aFolderThatCannotBeWrittenIsRefused() {
    Studio studio(m_folder.path("a.db"));
    auto* dialog = open(studio);
    auto* line = dialog->findChild<QLineEdit*>(QStringLiteral("settingsFolder"));
    const auto* ok = dialog->findChild<QPushButton*>(QStringLiteral("settingsOk"));
    const auto* problem = dialog->findChild<QLabel*>(QStringLiteral("settingsProblem"));
    QVERIFY(ok->isEnabled() && !problem->isVisible());
    for (const char* bad : {"/dev/null/here", "relative/folder"}) {
        line->setText(QLatin1String(bad));
        QVERIFY2(!ok->isEnabled(), bad);
        QVERIFY(problem->isVisible() && !problem->text().isEmpty());
    }
    line->setText(m_folder.text()); // a file
    QVERIFY(!ok->isEnabled());
    line->setText(m_folder.path("new/and/deep"));
    QVERIFY(ok->isEnabled() && !problem->isVisible());
}

void TstSettings::damagedSettingsGiveDefaults() {
    QSettings settings;
    settings.setValue(QStringLiteral("engine/threads"), -5);
    settings.setValue(QStringLiteral("engine/device"), QStringLiteral("abacus"));
    settings.setValue(QStringLiteral("engine/memoryGiB"), QStringLiteral("nan"));
    settings.setValue(QStringLiteral("language"), QStringLiteral("tlh"));
    settings.setValue(QStringLiteral("zoom"), 4000);
    const Preferences read = loadPreferences();
    QCOMPARE(read.threads, 0);
    QCOMPARE(read.device, QStringLiteral("cpu"));
    QCOMPARE(read.memoryGiB, 0.0);
    QVERIFY(languages().contains(chosenLanguage(read.language)));
    {
        Studio studio(m_folder.path("a.db"));
        QCOMPARE(studio.window.commands().zoomSteps(), int(Commands::MostZoom));
    }
    applyZoom(1);
}

void TstSettings::resultsGoToTheChosenFolder() {
    QCOMPARE(dataFolder(), standardDataFolder());
    savePreferences({.dataFolder = m_folder.path("kept")});
    QCOMPARE(dataFolder(), m_folder.path("kept"));
    QCOMPARE(RunController::suggestedOutput(QStringLiteral("m")),
             m_folder.path("kept/quantized/m-1"));
}

void TstSettings::theKeyboardIsEnough() {
    Studio studio(m_folder.path("a.db"));
    studio.window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&studio.window));
    QTest::keyClick(&studio.window, Qt::Key_Comma, Qt::ControlModifier);
    auto* dialog = studio.find<SettingsDialog>("settingsDialog");
    QVERIFY(dialog);
    dialog->activateWindow();
    // Every control of the form can be reached by Tab.
    QStringList reached;
    QTRY_VERIFY(dialog->isActiveWindow());
    for (int i = 0; i < 30; ++i) {
        QTest::keyClick(QApplication::focusWidget() ? QApplication::focusWidget() : dialog,
                        Qt::Key_Tab);
        if (QApplication::focusWidget()) reached << QApplication::focusWidget()->objectName();
    }
    for (const char* name : {"settingsTheme", "settingsZoom", "settingsThreads", "settingsLanguage",
                             "settingsDevice", "settingsMemory", "settingsFolder"})
        QVERIFY2(reached.contains(QLatin1String(name)), name);
    QTest::keyClick(dialog->findChild<QComboBox*>(QStringLiteral("settingsTheme")), Qt::Key_Return);
    QVERIFY(!dialog->isVisible()); // Enter is OK
}

void TstSettings::textAtTwiceTheSizeFits() {
    Studio studio(m_folder.path("a.db"));
    studio.window.commands().chooseZoom(7);
    auto* dialog = open(studio);
    QTRY_VERIFY(dialog->isVisible());
    QVERIFY(dialog->width() >= dialog->minimumSizeHint().width());
    QVERIFY(dialog->height() <= 800);
    for (const auto* button : dialog->findChildren<QPushButton*>())
        QVERIFY(button->width() >= button->minimumSizeHint().width());
    studio.window.commands().chooseZoom(0);
}

void TstSettings::theLanguageIsTheSettings() {
    QVERIFY(languages().startsWith(QStringLiteral("en")));
    QCOMPARE(languageName(QStringLiteral("en")), QStringLiteral("English"));
    QCOMPARE(chosenLanguage(QStringLiteral("en")), QStringLiteral("en"));
    if (!languages().contains(QStringLiteral("de")))
        QSKIP("this build has no translations (Qt's lrelease was not there)");
    QCOMPARE(languageName(QStringLiteral("de")), QStringLiteral("Deutsch"));
    installLanguage(QStringLiteral("de"), *qApp);
    {
        Studio studio(m_folder.path("a.db"));
        QCOMPARE(studio.window.findChild<QAction*>(QStringLiteral("settings"))->text(),
                 QStringLiteral("Einste&llungen…"));
    }
    installLanguage(QStringLiteral("en"), *qApp);
    Studio studio(m_folder.path("a.db"));
    QCOMPARE(studio.window.findChild<QAction*>(QStringLiteral("settings"))->text(),
             QStringLiteral("Se&ttings…"));
}

void TstSettings::aboutSaysWhereThingsAre() {
    Studio studio(m_folder.path("a.db"));
    studio.window.findChild<QAction*>(QStringLiteral("about"))->trigger();
    auto* dialog = studio.find<AboutDialog>("aboutDialog");
    QVERIFY(dialog && dialog->isVisible() && !dialog->isModal());
    QTest::mouseClick(dialog->findChild<QPushButton*>(QStringLiteral("aboutCopy")), Qt::LeftButton);
    const QString copied = QApplication::clipboard()->text();
    QVERIFY(copied.contains(m_folder.path("a.db")));
    QVERIFY(copied.contains(QStringLiteral("Bitsmith 0.")));
    QVERIFY(copied.contains(QLatin1String(qVersion())));
    QTest::keyClick(dialog, Qt::Key_Escape);
    QVERIFY(!dialog->isVisible());
}

QTEST_MAIN(TstSettings)
#include "tst_settings.moc"
