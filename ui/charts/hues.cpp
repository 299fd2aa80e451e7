#include "ui/charts/hues.h"

#include <array>

namespace bitsmith::ui {

QColor hueOf(qsizetype series, bool dark) {
    // Far apart for full sight and without red or green cones (tst_pictures).
    static constexpr std::array<QRgb, 8> Light{0x2e72ae, 0xa36427, 0x5b925d, 0x766bda,
                                               0x6d0127, 0x155770, 0x7f756c, 0x294185};
    static constexpr std::array<QRgb, 8> Dark{0x66bbff, 0x979770, 0x1dff3e, 0x996cf7,
                                              0xd17ba3, 0x55b5bd, 0xedab54, 0xdad2ce};
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
