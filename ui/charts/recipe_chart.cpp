#include "ui/charts/recipe_chart.h"

#include "ui/bridge/text.h"
#include "ui/charts/hues.h"
#include "ui/charts/log_axis.h"
#include "ui/charts/plot_math.h"

#include <QVBoxLayout>
#include <QtCharts/QLegend>
#include <QtCharts/QLegendMarker>
#include <QtCharts/QLineSeries>
#include <QtCharts/QScatterSeries>
#include <QtCharts/QValueAxis>

#include <algorithm>
#include <cmath>

namespace bitsmith::ui {
namespace {

constexpr double LineBeyond = 0.3; // bits

bool hasPoint(const RecipeOutcome& outcome) {
    return outcome.problem.empty() && outcome.all.error() > 0;
}

QPointF pointOf(const RecipeOutcome& outcome) {
    return {outcome.all.bitsPerWeight, logOf(outcome.all.error())};
}

} // namespace

RecipeChart::RecipeChart(QWidget* parent)
    : QWidget(parent), m_view(new ChartView), m_plain(new QLineSeries), m_cheap(new QLineSeries),
      m_chosen(new QScatterSeries) {
    setObjectName(QStringLiteral("recipeChart"));
    m_view->setObjectName(QStringLiteral("recipeView"));
    m_view->setAccessibleName(tr("Bits per weight against error, a point per recipe"));
    m_view->setToolTip(tr("Points below the lines do better than plain rounding and the best cheap "
                          "method with the same bits. Click a point to find it in the table. "
                          "Context menu: save"));
    m_view->setCsv([this] { return csv(); });
    m_plain->setName(tr("rtn"));
    m_cheap->setName(tr("best cheap"));
    m_chosen->setMarkerSize(16);
    m_chosen->setColor(Qt::transparent);
    QChart* chart = m_view->chart();
    chart->legend()->setAlignment(Qt::AlignRight);
    chart->legend()->setMarkerShape(QLegend::MarkerShapeFromSeries);
    for (QXYSeries* series : std::initializer_list<QXYSeries*>{m_plain, m_cheap, m_chosen})
        chart->addSeries(series);
    for (QLegendMarker* marker : chart->legend()->markers(m_chosen)) marker->setVisible(false);
    m_view->setPainter([this](const ChartColors& colors) {
        m_plain->setPen(QPen(colors.text, 1, Qt::DashLine));
        m_cheap->setPen(QPen(colors.text, 2));
        m_chosen->setBorderColor(colors.warning);
        for (qsizetype i = 0; i < m_dots.size(); ++i) {
            m_dots[i]->setColor(hueOf(i, isDark(palette())));
            m_dots[i]->setBorderColor(colors.background);
        }
    });
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_view);
}

void RecipeChart::setStudy(const RecipeStudy& study) {
    m_study = study;
    m_view->setName(qs(study.model) + QStringLiteral("-recipes"));
    rebuild();
}

int RecipeChart::pointCount() const {
    return static_cast<int>(std::ranges::count_if(m_study.recipes, hasPoint));
}

