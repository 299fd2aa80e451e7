#include "ui/window/main_window.h"

#include "ui/bridge/text.h"
#include "ui/panels/experiments_panel.h"
#include "ui/panels/inspector_panel.h"
#include "ui/panels/layers_panel.h"
#include "ui/panels/log_panel.h"
#include "ui/panels/playground_panel.h"
#include "ui/panels/runs_panel.h"
#include "ui/panels/sensitivity_page.h"
#include "ui/panels/start_page.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/roomy_area.h"
#include "ui/window/commands.h"
#include "ui/window/guide.h"
#include "ui/window/layouts.h"
#include "ui/window/learn.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDockWidget>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QProgressBar>
#include <QPushButton>
#include <QSettings>
#include <QStackedWidget>
#include <QStatusBar>
#include <QToolBar>
#include <QUrl>
#include <QVBoxLayout>

namespace bitsmith::ui {
namespace {

const QString GeometryKey = QStringLiteral("window/geometry");
const QString StateKey = QStringLiteral("window/state");

} // namespace

MainWindow::MainWindow(Services& services)
    : m_services(services), m_session(services), m_runs(services, m_session),
      m_commands(new Commands(services, m_session, m_runs, this)), m_center(new QStackedWidget),
      m_messages(new MessageBar) {
    setObjectName(QStringLiteral("mainWindow"));
    setWindowTitle(tr("Bitsmith Studio"));
    setAcceptDrops(true);
    setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks);
    setTabPosition(Qt::BottomDockWidgetArea, QTabWidget::North);
    m_commands->fillMenus(*menuBar());
    auto* bar = addToolBar(tr("Main"));
    bar->setObjectName(QStringLiteral("mainToolBar"));
    bar->setMovable(false);
    m_commands->fillToolBar(*bar);
    m_learn = new Learn(services, *this, *m_commands->learnMenu());
    buildPanels();
    buildStatus();
    resize(1280, 800);
    defaultLayout();
    const QSettings settings;
    restoreGeometry(settings.value(GeometryKey).toByteArray());
    restoreState(settings.value(StateKey).toByteArray(), Layouts::Version);

    connect(&services.messages(), &MessageHub::shown, m_messages, &MessageBar::showEntry);
    connect(&m_session, &Session::stateChanged, this, &MainWindow::showSession);
    connect(&m_session.target(), &TargetCheck::changed, this, &MainWindow::showTarget);
    connect(&services.jobs(), &JobCenter::changed, this, &MainWindow::showJobs);
    connect(m_commands, &Commands::resetLayout, this, &MainWindow::defaultLayout);
    connect(m_commands, &Commands::quit, this, &QWidget::close);
    connect(m_commands, &Commands::runStarted, this, [this](quint64 id) {
        raisePanel(m_runsPanel->objectName());
        m_runsPanel->choose({id});
    });
    connect(qApp, &QApplication::focusChanged, this,
            [this](const QWidget*, const QWidget* now) { followFocus(now); });
    showSession();
    showJobs();
    if (Guide::wanted(m_session.recent())) m_guide->start();
}

// Panels that go take the focus with them, and then this is no main window any more.
MainWindow::~MainWindow() { disconnect(qApp, nullptr, this, nullptr); }

