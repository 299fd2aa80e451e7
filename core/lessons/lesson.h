// A lesson: steps of a few sentences beside one live picture, and a question at the end. Written as
// Markdown in resources/lessons/NAME.md and compiled in; resources/docs/lessons.md says how. Knows
// the picture by its name only.
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bitsmith {

struct LessonStep {
    std::string title;
    std::string text; // Markdown
    // What the picture's controls are put to when the step is entered: {"bits", "3"}.
    std::vector<std::pair<std::string, std::string>> settings;
    std::string panel; // a page of the Studio that shows it of the open model; may be empty
};

struct LessonAnswer {
    std::string text;
    std::string feedback; // what is said to who chooses it; may be empty
    bool right = false;
};

struct LessonQuestion {
    std::string text; // Markdown
    std::vector<LessonAnswer> answers;
    std::string explanation; // shown after any answer
};

struct Lesson {
    std::string id, title, summary;
    int minutes = 0; // that it takes
    int order = 0;   // among the others
    std::string picture;
    std::vector<LessonStep> steps; // at least one
    LessonQuestion question;       // exactly one answer is right
};

inline constexpr std::size_t LargestLesson = 64 * 1024; // bytes

// name: for messages. Errors (BadInput), with the line: no front matter, missing, unknown or
// repeated fields, a directive that does not exist, no step, no question, no or two right answers,
// too long, not UTF-8.
Result<Lesson> parseLesson(std::string_view text, std::string_view name);
// Errors: as parseLesson; an unreadable file.
Result<Lesson> readLesson(const std::filesystem::path& file);

// By order. language: "en", "de"; a lesson that is not translated, and every lesson in a language
// that there is none in, is in English.
const std::vector<Lesson>& builtinLessons(std::string_view language = "en");
// Errors (Usage): unknown id, naming the known ones.
Result<const Lesson*> findLesson(std::string_view id, std::string_view language = "en");

// As a terminal shows it: steps, question, answer.
std::string lessonText(const Lesson& lesson);

} // namespace bitsmith
