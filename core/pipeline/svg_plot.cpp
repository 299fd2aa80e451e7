#include "core/pipeline/svg_plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <numeric>

namespace bitsmith {
namespace {

constexpr double Width = 860, Height = 500;
constexpr double Left = 78, Right = 212, Bottom = 62; // margins
constexpr const char* Ink = "#1f2328";
constexpr const char* Muted = "#59636e";
constexpr const char* Grid = "#e4e8ec";

// Told apart by people who see few colours, and by shape where there are none.
constexpr std::array<const char*, 8> Colors = {"#0b62c4", "#d1500f", "#12805c", "#8a3ffc",
                                               "#b3124f", "#8c6d00", "#0a7c8f", "#4d4d4d"};

std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        default: // control characters are not allowed in XML
            if (static_cast<unsigned char>(c) >= 32) out += c;
        }
    return out;
}

// An axis: values to places.
struct Axis {
    double low = 0, high = 1, from = 0, to = 1;
    bool logarithmic = false;
    double at(double value) const {
        const double t = logarithmic
                             ? (std::log(value) - std::log(low)) / (std::log(high) - std::log(low))
                             : (value - low) / (high - low);
        return from + t * (to - from);
    }
};

Axis makeAxis(double low, double high, bool logarithmic, double from, double to) {
    if (logarithmic) {
        const double room = std::max(1.08, std::pow(high / low, 0.05));
        return {low / room, high * room, from, to, true};
    }
    const double room = std::max((high - low) * 0.05, 1e-9 + 0.02 * std::abs(high));
    return {low >= 0 ? std::max(0.0, low - room) : low - room, high + room, from, to, false};
}

std::string number(double value) {
    return value != 0 && (std::abs(value) < 1e-4 || std::abs(value) >= 1e6)
               ? fmt::format("{:.0e}", value)
               : fmt::format("{:.6g}", value);
}

std::string marker(std::size_t kind, double x, double y, const char* color, double opacity,
                   const std::string& note) {
    const std::string paint = fmt::format(
        "fill=\"{}\" fill-opacity=\"{}\" stroke=\"#fff\" stroke-width=\"1\"", color, opacity);
    std::string shape;
    switch (kind % 4) {
    case 0:
        shape = fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4.6\" {}", x, y, paint);
        break;
    case 1:
        shape = fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"8.4\" height=\"8.4\" {}",
                            x - 4.2, y - 4.2, paint);
        break;
    case 2:
        shape = fmt::format("<path d=\"M{:.1f} {:.1f}l5.2 9h-10.4z\" {}", x, y - 5.6, paint);
        break;
    default:
        shape = fmt::format("<path d=\"M{:.1f} {:.1f}l5.6 5.6l-5.6 5.6l-5.6 -5.6z\" {}", x, y - 5.6,
                            paint);
    }
    const char* tag = kind % 4 == 0 ? "circle" : kind % 4 == 1 ? "rect" : "path";
    return note.empty() ? shape + "/>\n"
                        : fmt::format("{}><title>{}</title></{}>\n", shape, escaped(note), tag);
}

std::string label(double x, double y, const std::string& text, const char* anchor,
                  const char* color, double size, const char* more = "") {
    return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" fill=\"{}\" "
                       "font-size=\"{}\"{}>{}</text>\n",
                       x, y, anchor, color, size, more, escaped(text));
}

std::string gridAndMarks(const Axis& x, const Axis& y) {
    std::string out;
    for (const double mark : axisMarks(x.low, x.high, x.logarithmic)) {
        const double at = x.at(mark);
        out += fmt::format("<path d=\"M{:.1f} {:.1f}V{:.1f}\" stroke=\"{}\"/>\n", at, y.from, y.to,
                           Grid);
        out += label(at, y.from + 18, number(mark), "middle", Muted, 12);
    }
    for (const double mark : axisMarks(y.low, y.high, y.logarithmic)) {
        const double at = y.at(mark);
        out += fmt::format("<path d=\"M{:.1f} {:.1f}H{:.1f}\" stroke=\"{}\"/>\n", x.from, at, x.to,
                           Grid);
        out += label(x.from - 8, at + 4, number(mark), "end", Muted, 12);
    }
    out += fmt::format("<path d=\"M{:.1f} {:.1f}H{:.1f}\" stroke=\"{}\"/>\n", x.from, y.from, x.to,
                       Muted);
    return out;
}

