// One lesson: the text of a step at the left (above, where it is narrow), the live picture beside
// it, Back and Next below. The last step is the question.
#pragma once

#include "core/lessons/lesson.h"
#include "ui/bridge/services.h"
#include "ui/session/session.h"

#include <QWidget>

class QBoxLayout;
class QLabel;
class QPushButton;
class QScrollArea;

namespace bitsmith::ui {

class PictureView;
class QuestionBox;

class LessonPlayer final : public QWidget {
    Q_OBJECT
public:
    LessonPlayer(Services& services, Session& session, QWidget* parent = nullptr);

    void setLesson(const Lesson& lesson); // at its first step
    const Lesson& lesson() const { return m_lesson; }
    int step() const { return m_step; }
    int stepCount() const { return static_cast<int>(m_lesson.steps.size()) + 1; }
    bool atQuestion() const { return m_step + 1 == stepCount(); }
    void goTo(int step);
    void next(); // after the last step: nextLesson()
    void back(); // before the first: previousLesson()
    PictureView* picture() { return m_picture; }
    QuestionBox* question() { return m_question; }
    // Where the keys that turn pages do nothing else.
    QWidget* neutral();

Q_SIGNALS:
    void nextLesson();
    void previousLesson();
    void panelRequested(const QString& panel); // a page of the Studio, see showablePanels()
    void demoRequested();
    void stepped();
    void answered(bool right);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void showStep();
    void arrange();
    Services& m_services;
    Lesson m_lesson;
    int m_step = 0;
    QBoxLayout* m_body;
    QScrollArea *m_textArea, *m_pictureArea;
    QLabel *m_title, *m_text, *m_where;
    QPushButton *m_panel, *m_back, *m_next;
    QuestionBox* m_question;
    PictureView* m_picture;
};

struct ShowablePanel {
    const char *id, *title;
};
// What "@show" may name, and how it is called.
const std::vector<ShowablePanel>& showablePanels();

} // namespace bitsmith::ui
