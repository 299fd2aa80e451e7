#include "ui/panels/runs_panel.h"

#include "ui/bridge/text.h"
#include "ui/charts/error_chart.h"
#include "ui/delegates/cell_delegates.h"
#include "ui/session/study_text.h"
#include "ui/widgets/roomy_column.h"
#include "ui/widgets/state_stack.h"

#include <QAction>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

namespace bitsmith::ui {
namespace {

constexpr int LeastTitle = 24; // characters of a run's name

QPushButton* makeButton(const QString& name, const QString& text, const QString& tip) {
    auto* button = new QPushButton(text);
    button->setObjectName(name);
    button->setToolTip(tip);
    button->setEnabled(false);
    return button;
}

QString evaluationLine(const EvalResult& result) {
    QString text = RunsPanel::tr("Perplexity %1 ± %2 over %3 tokens")
                       .arg(numberText(result.perplexity), numberText(result.perplexityError),
                            countText(result.tokens));
    if (result.hasBaseline)
        text += RunsPanel::tr("\nOriginal: %1 · mean KL %2 nats, 99.9 % %3 · same top token %4")
                    .arg(numberText(result.baselinePerplexity), numberText(result.klMean),
                         numberText(result.klP999), percentText(result.sameTop));
    return text;
}

} // namespace

RunsPanel::RunsPanel(Services& services, RunController& runs, QWidget* parent)
    : QWidget(parent), m_services(services), m_runs(runs), m_table(new QTableView),
      m_cancel(makeButton(QStringLiteral("runsCancel"), tr("&Cancel"),
                          tr("Stop the chosen run. Finished tensors are kept (Delete key)"))),
      m_resume(makeButton(QStringLiteral("runsResume"), tr("Re&sume"),
                          tr("Go on with a cancelled or failed quantization from its journal"))),
      m_export(makeButton(QStringLiteral("runsExport"), tr("E&xport…"),
                          tr("Write what this run made for another program"))),
      m_clear(makeButton(QStringLiteral("runsClear"), tr("C&lear finished"),
                         tr("Remove finished runs from this list; experiments stay"))),
      m_text(new QLabel), m_chart(new ErrorChart) {
    setObjectName(QStringLiteral("runsPanel"));
    buildTable();
    m_text->setObjectName(QStringLiteral("runsText"));
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);

    auto* buttons = new QHBoxLayout;
    for (auto* button : {m_cancel, m_resume, m_export, m_clear}) buttons->addWidget(button);
    buttons->addStretch();
    auto* left = new QWidget;
    auto* leftColumn = new QVBoxLayout(left);
    leftColumn->setContentsMargins(0, 0, 0, 0);
    leftColumn->addWidget(m_table, 1);
    leftColumn->addLayout(buttons);
    m_chartStack = new StateStack(m_chart);
    auto* right = new QWidget;
    auto* rightColumn = new QVBoxLayout(right);
    rightColumn->setContentsMargins(0, 0, 0, 0);
    rightColumn->addWidget(m_text);
    rightColumn->addWidget(m_chartStack, 1);
    auto* split = new QSplitter(Qt::Horizontal);
    split->addWidget(left);
    split->addWidget(right);
    split->setChildrenCollapsible(false);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    m_stack = new StateStack(split, this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 4, 4, 4);
    layout->addWidget(m_stack);

    connect(&services.jobs(), &JobCenter::changed, this, &RunsPanel::refresh);
    connect(&runs, &RunController::reported, this, [this](quint64 id) {
        if (chosen().value == id) showChosen();
    });
    connect(m_cancel, &QPushButton::clicked, this, [this] { m_services.jobs().cancel(chosen()); });
    connect(m_resume, &QPushButton::clicked, this, [this] { m_runs.resume(chosen()); });
    connect(m_export, &QPushButton::clicked, this,
            [this] { Q_EMIT exportRequested(m_runs.output(chosen())); });
    connect(m_clear, &QPushButton::clicked, this, [this] {
        const auto jobs = m_services.jobs().jobs();
        for (const auto& job : jobs) m_services.jobs().forget(job.id); // running ones stay
    });
    refresh();
}

