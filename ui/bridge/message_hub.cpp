#include "ui/bridge/message_hub.h"

namespace bitsmith::ui {
namespace {

constexpr std::size_t MaxEntries = 20000; // older lines go first

} // namespace

void MessageHub::info(const QString& source, const QString& text) {
    add(LogEntry::Kind::Info, source, text, false);
}
void MessageHub::warn(const QString& source, const QString& text) {
    add(LogEntry::Kind::Warning, source, text, false);
}
void MessageHub::fail(const QString& source, const QString& text) {
    add(LogEntry::Kind::Error, source, text, true);
}
void MessageHub::say(const QString& source, const QString& text) {
    add(LogEntry::Kind::Info, source, text, true);
}

void MessageHub::clear() {
    m_entries.clear();
    Q_EMIT cleared();
}

void MessageHub::add(LogEntry::Kind kind, const QString& source, const QString& text, bool show) {
    if (m_entries.size() >= MaxEntries)
        m_entries.erase(m_entries.begin(),
                        m_entries.begin() + static_cast<std::ptrdiff_t>(MaxEntries / 10));
    const LogEntry entry{QDateTime::currentDateTime(), kind, source, text};
    m_entries.push_back(entry);
    Q_EMIT logged(entry);
    if (show) Q_EMIT shown(entry);
}

} // namespace bitsmith::ui
