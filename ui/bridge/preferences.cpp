#include "ui/bridge/preferences.h"

#include "core/store/store.h"
#include "ui/bridge/text.h"

#include <QSettings>

#include <cmath>

namespace bitsmith::ui {
namespace {

const QString ThreadsKey = QStringLiteral("engine/threads");
const QString DeviceKey = QStringLiteral("engine/device");
const QString MemoryKey = QStringLiteral("engine/memoryGiB");
const QString FolderKey = QStringLiteral("dataFolder");
const QString LanguageKey = QStringLiteral("language");
constexpr int MostThreads = 1024;

} // namespace

Preferences loadPreferences() {
    const QSettings settings;
    Preferences out;
    const int threads = settings.value(ThreadsKey, out.threads).toInt();
    if (threads >= 0 && threads <= MostThreads) out.threads = threads;
    if (settings.value(DeviceKey).toString() == QLatin1String("reference"))
        out.device = QStringLiteral("reference");
    const double memory = settings.value(MemoryKey, out.memoryGiB).toDouble();
    if (std::isfinite(memory) && memory >= 0) out.memoryGiB = memory;
    out.dataFolder = settings.value(FolderKey).toString();
    out.language = settings.value(LanguageKey, out.language).toString();
    return out;
}

void savePreferences(const Preferences& preferences) {
    QSettings settings;
    settings.setValue(ThreadsKey, preferences.threads);
    settings.setValue(DeviceKey, preferences.device);
    settings.setValue(MemoryKey, preferences.memoryGiB);
    settings.setValue(FolderKey, preferences.dataFolder);
    settings.setValue(LanguageKey, preferences.language);
}

QString standardDataFolder() { return pathText(Store::defaultPath().parent_path()); }

QString dataFolder() {
    const QString chosen = loadPreferences().dataFolder;
    return chosen.isEmpty() ? standardDataFolder() : chosen;
}

} // namespace bitsmith::ui
