// The lessons of resources/lessons, compiled in as text by this folder's CMakeLists.txt.
#include "core/lessons/lesson.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <stdexcept>
#include <tuple>

namespace bitsmith {
namespace {

struct LessonFile {
    std::string_view language, name, text;
};
constexpr LessonFile Files[] = {
#include "builtin_lessons.inc"
};

constexpr std::string_view English = "en";

std::vector<Lesson> parseAll(std::string_view language) {
    const auto translated = [&](const LessonFile& file) {
        return std::ranges::any_of(Files, [&](const LessonFile& other) {
            return other.language == language && other.name == file.name;
        });
    };
    std::vector<Lesson> lessons;
    for (const LessonFile& file : Files) {
        if (file.language != language && (file.language != English || translated(file))) continue;
        auto lesson = parseLesson(file.text, file.name);
        // Our own files: a test keeps this from ever shipping.
        if (!lesson) throw std::logic_error("built-in lesson " + lesson.error().message);
        if (lesson->id != file.name)
            throw std::logic_error("built-in lesson " + std::string(file.name) + " has the id " +
                                   lesson->id);
        lessons.push_back(*std::move(lesson));
    }
    std::ranges::sort(lessons, [](const Lesson& a, const Lesson& b) {
        return std::tie(a.order, a.id) < std::tie(b.order, b.id);
    });
    return lessons;
}

} // namespace

const std::vector<Lesson>& builtinLessons(std::string_view language) {
    static std::mutex mutex;
    static std::map<std::string, std::vector<Lesson>, std::less<>> known;
    const bool any = std::ranges::count(Files, language, &LessonFile::language) > 0;
    const std::scoped_lock lock(mutex);
    const std::string key(any ? language : English);
    const auto found = known.find(key);
    return found != known.end() ? found->second : known.emplace(key, parseAll(key)).first->second;
}

Result<const Lesson*> findLesson(std::string_view id, std::string_view language) {
    std::string known;
    for (const Lesson& lesson : builtinLessons(language)) {
        if (lesson.id == id) return &lesson;
        known += (known.empty() ? "" : ", ") + lesson.id;
    }
    return fail(ErrorCode::Usage, "unknown lesson '{}'; known: {}", id, known);
}

} // namespace bitsmith
