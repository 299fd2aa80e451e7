#include "ui/lessons/question_box.h"

#include "ui/bridge/text.h"
#include "ui/charts/chart_view.h"
#include "ui/widgets/parts.h"

#include <QButtonGroup>
#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QRadioButton>
#include <QRegularExpression>
#include <QVBoxLayout>

namespace bitsmith::ui {

QuestionBox::QuestionBox(QWidget* parent)
    : QWidget(parent), m_text(makeLabel(QStringLiteral("questionText"))),
      m_feedback(makeLabel(QStringLiteral("questionFeedback"))), m_answers(new QWidget),
      m_group(new QButtonGroup(this)) {
    setObjectName(QStringLiteral("questionBox"));
    m_text->setTextFormat(Qt::MarkdownText);
    m_feedback->setTextFormat(Qt::RichText);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(10);
    column->addWidget(m_text);
    column->addWidget(m_answers);
    column->addWidget(m_feedback);
    connect(m_group, &QButtonGroup::idToggled, this, [this](int, bool on) {
        if (on) showFeedback();
    });
}

void QuestionBox::setQuestion(const LessonQuestion& question) {
    m_question = question;
    m_text->setText(qs(question.text));
    m_feedback->clear();
    m_feedback->hide();
    delete m_answers->layout();
    const auto old = m_answers->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly);
    for (QWidget* widget : old) delete widget;
    auto* grid = new QGridLayout(m_answers);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setColumnStretch(1, 1);
    for (std::size_t i = 0; i < question.answers.size(); ++i) {
        const int row = static_cast<int>(i);
        const QString text = qs(question.answers[i].text);
        auto* radio = new QRadioButton(QString::number(row + 1));
        radio->setObjectName(QStringLiteral("answer-%1").arg(row));
        radio->setAccessibleName(text);
        radio->setToolTip(tr("Key %1").arg(row + 1));
        // Radio buttons do not wrap their text; labels do.
        auto* label = makeLabel(QStringLiteral("answerText-%1").arg(row));
        label->setText(text);
        label->setTextFormat(Qt::MarkdownText);
        label->setCursor(Qt::PointingHandCursor);
        label->installEventFilter(this);
        m_group->addButton(radio, row);
        grid->addWidget(radio, row, 0, Qt::AlignTop);
        grid->addWidget(label, row, 1);
    }
}

int QuestionBox::chosen() const { return m_group->checkedId(); }

void QuestionBox::choose(int answer) {
    if (auto* radio = m_group->button(answer)) radio->setChecked(true);
}

bool QuestionBox::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::MouseButtonRelease)
        for (int i = 0; m_group->button(i); ++i)
            if (watched->objectName() == QStringLiteral("answerText-%1").arg(i)) choose(i);
    return QWidget::eventFilter(watched, event);
}

void QuestionBox::showFeedback() {
    const int at = chosen();
    if (at < 0 || static_cast<std::size_t>(at) >= m_question.answers.size()) return;
    const LessonAnswer& answer = m_question.answers[static_cast<std::size_t>(at)];
    const ChartColors colors = chartColors(palette());
    QString text = QStringLiteral("<b style='color:%1'>%2</b> ")
                       .arg((answer.right ? colors.third : colors.warning).name(),
                            answer.right ? tr("Right.") : tr("Not quite."));
    if (!answer.feedback.empty()) text += qs(answer.feedback).toHtmlEscaped() + QLatin1Char(' ');
    text += qs(m_question.explanation).toHtmlEscaped();
    m_feedback->setText(text);
    m_feedback->show();
    m_feedback->setAccessibleName(
        m_feedback->text().remove(QRegularExpression(QStringLiteral("<[^>]*>"))));
    Q_EMIT answered(answer.right);
}

} // namespace bitsmith::ui
