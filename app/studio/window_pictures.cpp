// Pictures of the window itself: the first start, then every panel, page and dialog in each look.
#include "app/studio/tour.h"

#include "ui/bridge/text.h"
#include "ui/lessons/lesson_player.h"
#include "ui/lessons/lesson_window.h"
#include "ui/lessons/picture_view.h"
#include "ui/panels/budget_page.h"
#include "ui/panels/codes_page.h"
#include "ui/panels/error_page.h"
#include "ui/panels/experiments_panel.h"
#include "ui/panels/inspector_panel.h"
#include "ui/panels/layers_panel.h"
#include "ui/panels/pipeline_page.h"
#include "ui/panels/playground_panel.h"
#include "ui/panels/salience_page.h"
#include "ui/panels/sensitivity_page.h"
#include "ui/panels/spectrum_page.h"
#include "ui/panels/weights_page.h"
#include "ui/window/commands.h"
#include "ui/window/guide.h"
#include "ui/window/layouts.h"
#include "ui/window/learn.h"

#include <QAction>
#include <QApplication>
#include <QDialog>
#include <QTabWidget>
#include <QTableView>

namespace bitsmith::ui {
namespace {

constexpr double Budget = 3.6; // bits per weight
constexpr std::size_t CalibrationSamples = 32;

} // namespace

bool Tour::windowPictures() {
    m_window.show();
    for (const Look& look : m_wishes.looks()) {
        wear(look);
        m_window.guide().start();
        shot(QStringLiteral("start") + look.suffix());
        m_window.guide().stop();
    }
    if (!openDemo()) return false;
    if (!somethingToShow()) return false;
    for (const Look& look : m_wishes.looks()) {
        wear(look);
        if (!panelPictures(look.suffix()) || !pagePictures(look.suffix())) return false;
        layoutPictures(look.suffix());
        dialogPictures(look.suffix());
        if (!lessonPicture(look.suffix())) return false;
    }
    applyZoom(1.0);
    return true;
}

// Two quantizations, one worse than the other, statistics, sensitivities and a budget.
bool Tour::somethingToShow() {
    setPlan("rtn", 4, {}, 0);
    if (!quantizeOnce(false)) return false;
    setPlan("rtn", 2, {}, 0);
    if (!quantizeOnce(false)) return false;
    if (!m_window.session().sensitivities().completeTable("kl") && !analyzeOnce()) return false;
    if (!m_window.session().calibration() && !calibrateOnce()) return false;
    setPlan("gptq", 4, {}, 0);
    m_window.session().budget().prepare();
    m_window.session().budget().ask(Budget, QStringLiteral("tour"));
    m_window.playground()->generate();
    wait([&] { return !m_window.playground()->busy(); });
    m_services.store().refresh();
    settle();
    m_window.experiments()->table()->selectRow(0);
    chooseTensor(QStringLiteral("mlp.down"));
    // What the way here left behind.
    m_window.guide().stop();
    if (auto* message = m_window.findChild<QWidget*>(QStringLiteral("messageBar"))) message->hide();
    return true;
}

// Salience and the pipeline need it.
bool Tour::calibrateOnce() {
    const auto text = demoCalibrationFile();
    if (!text) return failed("the demo's texts are missing") == 0;
    CalibrateRequest request{.model = m_window.session().model(), .text = pathText(*text)};
    request.options.samples = CalibrationSamples;
    m_window.runs().calibrate(request);
    if (!wait([&] { return !m_services.jobs().anyUnfinished(); })) return false;
    settle();
    return m_window.session().calibration() || failed("nothing was calibrated") == 0;
}

void Tour::wear(const Look& look) {
    applyZoom(look.zoom / 100.0);
    size(look.size.width(), look.size.height(), look.theme);
}

bool Tour::panelPictures(const QString& suffix) {
    m_window.inspector()->tabs()->setCurrentIndex(0);
    if (!wait([&] { return m_window.inspector()->weights()->ready(); }))
        return failed("no weights") == 0;
    for (const char* panel : {"runsPanel", "experimentsPanel", "playgroundPanel", "logPanel"}) {
        m_window.raisePanel(QLatin1String(panel));
        shot(QStringLiteral("window-") + QString(QLatin1String(panel).chopped(5)) + suffix);
    }
    return true;
}

bool Tour::pagePictures(const QString& suffix) {
    InspectorPanel* inspector = m_window.inspector();
    const auto page = [&](QWidget* widget, const char* name, const auto& ready) {
        inspector->tabs()->setCurrentWidget(widget);
        settle();
        if (!wait(ready)) return failed(QStringLiteral("not ready: ") + QLatin1String(name)) == 0;
        settle();
        save(inspector, QStringLiteral("page-") + QLatin1String(name) + suffix);
        return true;
    };
    return page(inspector->weights(), "weights", [&] { return inspector->weights()->ready(); }) &&
           page(inspector->error(), "error", [&] { return inspector->error()->ready(); }) &&
           page(inspector->codes(), "codes", [&] { return inspector->codes()->ready(); }) &&
           page(inspector->salience(), "salience",
                [&] { return inspector->salience()->ready(); }) &&
           page(inspector->spectrum(), "spectrum",
                [&] { return inspector->spectrum()->ready(); }) &&
           page(inspector->sensitivity(), "sensitivity",
                [&] { return inspector->sensitivity()->ready(); }) &&
           page(inspector->budget(), "budget", [&] { return inspector->budget()->ready(); }) &&
           page(inspector->pipeline(), "pipeline", [&] { return inspector->pipeline()->ready(); });
}

void Tour::layoutPictures(const QString& suffix) {
    for (const auto& [layout, name] :
         {std::pair{Layout::Engineer, "engineer"}, std::pair{Layout::Teacher, "teacher"},
          std::pair{Layout::Compact, "compact"}}) {
        m_window.layouts().apply(layout);
        shot(QStringLiteral("layout-") + QLatin1String(name) + suffix);
    }
    m_window.defaultLayout();
    settle();
}

// Whatever these commands open.
void Tour::dialogPictures(const QString& suffix) {
    for (const char* name :
         {"quantize", "evaluate", "exportModel", "analyze", "compareMetrics", "recipes", "compress",
          "compressibility", "loadStudy", "settings", "about"}) {
        auto* action = m_window.findChild<QAction*>(QLatin1String(name));
        if (!action || !action->isEnabled()) {
            failed(QStringLiteral("no command ") + QLatin1String(name));
            continue;
        }
        action->trigger();
        settle();
        settle(); // what it looks up first
        int seen = 0;
        for (QWidget* widget : QApplication::topLevelWidgets()) {
            auto* dialog = qobject_cast<QDialog*>(widget);
            if (!dialog || !dialog->isVisible()) continue;
            save(dialog, QStringLiteral("dialog-") + QLatin1String(name) + suffix);
            dialog->reject();
            ++seen;
        }
        if (seen != 1) failed(QStringLiteral("no dialog of ") + QLatin1String(name));
        settle();
    }
}

bool Tour::lessonPicture(const QString& suffix) {
    LessonWindow* lessons = m_window.learn().window();
    lessons->showList();
    lessons->show();
    settle();
    save(lessons, QStringLiteral("lessons") + suffix);
    if (!lessons->openLesson(QStringLiteral("gptq_movie"))) return failed("no lesson") == 0;
    settle();
    if (!wait([&] { return !lessons->player()->picture()->working(); }))
        return failed("no picture of the lesson") == 0;
    settle();
    save(lessons, QStringLiteral("lesson") + suffix);
    lessons->close();
    return true;
}

// The few pictures of resources/docs.
bool Tour::manualPictures() {
    m_window.show();
    if (!openDemo() || !somethingToShow()) return false;
    wear({.theme = Theme::Light});
    m_window.raisePanel(QStringLiteral("experimentsPanel"));
    m_window.inspector()->tabs()->setCurrentWidget(m_window.inspector()->error());
    if (!wait([&] { return m_window.inspector()->error()->ready(); }))
        return failed("no errors") == 0;
    shot("experiments-light");
    wear({.theme = Theme::Dark});
    m_window.raisePanel(QStringLiteral("playgroundPanel"));
    m_window.inspector()->tabs()->setCurrentWidget(m_window.inspector()->pipeline());
    if (!wait([&] { return m_window.inspector()->pipeline()->ready(); }))
        return failed("no stages") == 0;
    shot("playground-dark");
    m_window.commands().setTheme(Theme::Light);
    LessonWindow* lessons = m_window.learn().window();
    lessons->resize(1000, 640);
    lessons->show();
    if (!lessons->openLesson(QStringLiteral("gptq_movie"))) return failed("no lesson") == 0;
    lessons->player()->picture()->setValue("column", 8); // half way
    settle();
    if (!wait([&] { return !lessons->player()->picture()->working(); }))
        return failed("no picture of the lesson") == 0;
    settle();
    save(lessons, QStringLiteral("lesson-light"));
    lessons->close();
    return true;
}

} // namespace bitsmith::ui