void RunsPanel::buildTable() {
    m_table->setObjectName(QStringLiteral("runsTable"));
    m_table->setModel(&m_model);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setItemDelegateForColumn(JobsModel::ProgressColumn,
                                      new ProgressDelegate(JobsModel::FractionRole, m_table));
    m_table->setToolTip(tr("Choose a run to see its errors; Delete cancels it"));
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->verticalHeader()->hide();
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    fitColumns();
    new RoomyColumn(m_table, m_table->horizontalHeader(), JobsModel::Title, LeastTitle);
    auto* cancel = new QAction(tr("Cancel run"), m_table);
    cancel->setShortcut(QKeySequence::Delete);
    cancel->setShortcutContext(Qt::WidgetShortcut);
    m_table->addAction(cancel);
    connect(cancel, &QAction::triggered, this, [this] { m_services.jobs().cancel(chosen()); });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this] { showChosen(); });
}

void RunsPanel::fitColumns() {
    const int em = m_table->fontMetrics().horizontalAdvance(QLatin1Char('n'));
    m_table->verticalHeader()->setDefaultSectionSize(m_table->fontMetrics().height() + 8);
    m_table->setColumnWidth(JobsModel::State, 9 * em);
    m_table->setColumnWidth(JobsModel::ProgressColumn, 10 * em);
    m_table->setColumnWidth(JobsModel::Step, 18 * em);
    m_table->setColumnWidth(JobsModel::Time, 8 * em);
    m_table->setColumnWidth(JobsModel::Remaining, 9 * em);
}

void RunsPanel::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    // Later: the table's own font follows this one.
    if (event->type() == QEvent::FontChange)
        QMetaObject::invokeMethod(this, &RunsPanel::fitColumns, Qt::QueuedConnection);
}

JobId RunsPanel::chosen() const {
    const JobSnapshot* job = m_model.at(m_table->currentIndex().row());
    return job ? job->id : JobId{};
}

void RunsPanel::choose(JobId id) {
    refresh();
    if (const int row = m_model.rowOf(id); row >= 0) m_table->selectRow(row);
}

void RunsPanel::refresh() {
    const int before = m_model.rowCount();
    m_model.update(m_services.jobs().jobs());
    if (m_model.rowCount() == 0) {
        m_stack->showEmpty(
            tr("Nothing has run yet. Open a model, choose bits in Layers, then press "
               "Quantize. Progress and errors appear here layer by layer."));
        return;
    }
    m_stack->showContent();
    if (m_model.rowCount() > before || !m_table->currentIndex().isValid()) m_table->selectRow(0);
    const JobSnapshot* job = m_services.jobs().find(chosen());
    const bool open = job && (job->state == JobState::Queued || job->state == JobState::Running);
    m_cancel->setEnabled(open);
    m_resume->setEnabled(job && m_runs.canResume(job->id));
    m_export->setEnabled(job && job->kind == "quantize" && job->state == JobState::Done);
    bool anyFinished = false;
    for (const auto& one : m_services.jobs().jobs())
        anyFinished |= one.state != JobState::Queued && one.state != JobState::Running;
    m_clear->setEnabled(anyFinished);
}

