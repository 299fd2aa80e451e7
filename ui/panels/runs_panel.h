// Runs: the jobs with progress, estimate, cancel and resume, and the errors of the chosen run,
// layer by layer, as they come.
#pragma once

#include "ui/models/jobs_model.h"
#include "ui/session/run_controller.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QTableView;

namespace bitsmith::ui {

class ErrorChart;
class StateStack;

class RunsPanel final : public QWidget {
    Q_OBJECT
public:
    RunsPanel(Services& services, RunController& runs, QWidget* parent = nullptr);
    ErrorChart* chart() { return m_chart; }
    void choose(JobId id);

Q_SIGNALS:
    void exportRequested(const QString& model); // path of what the chosen run wrote

protected:
    void changeEvent(QEvent* event) override;

private:
    void buildTable();
    void fitColumns();
    void refresh();
    void showChosen();
    JobId chosen() const;

    Services& m_services;
    RunController& m_runs;
    JobsModel m_model;
    QTableView* m_table;
    QPushButton *m_cancel, *m_resume, *m_export, *m_clear;
    QLabel* m_text;
    ErrorChart* m_chart;
    StateStack *m_stack, *m_chartStack;
};

} // namespace bitsmith::ui
