#include "ui/charts/roofline_chart.h"

#include "ui/bridge/text.h"
#include "ui/charts/log_axis.h"

#include <QVBoxLayout>
#include <QtCharts/QLegend>
#include <QtCharts/QLegendMarker>
#include <QtCharts/QLineSeries>
#include <QtCharts/QScatterSeries>

#include <algorithm>

namespace bitsmith::ui {
namespace {

constexpr double Mega = 1e6;
constexpr double Below = 8, Above = 2; // how far the axis goes beyond what was measured

QList<QPointF> logarithms(const QList<QPointF>& points) {
    QList<QPointF> out;
    for (const QPointF& point : points)
        if (point.x() > 0 && point.y() > 0) out.append({logOf(point.x()), logOf(point.y())});
    return out;
}

} // namespace

Roofline rooflineOf(const LoadStudy& study) {
    Roofline out;
    out.cold = study.coldRead.bandwidth() / Mega;
    out.warm = study.warmRead.bandwidth() / Mega;
    const double decode = study.bestDecode() / Mega;
    const double fraction = study.fraction();
    if (!(out.cold > 0) || !(decode > 0) || !(fraction > 0)) return out;
    out.breakEven = study.breakEven() / Mega;
    out.from = std::min(out.cold, decode) / Below;
    out.to = std::max({out.cold, decode, out.warm}) * Above;
    out.raw = {{out.from, out.from}, {out.to, out.to}};
    // The medium delivers coded bytes, each worth 1 / fraction, until decoding is the slower one.
    const double knee = std::clamp(decode * fraction, out.from, out.to);
    const auto coded = [&](double bandwidth) {
        return QPointF(bandwidth, std::min(bandwidth / fraction, decode));
    };
    out.coded = {coded(out.from), coded(knee), coded(out.to)};
    for (const DecodeRate& rate : study.decode)
        out.ceilings.append({static_cast<double>(rate.threads), rate.bytesPerSecond / Mega});
    const double bytes = static_cast<double>(study.rawBytes) / Mega;
    if (study.raw.cold > 0) out.measuredRaw = {out.cold, bytes / study.raw.cold};
    if (study.coded.cold > 0) out.measuredCoded = {out.cold, bytes / study.coded.cold};
    return out;
}

RooflineChart::RooflineChart(QWidget* parent)
    : QWidget(parent), m_view(new ChartView(this)), m_raw(new QLineSeries),
      m_coded(new QLineSeries), m_ceilings(new QLineSeries), m_here(new QLineSeries),
      m_rawDot(new QScatterSeries), m_codedDot(new QScatterSeries) {
    setObjectName(QStringLiteral("rooflineChart"));
    m_view->setObjectName(QStringLiteral("rooflineView"));
    m_view->setName(QStringLiteral("load-roofline"), tr("Loading by the speed of the medium"));
    m_view->setToolTip(tr("Lines: what the measured rates imply for media of other speeds. Points: "
                          "loads measured here, cold. Context menu: save"));
    m_view->setCsv([this] { return csv(); });
    m_raw->setName(tr("as it is"));
    m_coded->setName(tr("compressed"));
    m_ceilings->setName(tr("decoding by threads"));
    m_here->setName(tr("this medium"));
    m_rawDot->setName(tr("measured, as it is"));
    m_codedDot->setName(tr("measured, compressed"));
    for (QScatterSeries* dot : {m_rawDot, m_codedDot}) {
        dot->setMarkerSize(10);
        dot->setBorderColor(Qt::transparent);
    }
    QChart* chart = m_view->chart();
    for (QAbstractSeries* series : std::initializer_list<QAbstractSeries*>{
             m_ceilings, m_here, m_raw, m_coded, m_rawDot, m_codedDot})
        chart->addSeries(series);
    // The dots have the colours of their lines; six names do not fit side by side.
    for (QScatterSeries* dot : {m_rawDot, m_codedDot}) {
        const auto markers = chart->legend()->markers(dot);
        for (QLegendMarker* marker : markers) marker->setVisible(false);
    }
    m_view->setPainter([this](const ChartColors& colors) {
        m_raw->setPen(QPen(colors.first, 2));
        m_rawDot->setColor(colors.first);
        m_coded->setPen(QPen(colors.second, 2));
        m_codedDot->setColor(colors.second);
        m_ceilings->setPen(QPen(colors.grid, 1));
        m_here->setPen(QPen(colors.text, 1, Qt::DashLine));
    });
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_view);
}

void RooflineChart::setStudy(const LoadStudy& study) {
    m_roofline = rooflineOf(study);
    const Roofline& r = m_roofline;
    QChart* chart = m_view->chart();
    const auto oldAxes = chart->axes();
    for (QAbstractAxis* axis : oldAxes) {
        chart->removeAxis(axis);
        delete axis;
    }
    if (r.empty()) return;
    double low = r.from, high = r.to;
    for (const QPointF& ceiling : r.ceilings) low = std::min(low, ceiling.y());
    for (const QPointF& point : {r.measuredRaw, r.measuredCoded})
        if (!point.isNull()) {
            low = std::min(low, point.y());
            high = std::max(high, point.y());
        }
    auto* x = makeLogAxis(r.from, r.to);
    auto* y = makeLogAxis(low, high);
    x->setTitleText(tr("reading from the medium, MB/s"));
    y->setTitleText(tr("loading, MB/s of the model"));
    chart->addAxis(x, Qt::AlignBottom);
    chart->addAxis(y, Qt::AlignLeft);
    m_raw->replace(logarithms(r.raw));
    m_coded->replace(logarithms(r.coded));
    // One line that goes to and fro, outside the plot where it turns.
    QList<QPointF> ceilings;
    bool right = false;
    for (const QPointF& ceiling : r.ceilings) {
        const double first = right ? x->max() + 1 : x->min() - 1;
        ceilings << QPointF(first, logOf(ceiling.y()));
        ceilings << QPointF(right ? x->min() - 1 : x->max() + 1, logOf(ceiling.y()));
        right = !right;
    }
    m_ceilings->replace(ceilings);
    m_here->replace(QList<QPointF>{{logOf(r.cold), y->min()}, {logOf(r.cold), y->max()}});
    m_rawDot->replace(logarithms({r.measuredRaw}));
    m_codedDot->replace(logarithms({r.measuredCoded}));
    const auto series = chart->series();
    for (QAbstractSeries* one : series) {
        one->attachAxis(x);
        one->attachAxis(y);
    }
    m_view->restyle();
}

QString RooflineChart::csv() const {
    QString out = QStringLiteral("what,x_megabytes_per_second,y_megabytes_per_second\r\n");
    const auto add = [&](const QString& what, const QPointF& point) {
        out += QStringLiteral("%1,%2,%3\r\n")
                   .arg(what)
                   .arg(point.x(), 0, 'g', 9)
                   .arg(point.y(), 0, 'g', 9);
    };
    for (const QPointF& point : m_roofline.raw) add(QStringLiteral("raw"), point);
    for (const QPointF& point : m_roofline.coded) add(QStringLiteral("coded"), point);
    for (const QPointF& point : m_roofline.ceilings)
        add(QStringLiteral("decode_%1_threads").arg(point.x()), {m_roofline.cold, point.y()});
    if (!m_roofline.measuredRaw.isNull())
        add(QStringLiteral("measured_raw"), m_roofline.measuredRaw);
    if (!m_roofline.measuredCoded.isNull())
        add(QStringLiteral("measured_coded"), m_roofline.measuredCoded);
    return out;
}

} // namespace bitsmith::ui
