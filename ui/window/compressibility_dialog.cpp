#include "ui/window/compressibility_dialog.h"

#include "ui/bridge/text.h"
#include "ui/widgets/job_footer.h"
#include "ui/widgets/parts.h"
#include "ui/widgets/state_stack.h"
#include "ui/window/codes_results.h"
#include "ui/window/study_form.h"
#include "ui/window/study_results.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>
#include <QScrollBar>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace bitsmith::ui {

CompressibilityDialog::CompressibilityDialog(Services& services, Session& session,
                                             RunController& runs, QWidget* parent)
    : QDialog(parent), m_session(session), m_runs(runs), m_form(new StudyForm(session)),
      m_footer(new JobFooter(
          services.jobs(), QStringLiteral("study"),
          {.run = tr("St&udy"),
           .runTip = tr("Quantize in all these ways and count the codes; nothing is written"),
           .cancelTip = tr("Stop; what was found so far stays"),
           .progressTip = tr("Tensors that were looked at")})) {
    m_stack = new StateStack(buildContent());
    setObjectName(QStringLiteral("compressibilityDialog"));
    setWindowTitle(tr("Compressibility study"));
    setWindowFlag(Qt::WindowMaximizeButtonHint);
    // Large letters need more height than small screens have.
    auto* scroll = new QScrollArea;
    scroll->setObjectName(QStringLiteral("studyScroll"));
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(m_form);
    scroll->setFixedWidth(m_form->sizeHint().width() +
                          scroll->verticalScrollBar()->sizeHint().width());
    auto* row = new QHBoxLayout;
    row->addWidget(scroll);
    row->addWidget(m_stack, 1);
    auto* column = new QVBoxLayout(this);
    column->addLayout(row, 1);
    column->addWidget(m_footer);
    resizeWithin(*this, inType(*this, {1240, 740}));
    connect(m_form, &StudyForm::changed, this, &CompressibilityDialog::check);
    connect(m_footer, &JobFooter::run, this, &CompressibilityDialog::run);
    connect(m_footer, &JobFooter::close, this, &QDialog::reject);
    connect(m_footer, &JobFooter::changed, this, &CompressibilityDialog::showJob);
    connect(&runs, &RunController::reported, this, [this](quint64 id) {
        if (id == job().value) showStudy();
    });
    connect(&session, &Session::stateChanged, this, [this] {
        if (!job().value) showEmpty();
    });
    m_footer->follow(runs.latestCodesStudy());
    showEmpty();
    showStudy();
    check();
}

QWidget* CompressibilityDialog::buildContent() {
    m_title = makeLabel(QStringLiteral("studyTitle"), true);
    m_results = new StudyResults;
    m_codes = new CodesResults;
    m_pages = new QStackedWidget;
    m_pages->addWidget(m_results);
    m_pages->addWidget(m_codes);
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_title);
    column->addWidget(m_pages, 1);
    return content;
}

JobId CompressibilityDialog::job() const { return m_footer->job(); }

void CompressibilityDialog::showEmpty() {
    if (m_session.state() != SessionState::Open)
        return m_stack->showEmpty(
            tr("How many bits are the codes of a quantized model worth? Open a model (Ctrl+O, or "
               "Ctrl+D for the demo): the study quantizes it in many ways and counts."));
    m_stack->showEmpty(
        hasCodes(*m_session.model())
            ? tr("This model is quantized. The study counts its codes: their entropy, what a "
                 "weight pays, what it needs, and what it takes entropy-coded.")
            : tr("Each setting quantizes every matrix once, in memory. The chart then shows bits "
                 "per weight after entropy coding against the error: a setting that compresses "
                 "well may only have wasted its levels."));
}

void CompressibilityDialog::check() {
    m_form->setEnabled(!m_footer->running());
    m_footer->setProblem(m_form->problem());
}

void CompressibilityDialog::run() {
    m_form->remember();
    m_footer->setNote({});
    m_footer->follow(m_runs.studyCodes(m_form->request()));
    Q_EMIT started(job().value);
    showJob();
}

void CompressibilityDialog::showJob() {
    check();
    showStudy();
}

void CompressibilityDialog::showStudy() {
    const CodesStudy* study = m_runs.codesStudied(job());
    if (!study) return;
    const JobSnapshot* job = m_footer->snapshot(); // null: cleared from Runs
    const bool running = m_footer->running();
    if (study->tensors() == 0) {
        if (running)
            m_stack->showBusy(job->state == JobState::Queued
                                  ? tr("Waiting for the run before it.")
                                  : tr("The first tensor is being quantized in all ways…"));
        else if (job && job->state == JobState::Failed)
            m_stack->showFailed(qs(job->error));
        else if (job && job->state == JobState::Cancelled)
            m_stack->showEmpty(tr("Cancelled before the first tensor was finished."));
        return;
    }
    if (job && job->state == JobState::Failed)
        m_footer->setNote(tr("Stopped: %1").arg(qs(job->error)));
    else if (job && job->state == JobState::Cancelled)
        m_footer->setNote(tr("Cancelled; what was found so far is shown."));
    m_title->setText(
        QStringLiteral("<b>%1</b>: %2").arg(study->model.toHtmlEscaped(), study->text()));
    m_pages->setCurrentIndex(study->quantized ? 1 : 0);
    if (study->quantized)
        m_codes->setStudy(*study);
    else
        m_results->setStudy(*study);
    m_stack->showContent();
}

} // namespace bitsmith::ui
