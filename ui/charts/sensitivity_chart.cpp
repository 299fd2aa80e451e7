#include "ui/charts/sensitivity_chart.h"

#include "ui/bridge/text.h"
#include "ui/charts/log_axis.h"
#include "ui/charts/plot_math.h"

#include <QVBoxLayout>
#include <QtCharts/QAreaSeries>
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

bool drawable(double loss) { return std::isfinite(loss) && loss > 0; }

double quantile(const std::vector<double>& sorted, double fraction) {
    const double at = fraction * static_cast<double>(sorted.size() - 1);
    const auto low = static_cast<std::size_t>(at);
    const std::size_t high = std::min(low + 1, sorted.size() - 1);
    return sorted[low] + (at - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}

} // namespace

SensitivityPlot sensitivityPlot(const SensitivityTable& table, const std::string& tensor,
                                double planned) {
    SensitivityPlot plot;
    const SensitivityRow* own = table.find(tensor);
    for (std::size_t w = 0; w < table.widths.size(); ++w) {
        const double bits = table.widths[w];
        std::vector<double> all;
        for (const SensitivityRow& row : table.rows)
            if (w < row.loss.size() && drawable(row.loss[w])) all.push_back(row.loss[w]);
        std::ranges::sort(all);
        if (!all.empty())
            plot.others.push_back({.bits = bits,
                                   .least = all.front(),
                                   .quarter = quantile(all, 0.25),
                                   .median = quantile(all, 0.5),
                                   .threeQuarters = quantile(all, 0.75),
                                   .most = all.back()});
        if (own && w < own->loss.size() && drawable(own->loss[w]))
            plot.own.emplace_back(bits, own->loss[w]);
    }
    if (own && planned > 0)
        if (const double loss = table.loss(*own, planned); drawable(loss))
            plot.planned = {planned, loss};
    return plot;
}

SensitivityChart::SensitivityChart(QWidget* parent)
    : QWidget(parent), m_view(new ChartView(this)), m_least(new QLineSeries(this)),
      m_quarter(new QLineSeries(this)), m_median(new QLineSeries),
      m_threeQuarters(new QLineSeries(this)), m_most(new QLineSeries(this)),
      m_wide(new QAreaSeries(m_most, m_least)),
      m_narrow(new QAreaSeries(m_threeQuarters, m_quarter)), m_own(new QLineSeries),
      m_here(new QLineSeries), m_dots(new QScatterSeries), m_planned(new QScatterSeries) {
    setObjectName(QStringLiteral("sensitivityChart"));
    m_view->setObjectName(QStringLiteral("sensitivityView"));
    m_view->setName(QStringLiteral("sensitivity"), tr("Loss of the tensor at each width"));
    setDecoration(m_here);
    setDecoration(m_dots); // on the line's points
    m_view->setToolTip(tr("Loss of this tensor at each width, among all other tensors; the planned "
                          "width is marked. Context menu: save"));
    m_view->setCsv([this] { return csv(); });
    m_wide->setName(tr("all tensors"));
    m_narrow->setName(tr("middle half"));
    m_median->setName(tr("median"));
    m_own->setName(tr("this tensor"));
    m_planned->setName(tr("planned"));
    m_dots->setMarkerSize(7);
    m_planned->setMarkerSize(13);
    m_planned->setMarkerShape(QScatterSeries::MarkerShapeRotatedRectangle);
    QChart* chart = m_view->chart();
    for (QAbstractSeries* series : std::initializer_list<QAbstractSeries*>{
             m_wide, m_narrow, m_median, m_here, m_own, m_dots, m_planned})
        chart->addSeries(series);
    for (QAbstractSeries* series :
         std::initializer_list<QAbstractSeries*>{m_here, m_dots, m_narrow}) {
        const auto markers = chart->legend()->markers(series);
        for (QLegendMarker* marker : markers) marker->setVisible(false);
    }
    m_view->setPainter([this](const ChartColors& colors) {
        QColor band = colors.text;
        band.setAlphaF(0.10F);
        for (QAreaSeries* area : {m_wide, m_narrow}) {
            area->setBrush(band);
            area->setPen(Qt::NoPen);
        }
        m_median->setPen(QPen(colors.grid, 2));
        m_here->setPen(QPen(colors.second, 1, Qt::DashLine));
        m_own->setPen(QPen(colors.first, 2));
        m_dots->setColor(colors.first);
        m_dots->setBorderColor(Qt::transparent);
        m_planned->setColor(colors.second);
        m_planned->setBorderColor(Qt::transparent);
    });
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_view);
}

