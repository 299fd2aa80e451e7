#include "ui/charts/plot_math.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace bitsmith::ui {

QList<QPointF> thinned(const QList<QPointF>& points, qsizetype maxPoints) {
    const auto isNumber = [](const QPointF& at) { return std::isfinite(at.y()); };
    if (!std::ranges::all_of(points, isNumber)) { // would be neither lowest nor highest
        QList<QPointF> numbers;
        std::ranges::copy_if(points, std::back_inserter(numbers), isNumber);
        return thinned(numbers, maxPoints);
    }
    const qsizetype count = points.size();
    if (count <= maxPoints || maxPoints < 2) return points;
    const qsizetype stretches = maxPoints / 2;
    QList<QPointF> out;
    out.reserve(2 * stretches);
    for (qsizetype s = 0; s < stretches; ++s) {
        const auto first = points.begin() + s * count / stretches;
        const auto last = points.begin() + (s + 1) * count / stretches;
        auto [low, high] = std::minmax_element(
            first, last, [](const QPointF& a, const QPointF& b) { return a.y() < b.y(); });
        if (high < low) std::swap(low, high);
        out.append(*low);
        if (high != low) out.append(*high);
    }
    return out;
}

double niceStep(double min, double max, int ticks) {
    const double raw = (max - min) / std::max(1, ticks - 1);
    if (!(raw > 0) || !std::isfinite(raw)) return 1;
    const double power = std::pow(10.0, std::floor(std::log10(raw)));
    const double mantissa = raw / power;
    return (mantissa <= 1 ? 1 : mantissa <= 2 ? 2 : mantissa <= 5 ? 5 : 10) * power;
}

AxisRange niceRange(double min, double max) {
    if (!(max > min)) {
        const double room = min == 0 ? 1 : std::abs(min) * 0.1;
        min -= room;
        max += room;
    }
    const double step = niceStep(min, max, 5);
    // A hair of tolerance, so that 0.3 / 0.1 does not round up to 4 steps.
    AxisRange out;
    out.min = std::floor(min / step + 1e-9) * step;
    out.max = std::ceil(max / step - 1e-9) * step;
    out.ticks = static_cast<int>(std::lround((out.max - out.min) / step)) + 1;
    return out;
}

AxisRange logRange(double min, double max) {
    min = std::max(min, std::numeric_limits<double>::min() * 1e10);
    max = std::max(max, min);
    double room = std::pow(max / min, 0.05);
    if (room < 1.1) room = 1.1;
    return {min / room, max * room, 0};
}

std::vector<double> logTicks(double min, double max, std::size_t most) {
    min = std::max(min, std::numeric_limits<double>::min() * 1e10);
    max = std::max(max, min);
    const auto collect = [&](std::initializer_list<int> mantissas) {
        // Each tick as a whole number times a power of ten, so that 0.2 is 0.2.
        std::vector<double> out;
        const auto first = static_cast<int>(std::floor(std::log10(min) + 1e-12));
        for (int power = first;; ++power)
            for (const int mantissa : mantissas) {
                const double scale = std::pow(10.0, std::abs(power));
                const double tick = power < 0 ? mantissa / scale : mantissa * scale;
                if (tick <= min * (1 + 1e-12)) out.clear(); // a later one encloses closer
                out.push_back(tick);
                if (tick >= max * (1 - 1e-12) && out.size() >= 2) return out;
            }
    };
    std::vector<double> out = collect({1, 2, 5});
    return out.size() > most ? collect({1}) : out;
}

QList<QPointF> histogramOutline(double min, double max, std::span<const std::uint64_t> counts,
                                bool logarithmic) {
    QList<QPointF> out;
    if (counts.empty() || !(max > min)) return out;
    const double width = (max - min) / static_cast<double>(counts.size());
    out.reserve(static_cast<qsizetype>(2 * counts.size()));
    for (std::size_t bin = 0; bin < counts.size(); ++bin) {
        double y = static_cast<double>(counts[bin]);
        if (logarithmic) y = std::max(y, LogFloor);
        out.append({min + width * static_cast<double>(bin), y});
        out.append({min + width * static_cast<double>(bin + 1), y});
    }
    return out;
}

QList<QPointF> tickLines(std::span<const float> positions, double bottom, double top) {
    std::vector<float> sorted(positions.begin(), positions.end());
    std::erase_if(sorted, [](float x) { return !std::isfinite(x); });
    std::ranges::sort(sorted);
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    QList<QPointF> out;
    for (const double x : sorted)
        out << QPointF(x, bottom) << QPointF(x, top) << QPointF(x, bottom);
    return out;
}

QList<QPointF> outlierBins(double min, double max, std::span<const std::uint64_t> counts,
                           double mean, double standardDeviation, double deviations) {
    QList<QPointF> out;
    if (counts.empty() || !(max > min) || !(standardDeviation > 0)) return out;
    const double width = (max - min) / static_cast<double>(counts.size());
    for (std::size_t bin = 0; bin < counts.size(); ++bin) {
        const double middle = min + width * (static_cast<double>(bin) + 0.5);
        if (counts[bin] && std::abs(middle - mean) > deviations * standardDeviation)
            out.append({middle, static_cast<double>(counts[bin])});
    }
    return out;
}

std::vector<std::size_t> paretoFront(std::span<const QPointF> points, double same) {
    std::vector<std::size_t> order(points.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
        if (points[a].x() != points[b].x()) return points[a].x() < points[b].x();
        return points[a].y() < points[b].y();
    });
    std::vector<std::size_t> out;
    double best = std::numeric_limits<double>::infinity();
    for (const std::size_t i : order) {
        if (!(points[i].y() < best)) continue;
        best = points[i].y();
        if (!out.empty() && points[i].x() < points[out.back()].x() * (1 + same)) out.pop_back();
        out.push_back(i);
    }
    return out;
}

QString labelFormat(double step) {
    if (!(step > 0) || !std::isfinite(step)) return QStringLiteral("%g");
    const int decimals = static_cast<int>(std::ceil(-std::log10(step) - 1e-9));
    if (decimals > 8) return QStringLiteral("%.3g");
    return QStringLiteral("%.%1f").arg(std::max(0, decimals));
}

} // namespace bitsmith::ui
