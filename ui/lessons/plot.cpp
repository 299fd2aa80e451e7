#include "ui/lessons/plot.h"

#include "ui/charts/plot_math.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace bitsmith::ui {
namespace {

QString tickText(double value, double step, bool logarithmic) {
    if (logarithmic) return QString::number(value, 'g', 3);
    if (std::abs(value) < step * 1e-6) value = 0;
    const int decimals = std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 6);
    return QString::number(value, 'f', decimals);
}

std::vector<double> ticksOf(const PlotAxis& axis, int most) {
    std::vector<double> ticks;
    if (axis.logarithmic) {
        for (const double tick : logTicks(axis.min, axis.max, static_cast<std::size_t>(most)))
            if (tick >= axis.min * (1 - 1e-9) && tick <= axis.max * (1 + 1e-9))
                ticks.push_back(tick);
        return ticks;
    }
    const double step = niceStep(axis.min, axis.max, most);
    for (double k = std::ceil(axis.min / step - 1e-9); k * step <= axis.max + step * 1e-9; ++k)
        ticks.push_back(k * step);
    return ticks;
}

double partOf(double value, const PlotAxis& axis) { // 0..1
    if (axis.logarithmic)
        return std::log(std::max(value, axis.min * 1e-3) / axis.min) /
               std::log(axis.max / axis.min);
    return (value - axis.min) / (axis.max - axis.min);
}

double valueOf(double part, const PlotAxis& axis) {
    if (axis.logarithmic) return axis.min * std::pow(axis.max / axis.min, part);
    return axis.min + part * (axis.max - axis.min);
}

} // namespace

double lineHeight(const QFont& font) { return QFontMetricsF(font).height(); }

QColor mixed(const QColor& a, const QColor& b, double part) {
    const auto one = [part](int x, int y) {
        return static_cast<int>(std::lround(x + (y - x) * std::clamp(part, 0.0, 1.0)));
    };
    return {one(a.red(), b.red()), one(a.green(), b.green()), one(a.blue(), b.blue())};
}

QColor signedColor(double value, double most, const Inks& inks) {
    if (!(most > 0) || !std::isfinite(value)) return inks.base;
    return mixed(inks.base, value < 0 ? inks.first : inks.second,
                 std::sqrt(std::min(1.0, std::abs(value) / most)));
}

void drawText(QPainter& painter, const QRectF& box, const QColor& color, const QFont& font,
              const QString& text, int flags) {
    painter.setPen(color);
    painter.setFont(font);
    painter.drawText(box, flags, text);
}

