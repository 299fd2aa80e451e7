#include "ui/charts/bottom_title.h"

#include <QFontMetricsF>
#include <QGraphicsScene>
#include <QtCharts/QAbstractAxis>
#include <QtCharts/QChart>

#include <algorithm>

namespace bitsmith::ui {
namespace {

constexpr double Edge = 4; // to the chart's sides

} // namespace

BottomTitle::BottomTitle(QChart* chart) : m_chart(chart) {
    chart->scene()->addItem(this);
    setZValue(chart->zValue() + 1);
}

double BottomTitle::take(double width) {
    setText({});
    const auto axes = m_chart->axes(Qt::Horizontal);
    for (QAbstractAxis* axis : axes) {
        if (axis->alignment() != Qt::AlignBottom || !axis->isVisible()) continue;
        axis->setTitleVisible(false);
        const QFontMetricsF metrics(axis->titleFont());
        if (metrics.horizontalAdvance(axis->titleText()) > width) continue;
        setFont(axis->titleFont());
        setBrush(axis->titleBrush());
        setText(axis->titleText());
    }
    return text().isEmpty() ? 0 : boundingRect().height();
}

void BottomTitle::place(QSizeF size) {
    const QSizeF own = boundingRect().size();
    const double left = m_chart->plotArea().center().x() - own.width() / 2;
    setPos(std::clamp(left, Edge, std::max(Edge, size.width() - own.width() - Edge)),
           size.height() - own.height() - Edge / 2);
}

} // namespace bitsmith::ui
