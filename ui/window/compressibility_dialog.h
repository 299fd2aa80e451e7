// The compressibility study in a window of its own: what codes of the open model would hold in many
// settings, or what those of a quantized model do. Runs as a job and shows figures as they come.
// Not modal; closed and opened again it shows the latest study.
#pragma once

#include "ui/session/run_controller.h"

#include <QDialog>

class QLabel;
class QStackedWidget;

namespace bitsmith::ui {

class CodesResults;
class JobFooter;
class StateStack;
class StudyForm;
class StudyResults;

class CompressibilityDialog final : public QDialog {
    Q_OBJECT
public:
    CompressibilityDialog(Services& services, Session& session, RunController& runs,
                          QWidget* parent = nullptr);
    JobId job() const;
    StudyResults* results() { return m_results; }
    CodesResults* codes() { return m_codes; }

Q_SIGNALS:
    void started(quint64 id);

private:
    QWidget* buildContent();
    void check();
    void run();
    void showJob();
    void showStudy(); // as far as it is known
    void showEmpty();

    Session& m_session;
    RunController& m_runs;
    StudyForm* m_form;
    StateStack* m_stack = nullptr;
    QLabel* m_title = nullptr;
    QStackedWidget* m_pages = nullptr; // of a dense model, of a quantized one
    StudyResults* m_results = nullptr;
    CodesResults* m_codes = nullptr;
    JobFooter* m_footer;
};

} // namespace bitsmith::ui
