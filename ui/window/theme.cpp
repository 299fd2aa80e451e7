#include "ui/window/theme.h"

#include "ui/charts/chart_view.h"
#include "ui/window/style.h"

#include <QApplication>
#include <QToolTip>

#include <cmath>

namespace bitsmith::ui {
namespace {

struct Colors {
    QColor window, base, alternate, text, dim, button, mid, dark, highlight, highlighted, link;
};

QPalette makePalette(const Colors& c) {
    QPalette out;
    out.setColor(QPalette::Window, c.window);
    out.setColor(QPalette::WindowText, c.text);
    out.setColor(QPalette::Base, c.base);
    out.setColor(QPalette::AlternateBase, c.alternate);
    out.setColor(QPalette::ToolTipBase, c.alternate);
    out.setColor(QPalette::ToolTipText, c.text);
    out.setColor(QPalette::PlaceholderText, c.dim);
    out.setColor(QPalette::Text, c.text);
    out.setColor(QPalette::Button, c.button);
    out.setColor(QPalette::ButtonText, c.text);
    out.setColor(QPalette::BrightText, Qt::white);
    out.setColor(QPalette::Light, c.button.lighter(130));
    out.setColor(QPalette::Midlight, c.button.lighter(112));
    out.setColor(QPalette::Mid, c.mid);
    out.setColor(QPalette::Dark, c.dark);
    out.setColor(QPalette::Shadow, QColor(0, 0, 0));
    out.setColor(QPalette::Highlight, c.highlight);
    out.setColor(QPalette::HighlightedText, c.highlighted);
    out.setColor(QPalette::Link, c.link);
    out.setColor(QPalette::LinkVisited, c.link);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        out.setColor(QPalette::Disabled, role, c.dim);
    out.setColor(QPalette::Disabled, QPalette::Highlight, c.mid);
    out.setColor(QPalette::Disabled, QPalette::HighlightedText, c.dim);
    return out;
}

bool systemIsDark() {
    static const bool dark = isDark(QApplication::palette()); // before we set one of ours
    return dark;
}

} // namespace

QString themeName(Theme theme) {
    return theme == Theme::Light  ? QStringLiteral("light")
           : theme == Theme::Dark ? QStringLiteral("dark")
                                  : QStringLiteral("system");
}

Theme themeFromName(const QString& name) {
    return name == QLatin1String("light")  ? Theme::Light
           : name == QLatin1String("dark") ? Theme::Dark
                                           : Theme::System;
}

QPalette lightPalette() {
    return makePalette({.window = QColor(0xf0, 0xf1, 0xf3),
                        .base = QColor(0xff, 0xff, 0xff),
                        .alternate = QColor(0xf6, 0xf7, 0xf9),
                        .text = QColor(0x1c, 0x20, 0x26),
                        .dim = QColor(0x76, 0x7d, 0x88),
                        .button = QColor(0xe9, 0xeb, 0xee),
                        .mid = QColor(0xc4, 0xc8, 0xcf),
                        .dark = QColor(0x9a, 0xa0, 0xa9),
                        .highlight = QColor(0x2a, 0x76, 0xc4),
                        .highlighted = Qt::white,
                        .link = QColor(0x1f, 0x6f, 0xb8)});
}

QPalette darkPalette() {
    return makePalette({.window = QColor(0x24, 0x27, 0x2c),
                        .base = QColor(0x1b, 0x1d, 0x21),
                        .alternate = QColor(0x21, 0x24, 0x29),
                        .text = QColor(0xe4, 0xe6, 0xea),
                        .dim = QColor(0x8b, 0x92, 0x9d),
                        .button = QColor(0x32, 0x36, 0x3d),
                        .mid = QColor(0x45, 0x4a, 0x53),
                        .dark = QColor(0x14, 0x16, 0x19),
                        .highlight = QColor(0x2f, 0x6f, 0xb3),
                        .highlighted = Qt::white,
                        .link = QColor(0x6c, 0xb2, 0xf7)});
}

void applyTheme(Theme theme) {
    const bool dark = theme == Theme::Dark || (theme == Theme::System && systemIsDark());
    if (!qobject_cast<Style*>(QApplication::style())) QApplication::setStyle(new Style);
    const QPalette palette = dark ? darkPalette() : lightPalette();
    QApplication::setPalette(palette);
    QToolTip::setPalette(palette);
}

double zoomFactor(int steps) { return std::pow(1.1, steps); }
int zoomPercent(int steps) { return static_cast<int>(std::lround(100 * zoomFactor(steps))); }

void applyZoom(double factor) {
    static const QFont original = QApplication::font();
    QFont font = original;
    font.setPointSizeF(original.pointSizeF() * factor);
    QApplication::setFont(font);
}

} // namespace bitsmith::ui