void MainWindow::buildPanels() {
    auto* start = new StartPage(m_session.recent());
    connect(start, &StartPage::openFolder, m_commands, &Commands::openFolder);
    connect(start, &StartPage::openFile, m_commands, &Commands::openFile);
    connect(start, &StartPage::openDemo, &m_session, &Session::openDemo);
    connect(start, &StartPage::openPath, &m_session, &Session::open);
    connect(start, &StartPage::openLessons, m_learn, &Learn::openList);
    m_layers = new LayersPanel(m_services, m_session);
    m_center->addWidget(start);
    m_center->addWidget(m_layers);
    auto* middle = new QWidget;
    auto* column = new QVBoxLayout(middle);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_messages);
    m_middle = column;
    column->addWidget(m_center, 1);
    // A long message and the guide may need more than large type leaves: then all of it scrolls.
    auto* area = new RoomyArea(middle);
    area->keepWidth();
    setCentralWidget(area);

    m_inspector = new InspectorPanel(m_services, m_session, m_runs);
    m_runsPanel = new RunsPanel(m_services, m_runs);
    m_experiments = new ExperimentsPanel(m_services, m_session);
    m_playground = new PlaygroundPanel(m_services, m_session);
    m_log = new LogPanel(m_services.messages());
    connect(m_layers, &LayersPanel::analyzeRequested, m_commands, &Commands::analyze);
    connect(m_inspector->sensitivity(), &SensitivityPage::analyzeRequested, m_commands,
            &Commands::analyze);
    connect(m_inspector->sensitivity(), &SensitivityPage::compareRequested, m_commands,
            &Commands::compareMetrics);
    connect(m_runsPanel, &RunsPanel::exportRequested, m_commands, &Commands::exportModel);
    connect(m_experiments, &ExperimentsPanel::exportRequested, m_commands, &Commands::exportModel);
    addDock(m_inspector, tr("Inspector"), QKeySequence(Qt::ALT | Qt::Key_1));
    addDock(m_runsPanel, tr("Runs"), QKeySequence(Qt::ALT | Qt::Key_2));
    addDock(m_experiments, tr("Experiments"), QKeySequence(Qt::ALT | Qt::Key_3));
    addDock(m_playground, tr("Playground"), QKeySequence(Qt::ALT | Qt::Key_4));
    addDock(m_log, tr("Log"), QKeySequence(Qt::ALT | Qt::Key_5));
    m_commands->undo().addStack(&m_experiments->undoStack());
    m_guide = new Guide(m_services, *this);
    m_middle->insertWidget(1, m_guide);
    connect(m_commands, &Commands::guideRequested, m_guide, &Guide::start);
    m_layouts = new Layouts(*this, m_docks);
    m_layouts->fill(*m_commands->layoutsMenu());
    connect(m_layouts, &Layouts::failed, this,
            [this](const QString& problem) { m_services.messages().fail(tr("Layout"), problem); });
}

QDockWidget* MainWindow::addDock(QWidget* panel, const QString& title, const QKeySequence& key) {
    auto* dock = new QDockWidget(title, this);
    dock->setObjectName(panel->objectName() + QStringLiteral("Dock"));
    dock->setFont(QApplication::font());
    dock->setWidget(panel);
    QAction* toggle = dock->toggleViewAction();
    m_commands->viewMenu()->addAction(toggle);
    auto* show = new QAction(tr("Go to %1").arg(title), this);
    show->setShortcut(key);
    connect(show, &QAction::triggered, this, [this, panel] {
        raisePanel(panel->objectName());
        panel->setFocus();
        if (!panel->focusWidget()) panel->nextInFocusChain()->setFocus();
    });
    addAction(show);
    dock->setToolTip(tr("%1 (%2)").arg(title, key.toString(QKeySequence::NativeText)));
    m_docks.push_back(dock);
    return dock;
}

void MainWindow::defaultLayout() { m_layouts->apply(Layout::Engineer); }

void MainWindow::raisePanel(const QString& panel) {
    for (QDockWidget* dock : m_docks) {
        if (dock->widget()->objectName() != panel) continue;
        dock->show();
        dock->raise();
    }
}

void MainWindow::buildStatus() {
    m_modelText = new QLabel;
    m_modelText->setObjectName(QStringLiteral("statusModel"));
    m_jobText = new QLabel;
    m_jobText->setObjectName(QStringLiteral("statusJob"));
    m_jobBar = new QProgressBar;
    m_jobBar->setObjectName(QStringLiteral("statusProgress"));
    m_jobBar->setRange(0, 1000);
    m_jobBar->setFixedWidth(140);
    m_jobBar->setMaximumHeight(m_jobBar->fontMetrics().height() + 2);
    m_jobBar->setToolTip(tr("Progress of the running job; see Runs (Alt+2)"));
    m_targetText = new QLabel;
    m_targetText->setObjectName(QStringLiteral("statusTarget"));
    m_targetText->setToolTip(tr("What the plan's target says of it; the list is under Layers"));
    statusBar()->addWidget(m_modelText);
    statusBar()->addWidget(m_targetText);
    statusBar()->addPermanentWidget(m_jobText);
    statusBar()->addPermanentWidget(m_jobBar);
}

