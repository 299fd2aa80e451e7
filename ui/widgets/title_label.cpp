#include "ui/widgets/title_label.h"

#include <QApplication>
#include <QEvent>

namespace bitsmith::ui {

TitleLabel::TitleLabel(double factor, const QString& text) : QLabel(text), m_factor(factor) {
    setWordWrap(true);
    follow();
}

// Its own type is fixed, and only the parent hears of another.
bool TitleLabel::event(QEvent* event) {
    if (event->type() == QEvent::ParentChange && parentWidget()) {
        parentWidget()->installEventFilter(this);
        follow();
    }
    return QLabel::event(event);
}

bool TitleLabel::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::FontChange) follow();
    return QLabel::eventFilter(watched, event);
}

void TitleLabel::follow() {
    QFont font = parentWidget() ? parentWidget()->font() : QApplication::font(this);
    font.setPointSizeF(font.pointSizeF() * m_factor);
    font.setBold(true);
    setFont(font);
}

} // namespace bitsmith::ui
