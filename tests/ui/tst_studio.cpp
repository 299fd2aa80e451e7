// The real window on a real small model: opening, editing, quantizing, evaluating, generating,
// through the widgets that a user touches.
#include "core/pipeline/measure.h"
#include "core/plan/presets.h"
#include "tests/ui/gap_meter.h"
#include "tests/ui/settle.h"
#include "tests/ui/small_studio.h"
#include "ui/bridge/text.h"
#include "ui/charts/error_chart.h"
#include "ui/charts/tradeoff_chart.h"
#include "ui/panels/error_page.h"
#include "ui/panels/experiments_panel.h"
#include "ui/panels/inspector_panel.h"
#include "ui/panels/layers_panel.h"
#include "ui/panels/playground_panel.h"
#include "ui/panels/runs_panel.h"
#include "ui/panels/weights_page.h"
#include "ui/window/commands.h"
#include "ui/window/main_window.h"
#include "ui/window/quantize_dialog.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QCheckBox>
#include <QComboBox>
#include <QDropEvent>
#include <QElapsedTimer>
#include <QFileDialog>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <QTreeView>

#include <algorithm>

using namespace bitsmith;
using namespace bitsmith::ui;
using bitsmith::test::Patience, bitsmith::test::Studio;

class TstStudio : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void anEmptyWindowSaysWhatToDo();
    void opensAModelAndShowsIt();
    void refusesABrokenModelWithoutADialog();
    void dropsAndRecentModelsOpen();
    void editsManyRowsWithUndo();
    void presetsAndRowsOnRequest();
    void calibratesWithAnImportanceMatrix();
    void quantizesWithoutBlockingTheWindow();
    void aCancelledRunResumes();
    void anInterruptedRunGoesOnAfterARestart();
    void experimentsAreLinkedAndDeletedWithUndo();
    void twoModelsWriteSideBySide();
    void closingDuringARunAsks();
    void chartsFollowTheTheme();
    void everythingHasANameAndATooltip();

private:
    QuantizeRequest request(Studio& studio, const QString& output, const char* recipe);
    QString path(const char* name) const { return m_folder.path(name); }
    test::StudioFolder m_folder;
    QString m_model, m_text;
};

void TstStudio::initTestCase() {
    QVERIFY(m_folder.make());
    m_model = m_folder.model();
    m_text = m_folder.text();
}

QuantizeRequest TstStudio::request(Studio& studio, const QString& output, const char* recipe) {
    Session& session = studio.window.session();
    std::vector<std::size_t> all;
    const auto& tensors = session.document().plan()->model_tensors;
    for (std::size_t i = 0; i < tensors.size(); ++i)
        if (tensors[i].quantizable) all.push_back(i);
    session.edit(all, {.recipe = *findRecipe(recipe), .bits = 3}, QStringLiteral("test"));
    QuantizeRequest out{.model = session.model(), .plan = session.document().plan()};
    out.options.output = toPath(output);
    out.options.calibrationText = toPath(m_text);
    out.options.calibration.samples = 32;
    return out;
}

void TstStudio::anEmptyWindowSaysWhatToDo() {
    Studio studio(path("a.db"));
    QVERIFY(studio.find<QWidget>("startPage")->isVisible());
    QVERIFY(studio.find<QAbstractButton>("startDemo")->isVisible());
    QVERIFY(!studio.window.layers()->isVisible());
    QVERIFY(!studio.window.findChild<QAction*>(QStringLiteral("quantize"))->isEnabled());
    // Every panel says in a sentence what would be there.
    const auto notes = studio.window.findChildren<QLabel*>(QStringLiteral("stateText"));
    QVERIFY(notes.size() >= 5);
    int filled = 0;
    for (const QLabel* note : notes) filled += note->text().size() > 20;
    QVERIFY2(filled >= 5, qPrintable(QString::number(filled)));
    // Every kind of file that opens is offered.
    studio.window.findChild<QAction*>(QStringLiteral("openFile"))->trigger();
    auto* dialog = studio.find<QFileDialog>("fileDialog");
    QVERIFY(dialog);
    for (const char* ending : {"*.safetensors", "*.gguf", "*.bin", "*.pth"})
        QVERIFY(dialog->nameFilters().constFirst().contains(QLatin1String(ending)));
    dialog->reject();
}

