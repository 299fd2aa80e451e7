#include "ui/charts/tradeoff_chart.h"

#include "ui/bridge/text.h"
#include "ui/charts/plot_math.h"
#include "ui/models/experiments_model.h"
#include "ui/widgets/state_stack.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolTip>
#include <QVBoxLayout>
#include <QtCharts/QLegend>
#include <QtCharts/QLegendMarker>
#include <QtCharts/QLineSeries>
#include <QtCharts/QLogValueAxis>
#include <QtCharts/QScatterSeries>
#include <QtCharts/QValueAxis>

#include <algorithm>
#include <cmath>
#include <limits>

namespace bitsmith::ui {

namespace {

// Containers of the same plan differ by some bytes of JSON; that is no better size.
constexpr double SameSize = 0.002;

} // namespace

std::vector<TradeoffPoint> tradeoffPoints(const std::vector<Experiment>& experiments, TradeoffX x,
                                          TradeoffY y) {
    std::vector<TradeoffPoint> out;
    for (const auto& e : experiments) {
        const auto quality = metricOf(e, y == TradeoffY::Kl ? "kl_mean" : "perplexity");
        // A logarithmic axis has no place for 0 or less.
        if (e.state != "done" || !quality || !std::isfinite(*quality) || *quality <= 0) continue;
        const double size =
            x == TradeoffX::Bytes ? static_cast<double>(e.bytes) / 1e6 : e.bitsPerWeight;
        out.push_back({e.id.value,
                       {size, *quality},
                       QStringLiteral("%1: %2, %3 bpw")
                           .arg(e.id.value)
                           .arg(qs(e.recipe), bitsText(e.bitsPerWeight))});
    }
    return out;
}

TradeoffChart::TradeoffChart(QWidget* parent)
    : QWidget(parent), m_x(new QComboBox), m_y(new QComboBox), m_view(new ChartView),
      m_dots(new QScatterSeries), m_chosen(new QScatterSeries), m_front(new QLineSeries),
      m_original(new QLineSeries) {
    setObjectName(QStringLiteral("tradeoffChart"));
    buildChart();
    m_x->setObjectName(QStringLiteral("tradeoffX"));
    m_x->addItems({tr("file size"), tr("bits per weight")});
    m_x->setToolTip(tr("What the horizontal axis shows"));
    m_y->setObjectName(QStringLiteral("tradeoffY"));
    m_y->addItems({tr("perplexity"), tr("mean KL divergence")});
    m_y->setToolTip(tr("What the vertical axis shows; lower is better"));
    for (QComboBox* combo : {m_x, m_y})
        connect(combo, &QComboBox::currentIndexChanged, this, &TradeoffChart::rebuild);
    auto* row = new QHBoxLayout;
    row->addWidget(m_y);
    row->addWidget(new QLabel(tr("against")));
    row->addWidget(m_x);
    row->addStretch();
    m_stack = new StateStack(m_view);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addLayout(row);
    layout->addWidget(m_stack, 1);
    rebuild();
}

void TradeoffChart::buildChart() {
    m_view->setObjectName(QStringLiteral("tradeoffView"));
    m_view->setName(QStringLiteral("size-against-quality"));
    m_view->setToolTip(tr("Click a point to choose its experiment. Context menu: save"));
    m_view->setCsv([this] { return csv(); });
    m_dots->setName(tr("experiment"));
    m_front->setName(tr("best so far"));
    m_original->setName(tr("original"));
    m_dots->setMarkerSize(9);
    m_dots->setBorderColor(Qt::transparent);
    m_chosen->setMarkerSize(15);
    m_chosen->setColor(Qt::transparent);
    QChart* chart = m_view->chart();
    for (QXYSeries* series :
         std::initializer_list<QXYSeries*>{m_original, m_front, m_chosen, m_dots})
        chart->addSeries(series);
    const auto markers = chart->legend()->markers(m_chosen);
    for (QLegendMarker* marker : markers) marker->setVisible(false);
    connect(m_dots, &QScatterSeries::clicked, this, [this](const QPointF& value) {
        if (const auto* point = nearest(value)) Q_EMIT picked(point->experiment);
    });
    connect(m_dots, &QScatterSeries::hovered, this, [this](const QPointF& value, bool on) {
        const auto* point = nearest(value);
        if (on && point) QToolTip::showText(QCursor::pos(), point->label);
    });
    m_view->setPainter([this](const ChartColors& colors) {
        m_dots->setColor(colors.first);
        m_chosen->setBorderColor(colors.warning);
        m_front->setPen(QPen(colors.third, 1.5));
        m_original->setPen(QPen(colors.second, 1.5, Qt::DashLine));
    });
}

void TradeoffChart::setExperiments(const std::vector<Experiment>& experiments) {
    m_experiments = experiments;
    rebuild();
}

void TradeoffChart::setSelected(qint64 experiment) {
    m_selected = experiment;
    m_chosen->clear();
    for (const auto& point : m_points)
        if (point.experiment == experiment) m_chosen->append(point.at);
}

const TradeoffPoint* TradeoffChart::nearest(const QPointF& value) const {
    const auto distance = [&](const TradeoffPoint& point) {
        return std::abs(point.at.x() - value.x()) + std::abs(point.at.y() - value.y());
    };
    const auto it = std::ranges::min_element(m_points, {}, distance);
    return it == m_points.end() ? nullptr : &*it;
}

void TradeoffChart::rebuild() {
    const bool kl = m_y->currentIndex() == 1;
    m_points = tradeoffPoints(
        m_experiments, m_x->currentIndex() == 0 ? TradeoffX::Bytes : TradeoffX::BitsPerWeight,
        kl ? TradeoffY::Kl : TradeoffY::Perplexity);
    if (m_points.empty()) {
        m_stack->showEmpty(
            kl ? tr("No KL divergence measured yet: evaluate a quantized model with the "
                    "original as baseline.")
               : tr("No perplexity measured yet: press Evaluate, or let Quantize evaluate when "
                    "it is done."));
        return;
    }
    m_stack->showContent();
    QList<QPointF> dots;
    std::vector<QPointF> plain;
    double left = m_points.front().at.x(), right = left, low = m_points.front().at.y(), high = low;
    for (const auto& point : m_points) {
        dots.append(point.at);
        plain.push_back(point.at);
        left = std::min(left, point.at.x());
        right = std::max(right, point.at.x());
        low = std::min(low, point.at.y());
        high = std::max(high, point.at.y());
    }
    double original = std::numeric_limits<double>::infinity();
    for (const auto& e : m_experiments)
        if (const auto baseline = metricOf(e, "baseline_perplexity"); baseline && !kl)
            original = std::min(original, *baseline);
    if (std::isfinite(original)) low = std::min(low, original);

    QChart* chart = m_view->chart();
    const auto oldAxes = chart->axes();
    for (QAbstractAxis* axis : oldAxes) {
        chart->removeAxis(axis);
        delete axis;
    }
    auto* x = new QValueAxis;
    AxisRange xRange = niceRange(left - (right - left) * 0.05, right + (right - left) * 0.05);
    x->setRange(xRange.min, xRange.max);
    x->setTickCount(std::min(xRange.ticks, 7));
    x->setLabelFormat(QStringLiteral("%.4g"));
    x->setTitleText(m_x->currentIndex() == 0 ? tr("file size, MB") : tr("bits per weight"));
    // Perplexities spread over decades at 2 bits; otherwise a plain axis has the better labels.
    QAbstractAxis* y = nullptr;
    if (high / low > 20) {
        auto* axis = new QLogValueAxis;
        axis->setBase(10);
        axis->setLabelFormat(QStringLiteral("%g"));
        axis->setRange(std::pow(10.0, std::floor(std::log10(low))),
                       std::pow(10.0, std::ceil(std::log10(high))));
        y = axis;
    } else {
        auto* axis = new QValueAxis;
        const AxisRange range = niceRange(low - (high - low) * 0.05, high + (high - low) * 0.05);
        axis->setRange(range.min, range.max);
        axis->setTickCount(std::min(range.ticks, 7));
        axis->setLabelFormat(QStringLiteral("%.4g"));
        y = axis;
    }
    y->setTitleText(kl ? tr("mean KL, nats") : tr("perplexity"));
    chart->addAxis(x, Qt::AlignBottom);
    chart->addAxis(y, Qt::AlignLeft);
    m_dots->replace(dots);
    QList<QPointF> front;
    for (const std::size_t i : paretoFront(plain, SameSize)) front.append(plain[i]);
    m_front->replace(front);
    m_original->replace(std::isfinite(original)
                            ? QList<QPointF>{{xRange.min, original}, {xRange.max, original}}
                            : QList<QPointF>());
    const auto series = chart->series();
    for (QAbstractSeries* one : series) {
        one->attachAxis(x);
        one->attachAxis(y);
    }
    const auto markers = chart->legend()->markers(m_original);
    for (QLegendMarker* marker : markers) marker->setVisible(m_original->count() > 0);
    setSelected(m_selected);
    m_view->restyle();
}

QString TradeoffChart::csv() const {
    QString out = QStringLiteral("experiment,x,y\r\n");
    for (const auto& point : m_points)
        out += QStringLiteral("%1,%2,%3\r\n")
                   .arg(point.experiment)
                   .arg(point.at.x(), 0, 'g', 12)
                   .arg(point.at.y(), 0, 'g', 12);
    return out;
}

} // namespace bitsmith::ui
