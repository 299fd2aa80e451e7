// The window: places panels in docks, shows messages and the state of runs. Panels do the rest.
#pragma once

#include "ui/session/run_controller.h"
#include "ui/window/theme.h"

#include <QMainWindow>

class QDockWidget;
class QLabel;
class QProgressBar;
class QStackedWidget;
class QVBoxLayout;

namespace bitsmith::ui {

class Commands;
class ExperimentsPanel;
class Guide;
class InspectorPanel;
class Layouts;
class LayersPanel;
class Learn;
class LogPanel;
class MessageBar;
class PlaygroundPanel;
class RunsPanel;

class MainWindow final : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(Services& services);
    ~MainWindow() override;

    Session& session() { return m_session; }
    RunController& runs() { return m_runs; }
    Commands& commands() { return *m_commands; }
    LayersPanel* layers() { return m_layers; }
    InspectorPanel* inspector() { return m_inspector; }
    RunsPanel* runsPanel() { return m_runsPanel; }
    ExperimentsPanel* experiments() { return m_experiments; }
    PlaygroundPanel* playground() { return m_playground; }
    Learn& learn() { return *m_learn; }
    Layouts& layouts() { return *m_layouts; }
    Guide& guide() { return *m_guide; }
    // Brings the dock of that panel (by the panel's objectName) to the front.
    void raisePanel(const QString& panel);
    // Sizes of a fresh window; also what Reset layout does.
    void defaultLayout();

protected:
    bool event(QEvent* event) override;
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void buildPanels();
    QDockWidget* addDock(QWidget* panel, const QString& title, const QKeySequence& key);
    void buildStatus();
    void showSession();
    void showTarget();
    void showJobs();
    void askBeforeClosing();
    void followFocus(const QWidget* now);

    Services& m_services;
    Session m_session;
    RunController m_runs;
    Commands* m_commands;
    Layouts* m_layouts = nullptr;
    Guide* m_guide = nullptr;
    QStackedWidget* m_center;
    MessageBar* m_messages;
    QVBoxLayout* m_middle = nullptr; // messages, guide, then start page or layers
    LayersPanel* m_layers = nullptr;
    InspectorPanel* m_inspector = nullptr;
    RunsPanel* m_runsPanel = nullptr;
    ExperimentsPanel* m_experiments = nullptr;
    PlaygroundPanel* m_playground = nullptr;
    Learn* m_learn = nullptr;
    LogPanel* m_log = nullptr;
    std::vector<QDockWidget*> m_docks; // inspector first, then the lower ones
    QLabel *m_modelText = nullptr, *m_targetText = nullptr, *m_jobText = nullptr;
    QProgressBar* m_jobBar = nullptr;
    bool m_closing = false;
};

} // namespace bitsmith::ui
