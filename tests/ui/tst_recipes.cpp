// Gallery, comparison and pipeline page in the real window: what they say without a model, figures
// beside the engine's, a changed stage with undo, impossible wishes refused in place, and nothing
// lost when a window is closed.
#include "core/quant/stages.h"
#include "tests/ui/small_studio.h"
#include "ui/charts/recipe_chart.h"
#include "ui/panels/pipeline_page.h"
#include "ui/widgets/choice_boxes.h"
#include "ui/widgets/stage_editor.h"
#include "ui/widgets/stage_strip.h"
#include "ui/widgets/state_stack.h"
#include "ui/window/recipe_list.h"
#include "ui/window/recipe_results.h"
#include "ui/window/recipes_dialog.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QScrollArea>
#include <QSettings>
#include <QSpinBox>
#include <QTabWidget>
#include <QTableView>
#include <QToolButton>

using namespace bitsmith;
using namespace bitsmith::ui;
using namespace bitsmith::test;

namespace {

constexpr const char* Tensor = "model.layers.0.self_attn.o_proj.weight";

} // namespace

class TstRecipes : public QObject {
    Q_OBJECT
    StudioFolder m_folder;

    RecipesDialog* show(Studio& studio) {
        studio.find<QAction>("recipes")->trigger();
        const auto all = studio.window.findChildren<RecipesDialog*>();
        for (auto* dialog : all)
            if (dialog->isVisible() && QTest::qWaitForWindowExposed(dialog)) return dialog;
        return nullptr;
    }
    template <class W>
    static W* in(QWidget* parent, const char* name) {
        return parent->findChild<W*>(QLatin1String(name));
    }
    PipelinePage* pipeline(Studio& studio, const char* tensor = Tensor) {
        studio.window.session().activate(tensor);
        auto* page = studio.window.inspector()->pipeline();
        studio.window.inspector()->tabs()->setCurrentWidget(page);
        return page;
    }
    static void useRecipe(Studio& studio, const char* id) {
        const auto& plan = studio.window.session().document().plan();
        std::vector<std::size_t> rows;
        for (std::size_t i = 0; i < plan->tensors.size(); ++i)
            if (plan->tensors[i]->recipe) rows.push_back(i);
        studio.window.session().edit(rows, {.recipe = *findRecipe(id)}, QStringLiteral("use"));
    }
    static const TensorPlan& rowOf(Studio& studio, const char* tensor = Tensor) {
        for (const auto& row : studio.window.session().document().plan()->tensors)
            if (row->tensor == tensor) return *row;
        qFatal("no such tensor");
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.make()); }
    void init() { QSettings().clear(); }

    void everyRecipeHasACard() {
        RecipeList list;
        QCOMPARE(list.list()->count(), static_cast<int>(builtinRecipes().size()));
        for (const auto& recipe : builtinRecipes()) {
            const QString card = recipeCard(*recipe);
            QVERIFY(card.contains(qs(recipe->title).toHtmlEscaped()));
            QVERIFY2(!recipe->summary.empty(), recipe->id.c_str());
            QVERIFY(card.contains(recipe->needsStats() ? QStringLiteral("needs a calibration text")
                                                       : QStringLiteral("needs no data")));
        }
        auto* filter = in<QLineEdit>(&list, "recipeFilter");
        QTest::keyClicks(filter, QStringLiteral("hadamard"));
        int visible = 0;
        for (int i = 0; i < list.list()->count(); ++i) visible += !list.list()->item(i)->isHidden();
        QVERIFY(visible > 0 && visible < list.list()->count());
    }

    void withoutAModelItSaysWhatToDo() {
        Studio studio(m_folder.path("a.db"));
        auto* dialog = show(studio);
        QVERIFY(dialog);
        QVERIFY(!in<QPushButton>(dialog, "recipesRun")->isEnabled());
        QVERIFY(!in<QPushButton>(dialog, "recipeUse")->isEnabled());
        QVERIFY(in<QLabel>(dialog, "recipeCard")->text().size() > 50);
        auto* page = pipeline(studio, "");
        QVERIFY(
            QTest::qWaitFor([&] { return page->findChild<StateStack*>() != nullptr; }, Patience));
        QVERIFY(!page->ready());
    }

    void comparesOnOneTensorAndUsesTheBest() {
        Studio studio(m_folder.path("b.db"));
        QVERIFY(studio.open(m_folder.model()));
        studio.window.session().activate(Tensor);
        auto* dialog = show(studio);
        QVERIFY(dialog);
        in<QLineEdit>(dialog, "recipeText")->setText(m_folder.text());
        in<QSpinBox>(dialog, "recipeSamples")->setValue(4);
        dialog->recipes()->tick(
            {QStringLiteral("rtn"), QStringLiteral("gptq"), QStringLiteral("nvfp4")});
        auto* run = in<QPushButton>(dialog, "recipesRun");
        QVERIFY2(run->isEnabled(), "a model, recipes, a tensor");
        QTest::mouseClick(run, Qt::LeftButton);
        QVERIFY(studio.idle());
        QCOMPARE(studio.newest().state, JobState::Done);
        QTRY_COMPARE(dialog->results()->table()->model()->rowCount(),
                     5); // 2 x 2 widths, one of its own
        QVERIFY(dialog->results()->chart()->pointCount() == 5);
        QTRY_VERIFY(dialog->results()->isVisible());
        // Table and chart are linked.
        dialog->results()->table()->setFocus();
        dialog->results()->table()->selectRow(1);
        QVERIFY(dialog->results()->chosen() >= 0);
        // Use the current one; undo.
        const auto before = studio.window.session().document().plan();
        for (int i = 0; i < dialog->recipes()->list()->count(); ++i)
            if (dialog->recipes()->list()->item(i)->text().startsWith(QStringLiteral("gptq –")))
                dialog->recipes()->list()->setCurrentRow(i);
        QTest::mouseClick(in<QPushButton>(dialog, "recipeUse"), Qt::LeftButton);
        QCOMPARE(rowOf(studio).recipe->id, std::string("gptq"));
        studio.find<QAction>("undo")->trigger();
        QCOMPARE(studio.window.session().document().plan(), before);
        // A closed window loses nothing.
        dialog->close();
        auto* again = show(studio);
        QVERIFY(again);
        QCOMPARE(again->results()->table()->model()->rowCount(), 5);
    }

    void theWholeModelIsASweep() {
        Studio studio(m_folder.path("c.db"));
        QVERIFY(studio.open(m_folder.model()));
        auto* dialog = show(studio);
        in<QComboBox>(dialog, "recipeScope")->setCurrentIndex(RecipesDialog::WholeModel);
        auto* run = in<QPushButton>(dialog, "recipesRun");
        dialog->recipes()->tick({QStringLiteral("gptq")});
        QVERIFY2(!run->isEnabled(), "no held-out text");
        in<QLineEdit>(dialog, "recipeEvalText")->setText(m_folder.text());
        QVERIFY2(!run->isEnabled(), "gptq needs a calibration text");
        in<QLineEdit>(dialog, "recipeText")->setText(m_folder.text());
        in<QSpinBox>(dialog, "recipeSamples")->setValue(2);
        in<QCheckBox>(dialog, "recipeBits-3")->setChecked(false);
        QVERIFY(run->isEnabled());
        QTest::mouseClick(run, Qt::LeftButton);
        QVERIFY(studio.idle());
        QVERIFY2(studio.newest().state == JobState::Done, studio.newest().error.c_str());
        QTRY_COMPARE(dialog->results()->table()->model()->rowCount(), 1);
        const auto experiments = studio.services.engine().store->list();
        QVERIFY(experiments && experiments->size() >= 3); // the point and those of the lines
    }

    void stagesAreShownAndChanged() {
        Studio studio(m_folder.path("d.db"));
        QVERIFY(studio.open(m_folder.model()));
        useRecipe(studio, "rtn");
        auto* page = pipeline(studio);
        QVERIFY(QTest::qWaitFor([&] { return page->ready(); }, Patience));
        QCOMPARE(page->view()->looks.size(), std::size_t(2)); // original, round
        const double plain = page->view()->report.weightError;
        // The strip names each stage's choice.
        QVERIFY(in<QToolButton>(page, "stage-grid")->text().contains(QStringLiteral("affine")));
        QTest::mouseClick(in<QToolButton>(page, "stage-transform"), Qt::LeftButton);
        auto* choice = in<QComboBox>(page, "stageChoice0");
        QVERIFY(choice);
        choice->setCurrentIndex(choice->findData(QStringLiteral("hadamard")));
        Q_EMIT choice->activated(choice->currentIndex());
        auto* apply = in<QPushButton>(page, "pipelineApply");
        QVERIFY(apply->isEnabled());
        QTest::mouseClick(apply, Qt::LeftButton);
        QVERIFY(rowOf(studio).recipe->stage("transform"));
        QVERIFY(QTest::qWaitFor([&] { return page->ready() && page->view()->looks.size() == 3; },
                                Patience));
        QCOMPARE(page->view()->looks[1].stage, std::string("transform"));
        QVERIFY(page->view()->looks[1].sideBytes == 8);
        // The error before the change stands beside the new one.
        QVERIFY(in<QLabel>(page, "pipelineText")->text().contains(percentText(plain)));
        studio.find<QAction>("undo")->trigger();
        QVERIFY(!rowOf(studio).recipe->stage("transform"));
    }

    void impossibleStagesAreRefusedInPlace() {
        Studio studio(m_folder.path("e.db"));
        QVERIFY(studio.open(m_folder.model()));
        useRecipe(studio, "rtn");
        auto* page = pipeline(studio);
        QVERIFY(QTest::qWaitFor([&] { return page->ready(); }, Patience));
        QTest::mouseClick(in<QToolButton>(page, "stage-round"), Qt::LeftButton);
        auto* choice = in<QComboBox>(page, "stageChoice0");
        choice->setCurrentIndex(choice->findData(QStringLiteral("watersic"))); // wants a lattice
        Q_EMIT choice->activated(choice->currentIndex());
        QVERIFY(!in<QPushButton>(page, "pipelineApply")->isEnabled());
        auto* problem = in<QLabel>(page, "pipelineProblem");
        QVERIFY(problem->isVisible());
        QVERIFY2(problem->text().contains(QStringLiteral("lattice")), qPrintable(problem->text()));
    }

    void aRecipeWithStatisticsAsksForAText() {
        Studio studio(m_folder.path("f.db"));
        QVERIFY(studio.open(m_folder.model()));
        useRecipe(studio, "gptq");
        auto* page = pipeline(studio);
        auto* text = in<QLineEdit>(page, "pipelineCalibrationText");
        QVERIFY(text && QTest::qWaitFor([&] { return text->isVisible(); }, Patience));
        text->setText(m_folder.text());
        QTest::mouseClick(in<QPushButton>(page, "pipelineCalibrationRun"), Qt::LeftButton);
        QVERIFY(studio.idle());
        QVERIFY(QTest::qWaitFor([&] { return page->ready(); }, Patience));
        QVERIFY(page->view()->report.outputError >= 0);
    }

    void formsOfEveryStageCanBeMade() {
        for (const auto& recipe : builtinRecipes())
            for (const StageInfo& stage : allStages()) {
                StageEditor editor;
                editor.setStage(recipe, qs(stage.id));
                const auto same = editor.edited();
                QVERIFY2(same.has_value(), same ? "" : same.error().message.c_str());
                QCOMPARE((*same)->stages.size(), recipe->stages.size());
            }
    }

    void nothingIsCutOffInSmallAndDark() {
        Studio studio(m_folder.path("g.db"));
        QVERIFY(studio.open(m_folder.model()));
        studio.window.commands().setTheme(Theme::Dark);
        studio.window.resize(1000, 700);
        auto* dialog = show(studio);
        dialog->resize(dialog->minimumSizeHint());
        for (const char* name : {"recipesRun", "recipesClose", "recipeUse"}) {
            auto* button = in<QPushButton>(dialog, name);
            QVERIFY2(button->width() >= button->minimumSizeHint().width(), name);
            QVERIFY2(
                dialog->rect().contains(QRect(button->mapTo(dialog, QPoint()), button->size())),
                name);
        }
        // Keyboard: tab reaches the list, space ticks.
        dialog->recipes()->list()->setFocus();
        dialog->recipes()->list()->setCurrentRow(0);
        const auto before = dialog->recipes()->ticked().size();
        QTest::keyClick(dialog->recipes()->list(), Qt::Key_Space);
        QVERIFY(dialog->recipes()->ticked().size() != before);
    }
};

QTEST_MAIN(TstRecipes)
#include "tst_recipes.moc"
