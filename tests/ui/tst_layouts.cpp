// Arrangements of the docks: three of ours, the user's own by name, the last one at the next start.
#include "tests/ui/small_studio.h"
#include "ui/charts/chart_view.h"
#include "ui/heatmap/heatmap_view.h"
#include "ui/heatmap/tiled_heatmap.h"
#include "ui/panels/layers_panel.h"
#include "ui/window/guide.h"
#include "ui/window/layouts.h"
#include "ui/window/theme.h"

#include <QDockWidget>
#include <QInputDialog>
#include <QLabel>
#include <QMenu>
#include <QSettings>
#include <QTabWidget>

using namespace bitsmith;
using namespace bitsmith::ui;
using bitsmith::test::Studio;

namespace {

struct LargeType {
    LargeType() { applyZoom(2); }
    ~LargeType() { applyZoom(1); }
};

// The least sizes of the window's parts.
QString whatIsLarge(Studio& studio) {
    QString out;
    const auto say = [&](const QString& name, const QSize& size) {
        out += QStringLiteral("%1 %2x%3, ").arg(name).arg(size.width()).arg(size.height());
    };
    say(QStringLiteral("window"), studio.window.size());
    const auto docks = studio.window.findChildren<QDockWidget*>();
    for (QDockWidget* dock : docks)
        if (dock->widget()) say(dock->objectName(), dock->widget()->minimumSizeHint());
    QTabWidget* tabs = studio.window.inspector()->tabs();
    for (int i = 0; i < tabs->count(); ++i)
        say(tabs->tabText(i), tabs->widget(i)->minimumSizeHint());
    say(QStringLiteral("centre"), studio.window.centralWidget()->minimumSizeHint());
    return out;
}

// Pictures that have less room than they need to be read.
QString squeezed(Studio& studio) {
    QString out;
    const auto views = studio.window.findChildren<QWidget*>();
    for (const QWidget* view : views) {
        if (!view->isVisible() ||
            !(qobject_cast<const ChartView*>(view) || qobject_cast<const TiledHeatmap*>(view) ||
              qobject_cast<const HeatmapView*>(view)))
            continue;
        const QSize least = view->minimumSizeHint();
        if (view->width() < least.width() || view->height() < least.height())
            out += QStringLiteral("%1 %2x%3, ")
                       .arg(view->objectName())
                       .arg(view->width())
                       .arg(view->height());
    }
    return out;
}

} // namespace

class TstLayouts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.make()); }
    void init() { QSettings().clear(); }
    void eachPutsThePanelsElsewhere();
    void ownOnesAreKeptByName();
    void theLastOneIsThereAtTheNextStart();
    void oneOfAnotherVersionIsRefusedWithAWord();
    void allFitASmallScreen();
    void allFitAProjectorInLargeType();
    void startButtonsAreAlwaysInSight();

private:
    static QDockWidget* dock(Studio& studio, const char* panel) {
        return studio.find<QDockWidget>((std::string(panel) + "PanelDock").c_str());
    }
    static void choose(Studio& studio, const char* name) {
        auto* menu = studio.find<QMenu>("layoutsMenu");
        Q_EMIT menu->aboutToShow();
        auto* action = menu->findChild<QAction*>(QLatin1String(name));
        QVERIFY2(action, name);
        action->trigger();
    }
    test::StudioFolder m_folder;
};

void TstLayouts::eachPutsThePanelsElsewhere() {
    Studio studio(m_folder.path("a.db"));
    const auto area = [&](const char* panel) {
        return studio.window.dockWidgetArea(dock(studio, panel));
    };
    choose(studio, "layoutCompact");
    QCOMPARE(area("runs"), Qt::RightDockWidgetArea);
    QVERIFY(dock(studio, "log")->isHidden());
    QVERIFY(dock(studio, "inspector")->isVisible());
    choose(studio, "layoutTeacher");
    QCOMPARE(area("inspector"), Qt::RightDockWidgetArea);
    QCOMPARE(area("playground"), Qt::BottomDockWidgetArea);
    QVERIFY(dock(studio, "runs")->isHidden());
    choose(studio, "layoutEngineer");
    QCOMPARE(area("runs"), Qt::BottomDockWidgetArea);
    for (const char* panel : {"inspector", "runs", "experiments", "playground", "log"})
        QVERIFY2(!dock(studio, panel)->isHidden(), panel);
    // A hidden panel comes when it is asked for.
    choose(studio, "layoutTeacher");
    studio.window.raisePanel(QStringLiteral("runsPanel"));
    QVERIFY(!dock(studio, "runs")->isHidden());
}

