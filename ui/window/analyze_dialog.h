// What to measure of the open model's sensitivity, and the measurement as it runs. Not modal:
// values appear in the Inspector and in Layers as they come; a closed dialog leaves the job to
// Runs. Starting again goes on with what the database has.
#pragma once

#include "ui/session/run_controller.h"
#include "ui/window/analysis_cost.h"

#include <QDialog>

#include <optional>
#include <vector>

class QCheckBox;
class QComboBox;
class QLabel;
class QProgressBar;
class QPushButton;
class QSpinBox;

namespace bitsmith::ui {

class PathField;

class AnalyzeDialog final : public QDialog {
    Q_OBJECT
public:
    AnalyzeDialog(Services& services, Session& session, RunController& runs,
                  QWidget* parent = nullptr);
    JobId job() const { return m_job; }
    AnalyzeRequest request() const;
    bool estimating() const { return m_probe.busy(); }

Q_SIGNALS:
    void started(quint64 id);
    void compareRequested();

private:
    QWidget* buildForm();
    QWidget* buildButtons();
    void fillMetrics();
    void fillRecipes();
    void fillDefaults();
    void remember() const;
    void probe(); // how fast the model runs here
    void check();
    QString estimateText() const;
    void showEstimate();
    void run();
    void showJob();
    bool needsText() const;
    std::vector<int> widths() const;
    std::shared_ptr<const Recipe> recipe() const;

    Services& m_services;
    Session& m_session;
    RunController& m_runs;
    std::shared_ptr<const Model> m_model; // that the dialog is about
    JobId m_job;
    Request m_probe;
    std::optional<AnalysisCost> m_cost;
    QString m_costError;
    std::vector<std::shared_ptr<const Recipe>> m_recipes;
    QWidget* m_fields = nullptr;
    QComboBox *m_metric = nullptr, *m_recipe = nullptr;
    std::vector<QCheckBox*> m_widths;
    PathField* m_text = nullptr;
    QSpinBox *m_samples = nullptr, *m_context = nullptr, *m_tokens = nullptr;
    QLabel *m_summary = nullptr, *m_estimate = nullptr, *m_state = nullptr;
    QProgressBar* m_bar = nullptr;
    QPushButton *m_run = nullptr, *m_cancel = nullptr, *m_compare = nullptr;
};

} // namespace bitsmith::ui
