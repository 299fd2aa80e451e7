// Export: choose on the left, see on the right what will be written and what stands against it,
// then watch it being written and read back. Not modal: the window stays usable, and a closed
// dialog leaves the job to Runs.
#pragma once

#include "ui/models/export_model.h"
#include "ui/models/problems_model.h"
#include "ui/session/run_controller.h"

#include <QDialog>

class QLabel;
class QProgressBar;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace bitsmith::ui {

class ExportForm;
class StateStack;

class ExportDialog final : public QDialog {
    Q_OBJECT
public:
    ExportDialog(Services& services, Session& session, RunController& runs, const QString& model,
                 QWidget* parent = nullptr);
    bool checking() const { return m_check.busy(); } // the preview is being made
    JobId job() const { return m_job; }

Q_SIGNALS:
    void started(quint64 id);

private:
    struct Checked {
        std::shared_ptr<const Model> model;
        ExportCheck check;
    };
    QWidget* buildChoice();
    QWidget* buildResult();
    void preview();
    void showPreview(const Checked& checked);
    void run();
    void showJob();
    void showEnd(const JobSnapshot& job);
    void showFolder() const;

    Services& m_services;
    RunController& m_runs;
    ExportForm* m_form;
    QStackedWidget* m_pages;
    ExportModel m_rows;
    ProblemsModel m_problems;
    QTableView *m_rowTable, *m_problemTable;
    StateStack* m_previewStack;
    QLabel *m_total, *m_notes, *m_problem;
    QPushButton *m_export, *m_close;
    QLabel *m_title, *m_text;
    QProgressBar* m_bar;
    QPushButton *m_cancel, *m_show, *m_again;
    Request m_check;
    QString m_openPath;                  // of m_open
    std::shared_ptr<const Model> m_open; // kept between previews
    bool m_ready = false;                // the preview is there and nothing blocks
    JobId m_job;
};

} // namespace bitsmith::ui
