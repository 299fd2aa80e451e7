// A scatter plot with lines as an SVG text: light, readable in a page of documentation, without
// scripts or fonts of its own.
#pragma once

#include <string>
#include <vector>

namespace bitsmith {

struct PlotPoint {
    double x = 0, y = 0;
    std::string note; // shown when the pointer rests on it
};

struct PlotSeries {
    std::string name; // in the legend
    std::vector<PlotPoint> points;
};

struct PlotText {
    std::string title, subtitle; // above the plot; empty: none
    std::string xTitle, yTitle;  // with units
    bool logX = false, logY = true;
};

// Less is better in both directions: the line of a series joins the points that no other of its own
// points beats; the others are drawn pale. Points that are not finite (or not above 0 on a
// logarithmic axis) are left out.
std::string svgPlot(const std::vector<PlotSeries>& series, const PlotText& text);

// Where an axis has its marks: 1, 2 or 5 times a power of ten; logarithmic ones cover [low, high],
// both above 0. At least one mark.
std::vector<double> axisMarks(double low, double high, bool logarithmic);

// The indices of the points that no other is at most as large as in both directions, by rising x.
std::vector<std::size_t> paretoFront(const std::vector<PlotPoint>& points);

} // namespace bitsmith
