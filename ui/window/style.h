// Fusion with check boxes that can be seen on a dark background: Fusion derives their outline from
// the window's colour by darkening, which leaves nothing to see on dark. And titles of docks that
// follow the zoom.
#pragma once

#include <QProxyStyle>

namespace bitsmith::ui {

class Style final : public QProxyStyle {
    Q_OBJECT
public:
    Style();
    void drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                     const QWidget* widget = nullptr) const override;
    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override;
};

} // namespace bitsmith::ui
