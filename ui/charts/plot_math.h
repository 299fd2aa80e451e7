// Arithmetic of plots, as free functions of plain values.
#pragma once

#include <QList>
#include <QPointF>
#include <QString>

#include <cstdint>
#include <span>
#include <vector>

namespace bitsmith::ui {

// Charts get at most so many points per series; more only cost time.
inline constexpr qsizetype MaxPlotPoints = 2000;

// At most maxPoints of a series that is sorted by x: of each stretch the lowest and the highest
// point stay, in their order, so peaks survive. What is
// no number is left out.
QList<QPointF> thinned(const QList<QPointF>& points, qsizetype maxPoints = MaxPlotPoints);

struct AxisRange {
    double min = 0, max = 1;
    int ticks = 5; // including both ends
    auto operator<=>(const AxisRange&) const = default;
};
// A range around [min, max] that ends on round numbers (1, 2, 5 times a power of ten). Finite
// input; min == max gets some room.
AxisRange niceRange(double min, double max);
// The distance of ticks for about `ticks` of them in [min, max]: 1, 2 or 5 times a power of ten.
double niceStep(double min, double max, int ticks);
// The same for a logarithmic axis: a few percent of room, 0 < min.
AxisRange logRange(double min, double max);

// Round numbers (1, 2, 5 times powers of ten) that enclose 0 < min <= max, for the labels of a
// logarithmic axis: at least two; only powers of ten where there would be more than `most`.
std::vector<double> logTicks(double min, double max, std::size_t most = 9);

// The upper outline of a histogram of equal bins over [min, max], as a step line from left to
// right. On a logarithmic scale empty bins lie at LogFloor.
inline constexpr double LogFloor = 0.5;
QList<QPointF> histogramOutline(double min, double max, std::span<const std::uint64_t> counts,
                                bool logarithmic);

// Vertical lines at `positions` from bottom to top as one polyline that returns along the bottom.
QList<QPointF> tickLines(std::span<const float> positions, double bottom, double top);

// Middles and counts of filled bins further than `deviations` standard deviations from the mean.
QList<QPointF> outlierBins(double min, double max, std::span<const std::uint64_t> counts,
                           double mean, double standardDeviation, double deviations);

// Indices of the points that no other point beats in both coordinates (smaller x and smaller y are
// better), sorted by x. x that differ by less than the fraction `same` count as equal.
std::vector<std::size_t> paretoFront(std::span<const QPointF> points, double same = 0);

// printf format of axis labels at multiples of `step`: as many decimals as it has, at most 8.
QString labelFormat(double step);

} // namespace bitsmith::ui
