// The lessons' own window: a list of all, or one being played. Right, Page Down and Space go on,
// Left and Page Up back, Escape leaves; also with a presenter's remote. For projectors: larger
// text, high contrast, full screen.
#pragma once

#include "core/lessons/lesson.h"
#include "ui/bridge/services.h"
#include "ui/session/session.h"

#include <QWidget>

#include <vector>

class QAction;
class QLabel;
class QListWidget;
class QMenu;
class QPushButton;
class QShortcut;
class QStackedWidget;
class QToolButton;

namespace bitsmith::ui {

class LessonPlayer;

class LessonWindow final : public QWidget {
    Q_OBJECT
public:
    // viewActions: of the main window (text size, theme), which then work here, too.
    LessonWindow(Services& services, Session& session, const QList<QAction*>& viewActions,
                 QWidget* parent = nullptr);
    ~LessonWindow() override;

    void showList();
    // A built-in lesson's id, or the path of a .md file. Errors: as findLesson, readLesson; a
    // picture that does not exist. The window then stays as it was.
    Status openLesson(const QString& idOrFile);
    LessonPlayer* player() { return m_player; }
    bool playing() const;
    void setHighContrast(bool on);

Q_SIGNALS:
    void panelRequested(const QString& panel);
    void demoRequested();

protected:
    void changeEvent(QEvent* event) override;

private:
    void play(const Lesson& lesson);
    void buildKeys();
    void followFocus(const QWidget* now);
    void fillList();
    void step(int lessons); // to a neighbour of the built-in lesson that is played
    void leave();
    void markDone();
    void applyContrast();

    Services& m_services;
    QStackedWidget* m_stack;
    QListWidget* m_list;
    LessonPlayer* m_player;
    QLabel* m_title;
    QPushButton* m_all;
    QToolButton* m_view;
    QAction *m_contrast, *m_fullScreen;
    std::vector<QShortcut*> m_arrows, m_space, m_numbers, m_pages;
};

} // namespace bitsmith::ui
