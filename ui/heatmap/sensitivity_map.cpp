#include "ui/heatmap/sensitivity_map.h"

#include "ui/bridge/text.h"
#include "ui/heatmap/heatmap_image.h"

#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace bitsmith::ui {
namespace {

constexpr int Gap = 4, ScaleHeight = 10;
constexpr int LeastRowHeight = 5;    // a mark on the planned width still shows
constexpr double MostDecades = 1e-7; // of the colour scale, below the largest loss

} // namespace

SensitivityMap::SensitivityMap(QWidget* parent)
    : QWidget(parent), m_saving(new PictureMenu(this, QStringLiteral("sensitivity-map"))) {
    m_saving->setCsv([this] { return csv(); });
    m_saving->setFilled([this] { return !m_rows.empty(); });
    setObjectName(QStringLiteral("sensitivityMap"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::MinimumExpanding);
    setAccessibleName(tr("Sensitivity of tensors at each width"));
}

void SensitivityMap::setData(QString metric, std::vector<int> widths,
                             std::vector<SensitivityMapRow> rows) {
    if (metric == m_metric && widths == m_widths && rows == m_rows) return;
    m_metric = std::move(metric);
    m_widths = std::move(widths);
    const std::string active = m_active >= 0 && m_active < rowCount()
                                   ? m_rows[static_cast<std::size_t>(m_active)].tensor
                                   : std::string();
    m_rows = std::move(rows);
    m_least = m_most = 0;
    for (const auto& row : m_rows)
        for (const double loss : row.loss) {
            if (!std::isfinite(loss) || loss <= 0) continue;
            m_most = std::max(m_most, loss);
            m_least = m_least > 0 ? std::min(m_least, loss) : loss;
        }
    m_least = std::max(m_least, m_most * MostDecades);
    m_active = rowOf(active);
    m_row = std::clamp(m_row, 0, std::max(0, rowCount() - 1));
    m_column = std::clamp(m_column, 0, std::max(0, columnCount() - 1));
    updateGeometry();
    update();
}

int SensitivityMap::rowOf(const std::string& tensor) const {
    const auto at = std::ranges::find(m_rows, tensor, &SensitivityMapRow::tensor);
    return at == m_rows.end() ? -1 : static_cast<int>(at - m_rows.begin());
}

void SensitivityMap::setActive(const std::string& tensor) {
    m_active = rowOf(tensor);
    if (m_active >= 0 && m_active != m_row) {
        m_row = m_active;
        Q_EMIT rowChosen(cellRect(m_row, m_column));
    }
    update();
}

int SensitivityMap::labelWidth() const {
    int widest = 0;
    for (const auto& row : m_rows)
        widest = std::max(widest, fontMetrics().horizontalAdvance(row.label));
    return widest + 2 * Gap;
}

QSize SensitivityMap::minimumSizeHint() const {
    const int line = fontMetrics().height();
    return {120, rowCount() * LeastRowHeight + 2 * line + ScaleHeight + 4 * Gap};
}

QSize SensitivityMap::sizeHint() const {
    const int line = fontMetrics().height();
    return {320, std::max(minimumSizeHint().height(), std::min(rowCount(), 16) * (line + 2) +
                                                          2 * line + ScaleHeight + 4 * Gap)};
}

QRect SensitivityMap::gridRect() const {
    const int line = fontMetrics().height();
    return rect().adjusted(labelWidth(), line + Gap, -Gap, -(line + ScaleHeight + 3 * Gap));
}

QRect SensitivityMap::cellRect(int row, int column) const {
    const QRect grid = gridRect();
    if (row < 0 || row >= rowCount() || column < 0 || column >= columnCount()) return {};
    // Edges from whole fractions: cells neither overlap nor leave gaps.
    const int left = grid.left() + column * grid.width() / columnCount();
    const int right = grid.left() + (column + 1) * grid.width() / columnCount();
    const int top = grid.top() + row * grid.height() / rowCount();
    const int bottom = grid.top() + (row + 1) * grid.height() / rowCount();
    return {left, top, right - left, bottom - top};
}

bool SensitivityMap::cellAt(const QPoint& position, int& row, int& column) const {
    const QRect grid = gridRect();
    if (m_rows.empty() || m_widths.empty() || grid.width() <= 0 || grid.height() <= 0) return false;
    if (position.y() < grid.top() || position.y() > grid.bottom()) return false;
    row = std::clamp((position.y() - grid.top()) * rowCount() / grid.height(), 0, rowCount() - 1);
    while (row + 1 < rowCount() && cellRect(row, 0).bottom() < position.y()) ++row;
    column = std::clamp((position.x() - grid.left()) * columnCount() / grid.width(), 0,
                        columnCount() - 1);
    return position.x() <= grid.right(); // labels belong to their row
}

double SensitivityMap::fractionOf(double loss) const {
    if (!(loss > m_least) || !(m_most > m_least)) return 0;
    return std::log(loss / m_least) / std::log(m_most / m_least);
}

QString SensitivityMap::cellText(int row, int column) const {
    if (row < 0 || row >= rowCount() || column < 0 || column >= columnCount()) return {};
    const auto& r = m_rows[static_cast<std::size_t>(row)];
    const double loss = r.loss[static_cast<std::size_t>(column)];
    QString text = tr("%1 at %2 bits: %3 %4")
                       .arg(qs(r.tensor))
                       .arg(m_widths[static_cast<std::size_t>(column)])
                       .arg(m_metric, std::isnan(loss) ? tr("not measured") : numberText(loss));
    if (r.planned > 0) text += tr("; planned: %1 bits").arg(QString::number(r.planned, 'g', 3));
    return text;
}

void SensitivityMap::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), palette().base());
    const QRect grid = gridRect();
    if (m_rows.empty() || m_widths.empty() || grid.width() < 8 || grid.height() < 4) return;
    QColor unknown = palette().color(QPalette::Text);
    unknown.setAlphaF(0.06F);
    for (int r = 0; r < rowCount(); ++r) {
        const auto& row = m_rows[static_cast<std::size_t>(r)];
        for (int c = 0; c < columnCount(); ++c) {
            const double loss = row.loss[static_cast<std::size_t>(c)];
            painter.fillRect(cellRect(r, c),
                             std::isnan(loss) ? unknown : heatColor(fractionOf(loss)));
        }
        if (!(row.planned > 0)) continue;
        // The mark lies between columns where the width does.
        const auto above =
            std::ranges::lower_bound(m_widths, row.planned, {}, [](int w) { return double(w); });
        double column = static_cast<double>(above - m_widths.begin());
        if (above == m_widths.end())
            column -= 1;
        else if (*above > row.planned && above != m_widths.begin())
            column -= (*above - row.planned) / (*above - *(above - 1));
        const QRect first = cellRect(r, 0);
        const double x = grid.left() + (column + 0.5) * grid.width() / columnCount();
        const double size = std::clamp(first.height() / 2.0, 2.0, 8.0);
        painter.setPen(QPen(Qt::black, 1));
        painter.setBrush(Qt::white);
        painter.setRenderHint(QPainter::Antialiasing, size > 3);
        painter.drawRect(QRectF(x - size / 2, first.center().y() + 0.5 - size / 2, size, size));
        painter.setRenderHint(QPainter::Antialiasing, false);
    }
    painter.setBrush(Qt::NoBrush);
    if (m_active >= 0) {
        const QRect row = cellRect(m_active, 0).united(cellRect(m_active, columnCount() - 1));
        painter.setPen(QPen(palette().color(QPalette::Highlight), 2));
        painter.drawRect(row.adjusted(-1, -1, 0, 0));
    }
    if (hasFocus()) {
        painter.setPen(QPen(Qt::white, 3));
        painter.drawRect(cellRect(m_row, m_column).adjusted(1, 1, -2, -2));
        painter.setPen(QPen(Qt::black, 1, Qt::DotLine));
        painter.drawRect(cellRect(m_row, m_column).adjusted(1, 1, -2, -2));
    }
    drawLabels(painter);
    drawScale(painter);
}