void RecipeChart::rebuild() {
    QChart* chart = m_view->chart();
    for (QScatterSeries* dots : m_dots) {
        chart->removeSeries(dots);
        delete dots;
    }
    m_dots.clear();
    QStringList names;
    double low = 1e300, high = 0, least = 1e300, most = 0;
    const auto reach = [&](double bits, double error) {
        least = std::min(least, bits);
        most = std::max(most, bits);
        low = std::min(low, error);
        high = std::max(high, error);
    };
    for (std::size_t i = 0; i < m_study.recipes.size(); ++i) {
        const RecipeOutcome& outcome = m_study.recipes[i];
        if (!hasPoint(outcome)) continue;
        reach(outcome.all.bitsPerWeight, outcome.all.error());
        const QString name = qs(outcome.recipe);
        if (!names.contains(name)) {
            names << name;
            auto* dots = new QScatterSeries;
            dots->setName(name);
            dots->setMarkerSize(10);
            dots->setMarkerShape(shapeOf(m_dots.size(), 8));
            connect(dots, &QScatterSeries::clicked, this,
                    [this](const QPointF& at) { Q_EMIT picked(nearest(at)); });
            chart->addSeries(dots);
            m_dots << dots;
        }
        m_dots[names.indexOf(name)]->append(pointOf(outcome));
    }
    // The lines as far as the recipes reach, and a little beyond on each side.
    const double first = least - LineBeyond, last = most + LineBeyond;
    for (const auto& [series, points] :
         {std::pair{m_plain, &m_study.plain}, std::pair{m_cheap, &m_study.cheap}}) {
        QList<QPointF> line;
        const auto add = [&](double bits, double error) {
            if (!(error > 0)) return;
            line << QPointF(bits, logOf(error));
            reach(bits, error);
        };
        add(first, errorAt(*points, first));
        for (const RecipePoint& p : *points)
            if (p.bitsPerWeight > first && p.bitsPerWeight < last) add(p.bitsPerWeight, p.error);
        add(last, errorAt(*points, last));
        series->replace(line);
    }
    for (QAbstractAxis* axis : m_axes) {
        chart->removeAxis(axis);
        delete axis;
    }
    m_axes.clear();
    if (most <= 0 || high <= 0) return;
    const AxisRange bits = niceRange(least - 0.05, most + 0.05);
    auto* x = new QValueAxis;
    x->setRange(bits.min, bits.max);
    x->setTickCount(std::min(bits.ticks, 9));
    x->setLabelFormat(labelFormat((bits.max - bits.min) / (std::min(bits.ticks, 9) - 1)));
    x->setTitleText(tr("bits per weight, everything counted"));
    QCategoryAxis* y = makeLogAxis(low * 0.9, high * 1.1);
    y->setTitleText(m_study.onModel   ? tr("mean KL divergence, nats")
                    : m_study.hasText ? tr("relative error of the output")
                                      : tr("relative error of the weights"));
    chart->addAxis(x, Qt::AlignBottom);
    chart->addAxis(y, Qt::AlignLeft);
    m_axes = {x, y};
    m_range = {bits.max - bits.min, y->max() - y->min()};
    for (QAbstractSeries* series : chart->series()) {
        series->attachAxis(x);
        series->attachAxis(y);
    }
    setChosen(m_outcome);
    m_view->restyle();
}

void RecipeChart::setChosen(int outcome) {
    m_outcome = outcome;
    m_chosen->clear();
    if (outcome < 0 || outcome >= static_cast<int>(m_study.recipes.size())) return;
    const RecipeOutcome& chosen = m_study.recipes[static_cast<std::size_t>(outcome)];
    if (hasPoint(chosen)) m_chosen->append(pointOf(chosen));
}

int RecipeChart::nearest(const QPointF& value) const {
    int found = -1;
    double least = 1e300;
    for (std::size_t i = 0; i < m_study.recipes.size(); ++i) {
        if (!hasPoint(m_study.recipes[i])) continue;
        const QPointF away = pointOf(m_study.recipes[i]) - value;
        const double distance = std::abs(away.x()) / m_range.x() + std::abs(away.y()) / m_range.y();
        if (distance < least) {
            least = distance;
            found = static_cast<int>(i);
        }
    }
    return found;
}

QString RecipeChart::csv() const {
    QString out = QStringLiteral("recipe,bits,bits_per_weight,error,rtn_error,cheap_error\r\n");
    for (const RecipeOutcome& r : m_study.recipes)
        if (r.problem.empty())
            out += QStringLiteral("%1,%2,%3,%4,%5,%6\r\n")
                       .arg(qs(r.recipe))
                       .arg(r.bits)
                       .arg(r.all.bitsPerWeight, 0, 'g', 9)
                       .arg(r.all.error(), 0, 'g', 9)
                       .arg(r.plain, 0, 'g', 9)
                       .arg(r.cheap, 0, 'g', 9);
    return out;
}

} // namespace bitsmith::ui
