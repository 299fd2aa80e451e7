// The models opened last, newest first, kept in the settings.
#pragma once

#include <QObject>
#include <QStringList>

namespace bitsmith::ui {

class RecentModels final : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    QStringList paths() const; // those that still exist
    void add(const QString& path);
    void clear();

Q_SIGNALS:
    void changed();
};

} // namespace bitsmith::ui
