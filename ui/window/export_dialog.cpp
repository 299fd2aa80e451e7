#include "ui/window/export_dialog.h"

#include "ui/bridge/engine_message.h"
#include "ui/bridge/text.h"
#include "ui/widgets/job_footer.h"
#include "ui/widgets/parts.h"
#include "ui/widgets/problem_table.h"
#include "ui/widgets/state_stack.h"
#include "ui/widgets/title_label.h"
#include "ui/window/export_form.h"

#include <QDesktopServices>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>
#include <QUrl>
#include <QVBoxLayout>

#include <algorithm>

namespace bitsmith::ui {
namespace {

constexpr int LeastWidth = 24, NotedWidth = 37, NameWidth = 54; // characters of a tensor's name
constexpr std::size_t MostFitted = 500; // rows; measuring the text of thousands would be felt

QTableView* makeTable(const char* name, QAbstractItemModel& model, const QString& tip) {
    auto* table = new QTableView;
    table->setObjectName(QLatin1String(name));
    table->setToolTip(tip);
    table->setModel(&model);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setAlternatingRowColors(true);
    table->setShowGrid(false);
    table->setWordWrap(false);
    table->setTabKeyNavigation(false);
    table->horizontalHeader()->setHighlightSections(false);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() + 8);
    return table;
}

// Rules of the target and of the format in one list.
std::vector<TargetProblem> allProblems(const ExportCheck& check) {
    std::vector<TargetProblem> out = check.problems;
    for (TargetProblem& problem : out) problem.fix.clear(); // a finished model is not edited
    for (const ExportProblem& problem : check.preview.problems)
        out.push_back({.tensor = problem.tensor,
                       .message = problem.message,
                       .remedy = problem.remedy,
                       .fix = {},
                       .blocks = true});
    return out;
}

QString lines(const std::vector<std::string>& notes) {
    QStringList out;
    for (const std::string& note : notes) out << QStringLiteral("• ") + engineMessage(note);
    return out.join(QLatin1Char('\n'));
}

} // namespace

ExportDialog::ExportDialog(Services& services, Session& session, RunController& runs,
                           const QString& model, QWidget* parent)
    : QDialog(parent), m_services(services), m_runs(runs),
      m_form(new ExportForm(services, session, model)), m_pages(new QStackedWidget),
      m_check(services.quick()) {
    setObjectName(QStringLiteral("exportDialog"));
    setWindowTitle(tr("Export"));
    m_pages->addWidget(buildChoice());
    m_pages->addWidget(buildResult());
    auto* column = new QVBoxLayout(this);
    column->addWidget(m_pages);
    resizeWithin(*this, inType(*this, {1160, 620}));
    connect(m_form, &ExportForm::changed, this, &ExportDialog::preview);
    connect(&services.jobs(), &JobCenter::changed, this, &ExportDialog::showJob);
    connect(&runs, &RunController::reported, this, [this](quint64 id) {
        if (id == m_job.value) showJob();
    });
    preview();
}

QWidget* ExportDialog::buildChoice() {
    m_rowTable = makeTable("exportRows", m_rows, tr("What each tensor becomes, before writing"));
    m_rowTable->horizontalHeader()->setStretchLastSection(true);
    m_problemTable = makeProblemTable(m_problems, QStringLiteral("exportProblems"),
                                      tr("What stands against this export"));
    m_total = makeLabel(QStringLiteral("exportTotal"));
    m_notes = makeLabel(QStringLiteral("exportNotes"));
    m_problem = makeLabel(QStringLiteral("exportProblem"));
    m_export = makeButton(QStringLiteral("exportRun"), tr("&Export"),
                          tr("Write the files; the window stays usable"));
    m_export->setDefault(true);
    m_close = makeButton(QStringLiteral("exportClose"), tr("Close"), tr("Write nothing (Escape)"));

    auto* content = new QWidget;
    auto* right = new QVBoxLayout(content);
    right->setContentsMargins(0, 0, 0, 0);
    right->addWidget(m_total);
    right->addWidget(m_rowTable, 3);
    right->addWidget(m_problemTable, 2);
    right->addWidget(m_notes);
    m_previewStack = new StateStack(content);
    m_form->setMaximumWidth(std::max(400, 60 * fontMetrics().averageCharWidth()));
    auto* row = new QHBoxLayout;
    row->addWidget(m_form, 2);
    row->addWidget(m_previewStack, 3);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_problem, 1);
    buttons->addWidget(m_export);
    buttons->addWidget(m_close);
    auto* page = new QWidget;
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(row, 1);
    column->addLayout(buttons);
    connect(m_export, &QPushButton::clicked, this, &ExportDialog::run);
    connect(m_close, &QPushButton::clicked, this, &QDialog::reject);
    return page;
}

