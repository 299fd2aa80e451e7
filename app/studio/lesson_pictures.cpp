// Pictures of the lessons: the list, and each lesson with its live picture.
#include "app/studio/tour.h"

#include "core/lessons/lesson.h"
#include "ui/bridge/text.h"
#include "ui/lessons/lesson_player.h"
#include "ui/lessons/lesson_window.h"
#include "ui/lessons/picture_view.h"
#include "ui/window/commands.h"
#include "ui/window/learn.h"

namespace bitsmith::ui {

bool Tour::lessonsAlone() {
    m_window.show();
    if (!openDemo()) return false;
    chooseTensor(QStringLiteral("mlp.down"));
    return lessonPictures(m_wishes.lesson);
}

bool Tour::lessonPictures(const QString& id) {
    m_window.commands().setTheme(Theme::Light);
    LessonWindow* lessons = m_window.learn().window();
    LessonPlayer* player = lessons->player();
    PictureView* picture = player->picture();
    const auto take = [&](const QString& name) {
        settle();
        if (!wait([&] { return !picture->working(); })) return failed(name) == 0;
        settle();
        save(lessons, name);
        return true;
    };
    lessons->resize(1280, 800);
    lessons->showList();
    lessons->show();
    if (!take(QStringLiteral("lessons-light"))) return false;
    for (const Lesson& lesson : builtinLessons(windowLanguage())) {
        if (id != QLatin1String("all") && id != qs(lesson.id)) continue;
        const QString name = QStringLiteral("lesson-") + qs(lesson.id);
        m_window.commands().setTheme(Theme::Light);
        lessons->resize(1280, 800);
        if (!lessons->openLesson(qs(lesson.id))) return failed(name) == 0;
        if (!take(name + QStringLiteral("-light"))) return false;
        player->goTo(1);
        if (!take(name + QStringLiteral("-second-light"))) return false;
        m_window.commands().setTheme(Theme::Dark);
        if (m_window.session().model()) {
            picture->useWeights(true);
            if (!wait([&] { return picture->showsWeights(); })) return failed(name) == 0;
        }
        if (!take(name + QStringLiteral("-dark"))) return false;
        player->goTo(player->stepCount() - 1);
        applyZoom(2.0);
        lessons->setHighContrast(lesson.order % 20 == 0);
        if (!take(name + QStringLiteral("-zoomed"))) return false;
        player->goTo(0);
        lessons->resize(900, 800);
        if (!take(name + QStringLiteral("-narrow"))) return false;
        lessons->setHighContrast(false);
        applyZoom(1.0);
    }
    m_window.commands().setTheme(Theme::Light);
    lessons->close();
    return true;
}

} // namespace bitsmith::ui