void TstStudio::opensAModelAndShowsIt() {
    Studio studio(path("b.db"));
    test::GapMeter gap;
    QVERIFY(studio.open(m_model));
    QVERIFY(studio.window.layers()->isVisible());
    QVERIFY(studio.window.windowTitle().contains(QStringLiteral("small")));
    LayersModel& model = studio.window.layers()->model();
    QVERIFY(model.rowCount() == 5);
    QVERIFY(
        studio.find<QLabel>("layersTotals")->text().contains(QStringLiteral("bits per weight")));
    // The first tensor is active; its numbers come by themselves.
    QTRY_VERIFY_WITH_TIMEOUT(studio.window.inspector()->weights()->ready(), Patience);
    QVERIFY(studio.find<QLabel>("weightsText")->text().contains(QStringLiteral("kurtosis")));
    QVERIFY(!studio.window.inspector()->error()->ready()); // hidden pages do nothing
    studio.window.inspector()->tabs()->setCurrentIndex(1);
    QTRY_VERIFY_WITH_TIMEOUT(studio.window.inspector()->error()->ready(), Patience);
    QVERIFY(studio.find<QLabel>("errorText")->text().contains(QStringLiteral("relative error")));
    // Enter on another row makes it active.
    QTreeView* view = studio.window.layers()->view();
    const QModelIndex other = view->model()->index(2, 0, view->model()->index(1, 0));
    view->setCurrentIndex(other);
    QTest::keyClick(view, Qt::Key_Return);
    QCOMPARE(qs(studio.window.session().activeTensor()),
             other.data(LayersModel::TensorRole).toString());
    QTRY_VERIFY_WITH_TIMEOUT(studio.window.inspector()->error()->ready(), Patience);
    qInfo("longest gap while opening and inspecting: %lld ms",
          static_cast<long long>(gap.longest()));
    QVERIFY(gap.longest() < 1000); // includes the first layout of the window
}

void TstStudio::refusesABrokenModelWithoutADialog() {
    Studio studio(path("c.db"));
    QVERIFY(writeFileAtomically(toPath(path("broken.safetensors")), "not a model at all"));
    QVERIFY(!studio.open(path("broken.safetensors")));
    QCOMPARE(studio.window.session().state(), SessionState::Failed);
    const auto* message = studio.find<QLabel>("messageText");
    QVERIFY(message->isVisible());
    QVERIFY(message->text().contains(QStringLiteral("broken.safetensors")));
    QVERIFY(!QApplication::activeModalWidget());
    QVERIFY(studio.find<QPlainTextEdit>("logText")->toPlainText().contains(
        QStringLiteral("broken.safetensors")));
    QVERIFY(!studio.open(path("missing-folder")));
    QVERIFY(studio.open(m_model)); // and it recovers
}

void TstStudio::dropsAndRecentModelsOpen() {
    Studio studio(path("d.db"));
    QMimeData mime;
    mime.setUrls({QUrl::fromLocalFile(m_model)});
    QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&studio.window, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(QPointF(50, 50), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&studio.window, &drop);
    QTRY_COMPARE_WITH_TIMEOUT(studio.window.session().state(), SessionState::Open, Patience);
    QVERIFY(studio.window.session().recent().paths().contains(m_model));
    Studio again(path("d.db"));
    auto* recent = again.find<QAbstractItemView>("startRecent");
    QVERIFY(recent->isVisible());
    QCOMPARE(recent->model()->index(0, 0).data(Qt::UserRole).toString(), m_model);
}

