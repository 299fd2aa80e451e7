// Line by line: front matter, steps ("## Title"), the question. A state that a line does not fit is
// an error with that line's number.
#include "core/lessons/lesson.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>

namespace bitsmith {
namespace {

constexpr std::string_view QuestionTitle = "Question";
constexpr std::size_t MostSteps = 20, LeastAnswers = 2, MostAnswers = 6;

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

bool isName(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

bool isUtf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const std::size_t length = lead < 0x80                   ? 1
                                   : lead >= 0xC2 && lead < 0xE0 ? 2
                                   : lead >= 0xE0 && lead < 0xF0 ? 3
                                   : lead >= 0xF0 && lead < 0xF5 ? 4
                                                                 : 0;
        if (lead == 0 || length == 0 || i + length > text.size()) return false;
        for (std::size_t k = 1; k < length; ++k)
            if ((static_cast<unsigned char>(text[i + k]) & 0xC0U) != 0x80) return false;
        i += length;
    }
    return true;
}

void addLine(std::string& text, std::string_view line) {
    if (!text.empty()) text += '\n';
    text += line;
}

void trimEnds(std::string& text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string::npos) {
        text.clear();
        return;
    }
    text = text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

class Parser {
public:
    explicit Parser(std::string_view name) : m_name(name) {}

    Result<Lesson> run(std::string_view text) {
        if (text.size() > LargestLesson)
            return fail(ErrorCode::BadInput,
                        "{}: {} bytes; a lesson has at most {}. Make two of it", m_name,
                        text.size(), LargestLesson);
        if (!isUtf8(text))
            return fail(ErrorCode::BadInput, "{}: not UTF-8 text. Save it as UTF-8", m_name);
        while (!text.empty()) {
            const std::size_t end = text.find('\n');
            std::string_view line = text.substr(0, end);
            text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
            if (line.ends_with('\r')) line.remove_suffix(1);
            ++m_line;
            BITSMITH_CHECK(take(line));
        }
        BITSMITH_CHECK(checkWhole());
        return std::move(m_lesson);
    }

private:
    enum class Part : unsigned char { Start, Front, Between, Step, Question };

    template <class... Args>
    [[nodiscard]] tl::unexpected<Error> bad(fmt::format_string<Args...> text,
                                            Args&&... args) const {
        return fail(ErrorCode::BadInput, "{}, line {}: {}", m_name, m_line,
                    fmt::format(text, std::forward<Args>(args)...));
    }

    Status take(std::string_view line) {
        switch (m_part) {
        case Part::Start:
            if (line != "---") return bad("a lesson begins with a line '---' and its fields");
            m_part = Part::Front;
            return {};
        case Part::Front:
            return takeField(line);
        default:
            if (line.starts_with("## ")) return beginSection(trimmed(line.substr(3)));
            if (line.starts_with("# "))
                return bad("steps begin with '## '; the title is a field above");
            if (m_part == Part::Between) {
                if (trimmed(line).empty()) return {};
                return bad("text before the first step; begin one with '## Title'");
            }
            return m_part == Part::Step ? takeStepLine(line) : takeQuestionLine(line);
        }
    }

    // ---- Front matter

    Status takeField(std::string_view line) {
        if (line == "---") {
            m_part = Part::Between;
            return checkFront();
        }
        if (trimmed(line).empty()) return {};
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) return bad("'{}' is no 'field: value'", line);
        const std::string_view field = trimmed(line.substr(0, colon));
        const std::string value(trimmed(line.substr(colon + 1)));
        if (std::ranges::find(m_fields, field) != m_fields.end())
            return bad("'{}' is given twice", field);
        m_fields.emplace_back(field);
        if (value.empty()) return bad("'{}' is empty", field);
        if (field == "id" || field == "picture") {
            if (!isName(value))
                return bad("{} '{}': only a-z, 0-9 and _ are allowed", field, value);
            (field == "id" ? m_lesson.id : m_lesson.picture) = value;
            return {};
        }
        if (field == "title")
            m_lesson.title = value;
        else if (field == "summary")
            m_lesson.summary = value;
        else if (field == "minutes")
            return takeNumber(field, value, 1, 60, m_lesson.minutes);
        else if (field == "order")
            return takeNumber(field, value, 0, 100000, m_lesson.order);
        else
            return bad("unknown field '{}'; known: id, title, summary, minutes, order, picture",
                       field);
        return {};
    }

    Status takeNumber(std::string_view field, std::string_view text, int least, int most,
                      int& out) {
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
        if (error != std::errc() || end != text.data() + text.size() || out < least || out > most)
            return bad("{} '{}': a whole number from {} to {}", field, text, least, most);
        return {};
    }

    Status checkFront() {
        for (const char* field : {"id", "title", "summary", "minutes", "order", "picture"})
            if (std::ranges::find(m_fields, field) == m_fields.end())
                return bad("the field '{}' is missing", field);
        return {};
    }

