// A logarithmic axis with labels at 1, 2 and 5 (QLogValueAxis labels powers of its base alone): the
// series hold logarithms, the axis writes numbers.
#pragma once

#include <QPointF>
#include <QtCharts/QCategoryAxis>

#include <cmath>

namespace bitsmith::ui {

// Encloses [min, max], 0 < min. Owned by the caller, until a chart takes it.
QCategoryAxis* makeLogAxis(double min, double max);

bool isLogAxis(const QAbstractAxis* axis); // one of these; nullptr: no

inline double logOf(double value) { return std::log10(value); }

} // namespace bitsmith::ui