void TstStudio::editsManyRowsWithUndo() {
    Studio studio(path("e.db"));
    QVERIFY(studio.open(m_model));
    QTreeView* view = studio.window.layers()->view();
    const auto* totals = studio.find<QLabel>("layersTotals");
    const QString before = totals->text();
    const auto& document = studio.window.session().document();
    const auto first = studio.window.session().document().plan();
    // Two rows of block 0 and the whole of block 1.
    const QModelIndex block0 = view->model()->index(1, 0), block1 = view->model()->index(2, 0);
    view->expandAll();
    std::vector<QModelIndex> chosen;
    for (int row = 0; row < view->model()->rowCount(block0) && chosen.size() < 2; ++row)
        if (const auto index = view->model()->index(row, LayersModel::Bits, block0);
            index.flags() & Qt::ItemIsEditable)
            chosen.push_back(index);
    QCOMPARE(chosen.size(), 2u);
    constexpr auto Rows = QItemSelectionModel::Select | QItemSelectionModel::Rows;
    view->setFocus();
    view->selectionModel()->setCurrentIndex(chosen[0], QItemSelectionModel::ClearAndSelect |
                                                           QItemSelectionModel::Rows);
    view->selectionModel()->select(chosen[1], Rows);
    view->selectionModel()->select(block1, Rows);
    view->edit(chosen[0]);
    auto* editor = view->findChild<QComboBox*>(QStringLiteral("bitsEditor"));
    QVERIFY(editor);
    editor->setCurrentIndex(editor->findData(2));
    QTest::keyClick(editor, Qt::Key_Return);
    QTRY_VERIFY(totals->text() != before);
    const auto changed = studio.window.session().document().plan();
    int twos = 0;
    for (const auto& row : changed->tensors) twos += row->bits == 2;
    QCOMPARE(twos, 2 + 7);
    QVERIFY(changed->bytes < first->bytes);
    QCOMPARE(studio.window.session().document().undoStack().count(), 1);
    QVERIFY(
        studio.window.session().document().undoStack().undoText().contains(QStringLiteral("9")));
    // Undo and redo by the window's actions.
    studio.window.findChild<QAction*>(QStringLiteral("undo"))->trigger();
    QCOMPARE(studio.window.session().document().plan(), first);
    QCOMPARE(totals->text(), before);
    studio.window.findChild<QAction*>(QStringLiteral("redo"))->trigger();
    QCOMPARE(studio.window.session().document().plan(), changed);
    // Ctrl+5 on the selection; the filter narrows the view. Shortcuts are those of the active
    // window, which no window becomes by itself where there is no window manager.
    studio.window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&studio.window));
    QTest::keyClick(view, Qt::Key_5, Qt::ControlModifier);
    QTRY_COMPARE(studio.window.session()
                     .document()
                     .plan()
                     ->tensors[studio.window.layers()->model().planRows(
                         studio.window.layers()->model().index(2, 0))[0]]
                     ->bits,
                 5);
    studio.find<QLineEdit>("layersFilter")->setText(QStringLiteral("*down_proj*"));
    QCOMPARE(view->model()->rowCount(), 4);
    QCOMPARE(view->model()->rowCount(view->model()->index(0, 0)), 1);
    Q_UNUSED(document);
}

