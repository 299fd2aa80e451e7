// How the window reaches its lessons: the menu Learn, the start page, the command line; and what
// lessons ask of the window.
#pragma once

#include "core/base/result.h"
#include "ui/bridge/services.h"
#include "ui/session/session.h"

#include <QObject>
#include <QPointer>

class QAction;
class QMenu;

namespace bitsmith::ui {

class LessonWindow;
class MainWindow;

class Learn final : public QObject {
    Q_OBJECT
public:
    // Fills `menu`: all lessons, and each by its title.
    Learn(Services& services, MainWindow& window, QMenu& menu);
    void openList();
    // See LessonWindow::openLesson.
    Status open(const QString& idOrFile);
    LessonWindow* window(); // made when first asked for

private:
    void showPanel(const QString& panel);
    Services& m_services;
    MainWindow& m_main;
    QPointer<LessonWindow> m_lessons;
};

} // namespace bitsmith::ui
