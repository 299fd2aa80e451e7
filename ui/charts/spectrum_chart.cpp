#include "ui/charts/spectrum_chart.h"

#include "ui/charts/log_axis.h"
#include "ui/charts/plot_math.h"

#include <QVBoxLayout>
#include <QtCharts/QLineSeries>
#include <QtCharts/QScatterSeries>
#include <QtCharts/QValueAxis>

#include <algorithm>

namespace bitsmith::ui {
namespace {

constexpr double LeastOfLargest = 1e-6; // values below are drawn there

} // namespace

SpectrumChart::SpectrumChart(const QString& name, QWidget* parent)
    : QWidget(parent), m_view(new ChartView), m_values(new QLineSeries), m_energy(new QLineSeries),
      m_marks(new QScatterSeries), m_rank(new QValueAxis), m_share(new QValueAxis) {
    m_view->setObjectName(name);
    m_view->setName(QStringLiteral("spectrum"), tr("Singular values and their energy"));
    m_view->setToolTip(tr("Singular values, the largest first, and how much of the energy (the "
                          "sum of their squares) the first ones hold. Context menu: save"));
    QChart* chart = m_view->chart();
    m_values->setName(tr("singular value"));
    m_energy->setName(tr("energy so far"));
    m_marks->setName(tr("90 and 99 %"));
    m_marks->setMarkerSize(8);
    chart->addSeries(m_values);
    chart->addSeries(m_energy);
    chart->addSeries(m_marks);
    m_rank->setTitleText(tr("rank"));
    m_rank->setLabelFormat(QStringLiteral("%.0f"));
    m_rank->setTickType(QValueAxis::TicksDynamic);
    m_share->setTitleText(tr("energy so far, %"));
    m_share->setLabelFormat(QStringLiteral("%.0f"));
    m_share->setRange(0, 100);
    chart->addAxis(m_rank, Qt::AlignBottom);
    chart->addAxis(m_share, Qt::AlignRight);
    for (QAbstractSeries* series :
         std::initializer_list<QAbstractSeries*>{m_values, m_energy, m_marks})
        series->attachAxis(m_rank);
    m_energy->attachAxis(m_share);
    m_marks->attachAxis(m_share);
    m_view->setPainter([this](const ChartColors& colors) {
        m_values->setPen(QPen(colors.first, 2));
        m_energy->setPen(QPen(colors.second, 2));
        m_marks->setColor(colors.second);
        m_marks->setBorderColor(colors.background);
    });
    m_view->setCsv([this] { return csv(); });
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_view);
}

void SpectrumChart::setData(Spectrum spectrum) {
    m_spectrum = std::move(spectrum);
    const std::vector<double>& values = m_spectrum.values;
    const double largest = values.empty() ? 0 : values.front();
    const double least = largest * LeastOfLargest;
    QList<QPointF> sizes, shares, marks;
    const auto energy = cumulativeEnergy(m_spectrum);
    double lowest = largest;
    for (std::size_t i = 0; i < values.size() && largest > 0; ++i) {
        const double rank = static_cast<double>(i + 1);
        lowest = std::min(lowest, std::max(values[i], least));
        sizes.append({rank, logOf(std::max(values[i], least))});
        shares.append({rank, 100 * energy[i]});
    }
    for (const std::size_t rank : {m_spectrum.rank90, m_spectrum.rank99})
        if (rank > 0) marks.append({static_cast<double>(rank), 100 * energy[rank - 1]});
    m_values->replace(thinned(sizes));
    m_energy->replace(thinned(shares));
    m_marks->replace(marks);
    QChart* chart = m_view->chart();
    if (m_size) {
        chart->removeAxis(m_size);
        delete m_size;
    }
    m_size = makeLogAxis(largest > 0 ? lowest * 0.9 : 0.1, largest > 0 ? largest * 1.1 : 1);
    m_size->setTitleText(tr("singular value"));
    chart->addAxis(m_size, Qt::AlignLeft);
    m_values->attachAxis(m_size);
    const double count = std::max<double>(2, static_cast<double>(values.size()));
    m_rank->setRange(0, count);
    m_rank->setTickInterval(niceStep(0, count, 6));
    m_view->restyle();
}

QString SpectrumChart::csv() const {
    QString out = QStringLiteral("rank,singular_value,energy_so_far\r\n");
    const auto energy = cumulativeEnergy(m_spectrum);
    for (std::size_t i = 0; i < m_spectrum.values.size(); ++i)
        out += QStringLiteral("%1,%2,%3\r\n")
                   .arg(i + 1)
                   .arg(m_spectrum.values[i], 0, 'g', 9)
                   .arg(energy[i], 0, 'g', 9);
    return out;
}

} // namespace bitsmith::ui