void TstStudio::presetsAndRowsOnRequest() {
    Studio studio(path("p.db"));
    QVERIFY(studio.open(m_model));
    Session& session = studio.window.session();
    const auto first = session.document().plan();
    auto* menu = studio.find<QPushButton>("presetButton")->menu();
    QVERIFY(menu && menu->actions().size() == int(allPresets().size()));
    Q_EMIT menu->aboutToShow();
    const auto actions = menu->actions();
    const auto wanted = std::ranges::find_if(actions, [](const QAction* action) {
        return action->text().startsWith(QStringLiteral("Q8_0"));
    });
    QVERIFY(wanted != actions.end());
    QVERIFY((*wanted)->text().endsWith(QLatin1Char('B'))); // the size it gives
    (*wanted)->trigger();
    int eights = 0;
    for (const auto& row : session.document().plan()->tensors) eights += row->bits == 8;
    QCOMPARE(eights, 4 * 7 + 1); // the embedding, too
    QCOMPARE(session.document().undoStack().count(), 1);
    QVERIFY(session.document().undoStack().undoText().contains(QStringLiteral("Q8_0")));
    session.document().undoStack().undo();
    QCOMPARE(session.document().plan(), first);

    // A setting as the command line takes it, typed and undone; a wrong one changes nothing.
    const auto type = [&](const QString& text) {
        studio.find<QPushButton>("settingButton")->click();
        auto* dialog = studio.find<QInputDialog>("settingDialog");
        QVERIFY(dialog);
        dialog->setTextValue(text);
        dialog->accept();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    };
    type(QStringLiteral("*:recipe=ecq,rate=3.5"));
    QVERIFY(session.document().plan()->tensors[2]->recipe->entropyCoded());
    QCOMPARE(session.document().undoStack().count(), 1);
    const auto set = session.document().plan();
    type(QStringLiteral("*:rat=3.5"));
    QCOMPARE(session.document().plan(), set);
    session.document().undoStack().undo();
    QCOMPARE(session.document().plan(), first);

    // Everything selected and edited: the embedding stays. Its own row: it follows.
    LayersPanel* panel = studio.window.layers();
    panel->view()->expandAll();
    panel->view()->selectAll();
    panel->editSelection({.recipe = *findRecipe("rtn"), .bits = 3}, QStringLiteral("test"));
    const auto& plan = session.document().plan();
    QCOMPARE(plan->model_tensors[0].role, std::string("embedding"));
    QVERIFY(!plan->tensors[0]->recipe);
    QCOMPARE(plan->tensors[2]->bits, 3);
    QAbstractItemModel* rows = panel->view()->model();
    const QModelIndex row = rows->index(0, LayersModel::RecipeColumn, rows->index(0, 0));
    QVERIFY(rows->setData(row, QStringLiteral("rtn"), Qt::EditRole));
    QVERIFY(session.document().plan()->tensors[0]->recipe);
    QCOMPARE(session.document().undoStack().count(), 2);
}

void TstStudio::calibratesWithAnImportanceMatrix() {
    Studio studio(path("i.db"));
    QVERIFY(studio.open(m_model));
    Session& session = studio.window.session();
    RunContext context;
    const auto made =
        calibrateModel(session.model(), toPath(m_text), {.samples = 8},
                       toPath(path("small.imatrix.gguf")), studio.services.engine(), context);
    QVERIFY2(made, made ? "" : made.error().message.c_str());
    session.usePreset("Q4_0");
    studio.window.findChild<QAction*>(QStringLiteral("quantize"))->trigger();
    auto* dialog = studio.find<QuantizeDialog>("quantizeDialog");
    const auto inside = [&](const char* name) {
        return dialog->findChild<QWidget*>(QLatin1String(name));
    };
    auto* source = dialog->findChild<QComboBox*>(QStringLiteral("quantizeSource"));
    auto* run = dialog->findChild<QAbstractButton*>(QStringLiteral("quantizeRun"));
    dialog->findChild<QLineEdit*>(QStringLiteral("quantizeText"))->setText(m_text);
    dialog->findChild<QCheckBox*>(QStringLiteral("quantizeEvaluate"))->setChecked(false);
    QVERIFY(inside("quantizeText")->isVisible() && !inside("quantizeImatrix")->isVisible());
    QVERIFY(run->isEnabled());
    source->setCurrentIndex(1);
    QVERIFY(!inside("quantizeText")->isVisible() && inside("quantizeImatrix")->isVisible());
    QVERIFY(!run->isEnabled()); // none chosen
    auto* file = dialog->findChild<QLineEdit*>(QStringLiteral("quantizeImatrix"));
    file->setText(path("small.imatrix.gguf"));
    QVERIFY(run->isEnabled());
    QCOMPARE(dialog->request().options.imatrix, toPath(path("small.imatrix.gguf")));
    QVERIFY(dialog->request().options.calibrationText.empty());
    // Recipes that need more than an importance matrix say so.
    const std::vector<std::size_t> rows{2};
    session.edit(rows, {.recipe = *findRecipe("gptq")}, QStringLiteral("test"));
    QVERIFY(!run->isEnabled());
    QVERIFY(dialog->findChild<QLabel*>(QStringLiteral("quantizeProblem"))
                ->text()
                .contains(QStringLiteral("importance matrix")));
    session.document().undoStack().undo();
    dialog->findChild<QLineEdit*>(QStringLiteral("quantizeOutput"))->setText(path("out-i"));
    run->click();
    QVERIFY(studio.idle());
    test::settle();
    const auto& job = studio.newest();
    QVERIFY2(job.state == JobState::Done, job.error.c_str());
    // The next dialog begins so.
    studio.window.commands().quantize();
    const auto dialogs = studio.window.findChildren<QuantizeDialog*>();
    QCOMPARE(
        dialogs.last()->findChild<QComboBox*>(QStringLiteral("quantizeSource"))->currentIndex(), 1);
    dialogs.last()->findChild<QComboBox*>(QStringLiteral("quantizeSource"))->setCurrentIndex(0);
    QSettings().remove(QStringLiteral("quantize/calibrateWith"));
}

