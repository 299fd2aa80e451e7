// Colours of a heatmap, as free functions of plain values.
#pragma once

#include <QColor>
#include <QImage>
#include <QRect>

#include <span>

class QFontMetrics;
class QPainter;

namespace bitsmith::ui {

// t in 0..1 (clamped; not finite counts as 0): dark blue over red to light yellow, lightness rising
// all the way so that it also reads in grey.
QColor heatColor(double t);

// What values the colours stand for.
struct HeatRange {
    float low = 0, high = 0;
    bool logarithmic = false; // then 0 < low
    // 0..1 between low and high, clamped; 0 where there is no range.
    double position(float value) const;
    // The value of a position: position's inverse.
    double valueAt(double position) const;
    bool operator==(const HeatRange&) const = default;
};
// From sampled values: from the lowest percent (0 if that is near) to the 99.5th, beyond which
// single extremes must not darken the rest. Logarithmic: at most four powers of ten.
HeatRange heatRange(std::span<const float> values, bool logarithmic);

// One pixel per value. values: rows x cols.
QImage heatmapImage(std::span<const float> values, int rows, int cols, const HeatRange& range);

// A vertical bar of the colours with numbers beside it, as wide as heatScaleWidth() says.
void paintHeatScale(QPainter& painter, const QRect& bar, const HeatRange& range);
int heatScaleWidth(const QFontMetrics& metrics);

// "name (count)" along the painter's x, around `middle` but inside [range.first, range.second]; the
// name alone, or its beginning, where that is too short.
void paintSide(QPainter& painter, const QString& name, std::size_t count, std::pair<int, int> range,
               int middle, int baseline);

// One pixel per tile; 0 -> heatColor(0), highest -> heatColor(1). values: rows x cols.
QImage heatmapImage(std::span<const float> values, int rows, int cols, float highest);

// The value below which `fraction` of the finite values lie: a robust top of the scale.
float heatmapTop(std::span<const float> values, double fraction);

} // namespace bitsmith::ui
