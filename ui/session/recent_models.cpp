#include "ui/session/recent_models.h"

#include <QFileInfo>
#include <QSettings>

namespace bitsmith::ui {
namespace {

constexpr qsizetype MaxRecent = 10;
const QString Key = QStringLiteral("recentModels");

} // namespace

QStringList RecentModels::paths() const {
    QStringList out;
    for (const QString& path : QSettings().value(Key).toStringList())
        if (QFileInfo::exists(path)) out.append(path);
    return out;
}

void RecentModels::add(const QString& path) {
    QStringList all = QSettings().value(Key).toStringList();
    all.removeAll(path);
    all.prepend(path);
    QSettings().setValue(Key, all.mid(0, MaxRecent));
    Q_EMIT changed();
}

void RecentModels::clear() {
    QSettings().remove(Key);
    Q_EMIT changed();
}

} // namespace bitsmith::ui