void TstStudio::quantizesWithoutBlockingTheWindow() {
    Studio studio(path("f.db"));
    // Large enough to keep both cores busy for seconds.
    const test::SmallModel large{.hidden = 256, .mlp = 1024, .blocks = 4, .context = 128};
    QVERIFY(test::writeSmallModel(toPath(path("large")), large));
    QVERIFY(studio.open(path("large")));
    studio.window.findChild<QAction*>(QStringLiteral("quantize"))->trigger();
    auto* dialog = studio.find<QuantizeDialog>("quantizeDialog");
    QVERIFY(dialog && dialog->isVisible() && !dialog->isModal());
    dialog->reject();
    test::settle(); // first painting is over

    QuantizeRequest wish = request(studio, path("out-f"), "gptq");
    wish.options.calibration.samples = 64;
    EvaluateRequest evaluate{.baseline = path("large"), .text = m_text};
    evaluate.options.limitTokens = 3000;
    wish.evaluate = evaluate;
    test::GapMeter gap;
    const JobId id = studio.window.runs().quantize(std::move(wish));
    studio.window.raisePanel(QStringLiteral("runsPanel"));
    // The evaluation starts when the end of the run is heard of.
    QTRY_VERIFY_WITH_TIMEOUT(studio.newest().kind == "evaluate", test::RunPatience);
    QVERIFY(studio.idle());
    test::settle();
    qInfo(
        "longest gap between event-loop turns during a run: %lld ms (%d turns; goal: under 100 ms)",
        static_cast<long long>(gap.longest()), gap.turns());
    QVERIFY(gap.turns() > 50);
    QVERIFY2(gap.longest() < 400, "the window was blocked");

    const JobSnapshot* job = studio.services.jobs().find(id);
    QVERIFY(job);
    QVERIFY2(job->state == JobState::Done, job->error.c_str());
    const auto& reports = studio.window.runs().reports(id);
    QCOMPARE(reports.size(), 4u * 7u);
    QCOMPARE(studio.window.runs().expectedReports(id), reports.size());
    studio.window.runsPanel()->choose(id);
    QCOMPARE(studio.window.runsPanel()->chart()->weightPoints(), 28);
    QCOMPARE(studio.window.runsPanel()->chart()->outputPoints(), 28);
    const auto& evaluated = studio.newest();
    QCOMPARE(evaluated.kind, std::string("evaluate"));
    QVERIFY2(evaluated.state == JobState::Done, evaluated.error.c_str());
    const auto result = studio.window.runs().evaluation(evaluated.id);
    QVERIFY(result && result->hasBaseline && result->perplexity > 1 && result->klMean > 0);
    // Errors are in Layers, the point is in the plot, the container opens in the inspector.
    QVERIFY(studio.window.session().report(reports[0].name));
    QTRY_COMPARE(studio.window.experiments()->model().rowCount(), 1);
    QTRY_COMPARE(studio.window.experiments()->chart()->pointCount(), 1u);
    studio.window.inspector()->tabs()->setCurrentIndex(1);
    QTRY_VERIFY_WITH_TIMEOUT(studio.window.inspector()->error()->ready(), Patience);
    QVERIFY(studio.find<QLabel>("errorText")->text().contains(QStringLiteral("Last run")));
}

