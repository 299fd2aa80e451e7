// Pictures of salience, spectra, sensitivity, budget and the comparison of metrics.
#include "app/studio/tour.h"

#include "ui/bridge/text.h"
#include "ui/heatmap/tiled_heatmap.h"
#include "ui/panels/budget_page.h"
#include "ui/panels/inspector_panel.h"
#include "ui/panels/layers_panel.h"
#include "ui/panels/salience_page.h"
#include "ui/panels/sensitivity_page.h"
#include "ui/panels/spectrum_page.h"
#include "ui/window/agreement_dialog.h"
#include "ui/window/analyze_dialog.h"
#include "ui/window/commands.h"

#include <QComboBox>
#include <QPushButton>
#include <QSpinBox>
#include <algorithm>

namespace bitsmith::ui {
namespace {

constexpr int CodesTab = 2, SalienceTab = 3, SpectrumTab = 4;
constexpr int AnalysisSamples = 24, AnalysisTokens = 512; // enough for a picture

} // namespace

bool Tour::saliencePictures() {
    auto* inspector = m_window.inspector();
    SaliencePage* page = inspector->salience();
    const auto choose = [&](const char* combo, const char* data) {
        if (auto* box = m_window.findChild<QComboBox*>(QLatin1String(combo)))
            box->setCurrentIndex(box->findText(QLatin1String(data)));
        settle();
    };
    const auto complete = [&] {
        return wait([&] { return page->ready() && page->heatmap()->complete(); });
    };
    inspector->tabs()->setCurrentIndex(SalienceTab);
    choose("salienceMetric", "AWQ");
    auto* run = m_window.findChild<QPushButton*>(QStringLiteral("salienceCalibrationRun"));
    if (!run || !wait([&] { return run->isVisible(); })) return failed("no form") == 0;
    save(inspector, QStringLiteral("salience-empty-light"));
    run->click();
    settle();
    save(inspector, QStringLiteral("salience-busy-light"));
    if (!complete()) return failed("no salience") == 0;
    for (const auto theme : {Theme::Dark, Theme::Light}) {
        const bool light = theme == Theme::Light;
        const QString suffix = light ? QStringLiteral("-light") : QStringLiteral("-dark");
        size(light ? 1280 : 1920, light ? 800 : 1080, theme);
        inspector->tabs()->setCurrentIndex(SalienceTab);
        chooseTensor(QStringLiteral("attn.k"));
        choose("salienceMetric", "OBS");
        choose("salienceMetric", light ? "OBS" : "AWQ");
        if (!complete()) return failed("no salience") == 0;
        settle();
        shot(QStringLiteral("salience") + suffix);
        save(inspector, QStringLiteral("panel-salience") + suffix);
        for (int i = 0; i < 4; ++i) page->heatmap()->zoomIn();
        if (!complete()) return failed("no salience close by") == 0;
        save(inspector, QStringLiteral("panel-salience-zoomed") + suffix);
        page->heatmap()->fit();
        inspector->tabs()->setCurrentIndex(SpectrumTab);
        if (!wait([&] { return inspector->spectrum()->ready(); }))
            return failed("no spectrum") == 0;
        settle();
        save(inspector, QStringLiteral("panel-spectrum") + suffix);
    }
    inspector->tabs()->setCurrentIndex(0);
    chooseTensor(QStringLiteral("mlp.down"));
    return true;
}

bool Tour::sensitivityPictures() {
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

bool Tour::analyzeOnce() {
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
    const bool shown = m_wishes.part.isEmpty(); // else it is a means to others
    if (shown) save(dialog, QStringLiteral("analyze-light"));
    run->click();
    wait([&] {
        const JobSnapshot* job = m_services.jobs().find(dialog->job());
        return finished(dialog->job()) || (job && job->progress.fraction > 0.1);
    });
    m_window.inspector()->tabs()->setCurrentWidget(m_window.inspector()->sensitivity());
    if (shown) {
        shot("sensitivity-running-light");
        save(dialog, QStringLiteral("analyze-running-light"));
    }
    if (!wait([&] { return !m_services.jobs().anyUnfinished(); }))
        return failed("the analysis did not end") == 0;
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
    settle();
    if (shown) save(dialog, QStringLiteral("analyze-done-light"));
    dialog->reject();
    return wait([&] { return m_window.session().sensitivities().completeTable("kl") != nullptr; });
}

void Tour::comparePictures(const QString& suffix) {
    AgreementDialog dialog(m_services, m_window.session(), &m_window);
    dialog.show();
    wait([&] { return !dialog.report().metrics.empty(); });
    for (const char* metric : {"output_error", "fisher"}) {
        auto* box = dialog.findChild<QComboBox*>(QStringLiteral("agreementMetric"));
        box->setCurrentIndex(std::max(0, box->findData(QLatin1String(metric))));
        settle();
        save(&dialog, QStringLiteral("compare-") + QLatin1String(metric) + suffix);
    }
    dialog.reject();
}

} // namespace bitsmith::ui
