// The fields of an export: which model, into which format, for which program, where to.
#pragma once

#include "ui/session/run_controller.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QGroupBox;
class QLabel;
class QLineEdit;

namespace bitsmith::ui {

class ParamsForm;
class PathField;

class ExportForm final : public QWidget {
    Q_OBJECT
public:
    // model: the path to begin with; empty: the session's last quantization, else its open model.
    ExportForm(Services& services, Session& session, const QString& model,
               QWidget* parent = nullptr);
    ExportRequest request() const;
    void remember() const; // the choices, for the next dialog
    // What is missing or wrong in the fields themselves; empty: nothing.
    QString problem() const;

Q_SIGNALS:
    void changed();

private:
    void fillModels(const QString& wanted);
    void showFormat();
    void suggestName();
    void showReplace();

    Services& m_services;
    Session& m_session;
    QComboBox *m_model, *m_format, *m_target;
    QLabel* m_summary;
    QGroupBox* m_group; // of the format's parameters
    ParamsForm* m_params;
    PathField* m_folder;
    QLineEdit* m_name;
    QCheckBox *m_replace, *m_verify;
    QString m_suggested; // the name as filled in; a user's own stays
};

} // namespace bitsmith::ui