void TstStudio::aCancelledRunResumes() {
    Studio studio(path("g.db"));
    QVERIFY(studio.open(m_model));
    const JobId id = studio.window.runs().quantize(request(studio, path("out-g"), "gptq"));
    studio.window.runsPanel()->choose(id);
    QTRY_VERIFY_WITH_TIMEOUT(studio.window.runs().reports(id).size() >= 3, Patience);
    QTest::mouseClick(studio.find<QAbstractButton>("runsCancel"), Qt::LeftButton);
    QVERIFY(studio.idle());
    QCOMPARE(studio.services.jobs().find(id)->state, JobState::Cancelled);
    QVERIFY(!QFileInfo::exists(path("out-g")));
    auto* resume = studio.find<QAbstractButton>("runsResume");
    QTRY_VERIFY(resume->isEnabled());
    QTest::mouseClick(resume, Qt::LeftButton);
    test::settle();
    QVERIFY(studio.idle());
    QVERIFY2(studio.newest().state == JobState::Done, studio.newest().error.c_str());
    QCOMPARE(studio.window.runs().reports(studio.newest().id).size(), 28u);
    QVERIFY(QFileInfo::exists(path("out-g")));
    QVERIFY(!studio.window.runs().canResume(id));
}

void TstStudio::anInterruptedRunGoesOnAfterARestart() {
    const QString output = path("out-restart");
    {
        Studio studio(path("restart.db"));
        QVERIFY(studio.open(m_model));
        const JobId id = studio.window.runs().quantize(request(studio, output, "gptq"));
        QTRY_VERIFY_WITH_TIMEOUT(studio.window.runs().reports(id).size() >= 3, Patience);
        studio.services.jobs().cancel(id);
        QVERIFY(studio.idle());
    }
    Studio studio(path("restart.db"));
    QVERIFY(studio.open(m_model));
    const auto stored = studio.services.engine().store->list().value();
    QCOMPARE(stored.size(), std::size_t(1));
    // What an export left behind is no journal of a quantization.
    Experiment experiment = studio.services.engine().store->load(stored[0].id).value();
    const QString other = path("other.gguf");
    QVERIFY(writeFileAtomically(toPath(other + QStringLiteral(".partial")), "x"));
    experiment.artifacts.insert(experiment.artifacts.begin(), {"gguf", other.toStdString(), 0});
    studio.window.session().openPlan(experiment);
    studio.window.findChild<QAction*>(QStringLiteral("quantize"))->trigger();
    auto* dialog = studio.find<QuantizeDialog>("quantizeDialog");
    QVERIFY(studio.find<QCheckBox>("quantizeResume")->isVisible());
    studio.find<QSpinBox>("quantizeSamples")->setValue(32);
    QuantizeRequest wish = dialog->request();
    QVERIFY(wish.options.resume);
    QCOMPARE(pathText(wish.options.output), output);
    wish.options.calibrationText = toPath(m_text);
    wish.evaluate.reset();
    dialog->reject();
    const JobId id = studio.window.runs().quantize(std::move(wish));
    QVERIFY(studio.idle());
    const JobSnapshot* job = studio.services.jobs().find(id);
    QVERIFY2(job->state == JobState::Done, job->error.c_str());
    QVERIFY(QFileInfo::exists(output));
    QCOMPARE(studio.services.engine().store->list().value().size(), std::size_t(1));
}