std::string drawSeries(const PlotSeries& series, std::size_t kind, const Axis& x, const Axis& y) {
    const char* color = Colors[kind % Colors.size()];
    const auto front = paretoFront(series.points);
    std::string path;
    for (const std::size_t i : front)
        path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", x.at(series.points[i].x),
                            y.at(series.points[i].y));
    std::string out;
    if (front.size() > 1)
        out += fmt::format("<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\" "
                           "stroke-linejoin=\"round\"{}/>\n",
                           path, color, kind >= Colors.size() ? " stroke-dasharray=\"5 3\"" : "");
    for (std::size_t i = 0; i < series.points.size(); ++i) {
        const bool best = std::ranges::find(front, i) != front.end();
        const PlotPoint& p = series.points[i];
        out += marker(kind, x.at(p.x), y.at(p.y), color, best ? 1 : 0.35, p.note);
    }
    return out;
}

bool drawable(const PlotPoint& p, const PlotText& text) {
    return std::isfinite(p.x) && std::isfinite(p.y) && (!text.logX || p.x > 0) &&
           (!text.logY || p.y > 0);
}

} // namespace

std::vector<double> axisMarks(double low, double high, bool logarithmic) {
    std::vector<double> marks;
    if (logarithmic) {
        const int first = static_cast<int>(std::floor(std::log10(low)));
        const int last = static_cast<int>(std::ceil(std::log10(high)));
        const bool dense = last - first <= 4; // else powers of ten alone
        for (int e = first; e <= last; ++e)
            for (const double m : {1.0, 2.0, 5.0}) {
                const double mark = m * std::pow(10.0, e);
                if (mark >= low && mark <= high && (dense || m == 1)) marks.push_back(mark);
            }
    } else {
        double step = std::pow(10.0, std::floor(std::log10(std::max(high - low, 1e-300) / 5)));
        for (const double m : {2.0, 2.5, 2.0}) {
            if ((high - low) / step <= 9) break;
            step *= m;
        }
        for (double i = std::ceil(low / step); i * step <= high; ++i) marks.push_back(i * step);
    }
    if (marks.empty()) marks.push_back(low);
    return marks;
}

std::vector<std::size_t> paretoFront(const std::vector<PlotPoint>& points) {
    std::vector<std::size_t> order(points.size()), front;
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {},
                      [&](std::size_t i) { return std::pair(points[i].x, points[i].y); });
    for (const std::size_t i : order)
        if (front.empty() || points[i].y < points[front.back()].y) front.push_back(i);
    return front;
}

std::string svgPlot(const std::vector<PlotSeries>& given, const PlotText& text) {
    std::vector<PlotSeries> series = given;
    double minX = INFINITY, maxX = -INFINITY, minY = INFINITY, maxY = -INFINITY;
    for (PlotSeries& s : series) {
        std::erase_if(s.points, [&](const PlotPoint& p) { return !drawable(p, text); });
        for (const PlotPoint& p : s.points) {
            minX = std::min(minX, p.x), maxX = std::max(maxX, p.x);
            minY = std::min(minY, p.y), maxY = std::max(maxY, p.y);
        }
    }
    const bool empty = !(minX <= maxX);
    if (empty) minX = minY = 1, maxX = maxY = 10;
    const double top = text.subtitle.empty() ? 48 : 68;
    const Axis x = makeAxis(minX, maxX, text.logX, Left, Width - Right);
    const Axis y = makeAxis(minY, maxY, text.logY, Height - Bottom, top);

    std::string out = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
        "height=\"{1}\" role=\"img\" font-family=\"system-ui, -apple-system, 'Segoe UI', "
        "'Noto Sans', sans-serif\">\n<title>{2}</title>\n"
        "<rect width=\"{0}\" height=\"{1}\" rx=\"8\" fill=\"#fff\"/>\n",
        Width, Height, escaped(text.title));
    out += label(Left, 30, text.title, "start", Ink, 17, " font-weight=\"600\"");
    if (!text.subtitle.empty()) out += label(Left, 50, text.subtitle, "start", Muted, 12.5);
    out += gridAndMarks(x, y);
    out += label((x.from + x.to) / 2, Height - 20, text.xTitle, "middle", Ink, 13.5);
    const double middle = (y.from + y.to) / 2;
    out += label(22, middle, text.yTitle, "middle", Ink, 13.5,
                 fmt::format(" transform=\"rotate(-90 22 {:.1f})\"", middle).c_str());
    for (std::size_t i = 0; i < series.size(); ++i) out += drawSeries(series[i], i, x, y);
    for (std::size_t i = 0; i < series.size(); ++i) {
        const double at = top + 14 + 23 * static_cast<double>(i), left = Width - Right + 22;
        out += marker(i, left, at, Colors[i % Colors.size()], 1, "");
        out += label(left + 13, at + 4.5, series[i].name, "start", Ink, 13);
    }
    if (empty)
        out += label((x.from + x.to) / 2, middle, "Nothing measured yet", "middle", Muted, 15);
    return out + "</svg>\n";
}

} // namespace bitsmith
