#include "ui/widgets/state_stack.h"

#include "ui/widgets/roomy_area.h"

#include <QLabel>
#include <QProgressBar>
#include <QVBoxLayout>

namespace bitsmith::ui {

StateStack::StateStack(QWidget* content, QWidget* parent) : QStackedWidget(parent) {
    auto* note = new QWidget(this);
    m_title = new QLabel(note);
    m_text = new QLabel(note);
    m_busy = new QProgressBar(note);
    QFont bold = m_title->font();
    bold.setBold(true);
    m_title->setFont(bold);
    m_title->setAlignment(Qt::AlignCenter);
    m_text->setObjectName(QStringLiteral("stateText"));
    m_text->setAlignment(Qt::AlignCenter);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_busy->setRange(0, 0);
    m_busy->setMaximumWidth(220);
    auto* layout = new QVBoxLayout(note);
    layout->setContentsMargins(24, 12, 24, 12);
    layout->addStretch();
    layout->addWidget(m_title);
    layout->addWidget(m_text);
    layout->addWidget(m_busy, 0, Qt::AlignHCenter);
    layout->addStretch();
    addWidget(new RoomyArea(content));
    addWidget(new RoomyArea(note));
}

QString StateStack::noteText() const { return showsContent() ? QString() : m_text->text(); }

void StateStack::showContent() { setCurrentIndex(0); }
void StateStack::showEmpty(const QString& text) { showNote({}, text, false); }
void StateStack::showBusy(const QString& text) { showNote({}, text, true); }
void StateStack::showFailed(const QString& text) { showNote(tr("That did not work"), text, false); }

void StateStack::showNote(const QString& title, const QString& text, bool busy) {
    m_title->setText(title);
    m_title->setVisible(!title.isEmpty());
    m_text->setText(text);
    m_busy->setVisible(busy);
    setCurrentIndex(1);
}

} // namespace bitsmith::ui
