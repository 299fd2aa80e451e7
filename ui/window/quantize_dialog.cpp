#include "ui/window/quantize_dialog.h"

#include "ui/bridge/text.h"
#include "ui/models/plan_text.h"
#include "ui/widgets/parts.h"
#include "ui/widgets/path_field.h"
#include "ui/window/eval_form.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>

namespace bitsmith::ui {
namespace {

const QString CalibrationKey = QStringLiteral("quantize/calibrationText");
const QString SourceKey = QStringLiteral("quantize/calibrateWith");
const QString ImatrixKey = QStringLiteral("quantize/imatrix");
const QString EvalTextKey = QStringLiteral("evaluate/text");
const QString EvaluateKey = QStringLiteral("quantize/evaluateWhenDone");

bool needsStats(const Plan& plan) {
    return std::ranges::any_of(
        plan.tensors, [](const auto& row) { return row->recipe && row->recipe->needsStats(); });
}

QSpinBox* makeSpin(const char* name, int least, int most, int value, const QString& tip) {
    auto* spin = new QSpinBox;
    spin->setObjectName(QLatin1String(name));
    spin->setRange(least, most);
    spin->setValue(value);
    spin->setToolTip(tip);
    return spin;
}

} // namespace

QuantizeDialog::QuantizeDialog(Session& session, QWidget* parent)
    : QDialog(parent), m_session(session), m_summary(new QLabel), m_problem(new QLabel),
      m_source(new QComboBox),
      m_output(new PathField(QStringLiteral("quantizeOutput"), PathField::Kind::Folder,
                             tr("Folder of the quantized model; it opens again like any model"))),
      m_text(
          new PathField(QStringLiteral("quantizeText"), PathField::Kind::ExistingFile,
                        tr("Plain text for calibration; without one only data-free recipes run"))),
      m_imatrix(new PathField(
          QStringLiteral("quantizeImatrix"), PathField::Kind::ExistingFile,
          tr("An importance matrix (.gguf or .dat), as llama.cpp's tools and bitsmith calibrate "
             "write it: block types weigh their errors by it. No text is run"))),
      m_samples(makeSpin("quantizeSamples", 1, 100000, 128,
                         tr("Samples drawn from the calibration text"))),
      m_context(makeSpin("quantizeContext", 0, 1 << 20, 0,
                         tr("Tokens per sample; automatic: the model's own, at most 2048"))),
      m_seed(makeSpin("quantizeSeed", 0, 999999999, 0, tr("The same seed gives the same bytes"))),
      m_resume(new QCheckBox(tr("&Go on with the interrupted run in this folder"))),
      m_evaluate(new QCheckBox(tr("&Evaluate when done, against the original"))),
      m_eval(new EvalForm), m_form(new QFormLayout),
      m_buttons(new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel)) {
    setObjectName(QStringLiteral("quantizeDialog"));
    setWindowTitle(tr("Quantize"));
    m_context->setSpecialValueText(tr("automatic"));
    m_summary->setObjectName(QStringLiteral("quantizeSummary"));
    m_summary->setWordWrap(true);
    m_problem->setObjectName(QStringLiteral("quantizeProblem"));
    m_problem->setWordWrap(true);
    m_resume->setObjectName(QStringLiteral("quantizeResume"));
    m_resume->setToolTip(tr("Finished tensors are kept. Without it the run begins anew"));
    m_resume->setChecked(true);
    m_evaluate->setObjectName(QStringLiteral("quantizeEvaluate"));
    m_evaluate->setToolTip(
        tr("Measures perplexity and KL divergence right after, for the plot in Experiments"));
    m_buttons->button(QDialogButtonBox::Ok)->setText(tr("&Run"));
    m_buttons->button(QDialogButtonBox::Ok)->setObjectName(QStringLiteral("quantizeRun"));

    m_source->setObjectName(QStringLiteral("quantizeSource"));
    m_source->setToolTip(tr("What tells which inputs matter: a text that the model reads now, or "
                            "sums that were measured before"));
    m_source->addItem(tr("a text"), QStringLiteral("text"));
    m_source->addItem(tr("an importance matrix"), QStringLiteral("imatrix"));
    m_form->addRow(tr("Output &folder"), m_output);
    m_form->addRow(QString(), m_resume);
    m_form->addRow(tr("Calibrate &with"), m_source);
    m_form->addRow(tr("&Calibration text"), m_text);
    m_form->addRow(tr("&Importance matrix"), m_imatrix);
    auto* row = new QHBoxLayout;
    const auto labelled = [&](const QString& text, QWidget* buddy) {
        auto* label = new QLabel(text);
        label->setBuddy(buddy);
        row->addWidget(label);
        row->addWidget(buddy);
    };
    row->addWidget(m_samples);
    labelled(tr("of"), m_context);
    row->addWidget(new QLabel(tr("tokens")));
    row->addStretch();
    labelled(tr("see&d"), m_seed);
    auto* samplesLabel = new QLabel(tr("&Samples"));
    samplesLabel->setBuddy(m_samples);
    m_form->addRow(samplesLabel, row);
    auto* column = new QVBoxLayout(this);
    column->addWidget(m_summary);
    column->addLayout(m_form);
    column->addSpacing(8);
    column->addWidget(m_evaluate);
    column->addWidget(m_eval);
    column->addStretch();
    column->addWidget(m_problem);
    column->addWidget(m_buttons);
    fillDefaults();
    connect(m_buttons, &QDialogButtonBox::accepted, this, [this] {
        remember();
        accept();
    });
    connect(m_buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_output, &PathField::changed, this, &QuantizeDialog::check);
    connect(m_text, &PathField::changed, this, &QuantizeDialog::check);
    connect(m_imatrix, &PathField::changed, this, &QuantizeDialog::check);
    connect(m_source, &QComboBox::currentIndexChanged, this, &QuantizeDialog::check);
    connect(m_eval, &EvalForm::changed, this, &QuantizeDialog::check);
    connect(m_evaluate, &QCheckBox::toggled, this, &QuantizeDialog::check);
    connect(&session.document(), &PlanDocument::changed, this, &QuantizeDialog::check);
    check();
    resizeToContents(*this, 640);
}

