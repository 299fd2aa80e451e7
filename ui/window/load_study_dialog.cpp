#include "ui/window/load_study_dialog.h"

#include "ui/bridge/text.h"
#include "ui/charts/roofline_chart.h"
#include "ui/session/study_text.h"
#include "ui/widgets/job_footer.h"
#include "ui/widgets/parts.h"
#include "ui/widgets/path_field.h"
#include "ui/widgets/state_stack.h"

#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

namespace bitsmith::ui {
namespace {

constexpr int FewestMegabytes = 8, MostMegabytes = 16384, UsualMegabytes = 256;

std::vector<FiguresColumn> rateColumns() {
    return {{LoadStudyDialog::tr("measured"), LoadStudyDialog::tr("What was timed"), false},
            {LoadStudyDialog::tr("rate"), LoadStudyDialog::tr("Decoding: of decoded bytes"), true},
            {LoadStudyDialog::tr("how"), LoadStudyDialog::tr("The way it was measured"), false}};
}

std::vector<FiguresColumn> loadColumns() {
    return {{LoadStudyDialog::tr("into memory"), LoadStudyDialog::tr("The whole file"), false},
            {LoadStudyDialog::tr("cold"),
             LoadStudyDialog::tr("From the medium, the fastest of the repeats"), true},
            {LoadStudyDialog::tr("expected"),
             LoadStudyDialog::tr("By the rates above: the slower of reading and decoding"), true},
            {LoadStudyDialog::tr("warm"), LoadStudyDialog::tr("From the page cache"), true}};
}

QString rateText(double bytesPerSecond) {
    return bytesPerSecond > 0 ? LoadStudyDialog::tr("%1/s").arg(
                                    bytesText(static_cast<std::uint64_t>(bytesPerSecond)))
                              : LoadStudyDialog::tr("–");
}

QString timeText(double seconds) {
    return seconds > 0 ? LoadStudyDialog::tr("%1 s").arg(seconds, 0, 'f', 3)
                       : LoadStudyDialog::tr("–");
}

} // namespace

LoadStudyDialog::LoadStudyDialog(Services& services, RunController& runs, const QString& file,
                                 QWidget* parent)
    : QDialog(parent), m_runs(runs), m_rates(rateColumns()), m_loads(loadColumns()) {
    setObjectName(QStringLiteral("loadStudyDialog"));
    setWindowTitle(tr("Load study"));
    auto* column = new QVBoxLayout(this);
    column->addWidget(buildForm());
    m_stack = new StateStack(buildContent());
    column->addWidget(m_stack, 1);
    m_footer =
        new JobFooter(services.jobs(), QStringLiteral("loadStudy"),
                      {.run = tr("&Measure"),
                       .runTip = tr("Run the study; other runs wait, since they would disturb it"),
                       .cancelTip = tr("Stop; temporary files are removed"),
                       .progressTip = tr("Files are prepared, read, decoded and loaded")});
    column->addWidget(m_footer);
    resizeWithin(*this, inType(*this, {960, 640}));
    m_stack->showEmpty(
        tr("Does compression make models load faster on this machine? The study reads a file cold "
           "and warm, decodes it with one core and with all, and loads it both ways. Everything is "
           "measured here, on the medium that the temporary files lie on."));
    m_file->setPath(file);
    connect(m_file, &PathField::changed, this, &LoadStudyDialog::check);
    connect(m_footer, &JobFooter::run, this, &LoadStudyDialog::run);
    connect(m_footer, &JobFooter::close, this, &QDialog::reject);
    connect(m_footer, &JobFooter::changed, this, &LoadStudyDialog::showJob);
    connect(&runs, &RunController::reported, this, [this](quint64 id) {
        if (id == job().value) showJob();
    });
    check();
}

QWidget* LoadStudyDialog::buildForm() {
    m_fields = new QWidget;
    m_file = new PathField(QStringLiteral("loadStudyFile"), PathField::Kind::ExistingFile,
                           tr("A safetensors or GGUF file, or one that Bitsmith compressed; empty: "
                              "bfloat16 weights are made for the study"));
    m_file->line()->setPlaceholderText(tr("weights made for the study"));
    m_size = new QSpinBox;
    m_size->setObjectName(QStringLiteral("loadStudySize"));
    m_size->setToolTip(tr("How large the weights are that are made; more than the drive's own "
                          "cache tells more"));
    m_size->setRange(FewestMegabytes, MostMegabytes);
    m_size->setSuffix(tr(" MB"));
    m_size->setValue(UsualMegabytes);
    m_repeats = new QSpinBox;
    m_repeats->setObjectName(QStringLiteral("loadStudyRepeats"));
    m_repeats->setToolTip(tr("How often each load is repeated; the fastest counts"));
    m_repeats->setRange(1, 20);
    m_repeats->setValue(3);
    auto* numbers = new QHBoxLayout;
    numbers->addWidget(m_size);
    numbers->addSpacing(12);
    auto* repeats = new QLabel(tr("&repeats"));
    repeats->setBuddy(m_repeats);
    numbers->addWidget(repeats);
    numbers->addWidget(m_repeats);
    numbers->addStretch();
    auto* form = new QFormLayout(m_fields);
    form->setContentsMargins(0, 0, 0, 0);
    form->addRow(tr("&File"), m_file);
    auto* size = new QLabel(tr("Si&ze"));
    size->setBuddy(m_size);
    form->addRow(size, numbers);
    return m_fields;
}

QWidget* LoadStudyDialog::buildContent() {
    m_what = makeLabel(QStringLiteral("loadStudyWhat"));
    m_verdict = makeLabel(QStringLiteral("loadStudyVerdict"), true);
    QFont bold = m_verdict->font();
    bold.setBold(true);
    m_verdict->setFont(bold);
    m_rateTable = makeFiguresTable(m_rates, QStringLiteral("loadStudyRates"),
                                   tr("What the medium delivers and the cores decode"), true);
    m_loadTable = makeFiguresTable(m_loads, QStringLiteral("loadStudyLoads"),
                                   tr("Loading as it is and compressed"), true);
    m_chart = new RooflineChart;
    auto* left = new QWidget;
    auto* column = new QVBoxLayout(left);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_what);
    column->addWidget(m_rateTable);
    column->addWidget(m_loadTable);
    column->addWidget(m_verdict);
    column->addStretch();
    auto* split = new QSplitter(Qt::Horizontal);
    split->addWidget(left);
    split->addWidget(m_chart);
    split->setChildrenCollapsible(false);
    split->setStretchFactor(0, 1);
    split->setStretchFactor(1, 1);
    return split;
}

