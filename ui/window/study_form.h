// The wishes of a compressibility study on the open model: widths, granularities, recipes, a text
// with SmoothQuant's strengths, and which tensors. A quantized model is counted as it is.
#pragma once

#include "ui/session/codes_study.h"

#include <QWidget>

class QCheckBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace bitsmith::ui {

class ChoiceBoxes;
class PathField;
class Session;

// What is tried at first: everything on models up to a billion weights, fewer settings on larger
// ones, so that a first look comes within minutes.
StudyOptions studyDefaults(const Model& model);

class StudyForm final : public QWidget {
    Q_OBJECT
public:
    explicit StudyForm(Session& session, QWidget* parent = nullptr);
    CodesStudyRequest request() const; // model: the open one, may be null
    QString problem() const;           // why it cannot run; empty: it can
    void remember() const;             // the text, for the next study

Q_SIGNALS:
    void changed();

private:
    void build();
    void showModel();
    void showWork();
    QString settingsProblem() const;
    StudyOptions options() const;

    Session& m_session;
    std::shared_ptr<const Model> m_model; // whose defaults are filled in
    QLabel *m_title, *m_work;
    QFormLayout* m_form;
    QWidget *m_dense, *m_own; // fields of a dense model, of a quantized one
    ChoiceBoxes *m_bits, *m_granularities, *m_recipes;
    PathField* m_text;
    QSpinBox* m_samples;
    QLineEdit *m_smoothing, *m_tensors;
    QCheckBox* m_coders;
};

} // namespace bitsmith::ui
