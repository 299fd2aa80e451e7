// A page that may need statistics of the model's inputs: its content or a note (StateStack), or in
// their place a form that asks for a text and calibrates with it. What was measured with that text
// before is found in the cache.
#pragma once

#include "ui/session/run_controller.h"

#include <QStackedWidget>

class QLabel;
class QPushButton;
class QSpinBox;

namespace bitsmith::ui {

class PathField;
class StateStack;

class CalibrationGate final : public QStackedWidget {
    Q_OBJECT
public:
    // name: prefix of the widgets' names.
    CalibrationGate(Services& services, Session& session, RunController& runs, QWidget* content,
                    const QString& name, QWidget* parent = nullptr);
    StateStack* stack() { return m_stack; }
    // Content or note, whatever the stack shows, until it asks again.
    void pass();
    // The form, with a sentence that says what it is for; before, what is in the cache. When there
    // are statistics the session says calibrationChanged.
    void ask(const QString& why);
    bool asks() const; // shows the form, and waits for nothing

private:
    void showForm();
    void showBusy(const QString& text);
    void find();
    void calibrate();
    void check();
    void onFinished(quint64 id);
    CalibrationOptions options() const;
    QString suggestedText() const;

    Services& m_services;
    Session& m_session;
    RunController& m_runs;
    Request m_search;
    std::shared_ptr<const Model> m_model; // the form is about
    QString m_searched;                   // text and options that were looked for already
    JobId m_job;
    bool m_wanted = false; // asked, and not passed since
    StateStack* m_stack;
    QWidget* m_form;
    QLabel *m_why, *m_problem;
    PathField* m_text;
    QSpinBox *m_samples, *m_context;
    QPushButton* m_run;
};

} // namespace bitsmith::ui
