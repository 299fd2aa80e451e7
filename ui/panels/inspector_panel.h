// Inspector: pages about the active tensor.
#pragma once

#include "ui/session/run_controller.h"

#include <QWidget>

class QLabel;
class QTabWidget;

namespace bitsmith::ui {

class BudgetPage;
class CodesPage;
class ErrorPage;
class PipelinePage;
class SaliencePage;
class SpectrumPage;
class SensitivityPage;
class WeightsPage;

class InspectorPanel final : public QWidget {
    Q_OBJECT
public:
    InspectorPanel(Services& services, Session& session, RunController& runs,
                   QWidget* parent = nullptr);
    WeightsPage* weights() { return m_weights; }
    ErrorPage* error() { return m_error; }
    CodesPage* codes() { return m_codes; }
    SaliencePage* salience() { return m_salience; }
    SpectrumPage* spectrum() { return m_spectrum; }
    SensitivityPage* sensitivity() { return m_sensitivity; }
    BudgetPage* budget() { return m_budget; }
    PipelinePage* pipeline() { return m_pipeline; }
    QTabWidget* tabs() { return m_tabs; }

private:
    void showTitle();
    Session& m_session;
    QLabel* m_title;
    QTabWidget* m_tabs;
    WeightsPage* m_weights;
    ErrorPage* m_error;
    CodesPage* m_codes;
    SaliencePage* m_salience;
    SpectrumPage* m_spectrum;
    SensitivityPage* m_sensitivity;
    BudgetPage* m_budget;
    PipelinePage* m_pipeline;
};

} // namespace bitsmith::ui
