// The bottom of a window that starts jobs: what stands against starting one, how far it is, and the
// buttons Cancel, Run and Close. A closed window leaves its job to the queue.
#pragma once

#include "ui/bridge/job_center.h"

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace bitsmith::ui {

// Of a job that waits or runs: "Waiting for the run before it.", "decoding · about 3 s left".
QString jobStateText(const JobSnapshot& job);
bool isUnfinished(const JobSnapshot& job);

class JobFooter final : public QWidget {
    Q_OBJECT
public:
    struct Texts {
        QString run, runTip, cancelTip, progressTip;
    };
    // name: begins the objectNames of the parts: State, Progress, Cancel, Run, Close.
    JobFooter(JobCenter& jobs, const QString& name, const Texts& texts, QWidget* parent = nullptr);

    void follow(JobId id);
    JobId job() const { return m_job; }
    const JobSnapshot* snapshot() const; // nullptr: none followed, or it was forgotten
    bool running() const;                // or waiting
    // Why nothing can be started; empty: Run is enabled.
    void setProblem(const QString& problem);
    void setNote(const QString& note); // shown while nothing runs and nothing stands against it

Q_SIGNALS:
    void run();
    void close();
    void changed(); // the job's snapshot is new

private:
    void show();

    JobCenter& m_jobs;
    JobId m_job;
    QString m_problem, m_note;
    QLabel* m_state;
    QProgressBar* m_bar;
    QPushButton *m_cancel, *m_run;
};

} // namespace bitsmith::ui
