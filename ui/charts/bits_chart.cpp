#include "ui/charts/bits_chart.h"

#include "ui/bridge/text.h"
#include "ui/charts/plot_math.h"

#include <QCursor>
#include <QToolTip>
#include <QVBoxLayout>
#include <QtCharts/QBarCategoryAxis>
#include <QtCharts/QBarSet>
#include <QtCharts/QHorizontalStackedBarSeries>
#include <QtCharts/QLegend>
#include <QtCharts/QValueAxis>

#include <algorithm>
#include <array>
#include <numeric>

namespace bitsmith::ui {

BitsChart::BitsChart(const QString& name, QStringList parts, QWidget* parent)
    : QWidget(parent), m_parts(std::move(parts)), m_view(new ChartView(this)) {
    setObjectName(name);
    m_view->setObjectName(name + QStringLiteral("View"));
    m_view->setName(QStringLiteral("bits"), tr("Bits per weight, by what they are for"));
    m_view->setToolTip(tr("Bits per weight, by what they are for. Context menu: save"));
    m_view->setCsv([this] { return csv(); });
    m_view->setPainter([this](const ChartColors& colors) {
        QColor rest = colors.text;
        rest.setAlphaF(0.45F);
        const std::array<QColor, 5> fills{colors.first, colors.second, colors.third, colors.warning,
                                          rest};
        const auto all = m_view->chart()->series();
        for (QAbstractSeries* series : all)
            if (auto* bars = qobject_cast<QHorizontalStackedBarSeries*>(series)) {
                const auto sets = bars->barSets();
                for (QBarSet* set : sets) {
                    const auto part = m_parts.indexOf(set->label());
                    set->setColor(fills[static_cast<std::size_t>(part) % fills.size()]);
                    set->setBorderColor(Qt::transparent);
                }
            }
    });
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_view);
}

void BitsChart::setBars(std::vector<BitsBar> bars) {
    m_bars = std::move(bars);
    QChart* chart = m_view->chart();
    chart->removeAllSeries();
    const auto oldAxes = chart->axes();
    for (QAbstractAxis* axis : oldAxes) {
        chart->removeAxis(axis);
        delete axis;
    }
    auto* series = new QHorizontalStackedBarSeries;
    series->setBarWidth(0.7);
    double longest = 0;
    for (const BitsBar& bar : m_bars)
        longest = std::max(longest, std::accumulate(bar.parts.begin(), bar.parts.end(), 0.0));
    for (qsizetype part = 0; part < m_parts.size(); ++part) {
        const auto bitsOf = [&](const BitsBar& bar) {
            const auto at = static_cast<std::size_t>(part);
            return at < bar.parts.size() ? bar.parts[at] : 0.0;
        };
        // Parts that no bar has would only fill the legend.
        if (std::ranges::none_of(m_bars, [&](const BitsBar& bar) { return bitsOf(bar) > 0; }))
            continue;
        auto* set = new QBarSet(m_parts[part]);
        for (auto bar = m_bars.rbegin(); bar != m_bars.rend(); ++bar) set->append(bitsOf(*bar));
        connect(set, &QBarSet::hovered, this, [this, set](bool on, int index) {
            const auto bar = static_cast<std::size_t>(static_cast<int>(m_bars.size()) - 1 - index);
            if (!on || bar >= m_bars.size()) return;
            QToolTip::showText(QCursor::pos(), tr("%1, %2: %3 bits per weight")
                                                   .arg(m_bars[bar].name, set->label(),
                                                        QString::number(set->at(index), 'f', 3)));
        });
        series->append(set);
    }
    chart->addSeries(series);
    QStringList spoken;
    for (const BitsBar& bar : m_bars)
        spoken << QStringLiteral("%1 %2").arg(
            bar.name, bitsText(std::accumulate(bar.parts.begin(), bar.parts.end(), 0.0)));
    m_view->setAccessibleDescription(spoken.join(QStringLiteral(", ")));
    auto* y = new QBarCategoryAxis;
    for (auto bar = m_bars.rbegin(); bar != m_bars.rend(); ++bar)
        y->append(QStringLiteral("%1 %2").arg(
            bar->name, bitsText(std::accumulate(bar->parts.begin(), bar->parts.end(), 0.0))));
    auto* x = new QValueAxis;
    const AxisRange range = niceRange(0, longest > 0 ? longest : 1);
    x->setRange(0, range.max);
    x->setTickCount(range.ticks);
    x->setLabelFormat(QStringLiteral("%.3g"));
    x->setTitleText(tr("bits per weight"));
    chart->addAxis(x, Qt::AlignBottom);
    chart->addAxis(y, Qt::AlignLeft);
    series->attachAxis(x);
    series->attachAxis(y);
    m_view->restyle();
    y->setGridLineVisible(false);
}

QString BitsChart::csv() const {
    QString out = QStringLiteral("bar,") + m_parts.join(QLatin1Char(',')) + QStringLiteral("\r\n");
    for (const BitsBar& bar : m_bars) {
        out += bar.name;
        for (qsizetype part = 0; part < m_parts.size(); ++part) {
            const auto at = static_cast<std::size_t>(part);
            out += QLatin1Char(',') +
                   QString::number(at < bar.parts.size() ? bar.parts[at] : 0, 'g', 9);
        }
        out += QStringLiteral("\r\n");
    }
    return out;
}

} // namespace bitsmith::ui