Plot::Plot(QPainter& painter, const QRectF& area, const Inks& inks, PlotAxis x, PlotAxis y)
    : PlotPlane(std::move(x), std::move(y)), m_painter(painter), m_inks(inks) {
    const QFontMetricsF metrics(inks.small);
    const double line = metrics.height();
    const double top = m_y.title.isEmpty() ? line * 0.5 : line * 1.3;
    const double bottom =
        (m_x.labels ? line * 1.25 : line * 0.3) + (m_x.title.isEmpty() ? 0 : line * 1.1);
    const double height = std::max(line, area.height() - top - bottom);
    const auto yTicks = ticksOf(m_y, std::clamp(static_cast<int>(height / (2.2 * line)), 2, 7));
    const double yStep = yTicks.size() > 1 ? yTicks[1] - yTicks[0] : 1;
    double left = line * 0.4;
    if (m_y.labels)
        for (const double tick : yTicks)
            left =
                std::max(left, metrics.horizontalAdvance(tickText(tick, yStep, m_y.logarithmic)) +
                                   line * 0.8);
    m_plane = QRectF(area.left() + left, area.top() + top,
                     std::max(line, area.width() - left - line * 0.8), height);

    painter.setFont(inks.small);
    for (const double tick : yTicks) {
        const double at = this->at(m_x.min, tick).y();
        painter.setPen(QPen(inks.grid, 1));
        painter.drawLine(QPointF(m_plane.left(), at), QPointF(m_plane.right(), at));
        if (m_y.labels)
            drawText(painter, QRectF(area.left(), at - line, left - line * 0.4, 2 * line), inks.dim,
                     inks.small, tickText(tick, yStep, m_y.logarithmic),
                     Qt::AlignRight | Qt::AlignVCenter);
    }
    const auto xTicks =
        ticksOf(m_x, std::clamp(static_cast<int>(m_plane.width() / (5 * line)), 2, 9));
    const double xStep = xTicks.size() > 1 ? xTicks[1] - xTicks[0] : 1;
    for (const double tick : xTicks) {
        const double at = this->at(tick, m_y.min).x();
        painter.setPen(QPen(inks.grid, 1));
        painter.drawLine(QPointF(at, m_plane.top()), QPointF(at, m_plane.bottom()));
        if (m_x.labels)
            drawText(painter, QRectF(at - 4 * line, m_plane.bottom() + line * 0.15, 8 * line, line),
                     inks.dim, inks.small, tickText(tick, xStep, m_x.logarithmic));
    }
    painter.setPen(QPen(inks.dim, 1));
    painter.drawLine(m_plane.bottomLeft(), m_plane.bottomRight());
    if (!m_y.title.isEmpty())
        drawText(painter, QRectF(area.left(), area.top(), area.width(), line), inks.text,
                 inks.small, m_y.title, Qt::AlignLeft | Qt::AlignVCenter);
    if (!m_x.title.isEmpty())
        drawText(painter, QRectF(m_plane.left(), area.bottom() - line * 1.1, m_plane.width(), line),
                 inks.text, inks.small, m_x.title);
}

QPointF PlotPlane::at(double x, double y) const {
    return {m_plane.left() + partOf(x, m_x) * m_plane.width(),
            m_plane.bottom() - partOf(y, m_y) * m_plane.height()};
}

double PlotPlane::xOf(double pixel) const {
    return valueOf((pixel - m_plane.left()) / m_plane.width(), m_x);
}

double PlotPlane::yOf(double pixel) const {
    return valueOf((m_plane.bottom() - pixel) / m_plane.height(), m_y);
}

void Plot::curve(const QList<QPointF>& points, const QColor& color, double width,
                 Qt::PenStyle style) const {
    QPolygonF line;
    for (const QPointF& point : points) line << at(point.x(), point.y());
    m_painter.save();
    m_painter.setClipRect(m_plane.adjusted(-2, -2, 2, 2));
    m_painter.setPen(QPen(color, width, style, Qt::RoundCap, Qt::RoundJoin));
    m_painter.drawPolyline(line);
    m_painter.restore();
}

void Plot::bar(double x, double width, double from, double to, const QColor& color) const {
    const QRectF box =
        QRectF(at(x - width / 2, to), at(x + width / 2, from)).normalized() & m_plane;
    m_painter.fillRect(box, color);
}

void Plot::dot(double x, double y, const QColor& color, double radius) const {
    const double r = radius > 0 ? radius : lineHeight(m_inks.small) * 0.3;
    m_painter.setPen(QPen(m_inks.base, 1));
    m_painter.setBrush(color);
    m_painter.drawEllipse(at(x, y), r, r);
    m_painter.setBrush(Qt::NoBrush);
}

void Plot::vertical(double x, const QColor& color, const QString& label, int row,
                    Qt::PenStyle style) const {
    const double at = this->at(x, m_y.min).x();
    if (at < m_plane.left() - 1 || at > m_plane.right() + 1) return;
    const double line = lineHeight(m_inks.small);
    m_painter.setPen(QPen(color, 1.6, style));
    m_painter.drawLine(QPointF(at, m_plane.top()), QPointF(at, m_plane.bottom()));
    if (label.isEmpty()) return;
    const double width = QFontMetricsF(m_inks.small).horizontalAdvance(label) + line * 0.3;
    const bool left = at + width + line * 0.3 > m_plane.right();
    const QRectF box(left ? at - width - line * 0.2 : at + line * 0.2,
                     m_plane.top() + row * line * 1.05, width, line);
    QColor back = m_inks.base;
    back.setAlphaF(0.8F);
    m_painter.fillRect(box, back);
    drawText(m_painter, box, color, m_inks.small, label);
}

