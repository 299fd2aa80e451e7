#include "ui/widgets/message_bar.h"

#include "ui/charts/chart_view.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QToolButton>

namespace bitsmith::ui {
namespace {

constexpr int InfoMilliseconds = 12000;

} // namespace

MessageBar::MessageBar(QWidget* parent)
    : QFrame(parent), m_text(new QLabel(this)), m_copy(new QToolButton(this)),
      m_close(new QToolButton(this)) {
    setObjectName(QStringLiteral("messageBar"));
    setAutoFillBackground(true);
    m_text->setObjectName(QStringLiteral("messageText"));
    m_text->setWordWrap(true);
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
    colour();
    m_hide.stop();
    if (entry.kind != LogEntry::Kind::Error) m_hide.start(InfoMilliseconds);
    show();
}

void MessageBar::colour() {
    const ChartColors colors = chartColors(QApplication::palette());
    const QColor tint = m_kind == LogEntry::Kind::Error     ? colors.warning
                        : m_kind == LogEntry::Kind::Warning ? colors.second
                                                            : colors.first;
    const QColor base = colors.background;
    const auto mix = [&](int a, int b) { return (a * 3 + b * 13) / 16; };
    QPalette own = QApplication::palette();
    own.setColor(QPalette::Window,
                 QColor(mix(tint.red(), base.red()), mix(tint.green(), base.green()),
                        mix(tint.blue(), base.blue())));
    own.setColor(QPalette::WindowText, colors.text);
    setPalette(own);
}

void MessageBar::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape)
        hide();
    else
        QFrame::keyPressEvent(event);
}

void MessageBar::changeEvent(QEvent* event) {
    QFrame::changeEvent(event);
    if (event->type() == QEvent::ApplicationPaletteChange) colour();
}

} // namespace bitsmith::ui
