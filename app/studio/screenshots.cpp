#include "app/studio/screenshots.h"

#include "ui/bridge/text.h"
#include "ui/panels/budget_page.h"
#include "ui/panels/codes_page.h"
#include "ui/panels/error_page.h"
#include "ui/panels/experiments_panel.h"
#include "ui/panels/inspector_panel.h"
#include "ui/panels/layers_panel.h"
#include "ui/panels/playground_panel.h"
#include "ui/panels/runs_panel.h"
#include "ui/panels/sensitivity_page.h"
#include "ui/panels/weights_page.h"
#include "ui/window/agreement_dialog.h"
#include "ui/window/analyze_dialog.h"
#include "ui/window/commands.h"
#include "ui/window/compress_dialog.h"
#include "ui/window/export_dialog.h"
#include "ui/window/load_study_dialog.h"
#include "ui/window/quantize_dialog.h"

#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTabWidget>
#include <QTableView>
#include <QTreeView>

#include <algorithm>
#include <cstdio>
#include <functional>

namespace bitsmith::ui {
namespace {

constexpr int PatienceMilliseconds = 600000;
constexpr int CodesTab = 2;
constexpr int LoadStudyMegabytes = 64;                    // enough for a picture
constexpr int AnalysisSamples = 24, AnalysisTokens = 512; // enough for a picture
constexpr std::size_t EvaluationTokens = 20000;           // enough for a picture

class Tour {
public:
    Tour(Services& services, MainWindow& window, const QString& folder)
        : m_services(services), m_window(window), m_folder(folder) {}