void Plot::horizontal(double y, const QColor& color, Qt::PenStyle style) const {
    const double at = this->at(m_x.min, y).y();
    m_painter.setPen(QPen(color, 1.4, style));
    m_painter.drawLine(QPointF(m_plane.left(), at), QPointF(m_plane.right(), at));
}

QRectF drawLegend(QPainter& painter, const QRectF& area, const Inks& inks,
                  const std::vector<LegendEntry>& entries) {
    const QFontMetricsF metrics(inks.small);
    const double line = metrics.height(), box = line * 0.7;
    double x = area.left(), y = area.top();
    for (const LegendEntry& entry : entries) {
        const double width = box + line * 0.4 + metrics.horizontalAdvance(entry.text) + 1;
        if (x > area.left() && x + width > area.right()) {
            x = area.left();
            y += line * 1.15;
        }
        painter.fillRect(QRectF(x, y + (line - box) / 2, box, box), entry.color);
        drawText(painter, QRectF(x + box + line * 0.4, y, width, line), inks.text, inks.small,
                 entry.text, Qt::AlignLeft | Qt::AlignVCenter);
        x += width + line;
    }
    return area.adjusted(0, y - area.top() + line * 1.4, 0, 0);
}

QRectF drawTitle(QPainter& painter, const QRectF& area, const Inks& inks, const QString& title) {
    const double line = lineHeight(inks.small);
    drawText(painter, QRectF(area.left(), area.top(), area.width(), line), inks.text, inks.small,
             QFontMetricsF(inks.small).elidedText(title, Qt::ElideRight, area.width()),
             Qt::AlignLeft | Qt::AlignVCenter);
    return area.adjusted(0, line * 1.3, 0, 0);
}

QRectF drawSigned(QPainter& painter, const QRectF& area, const Inks& inks, ConstMatrixView values,
                  double most, bool numbers) {
    if (values.rows == 0 || values.cols == 0) return area;
    const double width = area.width() / static_cast<double>(values.cols);
    const double height = area.height() / static_cast<double>(values.rows);
    const double gap = std::min(width, height) > 8 ? 1 : 0;
    const bool write = numbers && height > lineHeight(inks.small) * 1.1 &&
                       width > QFontMetricsF(inks.small).horizontalAdvance(QStringLiteral("-0.00"));
    for (std::size_t r = 0; r < values.rows; ++r)
        for (std::size_t c = 0; c < values.cols; ++c) {
            const QRectF cell(area.left() + static_cast<double>(c) * width,
                              area.top() + static_cast<double>(r) * height, width - gap,
                              height - gap);
            const QColor color = signedColor(values(r, c), most, inks);
            painter.fillRect(cell, color);
            if (write)
                drawText(painter, cell, color.lightness() > 128 ? Qt::black : Qt::white, inks.small,
                         QString::number(values(r, c), 'f', 2));
        }
    painter.setPen(QPen(inks.grid, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(area);
    return area;
}

std::vector<double> histogram(std::span<const float> values, double low, double high,
                              std::size_t bins) {
    std::vector<double> out(bins);
    if (!(high > low)) return out;
    const double scale = static_cast<double>(bins) / (high - low);
    for (const float value : values) {
        const double at = (value - low) * scale;
        if (at >= 0 && at <= static_cast<double>(bins))
            ++out[std::min(bins - 1, static_cast<std::size_t>(at))];
    }
    return out;
}

} // namespace bitsmith::ui
