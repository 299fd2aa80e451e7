#include "ui/charts/pareto_chart.h"

#include "ui/charts/log_axis.h"
#include "ui/charts/plot_math.h"

#include <QMouseEvent>
#include <QVBoxLayout>
#include <QtCharts/QLegend>
#include <QtCharts/QLegendMarker>
#include <QtCharts/QLineSeries>
#include <QtCharts/QScatterSeries>
#include <QtCharts/QValueAxis>

#include <algorithm>
#include <cmath>
#include <initializer_list>

namespace bitsmith::ui {
namespace {

constexpr double MostDecades = 1e-6; // shown below the largest value

bool drawable(const QPointF& at) { return std::isfinite(at.y()) && at.y() > 0; }
QPointF plotted(const QPointF& at) { return {at.x(), logOf(at.y())}; }

} // namespace

ParetoChart::ParetoChart(QWidget* parent)
    : QWidget(parent), m_view(new ChartView(this)), m_curve(new QLineSeries),
      m_here(new QLineSeries), m_uniform(new QScatterSeries), m_measured(new QScatterSeries),
      m_planned(new QScatterSeries) {
    setObjectName(QStringLiteral("paretoChart"));
    m_view->setObjectName(QStringLiteral("paretoView"));
    m_view->setName(QStringLiteral("size-against-predicted-loss"),
                    tr("Size against predicted loss"));
    m_view->setToolTip(tr("Click: this size becomes the budget. Context menu: save"));
    m_view->setCsv([this] { return csv(); });
    m_view->viewport()->installEventFilter(this);
    m_curve->setName(tr("best mix of widths"));
    m_uniform->setName(tr("one width for all"));
    m_measured->setName(tr("experiments, measured"));
    m_planned->setName(tr("this plan"));
    m_uniform->setMarkerSize(8);
    m_uniform->setMarkerShape(QScatterSeries::MarkerShapeRectangle);
    m_measured->setMarkerSize(9);
    m_measured->setMarkerShape(QScatterSeries::MarkerShapeTriangle);
    m_planned->setMarkerSize(13);
    m_planned->setMarkerShape(QScatterSeries::MarkerShapeRotatedRectangle);
    QChart* chart = m_view->chart();
    for (QAbstractSeries* series :
         std::initializer_list<QAbstractSeries*>{m_here, m_curve, m_uniform, m_measured, m_planned})
        chart->addSeries(series);
    const auto markers = chart->legend()->markers(m_here);
    for (QLegendMarker* marker : markers) marker->setVisible(false);
    setDecoration(m_here);
    m_view->setPointText([this](const QXYSeries* series, int index) {
        if (series != m_uniform && series != m_measured) return QString();
        const QPointF at = series->at(index);
        for (const auto& mark : series == m_uniform ? m_data.uniform : m_data.measured)
            if (drawable(mark.at) && std::abs(plotted(mark.at).y() - at.y()) < 1e-9 &&
                std::abs(mark.at.x() - at.x()) < 1e-9)
                return mark.label;
        return QString();
    });
    // Enter does what a click does.
    connect(m_view->points(), &PointWalk::chosen, this,
            [this](const QXYSeries* series, int index) { Q_EMIT picked(series->at(index).x()); });
    m_view->setPainter([this](const ChartColors& colors) {
        m_curve->setPen(QPen(colors.first, 2));
        m_here->setPen(QPen(colors.second, 1, Qt::DashLine));
        m_uniform->setColor(colors.text);
        m_measured->setColor(colors.third);
        m_planned->setColor(colors.second);
        for (QScatterSeries* dots : {m_uniform, m_measured, m_planned})
            dots->setBorderColor(Qt::transparent);
    });
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_view);
}

void ParetoChart::setData(ParetoData data) {
    m_data = std::move(data);
    draw();
}

void ParetoChart::setPlanned(std::optional<QPointF> planned) {
    m_data.planned = planned;
    m_planned->clear();
    m_here->clear();
    if (!planned || !drawable(*planned) || m_view->chart()->axes().isEmpty()) return;
    const QPointF at = plotted(*planned);
    m_planned->append(at);
    m_here->replace(QList<QPointF>{{at.x(), m_low}, {at.x(), m_high}});
}

