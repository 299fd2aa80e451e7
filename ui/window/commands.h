// The window's actions: made once, shown in menus and toolbar, enabled as the session allows.
#pragma once

#include "ui/session/run_controller.h"
#include "ui/window/theme.h"

#include <QDialog>
#include <QObject>
#include <QUndoGroup>

class QAction;
class QActionGroup;
class QMenu;
class QMenuBar;
class QToolBar;
class QWidget;

namespace bitsmith::ui {

class Commands final : public QObject {
    Q_OBJECT
public:
    Commands(Services& services, Session& session, RunController& runs, QWidget* window);

    void fillMenus(QMenuBar& bar);
    void fillToolBar(QToolBar& bar);
    QMenu* viewMenu() { return m_view; } // for the docks' own entries
    QMenu* learnMenu() { return m_learn; }
    QMenu* layoutsMenu() { return m_layouts; }
    QUndoGroup& undo() { return m_undo; }

    void openFolder();
    void openFile();
    void quantize(); // asks, then runs
    void evaluate();
    // model: the path to begin with; empty: the last quantization, else the open model.
    void exportModel(const QString& model = {});
    void analyze();        // sensitivities of the open model
    void compareMetrics(); // how well each predicts the truth
    void compress();       // any safetensors or GGUF file
    void decompress();
    void compressibility(); // of the open model; one window, raised when it is there
    void recipes();         // gallery and comparison; one window, raised when it is there
    void loadStudy();       // does compression load faster here?
    void setTheme(Theme theme);
    Theme theme() const;
    void chooseTheme(Theme theme); // also for the next start
    // Steps of text size; 0: the desktop's own.
    static constexpr int LeastZoom = -5, MostZoom = 10;
    int zoomSteps() const { return m_zoom; }
    void chooseZoom(int steps); // also for the next start
    void settings();

Q_SIGNALS:
    void runStarted(quint64 id);
    void resetLayout();
    void guideRequested();
    void quantizeAsked(QDialog* dialog); // it is shown
    void quit();

private:
    QAction* make(const char* name, const QString& text, const QKeySequence& key,
                  const QString& tip);
    void makeOpenActions();
    void makeRunActions();
    void makeToolActions();
    void makeViewActions();
    void showCompress(const QString& file);
    void showRecent();
    void showState();
    void zoom(int steps); // 0: back to normal
    void about();

    Services& m_services;
    Session& m_session;
    RunController& m_runs;
    QWidget* m_window;
    QUndoGroup m_undo;
    QMenu *m_recent, *m_view = nullptr, *m_layouts = nullptr, *m_learn = nullptr;
    QActionGroup* m_themes;
    QAction *m_openFolder, *m_openFile, *m_demo, *m_quit;
    QAction *m_undoAction, *m_redoAction;
    QAction *m_analyze, *m_compare, *m_quantize, *m_evaluate, *m_export, *m_cancelAll;
    QAction *m_compress, *m_decompress, *m_compressibility, *m_loadStudy, *m_recipes;
    QAction *m_zoomIn, *m_zoomOut, *m_zoomReset, *m_reset, *m_settings, *m_guide, *m_about;
    int m_zoom = 0;
};

} // namespace bitsmith::ui
