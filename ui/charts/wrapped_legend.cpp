#include "ui/charts/wrapped_legend.h"

#include <QFontMetricsF>
#include <QGraphicsScene>
#include <QPainter>
#include <QtCharts/QChart>
#include <QtCharts/QLegend>
#include <QtCharts/QLegendMarker>
#include <QtCharts/QLineSeries>
#include <QtCharts/QScatterSeries>

#include <algorithm>
#include <cmath>
#include <functional>

namespace bitsmith::ui {
namespace {

constexpr double Space = 6; // between a marker and its word, and between lines

struct Extent {
    int lines = 0;
    double height = 0;
};

// Visit(marker, place) of each that is shown. One that is wider than a line is broken into several.
Extent eachMarker(const QChart& chart, double width,
                  const std::function<void(QLegendMarker&, const QRectF&)>& visit) {
    const QFontMetricsF metrics(chart.legend()->font());
    const double box = metrics.ascent() * 0.7, line = metrics.height() + Space;
    double x = 0, y = 0;
    int lines = 1;
    const auto markers = chart.legend()->markers();
    for (QLegendMarker* marker : markers) {
        if (!marker->isVisible()) continue;
        double size = box + Space + metrics.horizontalAdvance(marker->label());
        double height = metrics.height();
        if (x > 0 && x + size > width) {
            ++lines;
            y += line;
            x = 0;
        }
        if (size > width) {
            size = width;
            height = metrics
                         .boundingRect(QRectF(0, 0, std::max(1.0, width - box - Space), 1e6),
                                       Qt::TextWordWrap, marker->label())
                         .height();
        }
        if (visit) visit(*marker, {x, y, size, height});
        const double more = height - metrics.height();
        lines += static_cast<int>(std::lround(more / metrics.height()));
        y += more;
        x += size + 2 * Space;
    }
    return {lines, y + line};
}

// As its series draws its points, where the legend asks for that; else a square of its colour.
void drawSign(QPainter& painter, QLegendMarker& marker, bool asSeries, const QRectF& box) {
    painter.setPen(marker.pen());
    painter.setBrush(marker.brush());
    if (!asSeries) return painter.drawRect(box);
    if (const auto* line = qobject_cast<const QLineSeries*>(marker.series())) {
        painter.setPen(line->pen());
        return painter.drawLine(QPointF(box.left(), box.center().y()),
                                QPointF(box.right(), box.center().y()));
    }
    const auto* dots = qobject_cast<const QScatterSeries*>(marker.series());
    const auto shape = dots ? dots->markerShape() : QScatterSeries::MarkerShapeRectangle;
    const QPointF middle = box.center();
    switch (shape) {
    case QScatterSeries::MarkerShapeCircle:
        painter.drawEllipse(box);
        break;
    case QScatterSeries::MarkerShapeTriangle:
        painter.drawPolygon(
            QPolygonF({{middle.x(), box.top()}, box.bottomRight(), box.bottomLeft()}));
        break;
    case QScatterSeries::MarkerShapeRotatedRectangle:
        painter.drawPolygon(QPolygonF({{middle.x(), box.top()},
                                       {box.right(), middle.y()},
                                       {middle.x(), box.bottom()},
                                       {box.left(), middle.y()}}));
        break;
    default:
        painter.drawRect(box);
    }
}

} // namespace

WrappedLegend::WrappedLegend(QChart* chart) : m_chart(chart) {
    chart->scene()->addItem(this);
    setZValue(chart->zValue() + 1);
}

int WrappedLegend::lines(double width) const { return eachMarker(*m_chart, width, {}).lines; }

double WrappedLegend::height() const { return eachMarker(*m_chart, m_width, {}).height; }

void WrappedLegend::place(QPointF corner, double width) {
    prepareGeometryChange();
    setPos(corner);
    m_width = width;
}

QRectF WrappedLegend::boundingRect() const { return {0, 0, m_width, height()}; }

void WrappedLegend::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
    const QLegend& legend = *m_chart->legend();
    const QFontMetricsF metrics(legend.font());
    const double box = metrics.ascent() * 0.7;
    painter->setFont(legend.font());
    eachMarker(*m_chart, m_width, [&](QLegendMarker& marker, const QRectF& place) {
        const double middle = place.top() + metrics.height() / 2; // of its first line
        drawSign(*painter, marker, legend.markerShape() == QLegend::MarkerShapeFromSeries,
                 QRectF(place.left(), middle - box / 2, box, box));
        painter->setPen(QPen(legend.labelColor()));
        painter->drawText(place.adjusted(box + Space, 0, 1, 0),
                          Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, marker.label());
    });
}

} // namespace bitsmith::ui
