#include "ui/charts/log_axis.h"

#include "ui/charts/plot_math.h"

namespace bitsmith::ui {

namespace {

const QString Name = QStringLiteral("logAxis");

} // namespace

bool isLogAxis(const QAbstractAxis* axis) { return axis && axis->objectName() == Name; }

QCategoryAxis* makeLogAxis(double min, double max) {
    auto* axis = new QCategoryAxis;
    axis->setObjectName(Name);
    axis->setLabelsPosition(QCategoryAxis::AxisLabelsPositionOnValue);
    const std::vector<double> ticks = logTicks(min, max);
    axis->setStartValue(logOf(ticks.front()));
    for (const double tick : ticks)
        // A round number: 'g' with six digits writes no exponent from 0.0001 to 500000.
        axis->append(QString::number(tick, 'g', 6), logOf(tick));
    axis->setRange(logOf(ticks.front()), logOf(ticks.back()));
    return axis;
}

} // namespace bitsmith::ui
