// Colours and shapes that tell many series apart, on light and on dark.
#pragma once

#include <QColor>
#include <QtCharts/QScatterSeries>

namespace bitsmith::ui {

// Eight hues, then again.
QColor hueOf(qsizetype series, bool dark);
// The shape stays for `each` series, then the next of four.
QScatterSeries::MarkerShape shapeOf(qsizetype series, qsizetype each = 1);

} // namespace bitsmith::ui
