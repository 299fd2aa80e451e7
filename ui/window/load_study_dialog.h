// Does compression make models load faster on this machine? Runs the study as a job, shows its
// figures as they are measured, with the roofline, and names the medium. Not modal; a closed dialog
// leaves the job to Runs.
#pragma once

#include "ui/models/figures_model.h"
#include "ui/session/run_controller.h"

#include <QDialog>

class QLabel;
class QSpinBox;
class QTableView;

namespace bitsmith::ui {

class JobFooter;
class PathField;
class RooflineChart;
class StateStack;

class LoadStudyDialog final : public QDialog {
    Q_OBJECT
public:
    // file: to begin with; empty: weights are made for the study.
    LoadStudyDialog(Services& services, RunController& runs, const QString& file,
                    QWidget* parent = nullptr);
    JobId job() const;

Q_SIGNALS:
    void started(quint64 id);

private:
    QWidget* buildForm();
    QWidget* buildContent();
    void check();
    void run();
    void showJob();
    void showStudy(const LoadStudy& study, bool finished);

    RunController& m_runs;
    FiguresModel m_rates, m_loads;
    QWidget* m_fields = nullptr;
    PathField* m_file = nullptr;
    QSpinBox *m_size = nullptr, *m_repeats = nullptr;
    StateStack* m_stack = nullptr;
    QLabel *m_what = nullptr, *m_verdict = nullptr;
    QTableView *m_rateTable = nullptr, *m_loadTable = nullptr;
    RooflineChart* m_chart = nullptr;
    JobFooter* m_footer = nullptr;
};

} // namespace bitsmith::ui
