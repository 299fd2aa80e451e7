#include "ui/lessons/lesson_player.h"

#include "ui/bridge/text.h"
#include "ui/lessons/picture_view.h"
#include "ui/lessons/question_box.h"
#include "ui/widgets/parts.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QResizeEvent>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

#include <algorithm>

namespace bitsmith::ui {
namespace {

constexpr double SideBySide = 52; // lines of text wide, below which the parts lie one above another
constexpr double TitleSize = 1.35;

QScrollArea* scrolled(const char* name, QWidget* content) {
    auto* area = new QScrollArea;
    area->setObjectName(QLatin1String(name));
    area->setWidget(content);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setFocusPolicy(Qt::NoFocus);
    return area;
}

} // namespace

const std::vector<ShowablePanel>& showablePanels() {
    static const std::vector<ShowablePanel> All{
        {"layers", QT_TRANSLATE_NOOP("lessons", "Layers")},
        {"weights", QT_TRANSLATE_NOOP("lessons", "Weights")},
        {"error", QT_TRANSLATE_NOOP("lessons", "Error")},
        {"codes", QT_TRANSLATE_NOOP("lessons", "Codes")},
        {"salience", QT_TRANSLATE_NOOP("lessons", "Salience")},
        {"spectrum", QT_TRANSLATE_NOOP("lessons", "Spectrum")},
        {"sensitivity", QT_TRANSLATE_NOOP("lessons", "Sensitivity")},
        {"budget", QT_TRANSLATE_NOOP("lessons", "Budget")},
        {"runs", QT_TRANSLATE_NOOP("lessons", "Runs")},
        {"experiments", QT_TRANSLATE_NOOP("lessons", "Experiments")},
        {"playground", QT_TRANSLATE_NOOP("lessons", "Playground")}};
    return All;
}

LessonPlayer::LessonPlayer(Services& services, Session& session, QWidget* parent)
    : QWidget(parent), m_services(services), m_title(makeLabel(QStringLiteral("lessonStepTitle"))),
      m_text(makeLabel(QStringLiteral("lessonText"), true)),
      m_where(makeLabel(QStringLiteral("lessonWhere"))),
      m_panel(makeButton(QStringLiteral("lessonShow"), {},
                         tr("Brings that page of the Studio to the front"))),
      m_back(makeButton(QStringLiteral("lessonBack"), tr("◀ &Back"),
                        tr("The step before (Left, Page Up)"))),
      m_next(makeButton(QStringLiteral("lessonNext"), tr("&Next ▶"),
                        tr("The next step (Right, Page Down, Space)"))),
      m_question(new QuestionBox), m_picture(new PictureView(services, session)) {
    setObjectName(QStringLiteral("lessonPlayer"));
    m_title->setAccessibleName(tr("Step"));
    m_text->setTextFormat(Qt::MarkdownText);
    m_text->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_text->setFocusPolicy(Qt::NoFocus);
    m_where->setWordWrap(false);
    m_where->setAlignment(Qt::AlignCenter);

    auto* words = new QWidget;
    auto* column = new QVBoxLayout(words);
    column->setContentsMargins(8, 8, 16, 8);
    column->setSpacing(12);
    column->addWidget(m_title);
    column->addWidget(m_text);
    column->addWidget(m_question);
    column->addWidget(m_panel, 0, Qt::AlignLeft);
    column->addStretch(1);
    m_textArea = scrolled("lessonTextArea", words);
    m_textArea->setFocusPolicy(Qt::StrongFocus); // the neutral place
    m_textArea->setAccessibleName(tr("Lesson text"));
    m_textArea->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_pictureArea = scrolled("lessonPictureArea", m_picture);

    m_body = new QBoxLayout(QBoxLayout::LeftToRight);
    m_body->setSpacing(8);
    m_body->addWidget(m_textArea, 4);
    m_body->addWidget(m_pictureArea, 6);
    auto* bar = new QHBoxLayout;
    bar->addWidget(m_back);
    bar->addWidget(m_where, 1);
    bar->addWidget(m_next);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(m_body, 1);
    layout->addLayout(bar);

    connect(m_back, &QPushButton::clicked, this, &LessonPlayer::back);
    connect(m_next, &QPushButton::clicked, this, &LessonPlayer::next);
    connect(m_panel, &QPushButton::clicked, this, [this] {
        if (!atQuestion())
            Q_EMIT panelRequested(qs(m_lesson.steps[static_cast<std::size_t>(m_step)].panel));
    });
    connect(m_picture, &PictureView::demoRequested, this, &LessonPlayer::demoRequested);
    connect(m_question, &QuestionBox::answered, this, &LessonPlayer::answered);
}

QWidget* LessonPlayer::neutral() { return m_textArea; }

void LessonPlayer::setLesson(const Lesson& lesson) {
    m_lesson = lesson;
    m_step = 0;
    m_picture->setPicture(lesson.picture);
    m_question->setQuestion(lesson.question);
    showStep();
}

void LessonPlayer::goTo(int step) {
    step = std::clamp(step, 0, stepCount() - 1);
    if (step == m_step) return;
    m_step = step;
    showStep();
}

void LessonPlayer::next() {
    if (atQuestion())
        Q_EMIT nextLesson();
    else
        goTo(m_step + 1);
}

void LessonPlayer::back() {
    if (m_step == 0)
        Q_EMIT previousLesson();
    else
        goTo(m_step - 1);
}

void LessonPlayer::showStep() {
    const bool question = atQuestion();
    QFont big = font();
    big.setPointSizeF(big.pointSizeF() * TitleSize);
    big.setBold(true);
    m_title->setFont(big);
    m_question->setVisible(question);
    m_text->setVisible(!question);
    m_panel->hide();
    if (question) {
        m_title->setText(tr("Question"));
    } else {
        const LessonStep& step = m_lesson.steps[static_cast<std::size_t>(m_step)];
        m_title->setText(qs(step.title));
        m_text->setText(qs(step.text));
        for (const ShowablePanel& panel : showablePanels())
            if (step.panel == panel.id) {
                m_panel->setText(tr("See it in the Studio: %1").arg(said(panel.title)));
                m_panel->show();
            }
        if (const Status put = m_picture->put(step.settings); !put)
            m_services.messages().warn(qs(m_lesson.title), qs(put.error().message));
    }
    m_where->setText(tr("%1 of %2").arg(m_step + 1).arg(stepCount()));
    m_textArea->verticalScrollBar()->setValue(0);
    m_textArea->setFocus();
    Q_EMIT stepped();
}

void LessonPlayer::arrange() {
    const bool wide = width() > SideBySide * fontMetrics().height();
    m_body->setDirection(wide ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    m_body->setStretch(0, wide ? 4 : 4);
    m_body->setStretch(1, wide ? 6 : 7);
}

void LessonPlayer::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    arrange();
}

void LessonPlayer::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() != QEvent::FontChange || m_lesson.steps.empty()) return;
    QFont big = font();
    big.setPointSizeF(big.pointSizeF() * TitleSize);
    big.setBold(true);
    m_title->setFont(big);
    arrange();
}

} // namespace bitsmith::ui