JobId LoadStudyDialog::job() const { return m_footer->job(); }

void LoadStudyDialog::check() {
    const QString path = m_file->path();
    m_size->setEnabled(path.isEmpty());
    m_fields->setEnabled(!m_footer->running());
    m_footer->setProblem(path.isEmpty() || QFileInfo::exists(path) ? QString()
                                                                   : tr("There is no such file."));
}

void LoadStudyDialog::run() {
    LoadStudyOptions options;
    options.input = toPath(m_file->path());
    options.madeBytes = static_cast<std::uint64_t>(m_size->value()) << 20;
    options.repeats = m_repeats->value();
    m_stack->showBusy(tr("Preparing files…"));
    m_footer->setNote({});
    m_footer->follow(m_runs.loadStudy(options));
    Q_EMIT started(job().value);
    showJob();
}

void LoadStudyDialog::showJob() {
    const JobSnapshot* job = m_footer->snapshot();
    if (!job) return;
    check();
    const auto study = m_runs.loadStudied(job->id);
    switch (job->state) {
    case JobState::Queued:
        break;
    case JobState::Running:
        if (study) showStudy(*study, false);
        break;
    case JobState::Failed:
        m_stack->showFailed(qs(job->error));
        break;
    case JobState::Cancelled:
        if (!study) m_stack->showEmpty(tr("Cancelled before anything was measured."));
        m_footer->setNote(tr("Cancelled; temporary files were removed."));
        break;
    case JobState::Done:
        if (study) showStudy(*study, true);
        break;
    }
}

void LoadStudyDialog::showStudy(const LoadStudy& study, bool finished) {
    m_what->setText(tr("%1: %2, compressed %3 (%4), on %5")
                        .arg(engineText(study.what), bytesText(study.rawBytes),
                             bytesText(study.codedBytes), percentText(study.fraction()),
                             qs(study.medium.text())));
    std::vector<QStringList> rates{{tr("reading, cold"), rateText(study.coldRead.bandwidth()),
                                    engineText(study.coldRead.method)},
                                   {tr("reading, warm"), rateText(study.warmRead.bandwidth()),
                                    engineText(study.warmRead.method)}};
    for (const DecodeRate& rate : study.decode)
        rates.push_back({rate.threads == 1 ? tr("decoding, 1 thread")
                                           : tr("decoding, %1 threads").arg(rate.threads),
                         rateText(rate.bytesPerSecond), qs(study.kernel)});
    m_rates.setRows(std::move(rates));
    m_loads.setRows({{tr("as it is"), timeText(study.raw.cold), timeText(study.expectedRaw()),
                      timeText(study.raw.warm)},
                     {tr("compressed"), timeText(study.coded.cold), timeText(study.expectedCoded()),
                      timeText(study.coded.warm)}});
    m_verdict->setText(finished ? loadVerdict(study) : QString());
    m_chart->setStudy(study);
    m_chart->setVisible(!rooflineOf(study).empty());
    m_stack->showContent();
}

} // namespace bitsmith::ui
