// Pictures of the recipe gallery, its comparison, and the pipeline of a tensor.
#include "app/studio/tour.h"

#include "ui/panels/inspector_panel.h"
#include "ui/panels/pipeline_page.h"
#include "ui/widgets/stage_strip.h"
#include "ui/window/commands.h"
#include "ui/window/recipe_list.h"
#include "ui/window/recipe_results.h"
#include "ui/window/recipes_dialog.h"

#include <QListWidget>
#include <QPushButton>
#include <QTabWidget>

namespace bitsmith::ui {

bool Tour::recipePictures() {
    InspectorPanel* inspector = m_window.inspector();
    PipelinePage* page = inspector->pipeline();
    setPlan("hadamard_gptq", 3, {}, 0);
    chooseTensor(QStringLiteral("attn.o"));
    inspector->tabs()->setCurrentWidget(page);
    m_window.commands().recipes();
    auto* dialog = m_window.findChild<RecipesDialog*>();
    if (!dialog) return failed("no recipes") == 0;
    for (const char* look : {"-light", "-dark", "-zoomed"}) {
        const bool dark = QLatin1String(look) == QLatin1String("-dark");
        const bool zoomed = QLatin1String(look) == QLatin1String("-zoomed");
        if (zoomed) applyZoom(2.0);
        size(dark || zoomed ? 1920 : 1280, dark || zoomed ? 1080 : 800,
             dark ? Theme::Dark : Theme::Light);
        const QString suffix = QLatin1String(look);
        if (!wait([&] { return page->ready(); })) return failed("no pipeline") == 0;
        page->strip()->setCurrent(QStringLiteral("round"));
        Q_EMIT page->strip()->chosen(QStringLiteral("round"));
        settle();
        shot(QStringLiteral("pipeline") + suffix);
        save(inspector, QStringLiteral("panel-pipeline") + suffix);
        if (zoomed) dialog->resize(1800, 1000);
        if (!dialog->job().value) {
            save(dialog, QStringLiteral("recipes-empty") + suffix);
            dialog->recipes()->tick({QStringLiteral("gptq"), QStringLiteral("hadamard_gptq"),
                                     QStringLiteral("hqq"), QStringLiteral("nf4"),
                                     QStringLiteral("quantease"), QStringLiteral("rtn")});
            auto* run = dialog->findChild<QPushButton*>(QStringLiteral("recipesRun"));
            if (!run || !run->isEnabled()) return failed("nothing to compare") == 0;
            run->click();
            if (!wait([&] { return finished(dialog->job()); })) return failed("no comparison") == 0;
        }
        dialog->recipes()->list()->setCurrentRow(9);
        dialog->results()->choose(2);
        settle();
        save(dialog, QStringLiteral("recipes") + suffix);
        if (zoomed) applyZoom(1.0);
    }
    dialog->reject();
    inspector->tabs()->setCurrentIndex(0);
    return true;
}

} // namespace bitsmith::ui
