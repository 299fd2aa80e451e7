#include "ui/widgets/roomy_area.h"

#include <QEvent>
#include <QLayout>
#include <QScrollBar>
#include <QStyle>

#include <algorithm>

namespace bitsmith::ui {
namespace {

constexpr int LeastCharacters = 16;

} // namespace

RoomyArea::RoomyArea(QWidget* content, int leastLines) : m_leastLines(leastLines) {
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus); // what it holds has it
    setWidget(content);
}

QSize RoomyArea::sizeHint() const { return widget()->sizeHint(); }

QSize RoomyArea::minimumSizeHint() const {
    const QFontMetrics metrics = fontMetrics();
    const QSize least = widget()->minimumSizeHint().expandedTo(widget()->minimumSize());
    QSize size(metrics.averageCharWidth() * LeastCharacters, metrics.height() * m_leastLines);
    size = size.boundedTo(least);
    if (m_keepsWidth) size.setWidth(least.width() + barRoom(*verticalScrollBar()));
    return size;
}

void RoomyArea::keepWidth() {
    m_keepsWidth = true;
    updateGeometry();
}

// What a scroll bar takes of the other direction.
int RoomyArea::barRoom(const QScrollBar& bar) const {
    const int gap = style()->pixelMetric(QStyle::PM_ScrollView_ScrollBarSpacing, nullptr, this);
    const QSize size = bar.sizeHint();
    return gap + (bar.orientation() == Qt::Vertical ? size.width() : size.height());
}

QSize RoomyArea::least(int width) const {
    QSize size = widget()->minimumSizeHint().expandedTo(widget()->minimumSize());
    if (const QLayout* layout = widget()->layout(); layout && layout->hasHeightForWidth())
        size.setHeight(layout->totalMinimumHeightForWidth(std::max(width, size.width())));
    return size;
}

void RoomyArea::fit() {
    QSize room = maximumViewportSize();
    QSize size = least(room.width());
    const bool wide = size.width() > room.width();
    if (wide) room.rheight() -= barRoom(*horizontalScrollBar());
    if (size.height() > room.height()) {
        room.rwidth() -= barRoom(*verticalScrollBar());
        size = least(room.width());
        if (!wide && size.width() > room.width()) room.rheight() -= barRoom(*horizontalScrollBar());
    }
    widget()->resize(room.expandedTo(size));
}

void RoomyArea::resizeEvent(QResizeEvent* event) {
    QScrollArea::resizeEvent(event);
    fit();
}

bool RoomyArea::eventFilter(QObject* watched, QEvent* event) {
    if (watched == widget() && event->type() == QEvent::LayoutRequest) {
        updateGeometry();
        fit();
    }
    return QScrollArea::eventFilter(watched, event);
}

} // namespace bitsmith::ui