    int run() {
        if (!QDir().mkpath(m_folder.absolutePath())) return failed("the folder cannot be made");
        size(1280, 800, Theme::Light);
        m_window.show();
        settle();
        shot("start-light");
        m_window.inspector()->tabs()->setCurrentIndex(CodesTab);
        settle();
        save(m_window.inspector(), QStringLiteral("codes-empty-light"));
        m_window.inspector()->tabs()->setCurrentIndex(0);
        m_window.session().openDemo();
        if (!wait([&] { return m_window.session().state() != SessionState::Opening; }) ||
            m_window.session().state() != SessionState::Open)
            return failed(QStringLiteral("the demo model did not open: ") +
                          m_window.session().error());
        chooseTensor(QStringLiteral("mlp.down"));
        if (!wait([&] { return m_window.inspector()->weights()->ready(); }))
            return failed("no weights");
        shot("layers-light");
        if (!quantizeAll()) return 1;
        if (!sensitivityPictures()) return 1;
        return pictures();
    }

private:
    // Several plans, so that the plot of size against quality has points.
    bool quantizeAll() {
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

    void setPlan(const char* recipeId, int bits, const QString& role, int roleBits) {
        Session& session = m_window.session();
        const auto recipe = findRecipe(recipeId);
        if (!recipe) return;
        std::vector<std::size_t> all, some;
        const auto& tensors = session.document().plan()->model_tensors;
        for (std::size_t i = 0; i < tensors.size(); ++i) {
            if (!tensors[i].quantizable) continue;
            all.push_back(i);
            if (!role.isEmpty() && qs(tensors[i].role) == role) some.push_back(i);
        }
        session.edit(all, {.recipe = *recipe, .bits = bits}, QStringLiteral("set plan"));
        session.edit(some, {.bits = roleBits}, QStringLiteral("set plan"));
    }

    bool quantizeOnce(bool midway) {
        Session& session = m_window.session();
        QuantizeRequest request{.model = session.model(), .plan = session.document().plan()};
        request.options.output =
            toPath(RunController::suggestedOutput(qs(session.model()->name())));
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

    bool finished(JobId id) const {
        const JobSnapshot* job = m_services.jobs().find(id);
        return job && job->state != JobState::Queued && job->state != JobState::Running;
    }

    void dialogShot() {
        m_window.commands().quantize();
        settle();
        if (auto* dialog = m_window.findChild<QuantizeDialog*>()) {
            save(dialog, QStringLiteral("quantize-dialog-light"));
            dialog->reject();
        }
        settle();
    }

    // A target that minds the plan, with its list of problems.
    void targetShot() {
        TargetCheck& check = m_window.session().target();
        if (const auto target = findTarget("vllm")) check.choose(*target);
        shot("target-light");
        check.choose(nullptr);
        settle();
    }

    void exportShot(const char* name, const char* targetId) {
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

    // Where it may be written: the result's page.
    void exportOnce(ExportDialog* dialog, const char* name) {
        auto* run = dialog->findChild<QPushButton*>(QStringLiteral("exportRun"));
        if (!run || !run->isEnabled()) return;
        run->click();
        if (wait([&] { return !m_services.jobs().anyUnfinished(); })) {
            settle();
            save(dialog, QLatin1String(name) + QStringLiteral("-result"));
        }
    }

    int pictures() {
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
            for (const char* panel :
                 {"runsPanel", "experimentsPanel", "playgroundPanel", "logPanel"}) {
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
        if (!codingPictures()) return 1;
        if (!ggufPictures()) return 1;
        std::printf("%d pictures in %s\n", m_count, qPrintable(m_folder.absolutePath()));
        return m_problem ? 1 : 0;
    }

    // What the model minds, before and after it was measured; the budget that uses it; metrics
    // compared. Light and small, dark and large, and at twice the size.
    bool sensitivityPictures() {
        Session& session = m_window.session();
        InspectorPanel* inspector = m_window.inspector();
        setPlan("rtn", 4, {}, 0);
        size(1280, 800, Theme::Light);
        inspector->tabs()->setCurrentWidget(inspector->sensitivity());
        shot("sensitivity-empty-light");
        inspector->tabs()->setCurrentWidget(inspector->budget());
        shot("budget-empty-light");
        if (!analyzeOnce()) return false;
        session.budget().prepare();
        session.budget().ask(3.6, QStringLiteral("tour"));
        if (!wait([&] {
                return session.budget().state() == BudgetState::Ready &&
                       !session.budget().curve().empty() && !session.budget().allocating();
            }))
            return failed("no budget") == 0;
        for (const char* look : {"-light", "-dark", "-zoomed"}) {
            const bool dark = QLatin1String(look) == QLatin1String("-dark");
            const bool zoomed = QLatin1String(look) == QLatin1String("-zoomed");
            if (zoomed) applyZoom(2.0);
            size(dark || zoomed ? 1920 : 1280, dark || zoomed ? 1080 : 800,
                 dark ? Theme::Dark : Theme::Light);
            const QString suffix = QLatin1String(look);
            inspector->tabs()->setCurrentWidget(inspector->sensitivity());
            if (!wait([&] { return inspector->sensitivity()->ready(); }))
                return failed("no sensitivities") == 0;
            shot(QStringLiteral("sensitivity") + suffix);
            save(inspector, QStringLiteral("panel-sensitivity") + suffix);
            inspector->tabs()->setCurrentWidget(inspector->budget());
            if (!wait([&] { return inspector->budget()->ready(); })) return failed("no curve") == 0;
            shot(QStringLiteral("budget") + suffix);
            save(inspector, QStringLiteral("panel-budget") + suffix);
            save(m_window.layers(), QStringLiteral("panel-layers-budget") + suffix);
            comparePictures(suffix);
            if (zoomed) applyZoom(1.0);
        }
        session.budget().ask(1.0, QStringLiteral("tour-2")); // below what there is
        wait([&] { return !session.budget().error().isEmpty(); });
        shot("budget-refused-light");
        inspector->tabs()->setCurrentIndex(0);
        return true;
    }

    bool analyzeOnce() {
        m_window.commands().analyze();
        auto* dialog = m_window.findChild<AnalyzeDialog*>();
        if (!dialog || !wait([&] { return !dialog->estimating(); }))
            return failed("no dialog to analyze") == 0;
        auto* metric = dialog->findChild<QComboBox*>(QStringLiteral("analyzeMetric"));
        auto* run = dialog->findChild<QPushButton*>(QStringLiteral("analyzeRun"));
        metric->setCurrentIndex(0); // the divergence
        dialog->findChild<QSpinBox*>(QStringLiteral("analyzeSamples"))->setValue(AnalysisSamples);
        dialog->findChild<QSpinBox*>(QStringLiteral("analyzeTokens"))->setValue(AnalysisTokens);
        settle();
        save(dialog, QStringLiteral("analyze-light"));
        run->click();
        wait([&] {
            const JobSnapshot* job = m_services.jobs().find(dialog->job());
            return finished(dialog->job()) || (job && job->progress.fraction > 0.1);
        });
        m_window.inspector()->tabs()->setCurrentWidget(m_window.inspector()->sensitivity());
        shot("sensitivity-running-light");
        save(dialog, QStringLiteral("analyze-running-light"));
        if (!wait([&] { return !m_services.jobs().anyUnfinished(); }))
            return failed("the analysis did not end") == 0;
        settle();
        save(dialog, QStringLiteral("analyze-done-light"));
        // Some that are cheap, to compare them with it.
        for (const char* id : {"weight_error", "output_error", "taylor", "fisher"}) {
            AnalyzeRequest wish = dialog->request();
            wish.options.metric = id;
            m_window.runs().analyze(wish);
        }
        if (!wait([&] { return !m_services.jobs().anyUnfinished(); }))
            return failed("the analysis did not end") == 0;
        for (const auto& job : m_services.jobs().jobs())
            if (job.state == JobState::Failed)
                return failed(qs(job.title) + QStringLiteral(": ") + qs(job.error)) == 0;
        dialog->reject();
        return wait(
            [&] { return m_window.session().sensitivities().completeTable("kl") != nullptr; });
    }

    void comparePictures(const QString& suffix) {
        AgreementDialog dialog(m_services, m_window.session(), &m_window);
        dialog.show();
        wait([&] { return !dialog.report().metrics.empty(); });
        for (const char* metric : {"output_error", "weight_error"}) {
            auto* box = dialog.findChild<QComboBox*>(QStringLiteral("agreementMetric"));
            box->setCurrentIndex(std::max(0, box->findData(QLatin1String(metric))));
            settle();
            save(&dialog, QStringLiteral("compare-") + QLatin1String(metric) + suffix);
        }
        dialog.reject();
    }

    // What entropy coding makes of it: the page Codes, the plot by KL, the dialogs.
    bool codingPictures() {
        for (const auto theme : {Theme::Dark, Theme::Light}) {
            const bool light = theme == Theme::Light;
            const QString suffix = light ? QStringLiteral("-light") : QStringLiteral("-dark");
            size(light ? 1280 : 1920, light ? 800 : 1080, theme);
            m_window.raisePanel(m_window.experiments()->objectName());
            for (const char* axis : {"tradeoffY", "tradeoffX"})
                if (auto* box = m_window.findChild<QComboBox*>(QLatin1String(axis)))
                    box->setCurrentIndex(1);
            m_window.inspector()->tabs()->setCurrentIndex(CodesTab);
            settle();
            if (!wait([&] { return m_window.inspector()->codes()->ready(); }))
                return failed("no codes") == 0;
            shot(QStringLiteral("codes") + suffix);
            save(m_window.inspector(), QStringLiteral("panel-codes") + suffix);
            if (!compressPictures(suffix) || !loadPictures(suffix)) return false;
        }
        return true;
    }

    // The demo model's own file, there and back.
    bool compressPictures(const QString& suffix) {
        CompressDialog empty(m_services, m_window.runs(), {}, &m_window);
        empty.show();
        settle();
        save(&empty, QStringLiteral("compress-empty") + suffix);
        empty.reject();
        QDir source(m_window.session().path());
        const QStringList files = source.entryList({QStringLiteral("*.safetensors")}, QDir::Files);
        if (files.isEmpty()) return failed("the demo model has no safetensors file") == 0;
        const QString input = m_folder.absoluteFilePath(QStringLiteral("demo.safetensors"));
        if (!QFile::copy(source.filePath(files.constFirst()), input))
            return failed("the demo model cannot be copied") == 0;
        bool fine = true;
        const QString coded = input + QStringLiteral(".bitsmith");
        for (const QString& file : {input, coded}) {
            CompressDialog dialog(m_services, m_window.runs(), file, &m_window);
            dialog.show();
            fine = fine && wait([&] { return !dialog.inspecting(); });
            if (file == coded) // beside the original
                dialog.findChild<QLineEdit*>(QStringLiteral("compressName"))
                    ->setText(QStringLiteral("again.safetensors"));
            auto* run = dialog.findChild<QPushButton*>(QStringLiteral("compressRun"));
            fine = fine && run && run->isEnabled();
            if (!fine) break;
            run->click();
            fine = wait([&] { return !m_services.jobs().anyUnfinished(); });
            settle();
            save(&dialog,
                 (file == input ? QStringLiteral("compress") : QStringLiteral("decompress")) +
                     suffix);
            dialog.reject();
        }
        for (const QString& file :
             {input, coded, m_folder.absoluteFilePath(QStringLiteral("again.safetensors"))})
            QFile::remove(file);
        return fine || failed("the demo model was not compressed") == 0;
    }

    bool loadPictures(const QString& suffix) {
        LoadStudyDialog dialog(m_services, m_window.runs(), {}, &m_window);
        dialog.show();
        settle();
        save(&dialog, QStringLiteral("load-study-empty") + suffix);
        auto* size = dialog.findChild<QSpinBox*>(QStringLiteral("loadStudySize"));
        auto* run = dialog.findChild<QPushButton*>(QStringLiteral("loadStudyRun"));
        if (!size || !run) return failed("no load study") == 0;
        size->setValue(LoadStudyMegabytes);
        run->click();
        if (!wait([&] { return !m_services.jobs().anyUnfinished(); }))
            return failed("the load study did not end") == 0;
        settle();
        save(&dialog, QStringLiteral("load-study") + suffix);
        dialog.reject();
        return true;
    }

    // A preset for llama.cpp, its export, and the file opened again.
    bool ggufPictures() {
        Session& session = m_window.session();
        session.usePreset("Q4_K_M");
        QuantizeRequest request{.model = session.model(), .plan = session.document().plan()};
        request.options.output =
            toPath(RunController::suggestedOutput(qs(session.model()->name())));
        m_window.runs().quantize(std::move(request));
        settle();
        if (!wait([&] { return !m_services.jobs().anyUnfinished(); })) return false;
        settle();
        const QString file = m_folder.absoluteFilePath(QStringLiteral("demo.gguf"));
        for (const auto theme : {Theme::Light, Theme::Dark}) {
            const bool light = theme == Theme::Light;
            const QString suffix = light ? QStringLiteral("-light") : QStringLiteral("-dark");
            size(light ? 1280 : 1920, light ? 800 : 1080, theme);
            exportShot(("export-gguf" + suffix.toStdString()).c_str(), "llama.cpp");
            exportShot(("export-refused" + suffix.toStdString()).c_str(), "vllm");
        }
        ExportRequest wish;
        wish.model = session.lastOutput();
        wish.options.format = "gguf";
        wish.options.output = toPath(file);
        m_window.runs().exportModel(wish);
        settle();
        if (!wait([&] { return !m_services.jobs().anyUnfinished(); })) return false;
        session.open(file);
        if (!wait([&] { return session.state() != SessionState::Opening; }) ||
            session.state() != SessionState::Open)
            return failed(QStringLiteral("the export did not open: ") + session.error()) == 0;
        for (const auto theme : {Theme::Dark, Theme::Light}) {
            const bool light = theme == Theme::Light;
            const QString suffix = light ? QStringLiteral("-light") : QStringLiteral("-dark");
            size(light ? 1280 : 1920, light ? 800 : 1080, theme);
            for (const int page : {0, 1}) {
                m_window.inspector()->tabs()->setCurrentIndex(page);
                settle();
                wait([&] {
                    return m_window.inspector()->weights()->ready() ||
                           m_window.inspector()->error()->ready();
                });
                shot((page == 0 ? QStringLiteral("gguf-weights") : QStringLiteral("gguf-error")) +
                     suffix);
            }
        }
        QFile::remove(file);
        return true;
    }

    void chooseTensor(const QString& role) {
        const auto& model = m_window.session().model();
        for (const auto& tensor : model->tensors())
            if (tensor.quantizable && qs(tensor.role) == role) {
                m_window.session().activate(tensor.name);
                return;
            }
    }

    void size(int width, int height, Theme theme) {
        m_window.commands().setTheme(theme);
        m_window.resize(width, height);
        settle();
        m_window.defaultLayout();
        settle();
    }

    void settle() {
        QElapsedTimer clock;
        clock.start();
        while (clock.elapsed() < 300)
            QApplication::processEvents(QEventLoop::WaitForMoreEvents | QEventLoop::AllEvents, 20);
    }

    bool wait(const std::function<bool()>& condition) {
        QElapsedTimer clock;
        clock.start();
        while (!condition()) {
            if (clock.elapsed() > PatienceMilliseconds) return false;
            QApplication::processEvents(QEventLoop::AllEvents, 20);
        }
        return true;
    }

    void shot(const QString& name) {
        settle();
        save(&m_window, name);
    }
    void shot(const char* name) { shot(QLatin1String(name)); }

    void save(QWidget* widget, const QString& name) {
        const QString path = m_folder.filePath(name + QStringLiteral(".png"));
        if (widget->grab().save(path))
            ++m_count;
        else
            failed(QStringLiteral("cannot write ") + path);
    }

    int failed(const QString& text) {
        std::fprintf(stderr, "bitsmith-studio --screenshots: %s\n", qPrintable(text));
        m_problem = true;
        return 1;
    }
    int failed(const char* text) { return failed(QLatin1String(text)); }

    Services& m_services;
    MainWindow& m_window;
    QDir m_folder;
    int m_count = 0;
    bool m_problem = false;
};

} // namespace

int takeScreenshots(Services& services, MainWindow& window, const QString& folder) {
    return Tour(services, window, folder).run();
}

} // namespace bitsmith::ui
