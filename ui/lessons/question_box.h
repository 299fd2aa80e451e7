// The question at the end of a lesson: answers to choose from, what is to be said of the chosen
// one, and why. Keys 1 to 6 choose, too.
#pragma once

#include "core/lessons/lesson.h"

#include <QWidget>

#include <vector>

class QButtonGroup;
class QLabel;
class QRadioButton;
class QVBoxLayout;

namespace bitsmith::ui {

class QuestionBox final : public QWidget {
    Q_OBJECT
public:
    explicit QuestionBox(QWidget* parent = nullptr);
    void setQuestion(const LessonQuestion& question);
    void choose(int answer); // from 0; out of range: nothing
    int chosen() const;      // -1: none yet

Q_SIGNALS:
    void answered(bool right);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void showFeedback();
    LessonQuestion m_question;
    QLabel *m_text, *m_feedback;
    QWidget* m_answers;
    QButtonGroup* m_group;
};

} // namespace bitsmith::ui
