#include "ui/charts/agreement_chart.h"

#include "ui/bridge/text.h"
#include "ui/charts/log_axis.h"
#include "ui/charts/plot_math.h"

#include <QVBoxLayout>
#include <QtCharts/QLegend>
#include <QtCharts/QScatterSeries>

#include <algorithm>
#include <cmath>
#include <map>

namespace bitsmith::ui {
namespace {

// From few bits (warm) to many (cold), told apart on light and on dark.
QColor colorOf(qsizetype at, qsizetype count, bool dark) {
    const double t = count > 1 ? static_cast<double>(at) / static_cast<double>(count - 1) : 0;
    return QColor::fromHslF(static_cast<float>(0.02 + 0.6 * t), 0.75F, dark ? 0.62F : 0.42F);
}

QString widthText(int bits) { return AgreementChart::tr("%1 bits").arg(bits); }

} // namespace

AgreementChart::AgreementChart(QWidget* parent) : QWidget(parent), m_view(new ChartView(this)) {
    setObjectName(QStringLiteral("agreementChart"));
    m_view->setObjectName(QStringLiteral("agreementView"));
    m_view->setName(QStringLiteral("metric-against-kl"),
                    tr("A metric against the measured divergence"));
    m_view->setToolTip(tr("Each point: a tensor at a width. Context menu: save"));
    m_view->setCsv([this] { return csv(); });
    m_view->setPointText([this](const QXYSeries* series, int index) {
        const QPointF at = series->at(index);
        for (const AgreementPoint& p : m_agreement.points)
            if (p.loss > 0 && p.kl > 0 && series->name() == widthText(p.bits) &&
                std::abs(logOf(p.loss) - at.x()) < 1e-9 && std::abs(logOf(p.kl) - at.y()) < 1e-9)
                return tr("%1, %2 bits: %3, measured KL %4")
                    .arg(qs(p.tensor))
                    .arg(p.bits)
                    .arg(numberText(p.loss), numberText(p.kl));
        return QString();
    });
    m_view->setPainter([this](const ChartColors& colors) { paint(colors); });
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_view);
}

void AgreementChart::paint(const ChartColors&) {
    const auto all = m_view->chart()->series();
    for (qsizetype i = 0; i < all.size(); ++i) {
        auto* dots = static_cast<QScatterSeries*>(all[i]);
        dots->setColor(colorOf(i, all.size(), isDark(palette())));
        dots->setBorderColor(Qt::transparent);
    }
}

int AgreementChart::pointCount() const {
    int count = 0;
    const auto all = m_view->chart()->series();
    for (QAbstractSeries* one : all) count += static_cast<QScatterSeries*>(one)->count();
    return count;
}

void AgreementChart::setAgreement(const MetricAgreement& agreement) {
    m_agreement = agreement;
    QChart* chart = m_view->chart();
    const auto oldAxes = chart->axes(); // before their series: without one they stay drawn
    for (QAbstractAxis* axis : oldAxes) {
        chart->removeAxis(axis);
        delete axis;
    }
    chart->removeAllSeries();
    std::map<int, QList<QPointF>> byWidth;
    double left = 0, right = 0, low = 0, high = 0;
    for (const AgreementPoint& p : agreement.points) {
        if (!(p.loss > 0) || !(p.kl > 0)) continue; // no place on a logarithmic axis
        left = left > 0 ? std::min(left, p.loss) : p.loss;
        low = low > 0 ? std::min(low, p.kl) : p.kl;
        right = std::max(right, p.loss);
        high = std::max(high, p.kl);
        byWidth[p.bits].append({logOf(p.loss), logOf(p.kl)});
    }
    if (byWidth.empty()) return;
    auto* x = makeLogAxis(left, right);
    auto* y = makeLogAxis(low, high);
    x->setTitleText(engineText(agreement.title));
    y->setTitleText(tr("measured KL, nats"));
    chart->addAxis(x, Qt::AlignBottom);
    chart->addAxis(y, Qt::AlignLeft);
    // Too many to draw: the lowest and the highest of each stretch, so that no extreme is lost.
    const qsizetype most = std::max<qsizetype>(2, MaxPlotPoints / qsizetype(byWidth.size()));
    for (auto& [bits, points] : byWidth) {
        std::ranges::sort(points, {}, &QPointF::x);
        auto* dots = new QScatterSeries;
        dots->setName(widthText(bits));
        dots->setMarkerSize(6);
        dots->replace(thinned(points, most));
        chart->addSeries(dots);
        dots->attachAxis(x);
        dots->attachAxis(y);
    }
    m_view->restyle();
}

QString AgreementChart::csv() const {
    QString out = QStringLiteral("tensor,bits,%1,kl\r\n").arg(qs(m_agreement.metric));
    for (const AgreementPoint& p : m_agreement.points)
        out += QStringLiteral("%1,%2,%3,%4\r\n")
                   .arg(qs(p.tensor))
                   .arg(p.bits)
                   .arg(p.loss, 0, 'g', 9)
                   .arg(p.kl, 0, 'g', 9);
    return out;
}

} // namespace bitsmith::ui
