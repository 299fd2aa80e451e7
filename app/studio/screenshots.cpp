#include "app/studio/screenshots.h"

#include "app/studio/tour.h"

#include "ui/bridge/text.h"
#include "ui/panels/error_page.h"
#include "ui/panels/experiments_panel.h"
#include "ui/panels/inspector_panel.h"
#include "ui/panels/layers_panel.h"
#include "ui/panels/playground_panel.h"
#include "ui/panels/runs_panel.h"
#include "ui/panels/weights_page.h"
#include "ui/window/commands.h"
#include "ui/window/export_dialog.h"
#include "ui/window/quantize_dialog.h"

#include <QDir>
#include <QPushButton>
#include <QTableView>

namespace bitsmith::ui {
namespace {

constexpr int CodesTab = 2;
constexpr std::size_t EvaluationTokens = 20000; // enough for a picture

} // namespace

int Tour::run() {
    if (!QDir().mkpath(m_folder.absolutePath())) return failed("the folder cannot be made");
    const bool complete = !m_wishes.lesson.isEmpty()                 ? lessonsAlone()
                          : m_wishes.part == QLatin1String("window") ? windowPictures()
                          : m_wishes.part == QLatin1String("manual") ? manualPictures()
                                                                     : everything();
    if (!complete) return 1;
    std::printf("%d pictures in %s\n", m_count, qPrintable(m_folder.absolutePath()));
    return m_problem ? 1 : 0;
}

bool Tour::everything() {
    size(1280, 800, Theme::Light);
    m_window.show();
    settle();
    shot("start-light");
    m_window.inspector()->tabs()->setCurrentIndex(CodesTab);
    settle();
    save(m_window.inspector(), QStringLiteral("codes-empty-light"));
    m_window.inspector()->tabs()->setCurrentIndex(0);
    if (!openDemo()) return false;
    chooseTensor(QStringLiteral("mlp.down"));
    if (!wait([&] { return m_window.inspector()->weights()->ready(); }))
        return failed("no weights") == 0;
    shot("layers-light");
    return saliencePictures() && quantizeAll() && sensitivityPictures() && recipePictures() &&
           pictures() && codingPictures() && windowPictures() && ggufPictures() && lessonPictures();
}

bool Tour::quantizeAll() {
    struct Wish {
        const char *recipe, *pattern;
        int bits, patternBits;
    };
    static constexpr Wish Wishes[] = {{"rtn", "", 8, 0},  {"rtn", "", 4, 0},
                                      {"rtn", "", 3, 0},  {"gptq", "", 4, 0},
                                      {"gptq", "", 3, 0}, {"gptq", "mlp.down", 3, 4}};
    bool first = true;
    for (const Wish& wish : Wishes) {
        setPlan(wish.recipe, wish.bits, QLatin1String(wish.pattern), wish.patternBits);
        if (first) dialogShot();
        if (!quantizeOnce(&wish == std::end(Wishes) - 1)) return false;
        first = false;
    }
    return true;
}

bool Tour::quantizeOnce(bool midway) {
    Session& session = m_window.session();
    QuantizeRequest request{.model = session.model(), .plan = session.document().plan()};
    request.options.output = toPath(RunController::suggestedOutput(qs(session.model()->name())));
    const auto calibration = demoCalibrationFile(), text = demoTextFile();
    if (!calibration || !text) return failed("the demo's texts are missing") == 0;
    request.options.calibrationText = *calibration;
    request.options.calibration.samples = 32;
    EvaluateRequest evaluate{.baseline = session.path(), .text = pathText(*text)};
    evaluate.options.limitTokens = EvaluationTokens;
    request.evaluate = evaluate;
    const JobId id = m_window.runs().quantize(std::move(request));
    m_window.runsPanel()->choose(id);
    if (midway) {
        m_window.raisePanel(m_window.runsPanel()->objectName());
        wait([&] {
            const std::size_t expected = m_window.runs().expectedReports(id);
            return !m_services.jobs().anyUnfinished() ||
                   (expected && m_window.runs().reports(id).size() * 3 >= expected * 2);
        });
        shot("run-light");
    }
    if (!wait([&] { return !m_services.jobs().anyUnfinished() && finished(id); }))
        return failed("the quantization did not end") == 0;
    // The evaluation is submitted when the quantization's end is heard of.
    settle();
    if (!wait([&] { return !m_services.jobs().anyUnfinished(); }))
        return failed("the evaluation did not end") == 0;
    for (const auto& job : m_services.jobs().jobs())
        if (job.state == JobState::Failed)
            return failed(qs(job.title) + QStringLiteral(": ") + qs(job.error)) == 0;
    m_window.runsPanel()->choose(id);
    return true;
}

void Tour::dialogShot() {
    m_window.commands().quantize();
    settle();
    if (auto* dialog = m_window.findChild<QuantizeDialog*>()) {
        save(dialog, QStringLiteral("quantize-dialog-light"));
        dialog->reject();
    }
    settle();
}

void Tour::targetShot() {
    TargetCheck& check = m_window.session().target();
    if (const auto target = findTarget("vllm")) check.choose(*target);
    shot("target-light");
    check.choose(nullptr);
    settle();
}

void Tour::exportShot(const char* name, const char* targetId) {
    TargetCheck& check = m_window.session().target();
    if (const auto target = findTarget(targetId)) check.choose(*target);
    m_window.commands().exportModel();
    auto* dialog = m_window.findChild<ExportDialog*>();
    if (dialog && wait([&] { return !dialog->checking(); })) {
        settle();
        save(dialog, QLatin1String(name));
        exportOnce(dialog, name);
        dialog->reject();
    }
    check.choose(nullptr);
    settle();
}

void Tour::exportOnce(ExportDialog* dialog, const char* name) {
    auto* run = dialog->findChild<QPushButton*>(QStringLiteral("exportRun"));
    if (!run || !run->isEnabled()) return;
    run->click();
    if (wait([&] { return !m_services.jobs().anyUnfinished(); })) {
        settle();
        save(dialog, QLatin1String(name) + QStringLiteral("-result"));
    }
}

bool Tour::pictures() {
    targetShot();
    exportShot("export-dialog-light", "bitsmith");
    exportShot("export-problems-light", "exllama");
    exportShot("export-repacked-light", "llama.cpp");
    m_window.playground()->generate();
    wait([&] { return !m_window.playground()->busy(); });
    m_services.store().refresh();
    settle();
    m_window.experiments()->table()->selectRow(0);
    m_window.inspector()->tabs()->setCurrentIndex(0);
    chooseTensor(QStringLiteral("mlp.down"));
    for (const auto theme : {Theme::Light, Theme::Dark}) {
        const bool light = theme == Theme::Light;
        size(light ? 1280 : 1920, light ? 800 : 1080, theme);
        const QString suffix = light ? QStringLiteral("-light") : QStringLiteral("-dark");
        for (const char* panel : {"runsPanel", "experimentsPanel", "playgroundPanel", "logPanel"}) {
            m_window.raisePanel(QLatin1String(panel));
            m_window.inspector()->tabs()->setCurrentIndex(
                QLatin1String(panel) == QLatin1String("experimentsPanel") ? 1 : 0);
            settle();
            wait([&] {
                return m_window.inspector()->weights()->ready() ||
                       m_window.inspector()->error()->ready();
            });
            settle();
            shot(QString(QLatin1String(panel).chopped(5)) + suffix);
        }
        save(m_window.layers(), QStringLiteral("panel-layers") + suffix);
        save(m_window.inspector(), QStringLiteral("panel-inspector") + suffix);
    }
    return true;
}

int takeScreenshots(Services& services, MainWindow& window, const PictureWishes& wishes) {
    return Tour(services, window, wishes).run();
}

} // namespace bitsmith::ui
