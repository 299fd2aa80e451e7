// Drives the real window on the demo model and saves pictures of it: for the manual, and as a check
// by eye of light, dark, small and large.
#pragma once

#include "ui/bridge/services.h"
#include "ui/window/main_window.h"

#include <QSize>

#include <optional>
#include <vector>

namespace bitsmith::ui {

// How the window looks while its pictures are taken.
struct Look {
    Theme theme = Theme::Light;
    QSize size{1280, 800};
    int zoom = 100;         // of the text, per cent
    QString suffix() const; // "-dark-1280x800-200"
};

struct PictureWishes {
    QString folder;
    // Empty, all of the program; "all", the lessons alone; an id, that lesson.
    QString lesson;
    // Empty: everything. "window": every panel, page and dialog in each look, in a minute or two.
    // "manual": the few pictures of resources/docs.
    QString part;
    // Narrow the looks of "window"; nothing: light and dark at 1280x800, 1920x1080 and at twice the
    // size.
    std::optional<Theme> theme{};
    std::optional<QSize> size{};
    std::optional<int> zoom{};
    std::vector<Look> looks() const;
};

// Errors (Usage): no such part, size or zoom; texts as the command line has them, empty: not given.
Result<PictureWishes> pictureWishes(const QString& folder, const QString& part, const QString& size,
                                    const QString& zoom);

// Returns the program's exit code: 0, or 1 with a message on standard error.
int takeScreenshots(Services& services, MainWindow& window, const PictureWishes& wishes);

} // namespace bitsmith::ui
