#include "ui/window/compress_dialog.h"

#include "ui/bridge/text.h"
#include "ui/widgets/job_footer.h"
#include "ui/widgets/parts.h"
#include "ui/widgets/path_field.h"
#include "ui/widgets/state_stack.h"
#include "ui/widgets/title_label.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDesktopServices>
#include <QDir>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QTableView>
#include <QUrl>
#include <QVBoxLayout>

#include <algorithm>

namespace bitsmith::ui {
namespace {

std::vector<FiguresColumn> kindColumns() {
    return {{CompressDialog::tr("part of the file"),
             CompressDialog::tr("Tensors by type; of packed ones codes and scales apart"), false},
            {CompressDialog::tr("original"), CompressDialog::tr("Bytes in the original"), true},
            {CompressDialog::tr("compressed"), CompressDialog::tr("Bytes in the compressed file"),
             true},
            {CompressDialog::tr("of original"), CompressDialog::tr("Compressed size in per cent"),
             true}};
}

QString shareText(std::uint64_t part, std::uint64_t whole) {
    return whole ? percentText(static_cast<double>(part) / static_cast<double>(whole)) : QString();
}

QString speedText(std::uint64_t bytes, double seconds) {
    return seconds > 0 ? CompressDialog::tr("%1/s").arg(bytesText(
                             static_cast<std::uint64_t>(static_cast<double>(bytes) / seconds)))
                       : CompressDialog::tr("too fast to measure");
}

} // namespace

CompressDialog::CompressDialog(Services& services, RunController& runs, const QString& file,
                               QWidget* parent)
    : QDialog(parent), m_services(services), m_runs(runs), m_inspect(services.quick()),
      m_kinds(kindColumns()) {
    setObjectName(QStringLiteral("compressDialog"));
    setWindowTitle(tr("Compress or decompress a file"));
    auto* column = new QVBoxLayout(this);
    column->addWidget(buildForm());
    m_stack = new StateStack(buildContent());
    column->addWidget(m_stack, 1);
    m_bar = new QProgressBar;
    m_bar->setObjectName(QStringLiteral("compressProgress"));
    m_bar->setToolTip(tr("Written and read back"));
    m_bar->setRange(0, 1000);
    m_bar->hide();
    column->addWidget(m_bar);
    column->addWidget(buildButtons());
    resizeWithin(*this, inType(*this, {680, 520}));
    connect(m_file, &PathField::changed, this, &CompressDialog::inspect);
    connect(m_folder, &PathField::changed, this, &CompressDialog::edited);
    connect(m_name, &QLineEdit::textChanged, this, &CompressDialog::edited);
    connect(m_replace, &QCheckBox::toggled, this, &CompressDialog::edited);
    connect(m_coder, &QComboBox::currentIndexChanged, this, &CompressDialog::edited);
    connect(&services.jobs(), &JobCenter::changed, this, &CompressDialog::showJob);
    m_file->setPath(file);
    if (file.isEmpty()) inspect();
}

QWidget* CompressDialog::buildForm() {
    m_fields = new QWidget;
    m_file = new PathField(QStringLiteral("compressFile"), PathField::Kind::ExistingFile,
                           tr("A safetensors or GGUF file, or one that Bitsmith compressed"));
    m_folder = new PathField(QStringLiteral("compressFolder"), PathField::Kind::Folder,
                             tr("The folder in which the result is placed"));
    m_name = new QLineEdit;
    m_name->setObjectName(QStringLiteral("compressName"));
    m_name->setToolTip(tr("Name of the result"));
    m_replace = new QCheckBox(tr("&Replace the file that is there"));
    m_replace->setObjectName(QStringLiteral("compressReplace"));
    m_replace->setToolTip(tr("The file at this place is replaced when the new one is complete"));
    m_coder = new QComboBox;
    m_coder->setObjectName(QStringLiteral("compressCoder"));
    m_coder->setToolTip(tr("How the symbols are written; the original comes back with any"));
    m_coder->addItem(tr("the smallest, part by part"), static_cast<int>(StreamCoder::Auto));
    m_coder->addItem(tr("rANS"), static_cast<int>(StreamCoder::Rans));
    m_coder->addItem(tr("zstd, of the bytes as they are"), static_cast<int>(StreamCoder::Zstd));
    m_form = new QFormLayout(m_fields);
    m_form->setContentsMargins(0, 0, 0, 0);
    m_form->addRow(tr("&File"), m_file);
    m_form->addRow(tr("F&older"), m_folder);
    m_form->addRow(tr("&Name"), m_name);
    m_form->addRow(tr("Co&der"), m_coder);
    m_form->addRow(QString(), m_replace);
    return m_fields;
}

QWidget* CompressDialog::buildContent() {
    m_title = new TitleLabel(1.15);
    m_title->setObjectName(QStringLiteral("compressTitle"));
    m_text = makeLabel(QStringLiteral("compressText"), true);
    m_table = makeFiguresTable(m_kinds, QStringLiteral("compressKinds"),
                               tr("What the file holds, and what it becomes"));
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 6, 0, 0);
    column->addWidget(m_title);
    column->addWidget(m_text);
    column->addWidget(m_table, 1);
    return content;
}