void SensitivityChart::setPlot(SensitivityPlot plot) {
    m_plot = std::move(plot);
    QChart* chart = m_view->chart();
    const auto oldAxes = chart->axes();
    for (QAbstractAxis* axis : oldAxes) {
        chart->removeAxis(axis);
        delete axis;
    }
    QList<QPointF> least, quarter, median, threeQuarters, most, own;
    double low = 0, high = 0, left = 0, right = 1;
    const auto include = [&](double bits, double loss) {
        low = low > 0 ? std::min(low, loss) : loss;
        high = std::max(high, loss);
        left = left > 0 ? std::min(left, bits) : bits;
        right = std::max(right, bits);
    };
    for (const auto& o : m_plot.others) {
        least.append({o.bits, logOf(o.least)});
        quarter.append({o.bits, logOf(o.quarter)});
        median.append({o.bits, logOf(o.median)});
        threeQuarters.append({o.bits, logOf(o.threeQuarters)});
        most.append({o.bits, logOf(o.most)});
        include(o.bits, o.least);
        include(o.bits, o.most);
    }
    for (const QPointF& at : m_plot.own) {
        own.append({at.x(), logOf(at.y())});
        include(at.x(), at.y());
    }
    if (!m_plot.planned.isNull()) include(m_plot.planned.x(), m_plot.planned.y());
    m_least->replace(least);
    m_quarter->replace(quarter);
    m_median->replace(median);
    m_threeQuarters->replace(threeQuarters);
    m_most->replace(most);
    m_own->replace(own);
    m_dots->replace(own);
    m_planned->clear();
    m_here->clear();
    if (!(low > 0)) return;
    auto* x = new QValueAxis;
    x->setRange(left - 0.3, right + 0.3);
    x->setTickType(QValueAxis::TicksDynamic);
    x->setTickAnchor(std::ceil(left));
    x->setTickInterval(1);
    x->setLabelFormat(QStringLiteral("%.0f"));
    x->setTitleText(tr("bits"));
    auto* y = makeLogAxis(low, high);
    y->setTitleText(m_plot.metric);
    chart->addAxis(x, Qt::AlignBottom);
    chart->addAxis(y, Qt::AlignLeft);
    const auto series = chart->series();
    for (QAbstractSeries* one : series) {
        one->attachAxis(x);
        one->attachAxis(y);
    }
    if (!m_plot.planned.isNull()) {
        const QPointF at(m_plot.planned.x(), logOf(m_plot.planned.y()));
        m_planned->append(at);
        m_here->replace(QList<QPointF>{{at.x(), y->min()}, {at.x(), y->max()}});
    }
    m_view->restyle();
}

QString SensitivityChart::csv() const {
    QString out = QStringLiteral("what,bits,loss\r\n");
    const auto add = [&](const QString& what, double bits, double loss) {
        out += QStringLiteral("%1,%2,%3\r\n").arg(what).arg(bits).arg(loss, 0, 'g', 9);
    };
    for (const QPointF& at : m_plot.own) add(m_plot.tensor, at.x(), at.y());
    for (const auto& o : m_plot.others) {
        add(QStringLiteral("least"), o.bits, o.least);
        add(QStringLiteral("median"), o.bits, o.median);
        add(QStringLiteral("most"), o.bits, o.most);
    }
    if (!m_plot.planned.isNull())
        add(QStringLiteral("planned"), m_plot.planned.x(), m_plot.planned.y());
    return out;
}

} // namespace bitsmith::ui
