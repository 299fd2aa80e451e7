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
QSize FlowLayout::sizeOf(const QLayoutItem& item, int width) const {
    const QSize size = item.sizeHint();
    return {std::min(size.width(), std::max(width, item.minimumSize().width())), size.height()};
}

int FlowLayout::arrange(const QRect& rect, bool move) const {
    int x = 0, y = rect.y(), height = 0;
    qsizetype first = 0; // of the line
    for (qsizetype i = 0; i < m_items.size(); ++i) {
        if (m_items[i]->isEmpty()) continue;
        const QSize size = sizeOf(*m_items[i], rect.width());
        if (x > 0 && x + size.width() > rect.width()) {
            if (move) placeLine({rect.x(), y, rect.width(), height}, first, i);
            first = i;
            x = 0;
            y += height + spacing();
            height = 0;
        }
        x += size.width() + spacing();
        height = std::max(height, size.height());
    }
    if (move) placeLine({rect.x(), y, rect.width(), height}, first, m_items.size());
    return y + height - rect.y();
}

void FlowLayout::placeLine(const QRect& line, qsizetype first, qsizetype last) const {
    int free = line.width() + spacing(), growing = 0;
    for (qsizetype i = first; i < last; ++i) {
        if (m_items[i]->isEmpty()) continue;
        free -= sizeOf(*m_items[i], line.width()).width() + spacing();
        growing += m_items[i]->expandingDirections().testFlag(Qt::Horizontal);
    }
    int x = line.x();
    for (qsizetype i = first; i < last; ++i) {
        QLayoutItem& item = *m_items[i];
        if (item.isEmpty()) continue;
        QSize size = sizeOf(item, line.width());
        if (item.expandingDirections().testFlag(Qt::Horizontal)) {
            const int more = std::max(0, free) / growing--;
            size.rwidth() += more;
            free -= more;
        }
        // In the middle of its line, as words of several sizes are.
        item.setGeometry(QRect(QPoint(x, line.y() + (line.height() - size.height()) / 2), size));
        x += size.width() + spacing();
    }
}

} // namespace bitsmith::ui