void QuantizeDialog::fillDefaults() {
    const auto& model = m_session.model();
    m_output->setPath(m_session.unfinishedOutput().isEmpty()
                          ? RunController::suggestedOutput(model ? qs(model->name()) : QString())
                          : m_session.unfinishedOutput());
    const QSettings settings;
    m_text->setPath(settings.value(CalibrationKey).toString());
    m_imatrix->setPath(settings.value(ImatrixKey).toString());
    if (!m_session.isDemo())
        m_source->setCurrentIndex(
            std::max(0, m_source->findData(settings.value(SourceKey).toString())));
    m_eval->setText(settings.value(EvalTextKey).toString());
    if (m_session.isDemo()) {
        if (const auto file = demoCalibrationFile()) m_text->setPath(pathText(*file));
        if (const auto file = demoTextFile()) m_eval->setText(pathText(*file));
    }
    m_evaluate->setChecked(!m_eval->text().isEmpty() && settings.value(EvaluateKey, true).toBool());
}

void QuantizeDialog::remember() const {
    QSettings settings;
    settings.setValue(EvaluateKey, m_evaluate->isChecked());
    if (m_session.isDemo()) return; // the demo's texts are no wish of the user
    settings.setValue(CalibrationKey, m_text->path());
    settings.setValue(ImatrixKey, m_imatrix->path());
    settings.setValue(SourceKey, m_source->currentData());
    settings.setValue(EvalTextKey, m_eval->text());
}

void QuantizeDialog::check() {
    const auto& plan = m_session.document().plan();
    m_summary->setText(plan ? QStringLiteral("<b>%1</b>: %2")
                                  .arg(qs(plan->model).toHtmlEscaped(), planSummary(*plan))
                            : QString());
    m_eval->setEnabled(m_evaluate->isChecked());
    m_form->setRowVisible(m_text, usesText());
    m_form->setRowVisible(m_imatrix, !usesText());
    m_samples->setEnabled(usesText());
    m_context->setEnabled(usesText());
    m_resume->setVisible(QFileInfo::exists(m_output->path() + QStringLiteral(".partial")));
    QString problem;
    if (!plan || plan->quantizedWeights == 0)
        problem = tr("No tensor has a recipe. Set bits in Layers first.");
    else if (m_output->path().isEmpty())
        problem = tr("Choose an output folder.");
    else if (!usesText() && !QFileInfo(m_imatrix->path()).isFile())
        problem = m_imatrix->path().isEmpty() ? tr("Choose an importance matrix.")
                                              : tr("There is no importance matrix at this path.");
    else if (!usesText() && needsStats(*plan))
        problem = tr("This plan has recipes that need a calibration text: an importance matrix "
                     "does not say how inputs go together. Calibrate with a text, or use data-free "
                     "recipes.");
    else if (usesText() && !m_text->path().isEmpty() && !QFileInfo(m_text->path()).isFile())
        problem = tr("There is no calibration text at this path.");
    else if (usesText() && m_text->path().isEmpty() && needsStats(*plan))
        problem = tr("This plan has recipes that need calibration: choose a text, or use data-free "
                     "recipes.");
    else if (m_evaluate->isChecked() && !QFileInfo(m_eval->text()).isFile())
        problem = tr("There is no evaluation text at this path.");
    else if (const auto precision = m_eval->precision(); m_evaluate->isChecked() && !precision)
        problem = qs(precision.error().message);
    m_problem->setText(problem);
    m_buttons->button(QDialogButtonBox::Ok)->setEnabled(problem.isEmpty());
}

bool QuantizeDialog::usesText() const { return m_source->currentIndex() == 0; }

QuantizeRequest QuantizeDialog::request() const {
    QuantizeRequest out{.model = m_session.model(), .plan = m_session.document().plan()};
    out.options.output = toPath(m_output->path());
    out.options.resume = !m_resume->isHidden() && m_resume->isChecked();
    if (usesText())
        out.options.calibrationText = toPath(m_text->path());
    else
        out.options.imatrix = toPath(m_imatrix->path());
    out.options.calibration.samples = static_cast<std::size_t>(m_samples->value());
    out.options.calibration.context = static_cast<std::size_t>(m_context->value());
    out.options.seed = static_cast<std::uint64_t>(m_seed->value());
    out.options.calibration.seed = out.options.seed;
    if (m_evaluate->isChecked())
        out.evaluate = EvaluateRequest{.baseline = m_session.path(),
                                       .text = m_eval->text(),
                                       .options = m_eval->options(),
                                       .precision = m_eval->precision().value_or(ModelPrecision())};
    return out;
}

} // namespace bitsmith::ui
