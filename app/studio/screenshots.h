// Drives the real window on the demo model and saves pictures of it: for the manual, and as a check
// by eye of light, dark, small and large.
#pragma once

#include "ui/bridge/services.h"
#include "ui/window/main_window.h"

namespace bitsmith::ui {

// lesson: empty, all of the program; "all", the lessons alone; an id, that lesson.
// Returns the program's exit code: 0, or 1 with a message on standard error.
// part: "window" for the pictures of the window itself; else all.
int takeScreenshots(Services& services, MainWindow& window, const QString& folder,
                    const QString& lesson, const QString& part);

} // namespace bitsmith::ui
