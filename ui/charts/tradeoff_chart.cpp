#include "ui/charts/tradeoff_chart.h"

#include "ui/bridge/text.h"
#include "ui/charts/hues.h"
#include "ui/charts/log_axis.h"
#include "ui/charts/plot_math.h"
#include "ui/models/experiments_model.h"
#include "ui/widgets/state_stack.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>
#include <QtCharts/QLegend>
#include <QtCharts/QLegendMarker>
#include <QtCharts/QLineSeries>
#include <QtCharts/QScatterSeries>
#include <QtCharts/QValueAxis>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace bitsmith::ui {

namespace {

// Containers of the same plan differ by some bytes of JSON; that is no better size.
constexpr double SameSize = 0.002;
constexpr double Decades = 20; // perplexities that spread further are drawn on a logarithmic axis

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
                       qs(e.recipe),
                       TradeoffChart::tr("%1: %2, %3 bits per weight, %4, %5 %6")
                           .arg(e.id.value)
                           .arg(qs(e.recipe), bitsText(e.bitsPerWeight), bytesText(e.bytes),
                                y == TradeoffY::Kl ? TradeoffChart::tr("KL")
                                                   : TradeoffChart::tr("perplexity"),
                                numberText(*quality))});
    }
    return out;
}

TradeoffChart::TradeoffChart(QWidget* parent)
    : QWidget(parent), m_x(new QComboBox), m_y(new QComboBox), m_view(new ChartView),
      m_chosen(new QScatterSeries), m_front(new QLineSeries), m_original(new QLineSeries) {
    setObjectName(QStringLiteral("tradeoffChart"));
    buildChart();
    m_x->setObjectName(QStringLiteral("tradeoffX"));
    m_x->addItems({tr("file size"), tr("bits per weight")});
    m_x->setToolTip(tr("What the horizontal axis shows: all files of the result, or the quantized "
                       "tensors alone. Both as really written, tables and metadata counted"));
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
    m_view->setName(QStringLiteral("size-against-quality"),
                    tr("Size against quality of experiments"));
    m_view->setToolTip(tr("Click a point to choose its experiment. Context menu: save"));
    m_view->setCsv([this] { return csv(); });
    setDecoration(m_chosen);
    m_view->setPointText([this](const QXYSeries* series, int index) {
        const auto* point = pointOf(series, index);
        return point ? point->label : QString();
    });
    connect(m_view->points(), &PointWalk::chosen, this, [this](const QXYSeries* series, int index) {
        if (const auto* point = pointOf(series, index)) Q_EMIT picked(point->experiment);
    });
    m_front->setName(tr("best so far"));
    m_original->setName(tr("original"));
    m_chosen->setMarkerSize(15);
    m_chosen->setColor(Qt::transparent);
    QChart* chart = m_view->chart();
    chart->legend()->setAlignment(Qt::AlignRight); // many recipes do not fit side by side
    for (QXYSeries* series : std::initializer_list<QXYSeries*>{m_original, m_front, m_chosen})
        chart->addSeries(series);
    const auto markers = chart->legend()->markers(m_chosen);
    for (QLegendMarker* marker : markers) marker->setVisible(false);
    m_view->setPainter([this](const ChartColors& colors) {
        for (qsizetype i = 0; i < m_dots.size(); ++i)
            m_dots[i]->setColor(hueOf(i, isDark(palette())));
        m_chosen->setBorderColor(colors.warning);
        m_front->setPen(QPen(colors.grid, 2));
        m_original->setPen(QPen(colors.text, 1, Qt::DashLine));
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
        if (point.experiment == experiment) m_chosen->append(plotted(point.at));
}

QPointF TradeoffChart::plotted(const QPointF& at) const {
    return m_logarithmic ? QPointF(at.x(), logOf(at.y())) : at;
}

QStringList TradeoffChart::recipes() const {
    QStringList out;
    for (const QScatterSeries* one : m_dots) out << one->name();
    return out;
}

const TradeoffPoint* TradeoffChart::nearest(const QPointF& value) const {
    const auto distance = [&](const TradeoffPoint& point) {
        const QPointF away = plotted(point.at) - value;
        return std::abs(away.x()) / m_range.x() + std::abs(away.y()) / m_range.y();
    };
    const auto it = std::ranges::min_element(m_points, {}, distance);
    return it == m_points.end() ? nullptr : &*it;
}

// Of the dots; a line's points are no experiments of their own.
const TradeoffPoint* TradeoffChart::pointOf(const QXYSeries* series, int index) const {
    const bool dots = std::ranges::any_of(m_dots, [&](const auto* one) { return one == series; });
    return dots ? nearest(series->at(index)) : nullptr;
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
    std::vector<QPointF> plain;
    double left = m_points.front().at.x(), right = left, low = m_points.front().at.y(), high = low;
    for (const auto& point : m_points) {
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

    showDots();
    showAxes(kl, QRectF(QPointF(left, low), QPointF(right, high)));
    for (QScatterSeries* dots : m_dots) {
        QList<QPointF> own;
        for (const auto& point : m_points)
            if (point.recipe == dots->name()) own.append(plotted(point.at));
        dots->replace(own);
    }
    QList<QPointF> front;
    for (const std::size_t i : paretoFront(plain, SameSize)) front.append(plotted(plain[i]));
    m_front->replace(front);
    const auto* x = static_cast<QValueAxis*>(m_view->chart()->axes(Qt::Horizontal).constFirst());
    m_original->replace(std::isfinite(original) ? QList<QPointF>{plotted({x->min(), original}),
                                                                 plotted({x->max(), original})}
                                                : QList<QPointF>());
    const auto hideEmpty = [this](QXYSeries* one) {
        const auto markers = m_view->chart()->legend()->markers(one);
        for (QLegendMarker* marker : markers) marker->setVisible(one->count() > 1);
    };
    hideEmpty(m_original);
    hideEmpty(m_front);
    setSelected(m_selected);
    m_view->restyle();
}

// A series per recipe, in the order of their names, so that colours stay.
void TradeoffChart::showDots() {
    QStringList names;
    for (const auto& point : m_points)
        if (!names.contains(point.recipe)) names << point.recipe;
    names.sort();
    if (names == recipes()) return;
    QChart* chart = m_view->chart();
    for (QScatterSeries* old : std::as_const(m_dots)) {
        chart->removeSeries(old);
        old->deleteLater(); // it may be the one that was clicked
    }
    m_dots.clear();
    for (const QString& name : std::as_const(names)) {
        auto* dots = new QScatterSeries;
        dots->setName(name);
        dots->setMarkerShape(shapeOf(m_dots.size(), 8)); // when the hues come again
        dots->setMarkerSize(9);
        dots->setBorderColor(Qt::transparent);
        connect(dots, &QScatterSeries::clicked, this, [this](const QPointF& value) {
            if (const auto* point = nearest(value)) Q_EMIT picked(point->experiment);
        });
        chart->addSeries(dots);
        m_dots.append(dots);
    }
}

// box: of the points, perplexity or nats from top (small) to bottom.
void TradeoffChart::showAxes(bool kl, const QRectF& box) {
    QChart* chart = m_view->chart();
    const auto oldAxes = chart->axes();
    for (QAbstractAxis* axis : oldAxes) {
        chart->removeAxis(axis);
        delete axis;
    }
    const double left = box.left(), right = box.right(), low = box.top(), high = box.bottom();
    auto* x = new QValueAxis;
    const AxisRange xRange = niceRange(left - (right - left) * 0.05, right + (right - left) * 0.05);
    x->setRange(std::max(0.0, xRange.min), xRange.max);
    x->setTickCount(std::min(xRange.ticks, 7));
    x->setLabelFormat(QStringLiteral("%.4g"));
    x->setTitleText(m_x->currentIndex() == 0 ? tr("size of all files, MB") : tr("bits per weight"));
    // Divergences halve with every fraction of a bit; perplexities spread over decades at 2 bits,
    // otherwise a plain axis has the better labels.
    m_logarithmic = kl || high / low > Decades;
    QAbstractAxis* y = nullptr;
    if (m_logarithmic) {
        auto* axis = makeLogAxis(low / 1.05, high * 1.05);
        m_range.setY(axis->max() - axis->min());
        y = axis;
    } else {
        auto* axis = new QValueAxis;
        const AxisRange range = niceRange(low - (high - low) * 0.05, high + (high - low) * 0.05);
        axis->setRange(range.min, range.max);
        axis->setTickCount(std::min(range.ticks, 7));
        axis->setLabelFormat(QStringLiteral("%.4g"));
        m_range.setY(range.max - range.min);
        y = axis;
    }
    m_range.setX(x->max() - x->min());
    y->setTitleText(kl ? tr("mean KL, nats") : tr("perplexity"));
    chart->addAxis(x, Qt::AlignBottom);
    chart->addAxis(y, Qt::AlignLeft);
    const auto series = chart->series();
    for (QAbstractSeries* one : series) {
        one->attachAxis(x);
        one->attachAxis(y);
    }
}

QString TradeoffChart::csv() const {
    QString out = QStringLiteral("experiment,recipe,%1,%2\r\n")
                      .arg(m_x->currentIndex() == 0 ? QStringLiteral("megabytes")
                                                    : QStringLiteral("bits_per_weight"),
                           m_y->currentIndex() == 1 ? QStringLiteral("kl_mean")
                                                    : QStringLiteral("perplexity"));
    for (const auto& point : m_points)
        out += QStringLiteral("%1,%2,%3,%4\r\n")
                   .arg(point.experiment)
                   .arg(point.recipe)
                   .arg(point.at.x(), 0, 'g', 12)
                   .arg(point.at.y(), 0, 'g', 12);
    return out;
}

} // namespace bitsmith::ui
