#include "ui/widgets/job_footer.h"

#include "ui/bridge/text.h"
#include "ui/widgets/parts.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

namespace bitsmith::ui {

bool isUnfinished(const JobSnapshot& job) {
    return job.state == JobState::Queued || job.state == JobState::Running;
}

QString jobStateText(const JobSnapshot& job) {
    if (job.state == JobState::Queued) return JobFooter::tr("Waiting for the run before it.");
    QString text = engineText(job.progress.step);
    if (job.etaSeconds >= 0)
        text += JobFooter::tr(" · about %1 left").arg(secondsText(job.etaSeconds));
    return text;
}

JobFooter::JobFooter(JobCenter& jobs, const QString& name, const Texts& texts, QWidget* parent)
    : QWidget(parent), m_jobs(jobs), m_state(makeLabel(name + QStringLiteral("State"))),
      m_bar(new QProgressBar),
      m_cancel(makeButton(name + QStringLiteral("Cancel"), tr("&Cancel"), texts.cancelTip)),
      m_run(makeButton(name + QStringLiteral("Run"), texts.run, texts.runTip)) {
    m_bar->setObjectName(name + QStringLiteral("Progress"));
    m_bar->setToolTip(texts.progressTip);
    m_bar->setRange(0, 1000);
    m_run->setDefault(true);
    auto* close = makeButton(name + QStringLiteral("Close"), tr("Close"),
                             tr("What runs goes on, see Runs (Escape)"));
    auto* row = new QHBoxLayout;
    row->addWidget(m_state, 1);
    for (QPushButton* button : {m_cancel, m_run, close}) row->addWidget(button);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_bar);
    column->addLayout(row);
    connect(m_run, &QPushButton::clicked, this, &JobFooter::run);
    connect(m_cancel, &QPushButton::clicked, this, [this] { m_jobs.cancel(m_job); });
    connect(close, &QPushButton::clicked, this, &JobFooter::close);
    connect(&jobs, &JobCenter::changed, this, [this] {
        if (!m_job.value) return;
        show();
        Q_EMIT changed();
    });
    show();
}

const JobSnapshot* JobFooter::snapshot() const {
    return m_job.value ? m_jobs.find(m_job) : nullptr;
}

bool JobFooter::running() const {
    const JobSnapshot* job = snapshot();
    return job && isUnfinished(*job);
}

void JobFooter::follow(JobId id) {
    m_job = id;
    m_bar->setValue(0);
    show();
}

void JobFooter::setProblem(const QString& problem) {
    m_problem = problem;
    show();
}

void JobFooter::setNote(const QString& note) {
    m_note = note;
    show();
}

void JobFooter::show() {
    const JobSnapshot* job = snapshot();
    const bool busy = running();
    if (busy) m_bar->setValue(static_cast<int>(job->progress.fraction * 1000));
    m_bar->setVisible(busy);
    m_cancel->setVisible(busy);
    m_run->setEnabled(!busy && m_problem.isEmpty());
    m_state->setText(busy ? jobStateText(*job) : m_problem.isEmpty() ? m_note : m_problem);
}

} // namespace bitsmith::ui
