#include "ui/heatmap/heatmap_image.h"

#include <QFontMetrics>
#include <QPainter>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace bitsmith::ui {
namespace {

constexpr int ScaleWidth = 14, Gap = 6;

} // namespace

QColor heatColor(double t) {
    struct Stop {
        double r, g, b;
    };
    static constexpr std::array<Stop, 6> Stops{{{18, 12, 52},
                                                {74, 22, 110},
                                                {146, 38, 103},
                                                {214, 70, 70},
                                                {246, 145, 48},
                                                {250, 240, 150}}};
    t = std::isfinite(t) ? std::clamp(t, 0.0, 1.0) : 0.0;
    const double scaled = t * (Stops.size() - 1);
    const auto low = std::min<std::size_t>(static_cast<std::size_t>(scaled), Stops.size() - 2);
    const double part = scaled - static_cast<double>(low);
    const Stop &a = Stops[low], &b = Stops[low + 1];
    const auto mix = [part](double from, double to) {
        return static_cast<int>(std::lround(from + (to - from) * part));
    };
    return {mix(a.r, b.r), mix(a.g, b.g), mix(a.b, b.b)};
}

double HeatRange::position(float value) const {
    if (!(high > low) || !std::isfinite(value)) return 0;
    const double t = logarithmic ? value > 0 ? std::log(static_cast<double>(value) / low) /
                                                   std::log(static_cast<double>(high) / low)
                                             : 0
                                 : (static_cast<double>(value) - low) / (high - low);
    return std::clamp(t, 0.0, 1.0);
}

double HeatRange::valueAt(double position) const {
    return logarithmic ? low * std::pow(static_cast<double>(high) / low, position)
                       : low + (high - low) * position;
}

HeatRange heatRange(std::span<const float> values, bool logarithmic) {
    HeatRange out{heatmapTop(values, 0.01), heatmapTop(values, 0.995), logarithmic};
    if (!(out.high > 0)) { // nearly everything is 0: what is not decides
        for (const float v : values)
            if (std::isfinite(v)) out.high = std::max(out.high, v);
        out.low = 0;
    }
    if (!(out.high > 0)) return {0, 0, false};
    if (logarithmic)
        out.low = std::clamp(out.low, out.high * 1e-4F, out.high * 0.5F);
    else if (out.low < 0.25F * out.high)
        out.low = 0;
    if (!(out.low < out.high)) out.low = 0.9F * out.high; // all alike
    return out;
}

QImage heatmapImage(std::span<const float> values, int rows, int cols, const HeatRange& range) {
    if (rows <= 0 || cols <= 0 ||
        values.size() < static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols))
        return {};
    std::array<QRgb, 256> table{};
    for (std::size_t i = 0; i < table.size(); ++i)
        table[i] = heatColor(static_cast<double>(i) / 255.0).rgb();
    QImage image(cols, rows, QImage::Format_RGB32);
    std::size_t at = 0;
    for (int r = 0; r < rows; ++r) {
        auto* line = reinterpret_cast<QRgb*>(image.scanLine(r));
        for (int c = 0; c < cols; ++c)
            line[c] =
                table[static_cast<std::size_t>(std::lround(255 * range.position(values[at++])))];
    }
    return image;
}

int heatScaleWidth(const QFontMetrics& metrics) {
    return ScaleWidth + Gap + metrics.horizontalAdvance(QStringLiteral("0.000e-00"));
}

void paintHeatScale(QPainter& painter, const QRect& bar, const HeatRange& range) {
    for (int y = 0; y < bar.height(); ++y) {
        const double t = 1.0 - static_cast<double>(y) / std::max(1, bar.height() - 1);
        painter.fillRect(bar.left(), bar.top() + y, ScaleWidth, 1, heatColor(t));
    }
    const QFontMetrics metrics = painter.fontMetrics();
    const int numbers = std::clamp(bar.height() / (3 * metrics.height()), 2, 5);
    for (int i = 0; i < numbers; ++i) {
        const double t = static_cast<double>(i) / (numbers - 1);
        const int y = bar.bottom() - static_cast<int>(t * (bar.height() - 1));
        const int base =
            std::clamp(y + metrics.ascent() / 2, bar.top() + metrics.ascent(), bar.bottom());
        painter.drawText(bar.left() + ScaleWidth + Gap, base,
                         QString::number(range.valueAt(t), 'g', 3));
    }
}

void paintSide(QPainter& painter, const QString& name, std::size_t count, std::pair<int, int> range,
               int middle, int baseline) {
    const QFontMetrics metrics = painter.fontMetrics();
    const int room = range.second - range.first;
    QString text = QStringLiteral("%1 (%2)").arg(name).arg(count);
    if (metrics.horizontalAdvance(text) > room) text = name;
    if (metrics.horizontalAdvance(text) > room) return; // half a word says nothing
    const int length = metrics.horizontalAdvance(text);
    painter.drawText(
        std::clamp(middle - length / 2, range.first, std::max(range.first, range.second - length)),
        baseline, text);
}

QImage heatmapImage(std::span<const float> values, int rows, int cols, float highest) {
    return heatmapImage(values, rows, cols, HeatRange{0, highest, false});
}

float heatmapTop(std::span<const float> values, double fraction) {
    std::vector<float> finite;
    finite.reserve(values.size());
    for (const float value : values)
        if (std::isfinite(value)) finite.push_back(value);
    if (finite.empty()) return 0;
    const auto at = static_cast<std::ptrdiff_t>(std::clamp(fraction, 0.0, 1.0) *
                                                static_cast<double>(finite.size() - 1));
    std::nth_element(finite.begin(), finite.begin() + at, finite.end());
    return finite[static_cast<std::size_t>(at)];
}

} // namespace bitsmith::ui
