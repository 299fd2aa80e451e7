#include "ui/heatmap/heatmap_image.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace bitsmith::ui {

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

QImage heatmapImage(std::span<const float> values, int rows, int cols, float highest) {
    if (rows <= 0 || cols <= 0 ||
        values.size() < static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols))
        return {};
    std::array<QRgb, 256> table{};
    for (std::size_t i = 0; i < table.size(); ++i)
        table[i] = heatColor(static_cast<double>(i) / 255.0).rgb();
    QImage image(cols, rows, QImage::Format_RGB32);
    for (int r = 0; r < rows; ++r) {
        auto* line = reinterpret_cast<QRgb*>(image.scanLine(r));
        for (int c = 0; c < cols; ++c) {
            const float value =
                values[static_cast<std::size_t>(r) * static_cast<std::size_t>(cols) +
                       static_cast<std::size_t>(c)];
            const double t = highest > 0 && std::isfinite(value) ? value / highest : 0;
            line[c] = table[static_cast<std::size_t>(std::lround(std::clamp(t, 0.0, 1.0) * 255))];
        }
    }
    return image;
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