void SensitivityMap::drawLabels(QPainter& painter) const {
    painter.setPen(palette().color(QPalette::Text));
    const QRect grid = gridRect();
    const int line = fontMetrics().height();
    for (int c = 0; c < columnCount(); ++c) {
        const QRect cell = cellRect(0, c);
        painter.drawText(QRect(cell.left(), 0, cell.width(), line), Qt::AlignCenter,
                         QString::number(m_widths[static_cast<std::size_t>(c)]));
    }
    painter.drawText(QRect(0, 0, grid.left() - Gap, line), Qt::AlignRight | Qt::AlignVCenter,
                     tr("bits"));
    // Each row where there is room, otherwise the first rows of blocks, as far as these have room.
    const bool each = grid.height() >= rowCount() * line;
    int below = grid.top() - line;
    for (int r = 0; r < rowCount(); ++r) {
        const auto& row = m_rows[static_cast<std::size_t>(r)];
        const bool first = r == 0 || m_rows[static_cast<std::size_t>(r - 1)].block != row.block;
        const QRect cell = cellRect(r, 0);
        if (!each && (!first || cell.top() < below)) continue;
        const int top = each ? cell.center().y() - line / 2 : cell.top();
        painter.drawText(QRect(0, top, grid.left() - Gap, line), Qt::AlignRight | Qt::AlignVCenter,
                         each ? row.label : tr("block %1").arg(row.block));
        below = top + line;
    }
}

