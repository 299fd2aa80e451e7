#include "ui/charts/histogram_view.h"

#include "ui/charts/plot_math.h"

#include <QCheckBox>
#include <QVBoxLayout>
#include <QtCharts/QAreaSeries>
#include <QtCharts/QLegend>
#include <QtCharts/QLegendMarker>
#include <QtCharts/QLineSeries>
#include <QtCharts/QLogValueAxis>
#include <QtCharts/QScatterSeries>
#include <QtCharts/QValueAxis>

#include <algorithm>

namespace bitsmith::ui {

HistogramView::HistogramView(const QString& name, const QString& xTitle, QWidget* parent)
    : QWidget(parent), m_xTitle(xTitle), m_view(new ChartView(this)),
      m_log(new QCheckBox(tr("Lo&garithmic counts"), this)), m_upper(new QLineSeries(this)),
      m_lower(new QLineSeries(this)), m_ticks(new QLineSeries), m_outliers(new QScatterSeries) {
    setObjectName(name);
    m_view->setObjectName(name + QStringLiteral("Chart"));
    m_view->setName(name, tr("Histogram over %1").arg(xTitle));
    setDecoration(m_ticks);
    m_view->setToolTip(tr("Context menu: save as PNG, SVG or CSV"));
    m_view->setCsv([this] { return csv(); });
    m_log->setObjectName(name + QStringLiteral("Log"));
    m_log->setToolTip(tr("Show counts on a logarithmic axis, so that rare values are seen"));
    m_area = new QAreaSeries(m_upper, m_lower);
    m_area->setName(tr("count"));
    m_outliers->setMarkerSize(6);
    m_outliers->setBorderColor(Qt::transparent);
    QChart* chart = m_view->chart();
    chart->addSeries(m_area);
    chart->addSeries(m_ticks);
    chart->addSeries(m_outliers);
    m_view->setPainter([this](const ChartColors& colors) {
        QColor fill = colors.first;
        fill.setAlphaF(0.45F);
        m_area->setBrush(fill);
        m_area->setPen(QPen(colors.first, 1));
        m_ticks->setPen(QPen(colors.second, 1.2));
        m_outliers->setColor(colors.warning);
    });
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addWidget(m_view, 1);
    layout->addWidget(m_log);
    connect(m_log, &QCheckBox::toggled, this, &HistogramView::rebuild);
}

void HistogramView::setData(HistogramData data) {
    m_data = std::move(data);
    rebuild();
}

void HistogramView::rebuild() {
    QChart* chart = m_view->chart();
    const auto oldAxes = chart->axes();
    for (QAbstractAxis* axis : oldAxes) {
        chart->removeAxis(axis);
        delete axis;
    }
    const bool logarithmic = m_log->isChecked();
    const std::uint64_t highest =
        m_data.counts.empty()
            ? 1
            : std::max<std::uint64_t>(1, *std::ranges::max_element(m_data.counts));
    const double bottom = logarithmic ? LogFloor : 0;
    double top = static_cast<double>(highest);

    auto* x = new QValueAxis;
    const double left = std::min<double>(
        m_data.min, m_data.ticks.empty() ? m_data.min : *std::ranges::min_element(m_data.ticks));
    const double right = std::max<double>(
        m_data.max, m_data.ticks.empty() ? m_data.max : *std::ranges::max_element(m_data.ticks));
    const double room = right > left ? 0.02 * (right - left) : 1;
    x->setRange(left - room, right + room);
    x->setTickType(QValueAxis::TicksDynamic);
    double step = niceStep(left, right, 7);
    if (m_data.whole) step = std::max(1.0, step);
    x->setTickAnchor(step * 1e-9); // a hair above zero, which rounding would else print as "-0"
    x->setTickInterval(step);
    x->setLabelFormat(labelFormat(step));
    x->setTitleText(m_xTitle);
    QAbstractAxis* y = nullptr;
    if (logarithmic) {
        auto* axis = new QLogValueAxis;
        axis->setBase(10);
        axis->setLabelFormat(QStringLiteral("%g"));
        top *= 1.6;
        axis->setRange(bottom, top);
        y = axis;
    } else {
        auto* axis = new QValueAxis;
        const AxisRange range = niceRange(0, top);
        axis->setRange(range.min, range.max);
        axis->setTickCount(range.ticks);
        axis->setLabelFormat(QStringLiteral("%.6g"));
        top = range.max;
        y = axis;
    }
    y->setTitleText(tr("weights"));
    chart->addAxis(x, Qt::AlignBottom);
    chart->addAxis(y, Qt::AlignLeft);

    m_upper->replace(thinned(histogramOutline(m_data.min, m_data.max, m_data.counts, logarithmic)));
    m_lower->replace(QList<QPointF>{{m_data.min, bottom}, {m_data.max, bottom}});
    m_ticks->replace(tickLines(m_data.ticks, bottom, top));
    m_ticks->setName(m_data.tickName);
    m_outliers->replace(m_data.outlierDeviations > 0
                            ? outlierBins(m_data.min, m_data.max, m_data.counts, m_data.mean,
                                          m_data.standardDeviation, m_data.outlierDeviations)
                            : QList<QPointF>());
    m_outliers->setName(tr("outliers, beyond %1 σ").arg(m_data.outlierDeviations));
    const auto series = chart->series();
    for (QAbstractSeries* one : series) {
        one->attachAxis(x);
        one->attachAxis(y);
    }
    const auto hideEmpty = [chart](QXYSeries* one) {
        const auto markers = chart->legend()->markers(one);
        for (QLegendMarker* marker : markers) marker->setVisible(one->count() > 0);
    };
    hideEmpty(m_ticks);
    hideEmpty(m_outliers);
    chart->legend()->setVisible(m_ticks->count() > 0 || m_outliers->count() > 0);
    m_view->restyle();
}

QString HistogramView::csv() const {
    QString out = QStringLiteral("from,to,count\r\n");
    const double width = (m_data.max - m_data.min) /
                         static_cast<double>(std::max<std::size_t>(1, m_data.counts.size()));
    for (std::size_t bin = 0; bin < m_data.counts.size(); ++bin)
        out += QStringLiteral("%1,%2,%3\r\n")
                   .arg(m_data.min + width * static_cast<double>(bin), 0, 'g', 9)
                   .arg(m_data.min + width * static_cast<double>(bin + 1), 0, 'g', 9)
                   .arg(m_data.counts[bin]);
    return out;
}

} // namespace bitsmith::ui
