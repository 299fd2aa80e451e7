#include "ui/widgets/message_bar.h"

#include "ui/charts/chart_view.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QToolButton>

namespace bitsmith::ui {
namespace {

constexpr int InfoMilliseconds = 12000;

} // namespace

MessageBar::MessageBar(QWidget* parent)
    : QFrame(parent), m_text(new QLabel(this)), m_copy(new QToolButton(this)),
      m_close(new QToolButton(this)) {
    setObjectName(QStringLiteral("messageBar"));
    m_text->setObjectName(QStringLiteral("messageText"));
    m_text->setWordWrap(true);
    // A word as long as the window must not set its width.
    m_text->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_copy->setObjectName(QStringLiteral("messageCopy"));
    m_copy->setText(tr("Copy"));
    m_copy->setToolTip(tr("Copy this message"));
    m_close->setObjectName(QStringLiteral("messageClose"));
    m_close->setText(tr("Close"));
    m_close->setToolTip(tr("Close this message (Escape); the Log keeps it"));
    for (auto* button : {m_copy, m_close}) button->setAutoRaise(true);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 4, 6, 4);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_copy, 0, Qt::AlignTop);
    layout->addWidget(m_close, 0, Qt::AlignTop);
    connect(m_copy, &QToolButton::clicked, this,
            [this] { QApplication::clipboard()->setText(m_text->text()); });
    connect(m_close, &QToolButton::clicked, this, &QWidget::hide);
    m_hide.setSingleShot(true);
    connect(&m_hide, &QTimer::timeout, this, &QWidget::hide);
    hide();
}

QString MessageBar::text() const { return m_text->text(); }

void MessageBar::showEntry(const LogEntry& entry) {
    // A failure stays until it is closed; later informations only reach the log.
    if (isVisible() && m_kind == LogEntry::Kind::Error && entry.kind != LogEntry::Kind::Error)
        return;
    m_kind = entry.kind;
    m_text->setText(entry.source.isEmpty()
                        ? entry.text
                        : QStringLiteral("%1: %2").arg(entry.source, entry.text));
    update();
    m_hide.stop();
    if (entry.kind != LogEntry::Kind::Error) m_hide.start(InfoMilliseconds);
    show();
}

// A tint of the message's kind over the palette's base; follows light and dark by itself.
void MessageBar::paintEvent(QPaintEvent*) {
    const ChartColors colors = chartColors(palette());
    QColor tint = m_kind == LogEntry::Kind::Error     ? colors.warning
                  : m_kind == LogEntry::Kind::Warning ? colors.second
                                                      : colors.first;
    tint.setAlphaF(0.22F);
    QPainter painter(this);
    painter.fillRect(rect(), colors.background);
    painter.fillRect(rect(), tint);
}

void MessageBar::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape)
        hide();
    else
        QFrame::keyPressEvent(event);
}

} // namespace bitsmith::ui