void TstStudio::experimentsAreLinkedAndDeletedWithUndo() {
    Studio studio(path("f.db")); // with the experiment of the run above
    QVERIFY(studio.open(path("large")));
    ExperimentsPanel* panel = studio.window.experiments();
    studio.window.raisePanel(panel->objectName());
    QTRY_COMPARE(panel->model().rowCount(), 1);
    Q_EMIT panel->chart()->picked(panel->model().at(0)->id.value);
    QCOMPARE(panel->table()->selectionModel()->selectedRows().size(), 1);
    // Notes are edited in place and survive.
    panel->model().setData(panel->model().index(0, ExperimentsModel::Notes),
                           QStringLiteral("first try"), Qt::EditRole);
    QTRY_COMPARE(panel->model().index(0, ExperimentsModel::Notes).data().toString(),
                 QStringLiteral("first try"));
    // Its plan can be opened again, as one step.
    const auto before = studio.window.session().document().plan();
    QTest::mouseClick(studio.find<QAbstractButton>("experimentsOpenPlan"), Qt::LeftButton);
    QTRY_VERIFY(studio.window.session().document().plan() != before);
    int threes = 0;
    for (const auto& row : studio.window.session().document().plan()->tensors)
        threes += row->bits == 3;
    QCOMPARE(threes, 28);
    studio.window.session().document().undoStack().undo();
    QCOMPARE(studio.window.session().document().plan(), before);
    // Delete, undo.
    QTest::mouseClick(studio.find<QAbstractButton>("experimentsDelete"), Qt::LeftButton);
    QTRY_COMPARE(panel->model().rowCount(), 0);
    QTest::mouseClick(studio.find<QAbstractButton>("experimentsUndo"), Qt::LeftButton);
    QTRY_COMPARE(panel->model().rowCount(), 1);
    QTRY_COMPARE(panel->model().index(0, ExperimentsModel::Notes).data().toString(),
                 QStringLiteral("first try"));
    QCOMPARE(panel->chart()->pointCount(), 1u);
    // Another process writes: the table follows.
    const auto other = Store::open(toPath(path("f.db")));
    QVERIFY(other);
    QVERIFY((*other)->begin({.model = "elsewhere",
                             .modelKey = studio.window.session().model()->contentKey(),
                             .recipe = "rtn",
                             .planJson = "{}",
                             .started = "2026-01-01T00:00:00Z"}));
    QTRY_COMPARE(panel->model().rowCount(), 2);
}

void TstStudio::twoModelsWriteSideBySide() {
    Studio studio(path("f.db"));
    QVERIFY(studio.open(path("large")));
    PlaygroundPanel* panel = studio.window.playground();
    studio.window.raisePanel(panel->objectName());
    auto* model = studio.find<QComboBox>("playgroundModel");
    QTRY_VERIFY(!model->currentData().toString().isEmpty());
    studio.find<QLineEdit>("playgroundPrompt")->setText(QStringLiteral("w1 w2 w3"));
    studio.find<QAbstractSpinBox>("playgroundTokens")->setProperty("value", 20);
    QTest::mouseClick(studio.find<QAbstractButton>("playgroundGenerate"), Qt::LeftButton);
    QVERIFY(panel->busy());
    QVERIFY(QTest::qWaitFor([&] { return !panel->busy(); }, Patience));
    for (const char* side : {"playgroundOriginal", "playgroundQuantized"}) {
        const QString text = studio.find<QPlainTextEdit>(side)->toPlainText();
        QVERIFY2(text.startsWith(QStringLiteral("w1 w2 w3")), qPrintable(text));
        QVERIFY(text.size() > 12);
    }
    QVERIFY(studio.find<QLabel>("playgroundQuantizedTitle")
                ->text()
                .contains(QStringLiteral("tokens/s")));
}

