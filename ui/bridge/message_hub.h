// Where everything that the user should know goes: the log keeps it, failures also show in the
// window's message bar. GUI thread.
#pragma once

#include "core/base/result.h"
#include "core/base/run_context.h"

#include <QDateTime>
#include <QObject>
#include <QString>

#include <vector>

namespace bitsmith::ui {

struct LogEntry {
    enum class Kind { Info, Warning, Error };
    QDateTime time;
    Kind kind = Kind::Info;
    QString source; // job or place
    QString text;
};

class MessageHub final : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    void info(const QString& source, const QString& text);
    void warn(const QString& source, const QString& text);
    void fail(const QString& source, const QString& text); // also shown in the message bar
    void say(const QString& source, const QString& text);  // an information shown in the bar, too
    const std::vector<LogEntry>& entries() const { return m_entries; }
    void clear();

Q_SIGNALS:
    void logged(const bitsmith::ui::LogEntry& entry);
    void shown(const bitsmith::ui::LogEntry& entry);
    void cleared();

private:
    void add(LogEntry::Kind kind, const QString& source, const QString& text, bool show);
    std::vector<LogEntry> m_entries;
};

} // namespace bitsmith::ui