QWidget* ExportDialog::buildResult() {
    m_title = new TitleLabel(1.3);
    m_title->setObjectName(QStringLiteral("exportTitle"));
    m_text = makeLabel(QStringLiteral("exportText"), true);
    m_bar = new QProgressBar;
    m_bar->setObjectName(QStringLiteral("exportProgress"));
    m_bar->setToolTip(tr("Written and read back"));
    m_bar->setRange(0, 1000);
    m_cancel = makeButton(QStringLiteral("exportCancel"), tr("&Cancel"),
                          tr("Stop; nothing is left behind"));
    m_show = makeButton(QStringLiteral("exportShowFolder"), tr("&Show folder"),
                        tr("Open the folder of the result"));
    m_again = makeButton(QStringLiteral("exportAgain"), tr("&Back"), tr("Choose again"));
    auto* close = makeButton(QStringLiteral("exportDone"), tr("Close"),
                             tr("A running export goes on, see Runs"));
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_again);
    buttons->addStretch();
    for (QPushButton* button : {m_show, m_cancel, close}) buttons->addWidget(button);
    auto* page = new QWidget;
    auto* column = new QVBoxLayout(page);
    column->addWidget(m_title);
    column->addWidget(m_bar);
    column->addWidget(m_text, 1, Qt::AlignTop);
    column->addLayout(buttons);
    connect(m_cancel, &QPushButton::clicked, this, [this] { m_services.jobs().cancel(m_job); });
    connect(m_show, &QPushButton::clicked, this, &ExportDialog::showFolder);
    connect(m_again, &QPushButton::clicked, this, [this] {
        m_job = {};
        m_pages->setCurrentIndex(0);
        preview(); // the result is at the place now
    });
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    return page;
}

void ExportDialog::preview() {
    m_ready = false;
    m_export->setEnabled(false);
    const ExportRequest request = m_form->request();
    if (request.model.isEmpty() || request.options.format.empty()) {
        m_check.cancel();
        m_previewStack->showEmpty(m_form->problem());
        m_problem->clear();
        return;
    }
    if (request.model != m_openPath) m_open = request.opened;
    m_openPath = request.model;
    if (!m_previewStack->showsContent() || !m_open)
        m_previewStack->showBusy(tr("Reading headers…"));
    m_check.start<Checked>(
        [request, open = m_open](RunContext&) -> Result<Checked> {
            Checked checked{.model = open, .check = {}};
            if (!checked.model) {
                BITSMITH_TRY(checked.model, openModel(toPath(request.model)));
            }
            BITSMITH_TRY(checked.check, checkExport(*checked.model, request.options));
            return checked;
        },
        [this](Result<Checked> result) {
            if (result) return showPreview(*result);
            m_previewStack->showFailed(qs(result.error().message));
            m_problem->clear();
        });
}

