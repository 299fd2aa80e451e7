#include "ui/charts/channel_chart.h"

#include "ui/bridge/text.h"
#include "ui/charts/plot_math.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QVBoxLayout>
#include <QtCharts/QAreaSeries>
#include <QtCharts/QLegend>
#include <QtCharts/QLineSeries>
#include <QtCharts/QScatterSeries>
#include <QtCharts/QValueAxis>

#include <algorithm>
#include <functional>
#include <numeric>

namespace bitsmith::ui {
namespace {

constexpr std::size_t MostBars = 500, MostMarks = 200;

} // namespace

QList<QPointF> barOutline(std::span<const double> values, std::size_t mostBars) {
    QList<QPointF> out;
    const std::size_t count = values.size(),
                      bars = std::min(count, std::max<std::size_t>(1, mostBars));
    for (std::size_t i = 0; i < bars; ++i) {
        const std::size_t first = i * count / bars, last = (i + 1) * count / bars;
        const double top = *std::max_element(values.begin() + static_cast<std::ptrdiff_t>(first),
                                             values.begin() + static_cast<std::ptrdiff_t>(last));
        out.append({static_cast<double>(first), top});
        out.append({static_cast<double>(last), top});
    }
    return out;
}

ChannelChart::ChannelChart(const QString& name, const QString& xTitle, const QString& yTitle,
                           QWidget* parent)
    : QWidget(parent), m_view(new ChartView), m_header(new QHBoxLayout), m_order(new QComboBox),
      m_upper(new QLineSeries), m_lower(new QLineSeries), m_medianLine(new QLineSeries),
      m_bars(new QAreaSeries(m_upper, m_lower)), m_outliers(new QScatterSeries) {
    m_view->setObjectName(name);
    m_view->setName(name, tr("%1 per %2").arg(yTitle, xTitle));
    m_view->setToolTip(tr("%1 per %2; dashed: the median; dots: channels far above it. Context "
                          "menu: save")
                           .arg(yTitle, xTitle));
    m_order->setObjectName(name + QStringLiteral("Order"));
    m_order->addItems({tr("in order"), tr("sorted")});
    m_order->setToolTip(tr("Channels where they are, or the largest first"));
    m_upper->setParent(this);
    m_lower->setParent(this);
    QChart* chart = m_view->chart();
    chart->legend()->hide(); // room is short; the tooltip says what is what
    m_outliers->setMarkerSize(7);
    chart->addSeries(m_bars);
    chart->addSeries(m_medianLine);
    chart->addSeries(m_outliers);
    auto* x = new QValueAxis;
    x->setLabelFormat(QStringLiteral("%.0f"));
    x->setTickType(QValueAxis::TicksDynamic);
    x->setTitleText(xTitle);
    auto* y = new QValueAxis;
    y->setLabelFormat(QStringLiteral("%.3g"));
    y->setTitleText(yTitle);
    chart->addAxis(x, Qt::AlignBottom);
    chart->addAxis(y, Qt::AlignLeft);
    for (QAbstractSeries* series :
         std::initializer_list<QAbstractSeries*>{m_bars, m_medianLine, m_outliers}) {
        series->attachAxis(x);
        series->attachAxis(y);
    }
    m_view->setPainter([this](const ChartColors& colors) {
        QColor fill = colors.first;
        fill.setAlphaF(0.75F);
        m_bars->setBrush(fill);
        m_bars->setPen(QPen(colors.first, 1));
        m_medianLine->setPen(QPen(colors.third, 1, Qt::DashLine));
        m_outliers->setColor(colors.warning);
        m_outliers->setBorderColor(colors.background);
    });
    m_view->setCsv([this] { return csv(); });
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_header->addWidget(m_order, 0, Qt::AlignRight);
    column->addLayout(m_header);
    column->addWidget(m_view, 1);
    connect(m_order, &QComboBox::currentIndexChanged, this, &ChannelChart::rebuild);
}

void ChannelChart::addToHeader(QWidget* widget) { m_header->insertWidget(0, widget, 1); }

void ChannelChart::setData(ChannelData data) {
    m_data = std::move(data);
    rebuild();
}

void ChannelChart::rebuild() {
    const bool sorted = m_order->currentIndex() == 1;
    std::vector<double> values = m_data.values;
    if (sorted) std::ranges::sort(values, std::greater());
    const double count = static_cast<double>(values.size());
    m_upper->replace(barOutline(values, MostBars));
    m_lower->replace(QList<QPointF>{{0, 0}, {count, 0}});
    m_medianLine->replace(m_data.median > 0
                              ? QList<QPointF>{{0, m_data.median}, {count, m_data.median}}
                              : QList<QPointF>());
    QList<QPointF> marks;
    for (std::size_t i = 0; i < std::min(MostMarks, m_data.outliers.size()); ++i) {
        // Sorted, the outliers are the first ones, the largest first, as they come.
        const std::size_t at = sorted ? i : m_data.outliers[i];
        if (at < values.size()) marks.append({static_cast<double>(at) + 0.5, values[at]});
    }
    m_outliers->replace(marks);
    auto* x = static_cast<QValueAxis*>(m_view->chart()->axes(Qt::Horizontal).constFirst());
    auto* y = static_cast<QValueAxis*>(m_view->chart()->axes(Qt::Vertical).constFirst());
    x->setRange(0, std::max(1.0, count));
    x->setTickInterval(niceStep(0, std::max(1.0, count), 6));
    const double highest = values.empty() ? 0 : *std::ranges::max_element(values);
    const AxisRange range = niceRange(0, highest);
    y->setRange(0, range.max);
    // Two or three labels fit where bars lie under a picture, with a round number in the middle.
    y->setTickCount(range.ticks % 2 == 1 ? 3 : 2);
}

QString ChannelChart::csv() const {
    QString out = QStringLiteral("channel,value\r\n");
    for (std::size_t i = 0; i < m_data.values.size(); ++i)
        out += QStringLiteral("%1,%2\r\n").arg(i).arg(m_data.values[i], 0, 'g', 9);
    return out;
}

} // namespace bitsmith::ui
