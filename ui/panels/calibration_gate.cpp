#include "ui/panels/calibration_gate.h"

#include "ui/bridge/text.h"
#include "ui/widgets/path_field.h"
#include "ui/widgets/state_stack.h"

#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QVBoxLayout>

namespace bitsmith::ui {
namespace {

const QString TextKey = QStringLiteral("quantize/calibrationText"); // as the Quantize dialog

QSpinBox* makeSpin(const QString& name, int least, int most, int value, const QString& tip) {
    auto* spin = new QSpinBox;
    spin->setObjectName(name);
    spin->setRange(least, most);
    spin->setValue(value);
    spin->setToolTip(tip);
    return spin;
}

} // namespace

CalibrationGate::CalibrationGate(Services& services, Session& session, RunController& runs,
                                 QWidget* content, const QString& name, QWidget* parent)
    : QStackedWidget(parent), m_services(services), m_session(session), m_runs(runs),
      m_search(services.quick()), m_stack(new StateStack(content)), m_form(new QWidget),
      m_why(new QLabel), m_problem(new QLabel),
      m_text(new PathField(name + QStringLiteral("Text"), PathField::Kind::ExistingFile,
                           tr("Plain text that the model reads; statistics of what reaches each "
                              "layer are kept for later runs"))),
      m_samples(makeSpin(name + QStringLiteral("Samples"), 1, 100000, 128,
                         tr("Samples drawn from the text"))),
      m_context(makeSpin(name + QStringLiteral("Context"), 0, 1 << 20, 0,
                         tr("Tokens per sample; automatic: the model's own, at most 2048"))),
      m_run(new QPushButton(tr("Cali&brate"))) {
    m_why->setObjectName(name + QStringLiteral("Why"));
    m_why->setWordWrap(true);
    m_problem->setObjectName(name + QStringLiteral("Problem"));
    m_problem->setWordWrap(true);
    m_context->setSpecialValueText(tr("automatic"));
    m_run->setObjectName(name + QStringLiteral("Run"));
    m_run->setToolTip(tr("Runs the text through the model, in the background; see Runs (Alt+2)"));
    auto* fields = new QFormLayout;
    fields->addRow(tr("Calibration &text"), m_text);
    fields->addRow(tr("Sa&mples"), m_samples);
    fields->addRow(tr("T&okens each"), m_context);
    fields->addRow(QString(), m_run);
    auto* column = new QVBoxLayout(m_form);
    column->setContentsMargins(24, 12, 24, 12);
    column->addStretch();
    column->addWidget(m_why);
    column->addSpacing(8);
    column->addLayout(fields);
    column->addWidget(m_problem);
    column->addStretch();
    addWidget(m_stack);
    addWidget(m_form);
    connect(m_text, &PathField::changed, this, &CalibrationGate::check);
    connect(m_run, &QPushButton::clicked, this, &CalibrationGate::calibrate);
    connect(&services.jobs(), &JobCenter::finished, this, &CalibrationGate::onFinished);
}

CalibrationOptions CalibrationGate::options() const {
    return {.samples = static_cast<std::size_t>(m_samples->value()),
            .context = static_cast<std::size_t>(m_context->value())};
}

QString CalibrationGate::suggestedText() const {
    if (m_session.isDemo())
        if (const auto file = demoCalibrationFile()) return pathText(*file);
    return QSettings().value(TextKey).toString();
}

bool CalibrationGate::asks() const { return currentWidget() == m_form; }

void CalibrationGate::pass() {
    m_wanted = false;
    setCurrentWidget(m_stack);
}

// An answer may come when the page asks for nothing any more: then nothing is in its way.
void CalibrationGate::showForm() {
    if (m_wanted) setCurrentWidget(m_form);
}

void CalibrationGate::showBusy(const QString& text) {
    m_stack->showBusy(text);
    setCurrentWidget(m_stack);
}

void CalibrationGate::ask(const QString& why) {
    m_wanted = true;
    m_why->setText(why);
    if (m_model != m_session.model()) {
        m_model = m_session.model();
        m_searched.clear();
        m_job = {};
        m_search.cancel();
        m_problem->clear();
        m_text->setPath(suggestedText());
    }
    if (m_job.value) // is being measured
        return showBusy(tr("Calibrating with %1… Runs (Alt+2) shows how far it is, and stops it.")
                            .arg(QFileInfo(m_text->path()).fileName()));
    find();
    check();
}

// A text that is known from before may have been measured with before.
void CalibrationGate::find() {
    const QString path = m_text->path();
    const bool asked = m_searched == path;
    if (!QFileInfo(path).isFile() || (asked && !m_search.busy())) return showForm();
    showBusy(tr("Looking for statistics of %1…").arg(QFileInfo(path).fileName()));
    if (asked) return;
    m_searched = path;
    const Engine& engine = m_services.engine();
    m_search.start<std::string>(
        [model = m_model, path, options = options(), &engine](RunContext&) {
            return cachedCalibration(*model, toPath(path), options, engine);
        },
        [this, path](const Result<std::string>& key) {
            if (m_model != m_session.model()) return;
            if (key && !key->empty()) return m_session.setCalibration({path, *key});
            if (!key) m_problem->setText(qs(key.error().message));
            showForm();
        });
}

void CalibrationGate::calibrate() {
    const QString path = m_text->path();
    if (!m_model || !QFileInfo(path).isFile()) return;
    if (!m_session.isDemo()) QSettings().setValue(TextKey, path);
    m_problem->clear();
    m_search.cancel();
    m_job = m_runs.calibrate({.model = m_model, .text = path, .options = options()});
    ask(m_why->text());
}

void CalibrationGate::check() {
    const QString path = m_text->path();
    const bool file = QFileInfo(path).isFile();
    m_run->setEnabled(file);
    if (!path.isEmpty() && !file)
        m_problem->setText(tr("There is no text at this path."));
    else if (asks() && sender() == m_text)
        m_problem->clear();
}

void CalibrationGate::onFinished(quint64 id) {
    if (id != m_job.value) return;
    const JobSnapshot* job = m_services.jobs().find(m_job);
    m_job = {};
    // Done: the session says that there is a calibration.
    if (!job || job->state == JobState::Done) return;
    m_problem->setText(job->state == JobState::Failed ? qs(job->error)
                                                      : tr("Calibration was cancelled."));
    showForm();
    check();
}

} // namespace bitsmith::ui
