// Asks what to evaluate, on which text, by which protocol. Not modal.
#pragma once

#include "ui/session/run_controller.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QDialogButtonBox;
class QLabel;

namespace bitsmith::ui {

class EvalForm;

class EvaluateDialog final : public QDialog {
    Q_OBJECT
public:
    EvaluateDialog(Services& services, Session& session, QWidget* parent = nullptr);
    EvaluateRequest request() const;

private:
    void check();
    Session& m_session;
    QComboBox* m_model;
    EvalForm* m_eval;
    QCheckBox* m_baseline;
    QLabel* m_problem;
    QDialogButtonBox* m_buttons;
};

} // namespace bitsmith::ui
