#include "ui/window/style.h"

#include <QApplication>
#include <QLabel>
#include <QPainter>
#include <QStyleOption>

#include <algorithm>

namespace bitsmith::ui {
namespace {

constexpr int RoomAfterLabel = 6; // pixels; enough at twice the type's size

void drawCheckBox(const QStyleOption& option, QPainter& painter) {
    const bool enabled = option.state & QStyle::State_Enabled;
    const auto group = enabled ? QPalette::Active : QPalette::Disabled;
    const int side = std::min(option.rect.width(), option.rect.height()) - 1;
    QRectF box(0, 0, side, side);
    box.moveCenter(QRectF(option.rect).center());
    QColor edge = option.palette.color(group, QPalette::Text);
    edge.setAlphaF(option.state & (QStyle::State_MouseOver | QStyle::State_HasFocus) ? 0.9F : 0.5F);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(edge, 1));
    painter.setBrush(option.palette.color(group, QPalette::Base));
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2);
    const QColor mark = option.palette.color(group, QPalette::Text);
    if (option.state & QStyle::State_On) {
        painter.setPen(
            QPen(mark, std::max(1.6, side / 8.0), Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        const QPointF tick[] = {{box.left() + side * 0.24, box.top() + side * 0.52},
                                {box.left() + side * 0.44, box.top() + side * 0.72},
                                {box.left() + side * 0.78, box.top() + side * 0.28}};
        painter.drawPolyline(tick, 3);
    } else if (option.state & QStyle::State_NoChange) {
        painter.fillRect(box.adjusted(side * 0.25, side * 0.42, -side * 0.25, -side * 0.42), mark);
    }
    painter.restore();
}

} // namespace

Style::Style() : QProxyStyle(QStringLiteral("Fusion")) {}

void Style::polish(QWidget* widget) {
    QProxyStyle::polish(widget);
    // For drawItemText().
    auto* label = qobject_cast<QLabel*>(widget);
    if (label && label->buddy() && label->contentsMargins().isNull())
        label->setContentsMargins(0, 0, RoomAfterLabel, 0);
}

// Text with an underlined letter is drawn without that letter's kerning, which is wider than what a
// label asks for.
void Style::drawItemText(QPainter* painter, const QRect& rect, int flags, const QPalette& palette,
                         bool enabled, const QString& text, QPalette::ColorRole role) const {
    if (flags & Qt::TextShowMnemonic) flags |= Qt::TextDontClip;
    QProxyStyle::drawItemText(painter, rect, flags, palette, enabled, text, role);
}

void Style::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                          const QWidget* widget) const {
    if (element == PE_IndicatorCheckBox || element == PE_IndicatorItemViewItemCheck)
        drawCheckBox(*option, *painter);
    else
        QProxyStyle::drawPrimitive(element, option, painter, widget);
}

// Fusion keeps the type that docks' titles had at the start, whatever the zoom.
void Style::drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                        const QWidget* widget) const {
    const auto* dock = qstyleoption_cast<const QStyleOptionDockWidget*>(option);
    if (element != CE_DockWidgetTitle || !dock || dock->verticalTitleBar)
        return QProxyStyle::drawControl(element, option, painter, widget);
    const QRect room = subElementRect(SE_DockWidgetTitleBarText, option, widget);
    painter->save();
    painter->setFont(QApplication::font());
    drawItemText(painter, room, Qt::AlignLeft | Qt::AlignVCenter, option->palette,
                 option->state & State_Enabled,
                 painter->fontMetrics().elidedText(dock->title, Qt::ElideRight, room.width()),
                 QPalette::WindowText);
    painter->restore();
}

} // namespace bitsmith::ui
