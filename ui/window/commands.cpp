#include "ui/window/commands.h"

#include "ui/bridge/text.h"
#include "ui/widgets/file_dialogs.h"
#include "ui/window/about_dialog.h"
#include "ui/window/agreement_dialog.h"
#include "ui/window/analyze_dialog.h"
#include "ui/window/compress_dialog.h"
#include "ui/window/compressibility_dialog.h"
#include "ui/window/evaluate_dialog.h"
#include "ui/window/export_dialog.h"
#include "ui/window/load_study_dialog.h"
#include "ui/window/quantize_dialog.h"
#include "ui/window/recipes_dialog.h"
#include "ui/window/settings_dialog.h"

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QFileInfo>
#include <QMenu>
#include <QMenuBar>
#include <QSettings>
#include <QToolBar>

#include <algorithm>

namespace bitsmith::ui {
namespace {

const QString ThemeKey = QStringLiteral("theme");
const QString ZoomKey = QStringLiteral("zoom");

QString modelFileFilter() {
    return Commands::tr("Models (*.safetensors *.gguf *.bin *.pth *.pt *.th "
                        "*.safetensors.index.json *.bin.index.json);;"
                        "safetensors (*.safetensors);;GGUF (*.gguf);;"
                        "PyTorch (*.bin *.pth *.pt *.th);;All files (*)");
}

} // namespace

Commands::Commands(Services& services, Session& session, RunController& runs, QWidget* window)
    : QObject(window), m_services(services), m_session(session), m_runs(runs), m_window(window),
      m_recent(new QMenu(tr("Open &recent"), window)), m_themes(new QActionGroup(this)) {
    makeOpenActions();
    makeRunActions();
    makeToolActions();
    makeViewActions();
    m_undo.addStack(&session.document().undoStack());
    m_undo.setActiveStack(&session.document().undoStack());
    connect(&session, &Session::stateChanged, this, &Commands::showState);
    connect(&session.document(), &PlanDocument::changed, this, &Commands::showState);
    connect(&services.jobs(), &JobCenter::changed, this, &Commands::showState);
    connect(&session.recent(), &RecentModels::changed, this, &Commands::showRecent);
    showState();
    showRecent();
}

QAction* Commands::make(const char* name, const QString& text, const QKeySequence& key,
                        const QString& tip) {
    auto* action = new QAction(text, this);
    action->setObjectName(QLatin1String(name));
    action->setShortcut(key);
    action->setStatusTip(tip);
    action->setToolTip(
        key.isEmpty() ? tip
                      : QStringLiteral("%1 (%2)").arg(tip, key.toString(QKeySequence::NativeText)));
    return action;
}

void Commands::makeOpenActions() {
    m_openFolder = make("openFolder", tr("&Open folder…"), QKeySequence::Open,
                        tr("Open a Hugging Face folder or a Bitsmith container"));
    m_openFile = make("openFile", tr("Open &file…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O),
                      tr("Open a .safetensors, .gguf or PyTorch file"));
    m_demo = make("openDemo", tr("&Demo"), QKeySequence(Qt::CTRL | Qt::Key_D),
                  tr("Open the small trained model that comes with Bitsmith"));
    m_quit = make("quit", tr("&Quit"), QKeySequence::Quit, tr("Close Bitsmith"));
    m_recent->setObjectName(QStringLiteral("recentMenu"));
    connect(m_openFolder, &QAction::triggered, this, &Commands::openFolder);
    connect(m_openFile, &QAction::triggered, this, &Commands::openFile);
    connect(m_demo, &QAction::triggered, &m_session, &Session::openDemo);
    connect(m_quit, &QAction::triggered, this, &Commands::quit);
}

void Commands::makeRunActions() {
    m_undoAction = m_undo.createUndoAction(this, tr("&Undo"));
    m_undoAction->setObjectName(QStringLiteral("undo"));
    m_undoAction->setShortcut(QKeySequence::Undo);
    m_redoAction = m_undo.createRedoAction(this, tr("&Redo"));
    m_redoAction->setObjectName(QStringLiteral("redo"));
    m_redoAction->setShortcut(QKeySequence::Redo);
    m_analyze = make("analyze", tr("&Analyze…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_A),
                     tr("Measure how much the model minds each tensor being quantized"));
    m_compare = make("compareMetrics", tr("Compare &metrics…"), {},
                     tr("How well each sensitivity metric predicts the measured divergence"));
    connect(m_analyze, &QAction::triggered, this, &Commands::analyze);
    connect(m_compare, &QAction::triggered, this, &Commands::compareMetrics);
    m_quantize = make("quantize", tr("Quanti&ze…"), QKeySequence(Qt::CTRL | Qt::Key_R),
                      tr("Quantize the open model by the plan in Layers"));
    m_evaluate = make("evaluate", tr("&Evaluate…"), QKeySequence(Qt::CTRL | Qt::Key_E),
                      tr("Measure perplexity, and how far a quantized model is from the original"));
    m_export = make("exportModel", tr("E&xport…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E),
                    tr("Write a finished quantization, or the open model, for another program"));
    m_cancelAll = make("cancelAll", tr("&Cancel runs"), QKeySequence(Qt::CTRL | Qt::Key_Period),
                       tr("Stop everything that runs or waits; finished tensors are kept"));
    connect(m_quantize, &QAction::triggered, this, &Commands::quantize);
    connect(m_evaluate, &QAction::triggered, this, &Commands::evaluate);
    connect(m_export, &QAction::triggered, this, [this] { exportModel(); });
    connect(m_cancelAll, &QAction::triggered, this, [this] {
        const auto jobs = m_services.jobs().jobs();
        for (const auto& job : jobs) m_services.jobs().cancel(job.id);
    });
}

void Commands::makeToolActions() {
    m_compress =
        make("compress", tr("&Compress file…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C),
             tr("Make any safetensors or GGUF file smaller, without loss"));
    m_decompress = make("decompress", tr("&Decompress file…"), {},
                        tr("Give the original of a compressed file back, bit for bit"));
    connect(m_compress, &QAction::triggered, this, &Commands::compress);
    m_compressibility =
        make("compressibility", tr("Compressibility &study…"), {},
             tr("How many bits the codes of the open model are worth, in many settings"));
    connect(m_compressibility, &QAction::triggered, this, &Commands::compressibility);
    m_recipes = make("recipes", tr("&Recipes…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_R),
                     tr("Every method with its paper and what it needs; compare them on your "
                        "tensors or the whole model"));
    connect(m_recipes, &QAction::triggered, this, &Commands::recipes);
    m_loadStudy = make("loadStudy", tr("&Load study…"), {},
                       tr("Measure whether compressed models load faster on this machine"));
    connect(m_loadStudy, &QAction::triggered, this, &Commands::loadStudy);
    connect(m_decompress, &QAction::triggered, this, &Commands::decompress);
}

void Commands::makeViewActions() {
    const auto theme = [this](Theme value, const QString& text) {
        QAction* action = make("theme", text, {}, tr("Colours of the window"));
        action->setObjectName(QStringLiteral("theme-") + themeName(value));
        action->setCheckable(true);
        action->setData(static_cast<int>(value));
        m_themes->addAction(action);
    };
    theme(Theme::System, tr("As the &desktop"));
    theme(Theme::Light, tr("&Light"));
    theme(Theme::Dark, tr("D&ark"));
    connect(m_themes, &QActionGroup::triggered, this, [this](const QAction* action) {
        chooseTheme(static_cast<Theme>(action->data().toInt()));
    });
    m_zoomIn = make("zoomIn", tr("&Larger text"), QKeySequence::ZoomIn,
                    tr("For projectors and tired eyes"));
    m_zoomOut =
        make("zoomOut", tr("&Smaller text"), QKeySequence::ZoomOut, tr("More on the screen"));
    m_zoomReset = make("zoomReset", tr("&Normal text"), QKeySequence(Qt::CTRL | Qt::Key_0),
                       tr("The desktop's own size"));
    m_reset = make("resetLayout", tr("&Reset layout"), {},
                   tr("Put all panels back where they were at first"));
    m_settings = make("settings", tr("Se&ttings…"), QKeySequence(Qt::CTRL | Qt::Key_Comma),
                      tr("Colours, text size, language, threads, memory, folders"));
    m_guide = make("guide", tr("&Show the guide"), {},
                   tr("From the empty window to a quantized model, one button at a time"));
    m_about = make("about", tr("&About Bitsmith"), {},
                   tr("Version, what it computes with, where it keeps things"));
    connect(m_settings, &QAction::triggered, this, &Commands::settings);
    connect(m_guide, &QAction::triggered, this, &Commands::guideRequested);
    connect(m_zoomIn, &QAction::triggered, this, [this] { zoom(1); });
    connect(m_zoomOut, &QAction::triggered, this, [this] { zoom(-1); });
    connect(m_zoomReset, &QAction::triggered, this, [this] { zoom(0); });
    connect(m_reset, &QAction::triggered, this, &Commands::resetLayout);
    connect(m_about, &QAction::triggered, this, &Commands::about);
    m_zoom = std::clamp(QSettings().value(ZoomKey, 0).toInt(), LeastZoom, MostZoom);
    if (m_zoom) applyZoom(zoomFactor(m_zoom));
}

void Commands::fillMenus(QMenuBar& bar) {
    auto* file = bar.addMenu(tr("&File"));
    file->addActions({m_openFolder, m_openFile});
    file->addMenu(m_recent);
    file->addAction(m_demo);
    file->addSeparator();
    file->addAction(m_quit);
    auto* edit = bar.addMenu(tr("&Edit"));
    edit->addActions({m_undoAction, m_redoAction});
    edit->addSeparator();
    edit->addAction(m_settings);
    auto* run = bar.addMenu(tr("&Run"));
    run->addActions({m_recipes, m_analyze, m_compare});
    run->addSeparator();
    run->addActions({m_quantize, m_evaluate, m_export});
    run->addSeparator();
    run->addAction(m_cancelAll);
    auto* tools = bar.addMenu(tr("&Tools"));
    tools->addActions({m_compress, m_decompress});
    tools->addSeparator();
    tools->addActions({m_compressibility, m_loadStudy});
    m_view = bar.addMenu(tr("&View"));
    auto* themes = m_view->addMenu(tr("&Theme"));
    themes->addActions(m_themes->actions());
    m_view->addActions({m_zoomIn, m_zoomOut, m_zoomReset});
    m_layouts = m_view->addMenu(tr("La&youts"));
    m_layouts->setObjectName(QStringLiteral("layoutsMenu"));
    m_view->addAction(m_reset);
    m_view->addSeparator();
    m_learn = bar.addMenu(tr("&Learn"));
    auto* help = bar.addMenu(tr("&Help"));
    help->addActions({m_guide, m_about});
}

void Commands::fillToolBar(QToolBar& bar) {
    bar.addActions({m_openFolder, m_openFile, m_demo});
    bar.addSeparator();
    bar.addActions({m_recipes, m_analyze, m_quantize, m_evaluate, m_export, m_cancelAll});
    bar.addSeparator();
    bar.addActions({m_undoAction, m_redoAction});
}

void Commands::openFolder() {
    chooseFolder(m_window, tr("Open a model folder"), m_session.path(),
                 [this](const QString& path) { m_session.open(path); });
}

void Commands::openFile() {
    chooseFile(m_window, tr("Open a model file"), m_session.path(), modelFileFilter(),
               [this](const QString& path) { m_session.open(path); });
}

void Commands::quantize() {
    if (m_session.state() != SessionState::Open) return;
    auto* dialog = new QuantizeDialog(m_session, m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this,
            [this, dialog] { Q_EMIT runStarted(m_runs.quantize(dialog->request()).value); });
    // Its plan would be that of another model.
    connect(&m_session, &Session::stateChanged, dialog, &QDialog::reject);
    dialog->show();
    Q_EMIT quantizeAsked(dialog);
}

void Commands::evaluate() {
    if (m_session.state() != SessionState::Open) return;
    auto* dialog = new EvaluateDialog(m_services, m_session, m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this,
            [this, dialog] { Q_EMIT runStarted(m_runs.evaluate(dialog->request()).value); });
    connect(&m_session, &Session::stateChanged, dialog, &QDialog::reject);
    dialog->show();
}

void Commands::analyze() {
    if (m_session.state() != SessionState::Open) return;
    if (auto* open = m_window->findChild<AnalyzeDialog*>()) {
        open->show();
        open->raise();
        open->activateWindow();
        return;
    }
    auto* dialog = new AnalyzeDialog(m_services, m_session, m_runs, m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &AnalyzeDialog::started, this, &Commands::runStarted);
    connect(dialog, &AnalyzeDialog::compareRequested, this, &Commands::compareMetrics);
    connect(&m_session, &Session::stateChanged, dialog, &QDialog::reject);
    dialog->show();
}

void Commands::compareMetrics() {
    if (m_session.state() != SessionState::Open) return;
    if (auto* open = m_window->findChild<AgreementDialog*>()) {
        open->show();
        open->raise();
        open->activateWindow();
        return;
    }
    auto* dialog = new AgreementDialog(m_services, m_session, m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &AgreementDialog::analyzeRequested, this, &Commands::analyze);
    connect(&m_session, &Session::stateChanged, dialog, &QDialog::reject);
    dialog->show();
}

void Commands::exportModel(const QString& model) {
    auto* dialog = new ExportDialog(m_services, m_session, m_runs, model, m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ExportDialog::started, this, &Commands::runStarted);
    dialog->show();
}

void Commands::compress() {
    // The open model's file is the likeliest wish.
    const QFileInfo open(m_session.path());
    showCompress(m_session.model() && open.isFile() ? open.filePath() : QString());
}

void Commands::decompress() {
    chooseFile(m_window, tr("Choose a compressed file"), m_session.path(),
               tr("Compressed files (*.bitsmith);;All files (*)"),
               [this](const QString& path) { showCompress(path); });
}

void Commands::recipes() {
    auto* there = m_window->findChild<RecipesDialog*>();
    if (there && there->isVisible()) { // a closed one is about to go
        there->raise();
        there->activateWindow();
        return;
    }
    auto* dialog = new RecipesDialog(m_services, m_session, m_runs, m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &RecipesDialog::started, this, &Commands::runStarted);
    dialog->show();
}

void Commands::compressibility() {
    auto* there = m_window->findChild<CompressibilityDialog*>();
    if (there && there->isVisible()) { // a closed one is about to go
        there->raise();
        there->activateWindow();
        return;
    }
    auto* dialog = new CompressibilityDialog(m_services, m_session, m_runs, m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &CompressibilityDialog::started, this, &Commands::runStarted);
    dialog->show();
}

void Commands::loadStudy() {
    auto* dialog = new LoadStudyDialog(m_services, m_runs, {}, m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &LoadStudyDialog::started, this, &Commands::runStarted);
    dialog->show();
}

void Commands::showCompress(const QString& file) {
    auto* dialog = new CompressDialog(m_services, m_runs, file, m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &CompressDialog::started, this, &Commands::runStarted);
    dialog->show();
}

void Commands::setTheme(Theme theme) {
    const auto actions = m_themes->actions();
    for (QAction* action : actions)
        action->setChecked(action->data().toInt() == static_cast<int>(theme));
    applyTheme(theme);
}

void Commands::showRecent() {
    m_recent->clear();
    const QStringList paths = m_session.recent().paths();
    for (const QString& path : paths) {
        QAction* action = m_recent->addAction(QFileInfo(path).fileName());
        action->setToolTip(path);
        action->setStatusTip(path);
        connect(action, &QAction::triggered, this, [this, path] { m_session.open(path); });
    }
    m_recent->setEnabled(!paths.isEmpty());
    if (paths.isEmpty()) return;
    m_recent->addSeparator();
    m_recent->addAction(tr("&Forget all"), &m_session.recent(), &RecentModels::clear);
}

void Commands::showState() {
    const bool open = m_session.state() == SessionState::Open;
    m_analyze->setEnabled(open);
    m_compare->setEnabled(open);
    m_quantize->setEnabled(open);
    m_evaluate->setEnabled(open && m_session.model()->architecture());
    m_cancelAll->setEnabled(m_services.jobs().anyUnfinished());
}

Theme Commands::theme() const {
    const QAction* chosen = m_themes->checkedAction();
    return chosen ? static_cast<Theme>(chosen->data().toInt()) : Theme::System;
}

void Commands::chooseTheme(Theme theme) {
    QSettings().setValue(ThemeKey, themeName(theme));
    setTheme(theme);
}

void Commands::zoom(int steps) { chooseZoom(steps == 0 ? 0 : m_zoom + steps); }

void Commands::chooseZoom(int steps) {
    m_zoom = std::clamp(steps, LeastZoom, MostZoom);
    QSettings().setValue(ZoomKey, m_zoom);
    applyZoom(zoomFactor(m_zoom));
}

void Commands::settings() {
    if (auto* open = m_window->findChild<SettingsDialog*>()) {
        open->raise();
        open->activateWindow();
        return;
    }
    auto* dialog = new SettingsDialog(*this, m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->show();
}

void Commands::about() {
    auto* dialog = new AboutDialog(m_services, m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->show();
}

} // namespace bitsmith::ui
