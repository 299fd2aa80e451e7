// Drives the real window on the demo model and saves pictures of it: for the manual, and as a check
// by eye of light, dark, small and large.
#pragma once

#include "ui/bridge/services.h"
#include "ui/window/main_window.h"

namespace bitsmith::ui {

// Returns the program's exit code: 0, or 1 with a message on standard error.
int takeScreenshots(Services& services, MainWindow& window, const QString& folder);

} // namespace bitsmith::ui
