// What the user chose in Settings, kept between starts. The colours ("theme") and the size of text
// ("zoom") are kept by the window's commands, which change them at once.
#pragma once

#include <QString>

namespace bitsmith::ui {

struct Preferences {
    int threads = 0; // 0: all cores
    QString device = QStringLiteral("cpu");
    double memoryGiB = 0; // of weights held in memory; 0: half of what is free
    QString dataFolder;   // of experiments and quantized models; empty: standardDataFolder()
    QString language = QStringLiteral("auto"); // or a language's code: "en", "de"
    bool operator==(const Preferences&) const = default;
};

// What cannot be used (a negative number, an unknown device) comes back as the default.
Preferences loadPreferences();
void savePreferences(const Preferences& preferences);

QString standardDataFolder(); // $XDG_DATA_HOME/bitsmith, as the command line has it
QString dataFolder();         // the chosen one, else the standard one

} // namespace bitsmith::ui