void TstLayouts::ownOnesAreKeptByName() {
    const QString name = QStringLiteral("Vorlesung: a/b & 量子化");
    {
        Studio studio(m_folder.path("a.db"));
        choose(studio, "layoutCompact");
        choose(studio, "layoutSave");
        auto* dialog = studio.find<QInputDialog>("layoutName");
        QVERIFY(dialog && !dialog->isModal());
        dialog->setTextValue(name);
        dialog->accept();
        QCOMPARE(studio.window.layouts().names(), QStringList{name});
    }
    Studio studio(m_folder.path("a.db"));
    studio.window.layouts().apply(Layout::Engineer);
    QCOMPARE(studio.window.dockWidgetArea(dock(studio, "runs")), Qt::BottomDockWidgetArea);
    choose(studio, "layoutOwn");
    QCOMPARE(studio.window.dockWidgetArea(dock(studio, "runs")), Qt::RightDockWidgetArea);
    studio.window.layouts().remove(name);
    QVERIFY(studio.window.layouts().names().isEmpty());
    QVERIFY(!studio.window.layouts().restore(name));
}

void TstLayouts::theLastOneIsThereAtTheNextStart() {
    {
        Studio studio(m_folder.path("a.db"));
        choose(studio, "layoutCompact");
        QVERIFY(studio.window.close());
    }
    Studio studio(m_folder.path("a.db"));
    QCOMPARE(studio.window.dockWidgetArea(dock(studio, "runs")), Qt::RightDockWidgetArea);
    studio.window.findChild<QAction*>(QStringLiteral("resetLayout"))->trigger();
    QCOMPARE(studio.window.dockWidgetArea(dock(studio, "runs")), Qt::BottomDockWidgetArea);
}

void TstLayouts::oneOfAnotherVersionIsRefusedWithAWord() {
    QSettings().setValue(QStringLiteral("layouts/old"), QByteArray("of another program"));
    Studio studio(m_folder.path("a.db"));
    choose(studio, "layoutOwn");
    QVERIFY(studio.find<QLabel>("messageText")->text().contains(QStringLiteral("old")));
}

void TstLayouts::allFitASmallScreen() {
    Studio studio(m_folder.path("a.db"));
    QVERIFY(studio.open(m_folder.model()));
    for (const auto layout : {Layout::Engineer, Layout::Teacher, Layout::Compact}) {
        studio.window.layouts().apply(layout);
        studio.window.resize(1280, 800);
        QCoreApplication::processEvents();
        QVERIFY2(studio.window.width() <= 1280,
                 qPrintable(QString::number(studio.window.minimumSizeHint().width())));
        QVERIFY(studio.window.height() <= 800);
        QVERIFY(studio.window.layers()->width() >= 300);
    }
}

// Twice the type in 1280x800: panels scroll, wrap and elide, but the window is no larger.
void TstLayouts::allFitAProjectorInLargeType() {
    const LargeType large;
    Studio studio(m_folder.path("a.db"));
    QVERIFY(studio.open(m_folder.model()));
    studio.window.session().activate("model.layers.0.self_attn.q_proj.weight");
    for (const double zoom : {1.5, 2.0}) { // titles of docks follow
        applyZoom(zoom);
        for (const char* panel : {"inspector", "runs"})
            QTRY_COMPARE(dock(studio, panel)->font().pointSizeF(),
                         QApplication::font().pointSizeF());
    }
    QTabWidget* tabs = studio.window.inspector()->tabs();
    for (const auto layout : {Layout::Engineer, Layout::Teacher, Layout::Compact})
        for (int tab = 0; tab < tabs->count(); ++tab) {
            tabs->setCurrentIndex(tab);
            studio.window.layouts().apply(layout);
            studio.window.resize(1280, 800);
            QCoreApplication::processEvents();
            QVERIFY2(studio.window.width() <= 1280 && studio.window.height() <= 800,
                     qPrintable(whatIsLarge(studio)));
            QTRY_VERIFY2(squeezed(studio).isEmpty(), qPrintable(squeezed(studio)));
        }
}

void TstLayouts::startButtonsAreAlwaysInSight() {
    const LargeType large;
    Studio studio(m_folder.path("a.db"));
    QVERIFY(studio.window.guide().isVisible()); // takes room, too
    studio.window.resize(1280, 800);
    QCoreApplication::processEvents();
    QVERIFY2(studio.window.height() <= 800, qPrintable(whatIsLarge(studio)));
    for (const char* name : {"startDemo", "startFolder", "startFile", "startLearn"}) {
        const auto* button = studio.find<QWidget>(name);
        QVERIFY2(button->visibleRegion().boundingRect() == button->rect(), name);
        QVERIFY(button->width() >= button->sizeHint().width());
    }
}

QTEST_MAIN(TstLayouts)
#include "tst_layouts.moc"
