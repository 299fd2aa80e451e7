#include "ui/widgets/flow_layout.h"

#include <algorithm>

namespace bitsmith::ui {

FlowLayout::FlowLayout(QWidget* parent) : QLayout(parent) {
    setContentsMargins(0, 0, 0, 0);
    setSpacing(8);
}

FlowLayout::~FlowLayout() {
    for (QLayoutItem* item : m_items) delete item;
}

QLayoutItem* FlowLayout::takeAt(int index) {
    return index >= 0 && index < m_items.size() ? m_items.takeAt(index) : nullptr;
}

int FlowLayout::heightForWidth(int width) const { return arrange(QRect(0, 0, width, 0), false); }

QSize FlowLayout::minimumSize() const {
    QSize size;
    for (const QLayoutItem* item : m_items) size = size.expandedTo(item->minimumSize());
    return size;
}

QSize FlowLayout::sizeHint() const {
    QSize size;
    for (const QLayoutItem* item : m_items) {
        if (item->isEmpty()) continue;
        const QSize hint = item->sizeHint();
        size = {size.width() + hint.width() + (size.width() ? spacing() : 0),
                std::max(size.height(), hint.height())};
    }
    return size;
}

void FlowLayout::setGeometry(const QRect& rect) {
    QLayout::setGeometry(rect);
    arrange(rect, true);
}

// As wide as it likes to be, in a line of this width.
int FlowLayout::widthOf(const QLayoutItem& item, int width) const {
    return std::min(item.sizeHint().width(), std::max(width, item.minimumSize().width()));
}

int FlowLayout::arrange(const QRect& rect, bool move) const {
    QList<QLayoutItem*> line;
    int x = 0, y = rect.y();
    const auto end = [&] {
        y += placeLine({rect.x(), y, rect.width(), 0}, line, move);
        line.clear();
        x = 0;
    };
    for (QLayoutItem* item : m_items) {
        if (item->isEmpty()) continue;
        const int width = widthOf(*item, rect.width());
        if (x > 0 && x + width > rect.width()) {
            end();
            y += spacing();
        }
        x += width + spacing();
        line.append(item);
    }
    end();
    return y - rect.y();
}

int FlowLayout::placeLine(const QRect& room, const QList<QLayoutItem*>& line, bool move) const {
    int free = room.width() + spacing(), growing = 0, height = 0;
    for (const QLayoutItem* item : line) {
        free -= widthOf(*item, room.width()) + spacing();
        growing += item->expandingDirections().testFlag(Qt::Horizontal);
    }
    QList<QSize> sizes;
    for (const QLayoutItem* item : line) {
        QSize size(widthOf(*item, room.width()), item->sizeHint().height());
        if (item->expandingDirections().testFlag(Qt::Horizontal)) {
            const int more = std::max(0, free) / growing--;
            size.rwidth() += more;
            free -= more;
        }
        if (item->hasHeightForWidth()) size.setHeight(item->heightForWidth(size.width()));
        height = std::max(height, size.height());
        sizes.append(size);
    }
    int x = room.x();
    for (qsizetype i = 0; move && i < line.size(); ++i) {
        // In the middle of its line, as words of several sizes are.
        const int y = room.y() + (height - sizes[i].height()) / 2;
        line[i]->setGeometry(QRect(QPoint(x, y), sizes[i]));
        x += sizes[i].width() + spacing();
    }
    return height;
}

} // namespace bitsmith::ui
