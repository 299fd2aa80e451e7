// Fusion with check boxes that can be seen on a dark background: Fusion derives their outline from
// the window's colour by darkening, which leaves nothing to see on dark. Titles of docks follow the
// zoom, and labels of fields are not cut.
#pragma once

#include <QProxyStyle>

namespace bitsmith::ui {

class Style final : public QProxyStyle {
    Q_OBJECT
public:
    Style();
    using QProxyStyle::polish;
    void polish(QWidget* widget) override;
    void drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                     const QWidget* widget = nullptr) const override;
    void drawItemText(QPainter* painter, const QRect& rect, int flags, const QPalette& palette,
                      bool enabled, const QString& text,
                      QPalette::ColorRole role = QPalette::NoRole) const override;
    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override;
};

} // namespace bitsmith::ui
