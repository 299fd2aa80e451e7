// A lesson for terminals: its Markdown as it is, titles underlined, the answer at the end.
#include "core/lessons/lesson.h"

#include <algorithm>

namespace bitsmith {
namespace {

// Columns, not bytes: what follows the first byte of a character does not count.
std::size_t columns(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

std::string underlined(std::string_view title, char mark) {
    return fmt::format("{}\n{}\n", title, std::string(columns(title), mark));
}

} // namespace

std::string lessonText(const Lesson& lesson) {
    std::string out = underlined(lesson.title, '=');
    out += fmt::format("{}\n{} minutes. Live: bitsmith-studio --lesson {}\n", lesson.summary,
                       lesson.minutes, lesson.id);
    for (const LessonStep& step : lesson.steps)
        out += fmt::format("\n{}\n{}\n", underlined(step.title, '-'), step.text);
    const LessonQuestion& question = lesson.question;
    out += fmt::format("\n{}\n{}\n\n", underlined("Question", '-'), question.text);
    std::size_t right = 0;
    for (std::size_t i = 0; i < question.answers.size(); ++i) {
        out += fmt::format("  {}. {}\n", i + 1, question.answers[i].text);
        if (question.answers[i].right) right = i;
    }
    out += fmt::format("\nAnswer: {}. {}\n", right + 1, question.explanation);
    return out;
}

} // namespace bitsmith
