#include "ui/window/load_study_dialog.h"

#include "ui/bridge/text.h"
#include "ui/charts/roofline_chart.h"
#include "ui/widgets/path_field.h"
#include "ui/widgets/state_stack.h"

#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
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

QPushButton* makeButton(const char* name, const QString& text, const QString& tip) {
    auto* button = new QPushButton(text);
    button->setObjectName(QLatin1String(name));
    button->setToolTip(tip);
    button->setAutoDefault(false);
    return button;
}

} // namespace

LoadStudyDialog::LoadStudyDialog(Services& services, RunController& runs, const QString& file,
                                 QWidget* parent)
    : QDialog(parent), m_services(services), m_runs(runs), m_rates(rateColumns()),
      m_loads(loadColumns()) {
    setObjectName(QStringLiteral("loadStudyDialog"));
    setWindowTitle(tr("Load study"));
    auto* column = new QVBoxLayout(this);
    column->addWidget(buildForm());
    m_stack = new StateStack(buildContent());
    column->addWidget(m_stack, 1);
    m_bar = new QProgressBar;
    m_bar->setObjectName(QStringLiteral("loadStudyProgress"));
    m_bar->setToolTip(tr("Files are prepared, read, decoded and loaded"));
    m_bar->setRange(0, 1000);
    m_bar->hide();
    column->addWidget(m_bar);
    column->addWidget(buildButtons());
    resize(960, 640);
    m_stack->showEmpty(
        tr("Does compression make models load faster on this machine? The study reads a file cold "
           "and warm, decodes it with one core and with all, and loads it both ways. Everything is "
           "measured here, on the medium that the temporary files lie on."));
    m_file->setPath(file);
    connect(m_file, &PathField::changed, this, &LoadStudyDialog::check);
    connect(&services.jobs(), &JobCenter::changed, this, &LoadStudyDialog::showJob);
    connect(&runs, &RunController::reported, this, [this](quint64 id) {
        if (id == m_job.value) showJob();
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
    m_what = new QLabel;
    m_what->setObjectName(QStringLiteral("loadStudyWhat"));
    m_what->setWordWrap(true);
    m_verdict = new QLabel;
    m_verdict->setObjectName(QStringLiteral("loadStudyVerdict"));
    m_verdict->setWordWrap(true);
    m_verdict->setTextInteractionFlags(Qt::TextSelectableByMouse);
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

QWidget* LoadStudyDialog::buildButtons() {
    m_state = new QLabel;
    m_state->setObjectName(QStringLiteral("loadStudyState"));
    m_state->setWordWrap(true);
    m_run = makeButton("loadStudyRun", tr("&Measure"),
                       tr("Run the study; other runs wait, since they would disturb it"));
    m_run->setDefault(true);
    m_cancel =
        makeButton("loadStudyCancel", tr("&Cancel"), tr("Stop; temporary files are removed"));
    m_cancel->hide();
    auto* close = makeButton("loadStudyClose", tr("Close"), tr("What runs goes on, see Runs"));
    auto* buttons = new QWidget;
    auto* row = new QHBoxLayout(buttons);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_state, 1);
    for (QPushButton* button : {m_cancel, m_run, close}) row->addWidget(button);
    connect(m_run, &QPushButton::clicked, this, &LoadStudyDialog::run);
    connect(m_cancel, &QPushButton::clicked, this, [this] { m_services.jobs().cancel(m_job); });
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    return buttons;
}

void LoadStudyDialog::check() {
    const JobSnapshot* job = m_job.value ? m_services.jobs().find(m_job) : nullptr;
    const bool running = job && (job->state == JobState::Queued || job->state == JobState::Running);
    const QString path = m_file->path();
    const bool there = path.isEmpty() || QFileInfo::exists(path);
    m_size->setEnabled(path.isEmpty());
    m_fields->setEnabled(!running);
    m_run->setEnabled(!running && there);
    m_cancel->setVisible(running);
    m_bar->setVisible(running);
    if (!running) m_state->setText(there ? QString() : tr("There is no such file."));
}

void LoadStudyDialog::run() {
    if (!m_run->isEnabled()) return;
    LoadStudyOptions options;
    options.input = toPath(m_file->path());
    options.madeBytes = static_cast<std::uint64_t>(m_size->value()) << 20;
    options.repeats = m_repeats->value();
    m_bar->setValue(0);
    m_stack->showBusy(tr("Preparing files…"));
    m_job = m_runs.loadStudy(options);
    Q_EMIT started(m_job.value);
    showJob();
}

void LoadStudyDialog::showJob() {
    const JobSnapshot* job = m_job.value ? m_services.jobs().find(m_job) : nullptr;
    if (!job) return;
    check();
    const auto study = m_runs.loadStudied(m_job);
    switch (job->state) {
    case JobState::Queued:
        m_state->setText(tr("Waiting for the run before it."));
        break;
    case JobState::Running: {
        m_bar->setValue(static_cast<int>(job->progress.fraction * 1000));
        QString text = qs(job->progress.step);
        if (job->etaSeconds >= 0) text += tr(" · about %1 left").arg(secondsText(job->etaSeconds));
        m_state->setText(text);
        if (study) showStudy(*study, false);
        break;
    }
    case JobState::Failed:
        m_stack->showFailed(qs(job->error));
        break;
    case JobState::Cancelled:
        if (!study) m_stack->showEmpty(tr("Cancelled before anything was measured."));
        m_state->setText(tr("Cancelled; temporary files were removed."));
        break;
    case JobState::Done:
        if (study) showStudy(*study, true);
        break;
    }
}

void LoadStudyDialog::showStudy(const LoadStudy& study, bool finished) {
    m_what->setText(tr("%1: %2, compressed %3 (%4), on %5")
                        .arg(qs(study.what), bytesText(study.rawBytes), bytesText(study.codedBytes),
                             percentText(study.fraction()), qs(study.medium.text())));
    std::vector<QStringList> rates{
        {tr("reading, cold"), rateText(study.coldRead.bandwidth()), qs(study.coldRead.method)},
        {tr("reading, warm"), rateText(study.warmRead.bandwidth()), qs(study.warmRead.method)}};
    for (const DecodeRate& rate : study.decode)
        rates.push_back({rate.threads == 1 ? tr("decoding, 1 thread")
                                           : tr("decoding, %1 threads").arg(rate.threads),
                         rateText(rate.bytesPerSecond), qs(study.kernel)});
    m_rates.setRows(std::move(rates));
    m_loads.setRows({{tr("as it is"), timeText(study.raw.cold), timeText(study.expectedRaw()),
                      timeText(study.raw.warm)},
                     {tr("compressed"), timeText(study.coded.cold), timeText(study.expectedCoded()),
                      timeText(study.coded.warm)}});
    m_verdict->setText(finished ? qs(study.verdict()) : QString());
    m_chart->setStudy(study);
    m_chart->setVisible(!rooflineOf(study).empty());
    m_stack->showContent();
}

} // namespace bitsmith::ui