QWidget* CompressDialog::buildButtons() {
    m_problem = makeLabel(QStringLiteral("compressProblem"));
    m_run = makeButton(QStringLiteral("compressRun"), tr("&Compress"),
                       tr("Write the file; the window stays usable"));
    m_run->setDefault(true);
    m_cancel = makeButton(QStringLiteral("compressCancel"), tr("&Cancel"),
                          tr("Stop; nothing is left behind"));
    m_show = makeButton(QStringLiteral("compressShowFolder"), tr("&Show folder"),
                        tr("Open the folder of the result"));
    m_close = makeButton(QStringLiteral("compressClose"), tr("Close"),
                         tr("What runs goes on, see Runs (Escape)"));
    auto* buttons = new QWidget;
    auto* row = new QHBoxLayout(buttons);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_problem, 1);
    for (QPushButton* button : {m_show, m_cancel, m_run, m_close}) row->addWidget(button);
    m_show->hide();
    m_cancel->hide();
    connect(m_run, &QPushButton::clicked, this, &CompressDialog::run);
    connect(m_cancel, &QPushButton::clicked, this, [this] { m_services.jobs().cancel(m_job); });
    connect(m_show, &QPushButton::clicked, this, [this] {
        QDesktopServices::openUrl(
            QUrl::fromLocalFile(QFileInfo(m_runs.output(m_job)).absolutePath()));
    });
    connect(m_close, &QPushButton::clicked, this, &QDialog::reject);
    return buttons;
}

void CompressDialog::inspect() {
    const QString path = m_file->path();
    m_input.reset();
    m_job = {};
    m_show->hide();
    if (path.isEmpty()) {
        m_inspect.cancel();
        m_stack->showEmpty(tr("Choose a safetensors or GGUF file: it becomes smaller, and comes "
                              "back bit for bit. A file that Bitsmith compressed is given back."));
        return check();
    }
    m_stack->showBusy(tr("Reading the header…"));
    check();
    m_inspect.start<CompressInput>([path](RunContext&) { return inspectInput(toPath(path)); },
                                   [this](Result<CompressInput> result) {
                                       if (!result) {
                                           m_stack->showFailed(qs(result.error().message));
                                           return check();
                                       }
                                       m_input = *std::move(result);
                                       m_folder->setPath(QFileInfo(m_file->path()).absolutePath());
                                       m_name->setText(qs(m_input->outputName));
                                       showInput();
                                   });
}

void CompressDialog::edited() {
    if (m_job.value)
        showInput(); // what was done is done; the fields are another wish
    else
        check();
}

void CompressDialog::showInput() {
    m_job = {};
    m_show->hide();
    if (!m_input) return check();
    const CompressInput& in = *m_input;
    m_run->setText(in.compressed ? tr("&Decompress") : tr("&Compress"));
    m_coder->setVisible(!in.compressed);
    m_form->labelForField(m_coder)->setVisible(!in.compressed);
    if (in.compressed) {
        m_title->setText(tr("A compressed %1 file: %2 instead of %3")
                             .arg(qs(in.format), bytesText(in.coded), bytesText(in.bytes)));
        m_text->setText(tr("Decompressing gives the original back; its checksum is compared."));
    } else {
        m_title->setText(tr("A %1 file of %2").arg(qs(in.format), bytesText(in.bytes)));
        m_text->setText(tr("The compressed file is read back and compared before it is put in "
                           "place."));
    }
    showKinds(in.kinds, in.bytes, in.coded);
    m_stack->showContent();
    check();
}

