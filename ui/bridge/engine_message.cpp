// Arguments may be messages themselves ("groups of 64" in "Use {}."), and a text may be of several
// patterns: of all readings that which explains most letters is taken. A piece of a pattern is
// looked for once, from left to right, and so are at most so many readings: names in a file may be
// anything, and cost no more than their length.
#include "ui/bridge/engine_message.h"

#include "core/base/message.h"
#include "ui/bridge/text.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace bitsmith::ui {
namespace {

constexpr std::size_t Longest = 4000, LongestArgument = 500; // of what is looked at
constexpr int MostReadings = 200;
// A pattern of fewer letters, "{} and {}", fits anything: it counts around something known.
constexpr std::size_t Telling = 8;

struct Pattern {
    std::string_view text;
    std::vector<std::string_view> pieces; // around and between the arguments
    std::size_t letters = 0;
};

Pattern parsed(std::string_view text) {
    Pattern out{.text = text, .pieces = {}};
    for (std::string_view rest = text;;) {
        const std::size_t open = rest.find('{');
        out.pieces.push_back(rest.substr(0, open));
        out.letters += out.pieces.back().size();
        if (open == std::string_view::npos) return out;
        rest.remove_prefix(std::min(rest.find('}', open), rest.size() - 1) + 1);
    }
}

const std::vector<Pattern>& patterns() {
    static const std::vector<Pattern> All = [] {
        std::vector<Pattern> out;
        for (const std::string_view text : messagePatterns()) out.push_back(parsed(text));
        std::ranges::stable_sort(out, std::greater<>(), &Pattern::letters); // most telling first
        return out;
    }();
    return All;
}

using Arguments = std::vector<std::string_view>;

std::optional<Arguments> argumentsOf(std::string_view text, const Pattern& pattern) {
    const auto& pieces = pattern.pieces;
    if (pieces.size() == 1) return text == pattern.text ? std::optional(Arguments()) : std::nullopt;
    if (text.size() < pieces.front().size() + pieces.back().size() ||
        !text.starts_with(pieces.front()) || !text.ends_with(pieces.back()))
        return std::nullopt;
    text.remove_prefix(pieces.front().size());
    text.remove_suffix(pieces.back().size());
    Arguments out;
    for (std::size_t i = 1; i + 1 < pieces.size(); ++i) {
        const std::size_t at = text.find(pieces[i]);
        if (at == std::string_view::npos) return std::nullopt;
        out.push_back(text.substr(0, at));
        text.remove_prefix(at + pieces[i].size());
    }
    out.push_back(text);
    return out;
}

// {} takes the next argument, {1} the second.
QString filled(const QString& translation, const QStringList& arguments) {
    QString out;
    qsizetype next = 0, from = 0;
    for (;;) {
        const qsizetype open = translation.indexOf(QLatin1Char('{'), from);
        const qsizetype close = open < 0 ? -1 : translation.indexOf(QLatin1Char('}'), open);
        if (close < 0) return out + translation.mid(from);
        bool numbered = false;
        const int number = translation.mid(open + 1, close - open - 1).toInt(&numbered);
        out += translation.mid(from, open - from) + arguments.value(numbered ? number : next++);
        from = close + 1;
    }
}

struct Reading {
    QString text;
    std::size_t letters = 0; // that patterns explain
};

class Reader {
public:
    std::optional<Reading> read(std::string_view text) {
        std::optional<Reading> best;
        for (const Pattern& pattern : patterns()) {
            const auto arguments = argumentsOf(text, pattern);
            if (!arguments || m_left-- <= 0) continue;
            auto reading = readAs(pattern, *arguments);
            if (reading && (!best || reading->letters > best->letters)) best = std::move(reading);
        }
        return best;
    }

private:
    std::optional<Reading> readAs(const Pattern& pattern, const Arguments& arguments) {
        Reading out{.text = {}, .letters = pattern.letters};
        QStringList said;
        for (const std::string_view argument : arguments) {
            // One word is a name or a number.
            const bool name =
                argument.size() > LongestArgument || argument.find(' ') == std::string_view::npos;
            const auto known = name ? std::nullopt : read(argument);
            said << (known ? known->text : qs(argument));
            if (known) out.letters += known->letters;
        }
        const bool alone = out.letters == pattern.letters;
        if (alone && !arguments.empty() && pattern.letters < Telling) return std::nullopt;
        out.text = filled(engineText(pattern.text), said);
        return out;
    }

    int m_left = MostReadings;
};

} // namespace

QString engineMessage(std::string_view message) {
    if (message.size() > Longest || windowLanguage() == "en") return qs(message);
    const auto reading = Reader().read(message);
    return reading ? reading->text : qs(message);
}

} // namespace bitsmith::ui
