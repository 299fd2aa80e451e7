// bitsmith lessons [ID | FILE.md]
#include "app/cli/lessons.h"
#include "app/cli/table.h"
#include "core/lessons/lesson.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace bitsmith::cli {
namespace {

Json toJson(const Lesson& lesson) {
    Json steps = Json::array(), answers = Json::array();
    for (const LessonStep& step : lesson.steps) {
        Json settings = Json::object();
        for (const auto& [control, value] : step.settings) settings[control] = value;
        steps.push_back({{"title", step.title},
                         {"text", step.text},
                         {"settings", settings},
                         {"panel", step.panel}});
    }
    for (const LessonAnswer& answer : lesson.question.answers)
        answers.push_back(
            {{"text", answer.text}, {"feedback", answer.feedback}, {"right", answer.right}});
    return {{"id", lesson.id},
            {"title", lesson.title},
            {"summary", lesson.summary},
            {"minutes", lesson.minutes},
            {"picture", lesson.picture},
            {"steps", steps},
            {"question",
             {{"text", lesson.question.text},
              {"answers", answers},
              {"explanation", lesson.question.explanation}}}};
}

Status printOne(const Session& session, const Lesson& lesson) {
    if (session.json())
        session.print(Json{{"lessons", Json::array({toJson(lesson)})}});
    else
        session.print(lessonText(lesson));
    return {};
}

} // namespace

Action declareLessons(CLI::App& app) {
    auto name = std::make_shared<std::string>();
    app.add_option("LESSON", *name, "One lesson in full: its id, or a .md file that is checked");
    auto language = std::make_shared<std::string>("en");
    app.add_option("--language", *language, "en or de; what is not translated is in English")
        ->capture_default_str();
    return [name, language](Session& session) -> Status {
        if (name->ends_with(".md")) {
            BITSMITH_TRY(const Lesson lesson, readLesson(*name));
            return printOne(session, lesson);
        }
        if (!name->empty()) {
            BITSMITH_TRY(const Lesson* lesson, findLesson(*name, *language));
            return printOne(session, *lesson);
        }
        Json all = Json::array();
        Table table({"lesson", "title", ">minutes", "what it shows"});
        for (const Lesson& lesson : builtinLessons(*language)) {
            all.push_back(toJson(lesson));
            table.add({lesson.id, lesson.title, std::to_string(lesson.minutes), lesson.summary});
        }
        if (session.json())
            session.print(Json{{"lessons", all}});
        else
            session.print(table.text());
        return {};
    };
}

} // namespace bitsmith::cli
