// Engine text and numbers as a user reads them.
#pragma once

#include <QRegularExpression>
#include <QString>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace bitsmith::ui {

inline QString qs(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}
inline std::filesystem::path toPath(const QString& text) {
    return std::filesystem::path(text.toStdString());
}
inline QString pathText(const std::filesystem::path& path) {
    return QString::fromStdString(path.string());
}

// A text of the engine (core/pipeline/registered_texts.h) in the language of the window; as it is
// where there is no translation.
QString engineText(std::string_view text);

// Of the window: what installLanguage (ui/window/language.h) put in, "en" before.
std::string windowLanguage();

QString bytesText(std::uint64_t bytes); // "41 kB", "3.2 MB": decimal units, three digits
QString secondsText(double seconds);  // "12 ms", "0.4 s", "2 min 05 s", "1 h 10 min"; empty below 0
QString numberText(double value);     // four significant digits
QString percentText(double fraction); // 0.0123 -> "1.23 %"
QString bitsText(double bitsPerWeight);  // "4.25"
QString countText(std::uint64_t number); // "3.2 M"

// A glob of * and ?; without either, what a text has to contain. Case is ignored.
class TextFilter {
public:
    explicit TextFilter(const QString& filter = {});
    bool isEmpty() const { return m_filter.isEmpty(); }
    bool matches(const QString& text) const; // empty: anything

private:
    QString m_filter;
    bool m_glob = false;
    QRegularExpression m_expression; // of a glob
};
bool matchesFilter(const QString& text, const QString& filter); // once

} // namespace bitsmith::ui