void CompressDialog::check() {
    const JobSnapshot* job = m_job.value ? m_services.jobs().find(m_job) : nullptr;
    const bool running = job && isUnfinished(*job);
    const QString output = pathText(request().options.output);
    const bool taken = m_input && QFileInfo::exists(output) && !QFileInfo(output).isDir();
    m_replace->setVisible(taken && !m_job.value);
    QString problem;
    if (!m_input || m_job.value)
        problem.clear();
    else if (m_folder->path().isEmpty() || m_name->text().trimmed().isEmpty())
        problem = tr("Choose a folder and a name.");
    else if (m_name->text().contains(QLatin1Char('/')))
        problem = tr("The name is that of one file, without '/'.");
    else if (!QFileInfo(m_folder->path()).isDir())
        problem = tr("The folder does not exist.");
    else if (QFileInfo(output) == QFileInfo(m_file->path()))
        problem = tr("That is the file itself. Choose another name.");
    else if (taken && !m_replace->isChecked())
        problem = tr("There is a file of this name. Choose another, or replace it.");
    m_problem->setText(problem);
    m_fields->setEnabled(!running);
    m_run->setEnabled(m_input && !running && problem.isEmpty() && !m_job.value);
    m_cancel->setVisible(running);
    m_bar->setVisible(running);
}

CompressRequest CompressDialog::request() const {
    CompressRequest out;
    out.decompress = m_input && m_input->compressed;
    out.options.input = toPath(m_file->path());
    out.options.output = toPath(QDir(m_folder->path()).filePath(m_name->text().trimmed()));
    out.options.coder = static_cast<StreamCoder>(m_coder->currentData().toInt());
    out.options.replace = m_replace->isVisibleTo(m_fields) && m_replace->isChecked();
    return out;
}

void CompressDialog::run() {
    if (!m_run->isEnabled()) return;
    m_bar->setValue(0);
    m_job = m_runs.compress(request());
    Q_EMIT started(m_job.value);
    showJob();
}

void CompressDialog::showJob() {
    const JobSnapshot* job = m_job.value ? m_services.jobs().find(m_job) : nullptr;
    if (!job) return;
    check();
    switch (job->state) {
    case JobState::Queued:
    case JobState::Running: {
        m_bar->setValue(static_cast<int>(job->progress.fraction * 1000));
        m_title->setText(m_input && m_input->compressed ? tr("Decompressing…")
                                                        : tr("Compressing…"));
        m_text->setText(jobStateText(*job));
        m_stack->showContent();
        break;
    }
    case JobState::Failed:
        m_title->setText(tr("That did not work"));
        m_text->setText(qs(job->error));
        m_problem->setText(tr("Nothing was written. Change a field to try again."));
        break;
    case JobState::Cancelled:
        m_title->setText(tr("Cancelled"));
        m_text->setText(tr("Nothing was written. Change a field to try again."));
        break;
    case JobState::Done:
        if (const auto result = m_runs.compressed(m_job)) showResult(*result);
        break;
    }
}

void CompressDialog::showResult(const CompressResult& result) {
    const bool decompressed = result.kinds.empty();
    m_show->show();
    if (decompressed) {
        m_title->setText(tr("The original is back: %1").arg(bytesText(result.bytesIn)));
        m_text->setText(tr("%1\nEvery checksum is right. Decompressed from %2 at %3 of original "
                           "bytes.")
                            .arg(pathText(result.output), bytesText(result.bytesOut),
                                 speedText(result.bytesIn, result.decodeSeconds)));
        return;
    }
    m_title->setText(tr("%1 instead of %2: %3 saved")
                         .arg(bytesText(result.bytesOut), bytesText(result.bytesIn),
                              percentText(std::max(0.0, 1 - result.ratio()))));
    m_text->setText(tr("%1\nRead back and equal to the original. Compressed at %2, read back at %3 "
                       "of original bytes, disk included.")
                        .arg(pathText(result.output),
                             speedText(result.bytesIn, result.encodeSeconds),
                             speedText(result.bytesIn, result.decodeSeconds)));
    showKinds(result.kinds, result.bytesIn, result.bytesOut);
}

void CompressDialog::showKinds(const std::vector<CompressedKind>& kinds, std::uint64_t in,
                               std::uint64_t out) {
    std::vector<QStringList> rows;
    for (const CompressedKind& kind : kinds)
        rows.push_back({qs(kind.what), bytesText(kind.bytesIn),
                        kind.bytesOut || out ? bytesText(kind.bytesOut) : tr("–"),
                        kind.bytesOut || out ? shareText(kind.bytesOut, kind.bytesIn) : tr("–")});
    rows.push_back({tr("the whole file"), bytesText(in), out ? bytesText(out) : tr("–"),
                    out ? shareText(out, in) : tr("–")});
    const int last = static_cast<int>(rows.size()) - 1;
    m_kinds.setRows(std::move(rows), last);
}

} // namespace bitsmith::ui
