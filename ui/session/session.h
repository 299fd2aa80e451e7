// What a window works on: the open model, its plan, the active tensor, what the last run said of
// each tensor. Opening happens off the GUI thread.
#pragma once

#include "core/model/model.h"
#include "core/quant/layer_task.h"
#include "ui/bridge/services.h"
#include "ui/session/budget_control.h"
#include "ui/session/plan_document.h"
#include "ui/session/recent_models.h"
#include "ui/session/sensitivities.h"
#include "ui/session/target_check.h"

#include <QObject>

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace bitsmith::ui {

// Statistics of the open model's inputs, in the cache.
struct Calibration {
    QString text;    // the file that they were measured on
    std::string key; // StatsCache's
};

enum class SessionState { Empty, Opening, Open, Failed };

class Session final : public QObject {
    Q_OBJECT
public:
    explicit Session(Services& services, QObject* parent = nullptr);

    SessionState state() const { return m_state; }
    const QString& path() const { return m_path; } // of what is open or being opened
    const QString& error() const { return m_error; }
    const std::shared_ptr<const Model>& model() const { return m_model; }
    bool isDemo() const;
    PlanDocument& document() { return m_document; }
    RecentModels& recent() { return m_recent; }
    TargetCheck& target() { return m_target; } // what the plan is meant for
    const TargetCheck& target() const { return m_target; }
    Sensitivities& sensitivities() { return m_sensitivities; }
    BudgetControl& budget() { return m_budget; }

    void open(const QString& path);
    void openDemo();
    // Opens the experiment's model if another is open, then puts its plan into the document (one
    // undoable step if the model stays). By value: lists of experiments follow what is open.
    void openPlan(Experiment experiment);
    // Where the run of the plan opened last was interrupted; empty if it ended, or left no journal.
    const QString& unfinishedOutput() const { return m_unfinishedOutput; }

    // Changes rows of the plan as one undoable step; refusals go to the message bar.
    void edit(std::span<const std::size_t> rows, const PlanEdit& edit, const QString& text);

    // Active is not selected: panels follow the active tensor.
    const std::string& activeTensor() const { return m_active; }
    void usePreset(std::string_view id); // see core/plan/presets.h; one undoable step
    // "*:rate=3.25", as `--set` of the command line takes it; one undoable step. False: refused,
    // and the message bar says why.
    bool useSetting(const QString& setting);
    void activate(const std::string& tensor);

    // What the latest run on this model said; nullptr: nothing yet.
    const LayerReport* report(const std::string& tensor) const;
    void addReport(const LayerReport& report);
    void clearReports();

    // Where the last quantization of this model lies (a container); empty: none in this window.
    const QString& lastOutput() const { return m_lastOutput; }
    void setLastOutput(const QString& path);

    // What was measured on this model, in this window; nullptr: nothing yet.
    const Calibration* calibration() const { return m_calibration ? &*m_calibration : nullptr; }
    void setCalibration(Calibration calibration);

Q_SIGNALS:
    void stateChanged();
    void activeChanged();
    void reportsChanged();
    void lastOutputChanged();
    void calibrationChanged();

private:
    struct Opened {
        std::shared_ptr<const Model> model;
        std::shared_ptr<const Plan> plan;
        std::string planProblem; // why a saved plan could not be used
    };
    void startOpening(const QString& path, std::string planJson);
    void opened(Result<Opened> result);
    void setState(SessionState state);

    Services& m_services;
    SessionState m_state = SessionState::Empty;
    QString m_unfinishedOutput;
    QString m_path, m_error, m_lastOutput;
    std::shared_ptr<const Model> m_model;
    std::string m_active;
    std::optional<Calibration> m_calibration;
    std::map<std::string, LayerReport, std::less<>> m_reports;
    PlanDocument m_document;
    TargetCheck m_target{m_document};
    Sensitivities m_sensitivities{m_services, m_document};
    BudgetControl m_budget{m_services, m_document, m_target, m_sensitivities};
    RecentModels m_recent;
    Request m_opening;
};

} // namespace bitsmith::ui
