// A chart's legend in as many lines as its words need, where Qt's own would cut them to fit one. It
// belongs to the chart's scene, so that saved pictures have it, too.
#pragma once

#include <QGraphicsItem>

class QChart;

namespace bitsmith::ui {

class WrappedLegend final : public QGraphicsItem {
public:
    explicit WrappedLegend(QChart* chart); // the chart's scene owns it

    // Lines that the chart's markers take in this width, by its legend's type and shown markers.
    int lines(double width) const;
    // At the top of the chart, `width` wide, from now on.
    void place(QPointF corner, double width);
    double height() const; // as placed

    QRectF boundingRect() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    QChart* m_chart;
    double m_width = 0;
};

} // namespace bitsmith::ui
