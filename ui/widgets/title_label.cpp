#include "ui/widgets/title_label.h"

#include <QApplication>
#include <QEvent>

namespace bitsmith::ui {

TitleLabel::TitleLabel(double factor, const QString& text) : QLabel(text), m_factor(factor) {
    setWordWrap(true);
    follow();
}

void TitleLabel::changeEvent(QEvent* event) {
    QLabel::changeEvent(event);
    if (event->type() == QEvent::ApplicationFontChange) follow();
}

void TitleLabel::follow() {
    QFont font = QApplication::font(this);
    font.setPointSizeF(font.pointSizeF() * m_factor);
    font.setBold(true);
    setFont(font);
}

} // namespace bitsmith::ui
