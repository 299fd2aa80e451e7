#include "ui/charts/wrapped_legend.h"

#include <QFontMetricsF>
#include <QGraphicsScene>
#include <QPainter>
#include <QtCharts/QChart>
#include <QtCharts/QLegend>
#include <QtCharts/QLegendMarker>

#include <functional>

namespace bitsmith::ui {
namespace {

constexpr double Space = 6; // between a marker and its word, and between lines

double lineHeight(const QFontMetricsF& metrics) { return metrics.height() + Space; }

// Visit(marker, place) of each that is shown; the number of lines.
int eachMarker(const QChart& chart, double width,
               const std::function<void(const QLegendMarker&, const QRectF&)>& visit) {
    const QFontMetricsF metrics(chart.legend()->font());
    const double box = metrics.ascent() * 0.7;
    double x = 0;
    int line = 0;
    const auto markers = chart.legend()->markers();
    for (const QLegendMarker* marker : markers) {
        if (!marker->isVisible()) continue;
        const double size = box + Space + metrics.horizontalAdvance(marker->label());
        if (x > 0 && x + size > width) {
            ++line;
            x = 0;
        }
        if (visit) visit(*marker, {x, line * lineHeight(metrics), size, metrics.height()});
        x += size + 2 * Space;
    }
    return line + 1;
}

} // namespace

WrappedLegend::WrappedLegend(QChart* chart) : m_chart(chart) {
    chart->scene()->addItem(this);
    setZValue(chart->zValue() + 1);
}

int WrappedLegend::lines(double width) const { return eachMarker(*m_chart, width, {}); }

double WrappedLegend::height() const {
    return lines(m_width) * lineHeight(QFontMetricsF(m_chart->legend()->font()));
}

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
    eachMarker(*m_chart, m_width, [&](const QLegendMarker& marker, const QRectF& place) {
        painter->setPen(marker.pen());
        painter->setBrush(marker.brush());
        painter->drawRect(QRectF(place.left(), place.center().y() - box / 2, box, box));
        const QRectF word = place.adjusted(box + Space, 0, 0, 0);
        painter->setPen(QPen(legend.labelColor()));
        painter->drawText(word, Qt::AlignLeft | Qt::AlignVCenter,
                          metrics.elidedText(marker.label(), Qt::ElideRight,
                                             std::min(word.width(), m_width - box - Space) + 1));
    });
}

} // namespace bitsmith::ui
