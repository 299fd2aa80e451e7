#include "ui/window/learn.h"

#include "core/lessons/lesson.h"
#include "ui/bridge/text.h"
#include "ui/lessons/lesson_window.h"
#include "ui/panels/budget_page.h"
#include "ui/panels/codes_page.h"
#include "ui/panels/error_page.h"
#include "ui/panels/inspector_panel.h"
#include "ui/panels/layers_panel.h"
#include "ui/panels/salience_page.h"
#include "ui/panels/sensitivity_page.h"
#include "ui/panels/spectrum_page.h"
#include "ui/panels/weights_page.h"
#include "ui/window/commands.h"
#include "ui/window/main_window.h"

#include <QAction>
#include <QMenu>
#include <QTabWidget>

namespace bitsmith::ui {

Learn::Learn(Services& services, MainWindow& window, QMenu& menu)
    : QObject(&window), m_services(services), m_main(window) {
    auto* all = menu.addAction(tr("&All lessons…"), QKeySequence(Qt::CTRL | Qt::Key_L), this,
                               &Learn::openList);
    all->setObjectName(QStringLiteral("lessons"));
    all->setStatusTip(tr("What quantizing does, one live picture at a time"));
    menu.addSeparator();
    for (const Lesson& lesson : builtinLessons(windowLanguage())) {
        const QString id = qs(lesson.id);
        auto* action =
            menu.addAction(qs(lesson.title).replace(QLatin1Char('&'), QStringLiteral("&&")));
        action->setObjectName(QStringLiteral("lesson-") + id);
        action->setStatusTip(qs(lesson.summary));
        connect(action, &QAction::triggered, this, [this, id] {
            const Status opened = open(id);
            if (!opened) m_services.messages().fail(tr("Lesson"), qs(opened.error().message));
        });
    }
}

LessonWindow* Learn::window() {
    if (m_lessons) return m_lessons;
    QList<QAction*> view;
    for (const char* name :
         {"zoomIn", "zoomOut", "zoomReset", "theme-system", "theme-light", "theme-dark"})
        if (auto* action = m_main.commands().findChild<QAction*>(QLatin1String(name)))
            view += action;
    m_lessons = new LessonWindow(m_services, m_main.session(), view, &m_main);
    connect(m_lessons, &LessonWindow::panelRequested, this, &Learn::showPanel);
    connect(m_lessons, &LessonWindow::demoRequested, &m_main.session(), &Session::openDemo);
    return m_lessons;
}

void Learn::openList() {
    window()->showList();
    window()->show();
    window()->raise();
    window()->activateWindow();
}

Status Learn::open(const QString& idOrFile) {
    BITSMITH_CHECK(window()->openLesson(idOrFile));
    window()->show();
    window()->raise();
    window()->activateWindow();
    return {};
}

void Learn::showPanel(const QString& panel) {
    if (m_main.session().state() == SessionState::Empty) m_main.session().openDemo();
    InspectorPanel* inspector = m_main.inspector();
    const std::pair<const char*, QWidget*> pages[] = {
        {"weights", inspector->weights()},
        {"error", inspector->error()},
        {"codes", inspector->codes()},
        {"salience", inspector->salience()},
        {"spectrum", inspector->spectrum()},
        {"budget", inspector->budget()},
        {"sensitivity", inspector->sensitivity()},
    };
    m_main.raisePanel(panel + QStringLiteral("Panel")); // runs, experiments, playground
    for (const auto& [id, page] : pages)
        if (panel == QLatin1String(id)) {
            m_main.raisePanel(inspector->objectName());
            inspector->tabs()->setCurrentWidget(page);
        }
    m_main.show();
    m_main.raise();
    m_main.activateWindow();
}

} // namespace bitsmith::ui