void MainWindow::showSession() {
    const bool empty = m_session.state() == SessionState::Empty;
    m_center->setCurrentIndex(empty ? 0 : 1);
    const auto& model = m_session.model();
    setWindowTitle(model ? tr("%1 – Bitsmith Studio").arg(qs(model->name()))
                         : tr("Bitsmith Studio"));
    if (model)
        m_modelText->setText(tr("%1 · %2 · %3 parameters · %4")
                                 .arg(qs(model->name()), qs(model->family()),
                                      countText(model->parameters()), bytesText(model->bytes())));
    else
        m_modelText->setText(m_session.state() == SessionState::Opening ? tr("Opening…")
                                                                        : tr("No model"));
}

void MainWindow::showTarget() {
    const TargetCheck& check = m_session.target();
    m_targetText->setText(m_session.model() ? check.summary() : QString());
}

void MainWindow::showJobs() {
    const JobSnapshot* running = nullptr;
    int waiting = 0;
    for (const auto& job : m_services.jobs().jobs()) {
        if (job.state == JobState::Running && !running) running = &job;
        if (job.state == JobState::Queued) ++waiting;
    }
    m_jobBar->setVisible(running != nullptr);
    m_jobText->setVisible(running != nullptr);
    if (running) {
        QString text = engineText(running->progress.step);
        if (running->etaSeconds >= 0)
            text += tr(" · about %1 left").arg(secondsText(running->etaSeconds));
        if (waiting) text += tr(" · %1 waiting").arg(waiting);
        m_jobText->setText(text);
        m_jobBar->setValue(static_cast<int>(running->progress.fraction * 1000));
    }
    if (m_closing && !m_services.jobs().anyUnfinished()) close();
}

void MainWindow::followFocus(const QWidget* now) {
    if (!now) return;
    const bool experiments = m_experiments->isAncestorOf(now);
    m_commands->undo().setActiveStack(experiments ? &m_experiments->undoStack()
                                                  : &m_session.document().undoStack());
}

// Docks' titles have a type of their own, which would stay as it was.
bool MainWindow::event(QEvent* event) {
    if (event->type() == QEvent::FontChange)
        for (QDockWidget* dock : m_docks) dock->setFont(QApplication::font());
    return QMainWindow::event(event);
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (m_services.jobs().anyUnfinished()) {
        event->ignore();
        if (!m_closing) askBeforeClosing();
        return;
    }
    QSettings settings;
    settings.setValue(GeometryKey, saveGeometry());
    settings.setValue(StateKey, saveState(Layouts::Version));
    QMainWindow::closeEvent(event);
}

void MainWindow::askBeforeClosing() {
    if (findChild<QMessageBox*>(QStringLiteral("closeQuestion"))) return;
    auto* box = new QMessageBox(
        QMessageBox::Question, tr("A run is not finished"),
        tr("A run is not finished. Cancel it and close? Finished tensors are kept, and the "
           "run can be resumed."),
        QMessageBox::NoButton, this);
    box->setObjectName(QStringLiteral("closeQuestion"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    auto* cancel = box->addButton(tr("&Cancel the run and close"), QMessageBox::AcceptRole);
    cancel->setObjectName(QStringLiteral("closeAnyway"));
    auto* keep = box->addButton(tr("&Keep running"), QMessageBox::RejectRole);
    box->setDefaultButton(keep);
    box->setEscapeButton(keep);
    connect(cancel, &QPushButton::clicked, this, [this] {
        m_closing = true;
        statusBar()->showMessage(tr("Stopping…"));
        const auto jobs = m_services.jobs().jobs();
        for (const auto& job : jobs) m_services.jobs().cancel(job.id);
    });
    box->open();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    const auto urls = event->mimeData()->urls();
    if (urls.size() == 1 && urls.constFirst().isLocalFile()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    const auto urls = event->mimeData()->urls();
    if (urls.size() != 1 || !urls.constFirst().isLocalFile()) return;
    event->acceptProposedAction();
    m_session.open(urls.constFirst().toLocalFile());
}

} // namespace bitsmith::ui
