// Asks where to write and what to calibrate with, before a quantization. Not modal: the plan can
// still be edited, the run takes the plan of the moment Run is pressed.
#pragma once

#include "ui/session/run_controller.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QDialogButtonBox;
class QFormLayout;
class QLabel;
class QSpinBox;

namespace bitsmith::ui {

class EvalForm;
class PathField;

class QuantizeDialog final : public QDialog {
    Q_OBJECT
public:
    QuantizeDialog(Session& session, QWidget* parent = nullptr);
    // What the fields say; the plan is the session's present one.
    QuantizeRequest request() const;

private:
    void fillDefaults();
    void check();
    bool usesText() const; // else an importance matrix
    void remember() const;

    Session& m_session;
    QLabel *m_summary, *m_problem;
    QComboBox* m_source;
    PathField *m_output, *m_text, *m_imatrix;
    QSpinBox *m_samples, *m_context, *m_seed;
    QCheckBox *m_resume, *m_evaluate;
    EvalForm* m_eval;
    QFormLayout* m_form;
    QDialogButtonBox* m_buttons;
};

} // namespace bitsmith::ui