void ParetoChart::draw() {
    QChart* chart = m_view->chart();
    const auto oldAxes = chart->axes();
    for (QAbstractAxis* axis : oldAxes) {
        chart->removeAxis(axis);
        delete axis;
    }
    std::vector<QPointF> all;
    for (const QPointF& at : m_data.curve)
        if (drawable(at)) all.push_back(at);
    for (const auto* marks : {&m_data.uniform, &m_data.measured})
        for (const auto& mark : *marks)
            if (drawable(mark.at)) all.push_back(mark.at);
    if (m_data.planned && drawable(*m_data.planned)) all.push_back(*m_data.planned);
    const auto fill = [](QXYSeries* series, const auto& marks) {
        QList<QPointF> points;
        for (const auto& mark : marks)
            if (drawable(mark.at)) points.append(plotted(mark.at));
        series->replace(points);
    };
    QList<QPointF> curve;
    for (const QPointF& at : m_data.curve)
        if (drawable(at)) curve.append(plotted(at));
    m_curve->replace(curve);
    fill(m_uniform, m_data.uniform);
    fill(m_measured, m_data.measured);
    const auto markers = chart->legend()->markers(m_measured);
    for (QLegendMarker* marker : markers) marker->setVisible(m_measured->count() > 0);
    if (all.empty()) return setPlanned(m_data.planned);
    const auto [left, right] = std::ranges::minmax(all, {}, &QPointF::x);
    const auto [low, high] = std::ranges::minmax(all, {}, &QPointF::y);
    auto* x = new QValueAxis;
    const AxisRange range = niceRange(left.x(), right.x());
    x->setRange(std::max(0.0, range.min), range.max);
    x->setTickCount(std::min(range.ticks, 9));
    x->setLabelFormat(QStringLiteral("%.4g"));
    x->setTitleText(m_data.xTitle);
    auto* y = makeLogAxis(std::max(low.y(), high.y() * MostDecades), high.y());
    m_low = y->min();
    m_high = y->max();
    y->setTitleText(m_data.yTitle);
    chart->addAxis(x, Qt::AlignBottom);
    chart->addAxis(y, Qt::AlignLeft);
    const auto series = chart->series();
    for (QAbstractSeries* one : series) {
        one->attachAxis(x);
        one->attachAxis(y);
    }
    setPlanned(m_data.planned);
    m_view->restyle();
}

QPoint ParetoChart::positionOf(const QPointF& at) const {
    const QPointF scene =
        m_view->chart()->mapToScene(m_view->chart()->mapToPosition(plotted(at), m_curve));
    return m_view->mapFromScene(scene);
}

bool ParetoChart::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::MouseButtonRelease && !m_view->chart()->axes().isEmpty()) {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        const QPointF inChart =
            m_view->chart()->mapFromScene(m_view->mapToScene(mouse->position().toPoint()));
        if (mouse->button() == Qt::LeftButton && m_view->chart()->plotArea().contains(inChart))
            Q_EMIT picked(m_view->chart()->mapToValue(inChart, m_curve).x());
    }
    return QWidget::eventFilter(watched, event);
}

QString ParetoChart::csv() const {
    QString out = QStringLiteral("what,size,loss\r\n");
    const auto add = [&](const QString& what, const QPointF& at) {
        out +=
            QStringLiteral("%1,%2,%3\r\n").arg(what).arg(at.x(), 0, 'g', 9).arg(at.y(), 0, 'g', 9);
    };
    for (const QPointF& at : m_data.curve) add(QStringLiteral("curve"), at);
    for (const auto& mark : m_data.uniform) add(QStringLiteral("uniform"), mark.at);
    for (const auto& mark : m_data.measured) add(QStringLiteral("measured"), mark.at);
    if (m_data.planned) add(QStringLiteral("plan"), *m_data.planned);
    return out;
}

} // namespace bitsmith::ui