void SensitivityMap::drawScale(QPainter& painter) const {
    const QRect grid = gridRect();
    const int line = fontMetrics().height();
    const QRect scale(grid.left(), grid.bottom() + 1 + Gap, grid.width(), ScaleHeight);
    for (int x = 0; x < scale.width(); ++x)
        painter.fillRect(scale.left() + x, scale.top(), 1, scale.height(),
                         heatColor(static_cast<double>(x) / std::max(1, scale.width() - 1)));
    painter.setPen(palette().color(QPalette::Text));
    const QRect text(scale.left(), scale.bottom() + 1, scale.width(), line + Gap);
    painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter, QString::number(m_least, 'g', 2));
    painter.drawText(text, Qt::AlignRight | Qt::AlignVCenter, QString::number(m_most, 'g', 2));
    painter.drawText(text, Qt::AlignCenter,
                     fontMetrics().elidedText(m_metric, Qt::ElideRight, text.width() / 2));
}

bool SensitivityMap::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        int row = 0, column = 0;
        const QString text = cellAt(help->pos(), row, column) ? cellText(row, column) : QString();
        if (text.isEmpty())
            QToolTip::hideText();
        else
            QToolTip::showText(help->globalPos(), text, this, cellRect(row, column));
        return true;
    }
    return QWidget::event(event);
}

void SensitivityMap::moveCursor(int row, int column) {
    m_row = std::clamp(row, 0, std::max(0, rowCount() - 1));
    m_column = std::clamp(column, 0, std::max(0, columnCount() - 1));
    const QRect cell = cellRect(m_row, m_column);
    setAccessibleDescription(cellText(m_row, m_column));
    QToolTip::showText(mapToGlobal(cell.bottomRight()), cellText(m_row, m_column), this);
    Q_EMIT rowChosen(cell);
    update();
}

void SensitivityMap::mousePressEvent(QMouseEvent* event) {
    int row = 0, column = 0;
    if (event->button() != Qt::LeftButton || !cellAt(event->position().toPoint(), row, column))
        return QWidget::mousePressEvent(event);
    m_row = row;
    m_column = column;
    update();
    Q_EMIT activated(m_rows[static_cast<std::size_t>(row)].tensor);
}

void SensitivityMap::keyPressEvent(QKeyEvent* event) {
    if (m_rows.empty()) return QWidget::keyPressEvent(event);
    const int page = 10;
    switch (event->key()) {
    case Qt::Key_Up:
        return moveCursor(m_row - 1, m_column);
    case Qt::Key_Down:
        return moveCursor(m_row + 1, m_column);
    case Qt::Key_Left:
        return moveCursor(m_row, m_column - 1);
    case Qt::Key_Right:
        return moveCursor(m_row, m_column + 1);
    case Qt::Key_PageUp:
        return moveCursor(m_row - page, m_column);
    case Qt::Key_PageDown:
        return moveCursor(m_row + page, m_column);
    case Qt::Key_Home:
        return moveCursor(0, m_column);
    case Qt::Key_End:
        return moveCursor(rowCount() - 1, m_column);
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        Q_EMIT activated(m_rows[static_cast<std::size_t>(m_row)].tensor);
        return;
    default:
        QWidget::keyPressEvent(event);
    }
}

QString SensitivityMap::csv() const {
    QString out = QStringLiteral("tensor,planned_bits");
    for (const int width : m_widths) out += QStringLiteral(",loss_%1").arg(width);
    out += QStringLiteral("\r\n");
    for (const auto& row : m_rows) {
        out += QStringLiteral("%1,%2").arg(qs(row.tensor)).arg(row.planned);
        for (const double loss : row.loss)
            out +=
                std::isnan(loss) ? QStringLiteral(",") : QStringLiteral(",%1").arg(loss, 0, 'g', 9);
        out += QStringLiteral("\r\n");
    }
    return out;
}

void SensitivityMap::contextMenuEvent(QContextMenuEvent* event) {
    if (!m_rows.empty()) m_saving->popup(event->globalPos());
}

} // namespace bitsmith::ui