void RunsPanel::showChosen() {
    const JobSnapshot* job = m_services.jobs().find(chosen());
    if (!job) return;
    m_resume->setEnabled(m_runs.canResume(job->id));
    m_export->setEnabled(job->kind == "quantize" && job->state == JobState::Done);
    if (job->kind == "export") {
        m_text->clear();
        if (const auto result = m_runs.exported(job->id))
            m_chartStack->showEmpty(tr("%1 written to %2\n%3 tensors read back and compared")
                                        .arg(bytesText(result->bytes), m_runs.output(job->id))
                                        .arg(result->verified));
        else if (job->state == JobState::Failed)
            m_chartStack->showFailed(qs(job->error));
        else if (job->state == JobState::Cancelled)
            m_chartStack->showEmpty(tr("Cancelled; nothing was written."));
        else
            m_chartStack->showBusy(tr("Writing, then reading back."));
        return;
    }
    if (job->kind == "compress") {
        m_text->clear();
        if (const auto result = m_runs.compressed(job->id))
            m_chartStack->showEmpty(tr("%1 original, %2 compressed\n%3")
                                        .arg(bytesText(result->bytesIn),
                                             bytesText(result->bytesOut), m_runs.output(job->id)));
        else if (job->state == JobState::Failed)
            m_chartStack->showFailed(qs(job->error));
        else if (job->state == JobState::Cancelled)
            m_chartStack->showEmpty(tr("Cancelled; nothing was written."));
        else
            m_chartStack->showBusy(tr("Writing, then reading back."));
        return;
    }
    if (job->kind == "calibrate") {
        m_text->clear();
        if (job->state == JobState::Failed)
            m_chartStack->showFailed(qs(job->error));
        else if (job->state == JobState::Cancelled)
            m_chartStack->showEmpty(tr("Cancelled. Blocks that were finished are kept."));
        else if (job->state == JobState::Done)
            m_chartStack->showEmpty(tr("See Salience and Spectrum in the Inspector."));
        else
            m_chartStack->showBusy(tr("Running the text through the model, block by block."));
        return;
    }
    if (job->kind == "load_study") {
        const auto study = m_runs.loadStudied(job->id);
        m_text->clear();
        if (job->state == JobState::Failed)
            m_chartStack->showFailed(qs(job->error));
        else if (study && job->state == JobState::Done)
            m_chartStack->showEmpty(loadVerdict(*study));
        else if (job->state == JobState::Cancelled)
            m_chartStack->showEmpty(tr("Cancelled; temporary files were removed."));
        else
            m_chartStack->showBusy(tr("Reading, decoding and loading, cold and warm."));
        return;
    }
    if (job->kind == "compressibility") {
        const CodesStudy* study = m_runs.codesStudied(job->id);
        m_text->clear();
        if (job->state == JobState::Failed)
            m_chartStack->showFailed(qs(job->error));
        else if (study && study->tensors() > 0)
            m_chartStack->showEmpty(
                tr("%1\nTools, Compressibility study shows the figures.").arg(study->text()));
        else if (job->state == JobState::Cancelled)
            m_chartStack->showEmpty(tr("Cancelled before the first tensor was finished."));
        else
            m_chartStack->showBusy(tr("Figures come tensor by tensor."));
        return;
    }
    if (job->kind == "analyze") {
        m_text->clear();
        if (job->state == JobState::Failed)
            m_chartStack->showFailed(qs(job->error));
        else if (job->state == JobState::Cancelled)
            m_chartStack->showEmpty(
                tr("Cancelled. What was measured is kept; Resume goes on from there."));
        else if (job->state == JobState::Done)
            m_chartStack->showEmpty(tr("See Sensitivity and Budget in the Inspector."));
        else
            m_chartStack->showBusy(tr("Values appear in the Inspector, on the page Sensitivity."));
        return;
    }
    if (job->kind == "evaluate") {
        const auto result = m_runs.evaluation(job->id);
        m_text->clear();
        if (result)
            m_chartStack->showEmpty(evaluationLine(*result));
        else if (job->state == JobState::Failed)
            m_chartStack->showFailed(qs(job->error));
        else
            m_chartStack->showBusy(tr("The perplexity appears here as it is measured."));
        return;
    }
    const auto& reports = m_runs.reports(job->id);
    if (reports.empty()) {
        m_text->clear();
        if (job->state == JobState::Failed)
            m_chartStack->showFailed(qs(job->error));
        else if (job->state == JobState::Cancelled)
            m_chartStack->showEmpty(tr("Cancelled before the first tensor was finished."));
        else
            m_chartStack->showBusy(tr("Errors appear here as tensors are finished."));
        return;
    }
    m_chart->setReports(reports, m_runs.expectedReports(job->id));
    m_text->setText(tr("%1 of %2 tensors · latest: %3, %4 bits, weight error %5")
                        .arg(reports.size())
                        .arg(m_runs.expectedReports(job->id))
                        .arg(qs(reports.back().name))
                        .arg(reports.back().bits)
                        .arg(percentText(reports.back().weightError)));
    m_chartStack->showContent();
}

} // namespace bitsmith::ui
