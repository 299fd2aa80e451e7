// Pictures of the window itself: the first start, settings, layouts, light and dark, small and
// large text.
#include "app/studio/tour.h"

#include "ui/bridge/text.h"
#include "ui/panels/experiments_panel.h"
#include "ui/panels/inspector_panel.h"
#include "ui/panels/playground_panel.h"
#include "ui/window/commands.h"
#include "ui/window/guide.h"
#include "ui/window/layouts.h"
#include "ui/window/settings_dialog.h"

#include <QAction>
#include <QTableView>

namespace bitsmith::ui {
namespace {

constexpr int TwiceTheSize = 7; // steps of text size: 195 %

} // namespace

bool Tour::windowPictures() {
    size(1280, 800, Theme::Light);
    m_window.show();
    m_window.guide().start();
    shot("guide-light");
    dialogPictures();
    if (!openDemo()) return false;
    shot("guide-opened-light");
    setPlan("rtn", 4, {}, 0);
    if (!quantizeOnce(false)) return false;
    setPlan("rtn", 2, {}, 0);
    if (!quantizeOnce(false)) return false;
    m_window.playground()->generate();
    wait([&] { return !m_window.playground()->busy(); });
    m_services.store().refresh();
    settle();
    m_window.experiments()->table()->selectRow(0);
    m_window.raisePanel(QStringLiteral("experimentsPanel"));
    shot("guide-done-light");
    m_window.guide().stop();
    for (const auto theme : {Theme::Light, Theme::Dark})
        for (const int zoom : {0, TwiceTheSize}) {
            m_window.commands().setTheme(theme);
            m_window.commands().chooseZoom(zoom);
            const QString suffix =
                (theme == Theme::Light ? QStringLiteral("-light") : QStringLiteral("-dark")) +
                (zoom ? QStringLiteral("-200") : QString());
            layoutPictures(suffix);
        }
    m_window.commands().chooseZoom(0);
    return true;
}

// Every panel at 1280 x 800, the layouts at 1920 x 1080.
void Tour::layoutPictures(const QString& suffix) {
    m_window.resize(1280, 800);
    settle();
    m_window.defaultLayout();
    for (const char* panel : {"runsPanel", "experimentsPanel", "playgroundPanel", "logPanel"}) {
        m_window.raisePanel(QLatin1String(panel));
        shot(QStringLiteral("window-") + QString(QLatin1String(panel).chopped(5)) + suffix);
    }
    m_window.resize(1920, 1080);
    settle();
    for (const auto& [layout, name] :
         {std::pair{Layout::Engineer, "engineer"}, std::pair{Layout::Teacher, "teacher"},
          std::pair{Layout::Compact, "compact"}}) {
        m_window.layouts().apply(layout);
        shot(QStringLiteral("layout-") + QLatin1String(name) + suffix);
    }
    dialogPictures(suffix);
}

void Tour::dialogPictures(const QString& suffix) {
    for (const char* name : {"settings", "about"}) {
        m_window.findChild<QAction*>(QLatin1String(name))->trigger();
        settle();
        if (auto* dialog =
                m_window.findChild<QDialog*>(QLatin1String(name) + QStringLiteral("Dialog"))) {
            save(dialog, QLatin1String(name) + suffix);
            dialog->reject();
        }
        settle();
    }
}

} // namespace bitsmith::ui
