#include "ui/charts/error_chart.h"

#include "ui/bridge/text.h"
#include "ui/charts/plot_math.h"

#include <QVBoxLayout>
#include <QtCharts/QLegend>
#include <QtCharts/QLegendMarker>
#include <QtCharts/QLineSeries>
#include <QtCharts/QLogValueAxis>
#include <QtCharts/QScatterSeries>
#include <QtCharts/QValueAxis>

#include <algorithm>
#include <cmath>

namespace bitsmith::ui {
namespace {

constexpr double Smallest = 1e-9; // exact tensors (error 0) are drawn here
constexpr qsizetype MostDots = 300;

} // namespace

ErrorChart::ErrorChart(QWidget* parent)
    : QWidget(parent), m_view(new ChartView), m_weight(new QLineSeries), m_output(new QLineSeries),
      m_weightDots(new QScatterSeries), m_outputDots(new QScatterSeries), m_x(new QValueAxis),
      m_y(new QLogValueAxis) {
    setObjectName(QStringLiteral("errorChart"));
    m_view->setObjectName(QStringLiteral("errorChartView"));
    m_view->setName(QStringLiteral("layer-errors"), tr("Relative error per tensor"));
    m_view->setToolTip(tr("Relative error per tensor as the run proceeds. Context menu: save"));
    m_view->setCsv([this] { return csv(); });
    m_weight->setName(tr("error of weights"));
    m_output->setName(tr("error of the layer's output"));
    QChart* chart = m_view->chart();
    chart->addAxis(m_x, Qt::AlignBottom);
    chart->addAxis(m_y, Qt::AlignLeft);
    m_x->setTitleText(tr("tensor"));
    m_x->setLabelFormat(QStringLiteral("%.0f"));
    m_x->setTickType(QValueAxis::TicksDynamic);
    m_y->setBase(10);
    m_y->setTitleText(tr("relative error"));
    m_y->setLabelFormat(QStringLiteral("%g"));
    for (QXYSeries* series :
         std::initializer_list<QXYSeries*>{m_weight, m_output, m_weightDots, m_outputDots}) {
        chart->addSeries(series);
        series->attachAxis(m_x);
        series->attachAxis(m_y);
    }
    for (QScatterSeries* dots : {m_weightDots, m_outputDots}) {
        dots->setMarkerSize(6);
        dots->setBorderColor(Qt::transparent);
        const auto markers = chart->legend()->markers(dots);
        for (QLegendMarker* marker : markers) marker->setVisible(false);
    }
    // The dots lie on the lines' points: one of both is enough.
    for (QScatterSeries* dots : {m_weightDots, m_outputDots}) setDecoration(dots);
    m_view->setPointText([this](const QXYSeries* series, int index) {
        const auto i =
            static_cast<std::size_t>(std::max(0.0, std::round(series->at(index).x()) - 1));
        if (i >= m_reports.size()) return QString();
        const auto& report = m_reports[i];
        return tr("%1: %2 bits, weights %3, output %4")
            .arg(qs(report.name))
            .arg(report.bits)
            .arg(percentText(report.weightError),
                 report.outputError < 0 ? tr("not measured") : percentText(report.outputError));
    });
    m_view->setPainter([this](const ChartColors& colors) {
        m_weight->setPen(QPen(colors.first, 1.5));
        m_weightDots->setColor(colors.first);
        m_output->setPen(QPen(colors.second, 1.5));
        m_outputDots->setColor(colors.second);
    });
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_view);
}

qsizetype ErrorChart::weightPoints() const { return m_weight->count(); }
qsizetype ErrorChart::outputPoints() const { return m_output->count(); }

void ErrorChart::setReports(const std::vector<LayerReport>& reports, std::size_t expected) {
    m_reports = reports;
    QList<QPointF> weight, output;
    double low = 1, high = Smallest;
    for (std::size_t i = 0; i < reports.size(); ++i) {
        const auto add = [&](QList<QPointF>& list, double error) {
            const double y = std::max(error, Smallest);
            list.append({static_cast<double>(i + 1), y});
            low = std::min(low, y);
            high = std::max(high, y);
        };
        add(weight, reports[i].weightError);
        if (reports[i].outputError >= 0) add(output, reports[i].outputError);
    }
    m_weight->replace(thinned(weight));
    m_output->replace(thinned(output));
    const bool dots = weight.size() <= MostDots;
    m_weightDots->replace(dots ? weight : QList<QPointF>());
    m_outputDots->replace(dots ? output : QList<QPointF>());
    const auto markers = m_view->chart()->legend()->markers(m_output);
    for (QLegendMarker* marker : markers) marker->setVisible(!output.isEmpty());
    if (reports.empty()) return;
    const double last = static_cast<double>(std::max(expected, reports.size()));
    m_x->setRange(0, std::max(2.0, last + 1));
    m_x->setTickInterval(niceStep(0, last + 1, 7));
    // Whole decades, so that labels are round numbers.
    m_y->setRange(std::pow(10.0, std::floor(std::log10(low))),
                  std::pow(10.0, std::ceil(std::log10(high) + 1e-9)));
}

QString ErrorChart::csv() const {
    QString out =
        QStringLiteral("tensor,recipe,bits,bits_per_weight,weight_error,output_error,seconds\r\n");
    for (const auto& r : m_reports)
        out += QStringLiteral("%1,%2,%3,%4,%5,%6,%7\r\n")
                   .arg(qs(r.name), qs(r.recipe))
                   .arg(r.bits)
                   .arg(r.bitsPerWeight, 0, 'g', 9)
                   .arg(r.weightError, 0, 'g', 9)
                   .arg(r.outputError < 0 ? QString() : QString::number(r.outputError, 'g', 9))
                   .arg(r.seconds, 0, 'g', 6);
    return out;
}

} // namespace bitsmith::ui