void TstStudio::closingDuringARunAsks() {
    Studio studio(path("h.db"));
    QVERIFY(studio.open(m_model));
    const JobId id = studio.window.runs().quantize(request(studio, path("out-h"), "gptq"));
    QTRY_VERIFY_WITH_TIMEOUT(studio.services.jobs().anyUnfinished(), Patience);
    QVERIFY(!studio.window.close());
    auto* question = studio.find<QMessageBox>("closeQuestion");
    QVERIFY(question);
    auto* yes = question->findChild<QAbstractButton*>(QStringLiteral("closeAnyway"));
    QVERIFY(yes);
    QTest::mouseClick(yes, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!studio.window.isVisible(), Patience);
    QVERIFY(studio.services.jobs().find(id)->state != JobState::Running);
}

void TstStudio::chartsFollowTheTheme() {
    Studio studio(path("b.db"));
    QVERIFY(studio.open(m_model));
    QTRY_VERIFY_WITH_TIMEOUT(studio.window.inspector()->weights()->ready(), Patience);
    const auto corner = [&] {
        auto* chart = studio.find<ChartView>("weightsHistogramChart");
        return chart->grab().toImage().pixelColor(3, 3).lightness();
    };
    studio.window.commands().setTheme(Theme::Light);
    QTRY_VERIFY(corner() > 230);
    studio.window.commands().setTheme(Theme::Dark);
    QTRY_VERIFY(corner() < 60);
    studio.window.commands().setTheme(Theme::Light);
    QTRY_VERIFY(corner() > 230);
}

void TstStudio::everythingHasANameAndATooltip() {
    Studio studio(path("b.db"));
    QVERIFY(studio.open(m_model));
    QStringList missing;
    const auto widgets = studio.window.findChildren<QWidget*>();
    for (const QWidget* widget : widgets) {
        const bool interactive = qobject_cast<const QAbstractButton*>(widget) ||
                                 qobject_cast<const QComboBox*>(widget) ||
                                 qobject_cast<const QLineEdit*>(widget) ||
                                 qobject_cast<const QAbstractSpinBox*>(widget) ||
                                 qobject_cast<const QAbstractItemView*>(widget) ||
                                 qobject_cast<const QPlainTextEdit*>(widget);
        if (!interactive || widget->objectName().startsWith(QLatin1String("qt_"))) continue;
        // Parts that Qt makes for its own widgets.
        const QWidget* parent = widget->parentWidget();
        const QString kind = QLatin1String(widget->metaObject()->className());
        if (kind.startsWith(QLatin1String("QHeaderView")) ||
            kind.contains(QLatin1String("TitleButton")) ||
            kind.contains(QLatin1String("CornerButton")) ||
            kind.contains(QLatin1String("ListView")) ||
            kind.contains(QLatin1String("TableCorner")) ||
            kind.contains(QLatin1String("ToolBarExtension")) ||
            kind == QLatin1String("QLineEditIconButton") ||
            qobject_cast<const QAbstractSpinBox*>(parent) ||
            qobject_cast<const QComboBox*>(parent) || kind.contains(QLatin1String("DockWidget")))
            continue;
        // Buttons of the toolbar take both from their action, the tab bar's from itself.
        if (parent && (parent->inherits("QToolBar") || parent->inherits("QTabBar"))) continue;
        if (widget->objectName().isEmpty() || widget->toolTip().isEmpty())
            missing.append(kind + QLatin1Char(' ') + widget->objectName());
    }
    QVERIFY2(missing.isEmpty(), qPrintable(missing.join(QStringLiteral(", "))));
}

QTEST_MAIN(TstStudio)
#include "tst_studio.moc"
