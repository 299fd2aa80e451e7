// Colours of a heatmap, as free functions of plain values.
#pragma once

#include <QColor>
#include <QImage>

#include <span>

namespace bitsmith::ui {

// t in 0..1 (clamped; not finite counts as 0): dark blue over red to light yellow, lightness rising
// all the way so that it also reads in grey.
QColor heatColor(double t);

// One pixel per tile; 0 -> heatColor(0), highest -> heatColor(1). values: rows x cols.
QImage heatmapImage(std::span<const float> values, int rows, int cols, float highest);

// The value below which `fraction` of the finite values lie: a robust top of the scale.
float heatmapTop(std::span<const float> values, double fraction);

} // namespace bitsmith::ui
