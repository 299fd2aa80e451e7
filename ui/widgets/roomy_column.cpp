#include "ui/widgets/roomy_column.h"

#include <QAbstractItemView>
#include <QEvent>
#include <QHeaderView>

#include <algorithm>

namespace bitsmith::ui {

RoomyColumn::RoomyColumn(QAbstractItemView* view, QHeaderView* header, int column,
                         int leastCharacters)
    : QObject(view), m_view(view), m_header(header), m_column(column),
      m_characters(leastCharacters) {
    header->setStretchLastSection(false);
    header->setSectionResizeMode(column, QHeaderView::Fixed);
    view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    view->viewport()->installEventFilter(this);
    view->installEventFilter(this);
    connect(header, &QHeaderView::sectionResized, this, [this](int section) {
        if (section != m_column) fit();
    });
    connect(header, &QHeaderView::sectionCountChanged, this, &RoomyColumn::fit);
    fit();
}

void RoomyColumn::fit() {
    if (m_column >= m_header->count()) return;
    const int others = m_header->length() - m_header->sectionSize(m_column);
    const int least = m_view->fontMetrics().averageCharWidth() * m_characters;
    const int wanted = std::max(least, m_view->viewport()->width() - others);
    if (wanted != m_header->sectionSize(m_column)) m_header->resizeSection(m_column, wanted);
}

bool RoomyColumn::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize || event->type() == QEvent::FontChange)
        QMetaObject::invokeMethod(this, &RoomyColumn::fit, Qt::QueuedConnection);
    return QObject::eventFilter(watched, event);
}

} // namespace bitsmith::ui
