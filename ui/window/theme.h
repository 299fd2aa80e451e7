// Light and dark: the Fusion style with palettes of our own, so that both look the same everywhere.
#pragma once

#include <QPalette>
#include <QString>

class QApplication;

namespace bitsmith::ui {

enum class Theme { System, Light, Dark };

QString themeName(Theme theme); // "system", "light", "dark"
Theme themeFromName(const QString& name);
QPalette lightPalette();
QPalette darkPalette();
// System: dark where the desktop's own palette is dark.
void applyTheme(Theme theme);
// Text size in steps of a tenth: 1.1 to the power of steps, and in per cent.
double zoomFactor(int steps);
int zoomPercent(int steps);
// Scales all text; for projectors. 1: the desktop's own size.
void applyZoom(double factor);

} // namespace bitsmith::ui
