#include "ui/heatmap/heatmap_view.h"

#include "ui/bridge/text.h"
#include "ui/heatmap/heatmap_image.h"

#include <QAccessible>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace bitsmith::ui {
namespace {

constexpr int Gap = 6;
constexpr double TopFraction = 0.995; // single extreme tiles must not darken the rest

} // namespace

HeatmapView::HeatmapView(QWidget* parent)
    : QWidget(parent), m_saving(new PictureMenu(this, QStringLiteral("error-heatmap"))) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Error of the matrix, by place"));
    m_saving->setCsv([this] { return csv(); });
    m_saving->setFilled([this] { return !m_image.isNull(); });
}

void HeatmapView::setData(HeatmapData data) {
    m_data = std::move(data);
    m_cursor = {};
    m_top = heatmapTop(m_data.tiles, TopFraction);
    m_image = heatmapImage(m_data.tiles, m_data.tileRows, m_data.tileCols, m_top);
    update();
}

QSize HeatmapView::minimumSizeHint() const {
    return QSize(160, 110).expandedTo(QSize(8, 6) * fontMetrics().height());
}

QRect HeatmapView::pictureRect() const {
    const int text = fontMetrics().height();
    return rect().adjusted(text + Gap, 2, -(2 * Gap + heatScaleWidth(fontMetrics())),
                           -(text + Gap));
}

void HeatmapView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), palette().base());
    if (m_image.isNull()) return;
    const QRect picture = pictureRect();
    if (picture.width() < 8 || picture.height() < 8) return;
    painter.drawImage(picture, m_image);
    painter.setPen(palette().color(QPalette::Mid));
    painter.drawRect(picture.adjusted(0, 0, -1, -1));

    if (hasFocus()) { // the tile that the arrow keys are on
        painter.setPen(QPen(Qt::white, 3));
        painter.drawRect(tileRect(m_cursor.y(), m_cursor.x()));
        painter.setPen(QPen(Qt::black, 1));
        painter.drawRect(tileRect(m_cursor.y(), m_cursor.x()));
    }
    painter.setPen(palette().color(QPalette::Text));
    const int ascent = fontMetrics().ascent();
    paintHeatScale(painter,
                   {picture.right() + 1 + Gap, picture.top(), picture.width(), picture.height()},
                   {0, m_top, false});
    paintSide(painter, m_data.colName, m_data.cols, {0, width()}, picture.center().x(),
              picture.bottom() + 3 + ascent);
    painter.translate(0, height());
    painter.rotate(-90);
    paintSide(painter, m_data.rowName, m_data.rows, {height() - picture.bottom(), height()},
              height() - picture.center().y(), ascent + 1);
}

QString HeatmapView::textAt(const QPoint& position) const {
    const QRect picture = pictureRect();
    if (m_image.isNull() || !picture.contains(position)) return {};
    const int col = (position.x() - picture.left()) * m_data.tileCols / picture.width();
    const int row = (position.y() - picture.top()) * m_data.tileRows / picture.height();
    const auto span = [](std::size_t size, int tile, int tiles) {
        const auto count = static_cast<std::size_t>(tiles);
        const auto i = static_cast<std::size_t>(tile);
        const std::size_t first = i * size / count;
        const std::size_t last = std::max(first + 1, (i + 1) * size / count) - 1;
        return first == last ? QString::number(first)
                             : QStringLiteral("%1–%2").arg(first).arg(last);
    };
    const float value = m_data.tiles[static_cast<std::size_t>(row * m_data.tileCols + col)];
    return tr("%1 %2, %3 %4: %5 %6")
        .arg(m_data.rowName, span(m_data.rows, row, m_data.tileRows), m_data.colName,
             span(m_data.cols, col, m_data.tileCols), m_data.valueName, numberText(value));
}

bool HeatmapView::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const QString text = textAt(help->pos());
        if (!text.isEmpty()) {
            QToolTip::showText(help->globalPos(), text, this);
            return true;
        }
    }
    return QWidget::event(event);
}

QString HeatmapView::csv() const {
    QString out;
    for (int r = 0; r < m_data.tileRows; ++r)
        for (int c = 0; c < m_data.tileCols; ++c)
            out += QString::number(m_data.tiles[static_cast<std::size_t>(r * m_data.tileCols + c)],
                                   'g', 9) +
                   (c + 1 < m_data.tileCols ? QStringLiteral(",") : QStringLiteral("\r\n"));
    return out;
}

void HeatmapView::contextMenuEvent(QContextMenuEvent* event) {
    if (!m_image.isNull()) m_saving->popup(event->globalPos());
}

// A tile's place in the widget.
QRect HeatmapView::tileRect(int row, int col) const {
    const QRect picture = pictureRect();
    const auto at = [](int begin, int size, int tile, int tiles) {
        return begin + tile * size / tiles;
    };
    const int left = at(picture.left(), picture.width(), col, m_data.tileCols);
    const int top = at(picture.top(), picture.height(), row, m_data.tileRows);
    return QRect(QPoint(left, top),
                 QPoint(at(picture.left(), picture.width(), col + 1, m_data.tileCols) - 1,
                        at(picture.top(), picture.height(), row + 1, m_data.tileRows) - 1));
}

void HeatmapView::keyPressEvent(QKeyEvent* event) {
    const QPoint step = event->key() == Qt::Key_Left    ? QPoint(-1, 0)
                        : event->key() == Qt::Key_Right ? QPoint(1, 0)
                        : event->key() == Qt::Key_Up    ? QPoint(0, -1)
                        : event->key() == Qt::Key_Down  ? QPoint(0, 1)
                                                        : QPoint();
    if (event->key() == Qt::Key_Menu && !m_image.isNull())
        return m_saving->popup(mapToGlobal(rect().center()));
    if (step.isNull() || m_image.isNull()) return QWidget::keyPressEvent(event);
    m_cursor.setX(std::clamp(m_cursor.x() + step.x(), 0, m_data.tileCols - 1));
    m_cursor.setY(std::clamp(m_cursor.y() + step.y(), 0, m_data.tileRows - 1));
    const QRect tile = tileRect(m_cursor.y(), m_cursor.x());
    const QString text = textAt(tile.center());
    setAccessibleDescription(text);
    QAccessibleEvent said(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&said);
    QToolTip::showText(mapToGlobal(tile.bottomRight()), text, this);
    update();
}

void HeatmapView::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    update();
}

void HeatmapView::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    update();
}

} // namespace bitsmith::ui