void ExportDialog::showPreview(const Checked& checked) {
    m_open = checked.model;
    const ExportPreview& preview = checked.check.preview;
    const auto problems = allProblems(checked.check);
    m_rows.setRows(preview.rows);
    m_problems.setProblems(problems);
    m_rowTable->resizeColumnsToContents();
    // Room for notes where there are any.
    const bool noted =
        std::ranges::any_of(preview.rows, [](const ExportRow& row) { return !row.note.empty(); });
    m_rowTable->setColumnWidth(
        ExportModel::Tensor,
        std::min(
            {(noted ? NotedWidth : NameWidth) * fontMetrics().averageCharWidth(),
             std::max(LeastWidth * fontMetrics().averageCharWidth(),
                      m_rowTable->viewport()->width() * 3 / 5), // or its format is out of sight
             m_rowTable->columnWidth(ExportModel::Tensor)}));
    m_rowTable->setWordWrap(noted);
    if (noted && preview.rows.size() <= MostFitted) m_rowTable->resizeRowsToContents();
    m_problemTable->setVisible(!problems.empty());
    m_notes->setText(lines(preview.notes));
    m_notes->setVisible(!preview.notes.empty());
    m_total->setText(preview.problems.empty()
                         ? tr("<b>%1</b> in all, %2 tensors; the source has %3")
                               .arg(preview.exact ? bytesText(preview.bytes)
                                                  : tr("at most %1").arg(bytesText(preview.bytes)))
                               .arg(preview.rows.size())
                               .arg(bytesText(checked.model->bytes()))
                         : tr("<b>Cannot be written so.</b> The format refuses %1 tensors of the "
                              "source, which has %2")
                               .arg(preview.problems.size())
                               .arg(bytesText(checked.model->bytes())));
    m_previewStack->showContent();
    const auto blocking =
        std::ranges::count_if(problems, [](const TargetProblem& p) { return p.blocks; });
    QString problem = m_form->problem();
    if (problem.isEmpty() && blocking > 0)
        problem = blocking == 1 ? tr("A problem stands against this export.")
                                : tr("%1 problems stand against this export.").arg(blocking);
    m_problem->setText(problem);
    m_ready = problem.isEmpty();
    m_export->setEnabled(m_ready);
}

void ExportDialog::run() {
    if (!m_ready) return;
    ExportRequest request = m_form->request();
    request.opened = m_open;
    m_bar->setValue(0);
    m_title->setText(tr("Exporting…"));
    m_text->setText(pathText(request.options.output));
    m_pages->setCurrentIndex(1);
    m_job = m_runs.exportModel(request);
    Q_EMIT started(m_job.value);
    showJob();
}

void ExportDialog::showJob() {
    const JobSnapshot* job = m_job.value ? m_services.jobs().find(m_job) : nullptr;
    if (!job) return;
    const bool running = isUnfinished(*job);
    m_cancel->setVisible(running);
    m_bar->setVisible(running);
    m_again->setEnabled(!running);
    m_show->setVisible(job->state == JobState::Done);
    if (!running) return showEnd(*job);
    m_bar->setValue(static_cast<int>(job->progress.fraction * 1000));
    const QString text = jobStateText(*job);
    if (!text.isEmpty()) m_text->setText(text);
}

void ExportDialog::showEnd(const JobSnapshot& job) {
    if (job.state == JobState::Failed) {
        m_title->setText(tr("The export failed"));
        m_text->setText(qs(job.error));
    } else if (job.state == JobState::Cancelled) {
        m_title->setText(tr("Cancelled"));
        m_text->setText(tr("Nothing was written."));
    } else if (const auto result = m_runs.exported(m_job)) {
        m_title->setText(tr("Exported"));
        m_form->remember();
        QString text =
            tr("%1 in %2: %3")
                .arg(bytesText(result->bytes), secondsText(result->seconds), m_runs.output(m_job));
        text += QLatin1Char('\n');
        text += result->verified > 0
                    ? tr("Read back: %1 tensors are equal to the source.").arg(result->verified)
                    : tr("Not read back.");
        for (const ExportedFile& file : result->files)
            text += QStringLiteral("\n• %1, %2").arg(pathText(file.name), bytesText(file.bytes));
        if (!result->notes.empty()) text += QLatin1Char('\n') + lines(result->notes);
        m_text->setText(text);
    }
}

void ExportDialog::showFolder() const {
    const QFileInfo place(m_runs.output(m_job));
    QDesktopServices::openUrl(
        QUrl::fromLocalFile(place.isDir() ? place.filePath() : place.absolutePath()));
}

} // namespace bitsmith::ui