    // ---- Steps

    Status beginSection(std::string_view title) {
        if (m_part == Part::Question) return bad("the question is the last section");
        if (title == QuestionTitle) {
            m_part = Part::Question;
            return {};
        }
        if (title.empty()) return bad("a step without a title");
        if (m_lesson.steps.size() == MostSteps) return bad("more than {} steps", MostSteps);
        m_part = Part::Step;
        m_lesson.steps.push_back({.title = std::string(title)});
        return {};
    }

    Status takeStepLine(std::string_view line) {
        LessonStep& step = m_lesson.steps.back();
        if (!line.starts_with('@')) {
            addLine(step.text, line);
            return {};
        }
        const std::size_t space = std::min(line.find(' '), line.size());
        const std::string_view word = line.substr(0, space), rest = trimmed(line.substr(space));
        if (word == "@set") return takeSettings(step, rest);
        if (word == "@show") {
            if (!isName(rest)) return bad("'@show' names one page, such as '@show salience'");
            if (!step.panel.empty()) return bad("a step shows one page only");
            step.panel = rest;
            return {};
        }
        return bad("unknown directive '{}'; known: @set, @show", word);
    }

    Status takeSettings(LessonStep& step, std::string_view text) {
        if (text.empty()) return bad("'@set' without 'control=value'");
        while (!text.empty()) {
            const std::size_t space = std::min(text.find(' '), text.size());
            const std::string_view item = text.substr(0, space);
            text = trimmed(text.substr(space));
            const std::size_t equals = item.find('=');
            if (equals == std::string_view::npos || !isName(item.substr(0, equals)) ||
                equals + 1 == item.size())
                return bad("'{}' is no 'control=value'", item);
            step.settings.emplace_back(item.substr(0, equals), item.substr(equals + 1));
        }
        return {};
    }

    // ---- Question

    Status takeQuestionLine(std::string_view line) {
        LessonQuestion& question = m_lesson.question;
        const bool right = line.starts_with("- [x] ");
        if (right || line.starts_with("- [ ] ")) {
            if (!question.explanation.empty()) return bad("answers come before the explanation");
            const std::string_view text = trimmed(line.substr(6));
            if (text.empty()) return bad("an answer without text");
            if (question.answers.size() == MostAnswers)
                return bad("more than {} answers", MostAnswers);
            question.answers.push_back({.text = std::string(text), .right = right});
            return {};
        }
        if (line.starts_with('@')) return bad("the question has no directives");
        if (line.starts_with('>')) {
            if (question.answers.empty()) return bad("the explanation ('>') comes after answers");
            addLine(question.explanation, trimmed(line.substr(1)));
            return {};
        }
        if (question.answers.empty()) {
            addLine(question.text, line);
            return {};
        }
        if (trimmed(line).empty()) return {};
        if (line.starts_with("  ") && question.explanation.empty()) {
            std::string& feedback = question.answers.back().feedback;
            if (!feedback.empty()) feedback += ' ';
            feedback += trimmed(line);
            return {};
        }
        return bad("expected an answer ('- [ ] ', '- [x] '), its feedback (two spaces before it) "
                   "or the explanation ('> ')");
    }

    Status checkWhole() {
        if (m_part == Part::Start) return bad("an empty file");
        if (m_part == Part::Front) return bad("the fields do not end with '---'");
        if (m_lesson.steps.empty()) return bad("no step: begin one with '## Title'");
        for (LessonStep& step : m_lesson.steps) {
            trimEnds(step.text);
            if (step.text.empty()) return bad("the step '{}' has no text", step.title);
        }
        LessonQuestion& question = m_lesson.question;
        if (m_part != Part::Question) return bad("no '## {}' at the end", QuestionTitle);
        trimEnds(question.text);
        trimEnds(question.explanation);
        if (question.text.empty()) return bad("the question has no text");
        if (question.answers.size() < LeastAnswers)
            return bad("a question has at least {} answers ('- [ ] ')", LeastAnswers);
        const auto right = std::ranges::count_if(question.answers, &LessonAnswer::right);
        if (right != 1) return bad("{} answers are marked right ('- [x] '); one must be", right);
        if (question.explanation.empty()) return bad("no explanation ('> ') after the answers");
        return {};
    }

    std::string m_name;
    std::size_t m_line = 0;
    Part m_part = Part::Start;
    std::vector<std::string> m_fields;
    Lesson m_lesson;
};

} // namespace

Result<Lesson> parseLesson(std::string_view text, std::string_view name) {
    return Parser(name).run(text);
}

Result<Lesson> readLesson(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::string text(LargestLesson + 1, '\0');
    if (in) in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!in.is_open() || in.bad() || (in.fail() && !in.eof()))
        return fail(ErrorCode::BadInput, "{}: cannot be read", file.string());
    text.resize(static_cast<std::size_t>(in.gcount()));
    return parseLesson(text, file.filename().string());
}

} // namespace bitsmith
