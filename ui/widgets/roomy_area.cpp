#include "ui/widgets/roomy_area.h"

#include <QEvent>
#include <QLayout>
#include <QScrollBar>
#include <QStyle>

#include <algorithm>

namespace bitsmith::ui {
namespace {

constexpr int LeastCharacters = 16, LeastLines = 4;

} // namespace

RoomyArea::RoomyArea(QWidget* content, QWidget* parent) : QScrollArea(parent) {
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus); // what it holds has it
    setWidget(content);
}

QSize RoomyArea::sizeHint() const { return widget()->sizeHint(); }

QSize RoomyArea::minimumSizeHint() const {
    const QFontMetrics metrics = fontMetrics();
    return QSize(metrics.averageCharWidth() * LeastCharacters, metrics.height() * LeastLines)
        .boundedTo(widget()->minimumSizeHint());
}

QSize RoomyArea::least(int width) const {
    QSize size = widget()->minimumSizeHint().expandedTo(widget()->minimumSize());
    if (const QLayout* layout = widget()->layout(); layout && layout->hasHeightForWidth())
        size.setHeight(layout->totalMinimumHeightForWidth(std::max(width, size.width())));
    return size;
}

void RoomyArea::fit() {
    const int gap = style()->pixelMetric(QStyle::PM_ScrollView_ScrollBarSpacing, nullptr, this);
    QSize room = maximumViewportSize();
    QSize size = least(room.width());
    const bool wide = size.width() > room.width();
    if (wide) room.rheight() -= horizontalScrollBar()->sizeHint().height() + gap;
    if (size.height() > room.height()) {
        room.rwidth() -= verticalScrollBar()->sizeHint().width() + gap;
        size = least(room.width());
        if (!wide && size.width() > room.width())
            room.rheight() -= horizontalScrollBar()->sizeHint().height() + gap;
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
