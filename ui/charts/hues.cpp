#include "ui/charts/hues.h"

#include <array>

namespace bitsmith::ui {

QColor hueOf(qsizetype series, bool dark) {
    static constexpr std::array<QRgb, 8> Light{0x1f6fb8, 0xc6620c, 0x2b864a, 0x8a4fbf,
                                               0xb8387a, 0x0f8a8a, 0x7a5c1e, 0x5a6472};
    static constexpr std::array<QRgb, 8> Dark{0x6cb2f7, 0xf5b05c, 0x7fd49a, 0xc39af0,
                                              0xf28abb, 0x5fd0d0, 0xd6bc7a, 0xaab4c2};
    const auto at = static_cast<std::size_t>(series) % Light.size();
    return {dark ? Dark[at] : Light[at]};
}

QScatterSeries::MarkerShape shapeOf(qsizetype series, qsizetype each) {
    static constexpr std::array Shapes{
        QScatterSeries::MarkerShapeCircle, QScatterSeries::MarkerShapeRectangle,
        QScatterSeries::MarkerShapeTriangle, QScatterSeries::MarkerShapeRotatedRectangle};
    return Shapes[static_cast<std::size_t>(series / each) % Shapes.size()];
}

} // namespace bitsmith::ui
