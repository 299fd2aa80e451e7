#include "ui/window/evaluate_dialog.h"

#include "ui/bridge/text.h"
#include "ui/widgets/parts.h"
#include "ui/window/eval_form.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QVBoxLayout>

namespace bitsmith::ui {
namespace {

const QString EvalTextKey = QStringLiteral("evaluate/text");

} // namespace

EvaluateDialog::EvaluateDialog(Services& services, Session& session, QWidget* parent)
    : QDialog(parent), m_session(session), m_model(new QComboBox), m_eval(new EvalForm),
      m_baseline(new QCheckBox(tr("Compare with the &original (KL divergence, same top token)"))),
      m_problem(new QLabel),
      m_buttons(new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel)) {
    setObjectName(QStringLiteral("evaluateDialog"));
    setWindowTitle(tr("Evaluate"));
    m_model->setObjectName(QStringLiteral("evaluateModel"));
    m_model->setToolTip(tr("Which model is measured"));
    m_model->addItem(tr("the open model: %1").arg(QFileInfo(session.path()).fileName()),
                     session.path());
    const auto add = [&](const QString& text, const QString& path) {
        if (m_model->findData(path) < 0 && QFileInfo::exists(path)) m_model->addItem(text, path);
    };
    if (!session.lastOutput().isEmpty())
        add(tr("last run: %1").arg(QFileInfo(session.lastOutput()).fileName()),
            session.lastOutput());
    for (const auto& experiment : *services.store().experiments())
        if (session.model() && experiment.modelKey == session.model()->contentKey())
            for (const auto& artifact : experiment.artifacts) {
                QString text = tr("experiment %1: %2, %3 bpw")
                                   .arg(experiment.id.value)
                                   .arg(qs(experiment.recipe), bitsText(experiment.bitsPerWeight));
                if (artifact.kind != "container") text += tr(", as %1").arg(qs(artifact.kind));
                add(text, qs(artifact.path));
            }
    if (m_model->count() > 1) m_model->setCurrentIndex(1);
    m_baseline->setObjectName(QStringLiteral("evaluateBaseline"));
    m_baseline->setToolTip(tr("Runs the open model on the same text, side by side"));
    m_baseline->setChecked(true);
    m_problem->setObjectName(QStringLiteral("evaluateProblem"));
    m_problem->setWordWrap(true);
    m_buttons->button(QDialogButtonBox::Ok)->setText(tr("&Evaluate"));
    m_buttons->button(QDialogButtonBox::Ok)->setObjectName(QStringLiteral("evaluateRun"));
    auto* form = new QFormLayout;
    form->addRow(tr("&Model"), m_model);
    auto* column = new QVBoxLayout(this);
    column->addLayout(form);
    column->addWidget(m_eval);
    column->addWidget(m_baseline);
    column->addStretch();
    column->addWidget(m_problem);
    column->addWidget(m_buttons);
    resizeToContents(*this, 620);

    m_eval->setText(QSettings().value(EvalTextKey).toString());
    if (session.isDemo())
        if (const auto file = demoTextFile()) m_eval->setText(pathText(*file));
    connect(m_buttons, &QDialogButtonBox::accepted, this, [this] {
        if (!m_session.isDemo()) QSettings().setValue(EvalTextKey, m_eval->text());
        accept();
    });
    connect(m_buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_model, &QComboBox::currentIndexChanged, this, &EvaluateDialog::check);
    connect(m_eval, &EvalForm::changed, this, &EvaluateDialog::check);
    check();
}

void EvaluateDialog::check() {
    m_baseline->setEnabled(m_model->currentData().toString() != m_session.path());
    const bool hasText = QFileInfo(m_eval->text()).isFile();
    const auto precision = m_eval->precision();
    m_problem->setText(!hasText     ? tr("Choose a text file that the model was not trained on.")
                       : !precision ? qs(precision.error().message)
                                    : QString());
    m_buttons->button(QDialogButtonBox::Ok)->setEnabled(hasText && precision.has_value());
}

EvaluateRequest EvaluateDialog::request() const {
    const QString model = m_model->currentData().toString();
    const bool compare = m_baseline->isChecked() && m_baseline->isEnabled();
    return {.model = model,
            .baseline = compare ? m_session.path() : QString(),
            .text = m_eval->text(),
            .options = m_eval->options(),
            .precision = m_eval->precision().value_or(ModelPrecision())};
}

} // namespace bitsmith::ui
