#include "ui/window/analyze_dialog.h"

#include "ui/bridge/text.h"
#include "ui/widgets/parts.h"
#include "ui/widgets/path_field.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>

namespace bitsmith::ui {
namespace {

const QString TextKey = QStringLiteral("quantize/calibrationText"); // the same as for Quantize
const QString TokensKey = QStringLiteral("analyze/tokens");
const QString SamplesKey = QStringLiteral("analyze/samples");
const QString WidthsKey = QStringLiteral("analyze/widths");
const QString All = QStringLiteral("all");
constexpr int FewestBits = 2, MostBits = 8;
constexpr int UsualSamples = 64, UsualTokens = 8192;

QSpinBox* makeSpin(const char* name, int least, int most, int value, const QString& tip) {
    auto* spin = new QSpinBox;
    spin->setObjectName(QLatin1String(name));
    spin->setRange(least, most);
    spin->setValue(value);
    spin->setToolTip(tip);
    return spin;
}

QString endText(const JobSnapshot& job) {
    switch (job.state) {
    case JobState::Failed:
        return AnalyzeDialog::tr("That did not work: %1").arg(qs(job.error));
    case JobState::Cancelled:
        return AnalyzeDialog::tr(
            "Cancelled. What was measured is kept; Measure goes on from there.");
    case JobState::Done:
        return AnalyzeDialog::tr("Done in %1. See Sensitivity in the Inspector; the budget in "
                                 "Layers uses it.")
            .arg(secondsText(job.seconds));
    default:
        return {};
    }
}

QPushButton* makeButton(const char* name, const QString& text, const QString& tip) {
    auto* button = new QPushButton(text);
    button->setObjectName(QLatin1String(name));
    button->setToolTip(tip);
    button->setAutoDefault(false);
    return button;
}

} // namespace

AnalyzeDialog::AnalyzeDialog(Services& services, Session& session, RunController& runs,
                             QWidget* parent)
    : QDialog(parent), m_services(services), m_session(session), m_runs(runs),
      m_model(session.model()), m_probe(services.quick()) {
    setObjectName(QStringLiteral("analyzeDialog"));
    setWindowTitle(tr("Analyze sensitivity"));
    auto* column = new QVBoxLayout(this);
    m_summary = new QLabel;
    m_summary->setObjectName(QStringLiteral("analyzeSummary"));
    m_summary->setWordWrap(true);
    column->addWidget(m_summary);
    column->addWidget(buildForm());
    m_estimate = new QLabel;
    m_estimate->setObjectName(QStringLiteral("analyzeEstimate"));
    m_estimate->setWordWrap(true);
    column->addWidget(m_estimate);
    column->addStretch();
    m_bar = new QProgressBar;
    m_bar->setObjectName(QStringLiteral("analyzeProgress"));
    m_bar->setToolTip(tr("Calibration, then one tensor and width after the other"));
    m_bar->setRange(0, 1000);
    m_bar->hide();
    column->addWidget(m_bar);
    m_state = new QLabel;
    m_state->setObjectName(QStringLiteral("analyzeState"));
    m_state->setWordWrap(true);
    column->addWidget(m_state);
    column->addWidget(buildButtons());
    fillMetrics();
    fillRecipes();
    fillDefaults();
    connect(&services.jobs(), &JobCenter::changed, this, &AnalyzeDialog::showJob);
    connect(&session.sensitivities(), &Sensitivities::changed, this, &AnalyzeDialog::check);
    check();
    probe();
    resize(600, sizeHint().height());
}

QWidget* AnalyzeDialog::buildForm() {
    m_fields = new QWidget;
    m_metric = new QComboBox;
    m_metric->setObjectName(QStringLiteral("analyzeMetric"));
    m_metric->setToolTip(tr("What is measured of each tensor"));
    m_recipe = new QComboBox;
    m_recipe->setObjectName(QStringLiteral("analyzeRecipe"));
    m_recipe->setToolTip(
        tr("What tensors are quantized with, one at a time: the recipes of the plan"));
    auto* widths = new QHBoxLayout;
    for (int bits = FewestBits; bits <= MostBits; ++bits) {
        auto* box = new QCheckBox(QString::number(bits));
        box->setObjectName(QStringLiteral("analyzeWidth%1").arg(bits));
        box->setToolTip(
            tr("Measure at %1 bits; widths between measured ones are interpolated").arg(bits));
        connect(box, &QCheckBox::toggled, this, &AnalyzeDialog::check);
        widths->addWidget(box);
        m_widths.push_back(box);
    }
    widths->addStretch();
    m_text = new PathField(QStringLiteral("analyzeText"), PathField::Kind::ExistingFile,
                           tr("Plain text that the model is run on"));
    m_samples =
        makeSpin("analyzeSamples", 1, 100000, UsualSamples, tr("Samples drawn from the text"));
    m_context = makeSpin("analyzeContext", 0, 1 << 20, 0,
                         tr("Tokens per sample; automatic: the model's own, at most 2048"));
    m_context->setSpecialValueText(tr("automatic"));
    m_tokens = makeSpin("analyzeTokens", 0, 1 << 30, UsualTokens,
                        tr("The model is run on so many of the samples' tokens for each "
                           "measurement: more is surer and takes longer"));
    m_tokens->setSingleStep(1024);
    m_tokens->setSpecialValueText(tr("all"));
    m_tokens->setSuffix(tr(" tokens"));
    auto* numbers = new QHBoxLayout;
    numbers->addWidget(m_samples);
    numbers->addWidget(makePair(tr("o&f"), m_context));
    numbers->addWidget(new QLabel(tr("tokens")));
    numbers->addStretch();
    auto* form = new QFormLayout(m_fields);
    form->setContentsMargins(0, 0, 0, 0);
    form->addRow(tr("M&etric"), m_metric);
    form->addRow(tr("&Recipe"), m_recipe);
    form->addRow(tr("Bits"), widths);
    form->addRow(tr("Calibration &text"), m_text);
    auto* samples = new QLabel(tr("&Samples"));
    samples->setBuddy(m_samples);
    form->addRow(samples, numbers);
    form->addRow(tr("Meas&ure on"), m_tokens);
    connect(m_text, &PathField::changed, this, &AnalyzeDialog::check);
    connect(m_metric, &QComboBox::currentIndexChanged, this, &AnalyzeDialog::check);
    connect(m_recipe, &QComboBox::currentIndexChanged, this, &AnalyzeDialog::check);
    for (QSpinBox* spin : {m_samples, m_context, m_tokens})
        connect(spin, &QSpinBox::valueChanged, this, &AnalyzeDialog::check);
    return m_fields;
}

QWidget* AnalyzeDialog::buildButtons() {
    m_run = makeButton("analyzeRun", tr("&Measure"),
                       tr("Start, or go on: what the database has is not measured again"));
    m_run->setDefault(true);
    m_cancel = makeButton("analyzeCancel", tr("&Cancel"), tr("Stop; what was measured is kept"));
    m_cancel->hide();
    m_compare = makeButton("analyzeCompare", tr("Com&pare metrics…"),
                           tr("How well each metric predicts the measured divergence"));
    auto* close = makeButton("analyzeClose", tr("Close"), tr("What runs goes on, see Runs"));
    auto* buttons = new QWidget;
    auto* row = new QHBoxLayout(buttons);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_compare);
    row->addStretch();
    for (QPushButton* button : {m_cancel, m_run, close}) row->addWidget(button);
    connect(m_run, &QPushButton::clicked, this, &AnalyzeDialog::run);
    connect(m_cancel, &QPushButton::clicked, this, [this] { m_services.jobs().cancel(m_job); });
    connect(m_compare, &QPushButton::clicked, this, &AnalyzeDialog::compareRequested);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    return buttons;
}

void AnalyzeDialog::fillMetrics() {
    const auto add = [this](const QString& text, const QString& id, const QString& tip) {
        m_metric->addItem(text, id);
        m_metric->setItemData(m_metric->count() - 1, tip, Qt::ToolTipRole);
    };
    for (const bool truth : {true, false})
        for (const SensitivityMetric* metric : allSensitivityMetrics()) {
            const SensitivityInfo& info = metric->info();
            if ((info.id == "kl") != truth) continue;
            add(truth ? tr("%1 (the truth, the slowest)").arg(engineText(info.title))
                      : engineText(info.title),
                qs(info.id), engineText(info.summary));
        }
    m_metric->insertSeparator(m_metric->count());
    add(tr("All metrics, to compare them"), All,
        tr("The divergence and every metric: which one is worth its price on this model?"));
}

void AnalyzeDialog::fillRecipes() {
    const auto& plan = m_session.document().plan();
    const std::string main = mainRecipeId(plan.get());
    if (plan)
        for (const auto& row : plan->tensors)
            if (row->recipe && std::ranges::find(m_recipes, row->recipe) == m_recipes.end())
                m_recipes.push_back(row->recipe);
    if (m_recipes.empty())
        if (const auto plain = findRecipe("rtn")) m_recipes.push_back(*plain);
    std::ranges::stable_sort(m_recipes, std::greater<>(),
                             [&](const auto& recipe) { return recipe->id == main; });
    for (const auto& recipe : m_recipes)
        m_recipe->addItem(QStringLiteral("%1 – %2").arg(qs(recipe->id), engineText(recipe->title)));
}

void AnalyzeDialog::fillDefaults() {
    const QSettings settings;
    m_text->setPath(settings.value(TextKey).toString());
    m_samples->setValue(settings.value(SamplesKey, UsualSamples).toInt());
    m_tokens->setValue(settings.value(TokensKey, UsualTokens).toInt());
    if (m_session.isDemo())
        if (const auto file = demoCalibrationFile()) m_text->setPath(pathText(*file));
    const QStringList chosen =
        settings
            .value(WidthsKey, QStringList{QStringLiteral("2"), QStringLiteral("3"),
                                          QStringLiteral("4"), QStringLiteral("6")})
            .toStringList();
    for (QCheckBox* box : m_widths) box->setChecked(chosen.contains(box->text()));
}

void AnalyzeDialog::remember() const {
    QSettings settings;
    QStringList chosen;
    for (const QCheckBox* box : m_widths)
        if (box->isChecked()) chosen << box->text();
    settings.setValue(WidthsKey, chosen);
    settings.setValue(SamplesKey, m_samples->value());
    settings.setValue(TokensKey, m_tokens->value());
    if (!m_session.isDemo()) settings.setValue(TextKey, m_text->path()); // no wish of the user
}

void AnalyzeDialog::probe() {
    if (!m_model || !m_model->architecture()) return;
    m_probe.start<AnalysisCost>(
        [model = m_model, recipe = recipe(), &engine = m_services.engine()](RunContext& context) {
            return measureAnalysisCost(model, recipe, engine, context);
        },
        [this](Result<AnalysisCost> cost) {
            if (cost)
                m_cost = *cost;
            else
                m_costError = qs(cost.error().message);
            showEstimate();
        });
}

std::shared_ptr<const Recipe> AnalyzeDialog::recipe() const {
    const auto at = static_cast<std::size_t>(std::max(0, m_recipe->currentIndex()));
    return at < m_recipes.size() ? m_recipes[at] : nullptr;
}

std::vector<int> AnalyzeDialog::widths() const {
    std::vector<int> out;
    for (const QCheckBox* box : m_widths)
        if (box->isChecked()) out.push_back(box->text().toInt());
    return out;
}

bool AnalyzeDialog::needsText() const {
    const QString id = m_metric->currentData().toString();
    if (id == All || (recipe() && recipe()->needsStats())) return true;
    const auto metric = findSensitivityMetric(id.toStdString());
    return metric && (*metric)->info().needsText;
}

AnalyzeRequest AnalyzeDialog::request() const {
    AnalyzeRequest out{.model = m_model};
    out.all = m_metric->currentData().toString() == All;
    if (!out.all) out.options.metric = m_metric->currentData().toString().toStdString();
    out.options.recipe = recipe();
    out.options.widths = widths();
    if (needsText()) out.options.text = toPath(m_text->path());
    out.options.calibration.samples = static_cast<std::size_t>(m_samples->value());
    out.options.calibration.context = static_cast<std::size_t>(m_context->value());
    out.options.tokens = static_cast<std::uint64_t>(m_tokens->value());
    return out;
}

void AnalyzeDialog::check() {
    const JobSnapshot* job = m_job.value ? m_services.jobs().find(m_job) : nullptr;
    const bool running = job && (job->state == JobState::Queued || job->state == JobState::Running);
    const bool text = needsText();
    for (QWidget* field : std::initializer_list<QWidget*>{m_text, m_samples, m_context, m_tokens})
        field->setEnabled(text);
    const bool all = m_metric->currentData().toString() == All;
    const auto metric = findSensitivityMetric(m_metric->currentData().toString().toStdString());
    m_summary->setText(QStringLiteral("<b>%1</b>: %2")
                           .arg(qs(m_model->name()).toHtmlEscaped(),
                                all ? tr("everything that is known to say how much the model minds "
                                         "a tensor being quantized, beside the truth")
                                : metric ? engineText((*metric)->info().summary)
                                         : QString()));
    QString problem;
    if (widths().empty())
        problem = tr("Choose at least one width.");
    else if (text && !m_model->architecture())
        problem = tr("This model cannot be run: %1 Only the weight error can be measured.")
                      .arg(qs(m_model->whyNotRunnable().message));
    else if (text && m_text->path().isEmpty())
        problem = tr("Choose a calibration text, or a metric that needs none (weight error).");
    else if (text && !QFileInfo(m_text->path()).isFile())
        problem = tr("There is no calibration text at this path.");
    m_fields->setEnabled(!running);
    m_run->setEnabled(!running && problem.isEmpty());
    m_cancel->setVisible(running);
    m_bar->setVisible(running);
    m_compare->setEnabled(m_session.sensitivities().metrics().size() > 1);
    if (!running) m_state->setText(problem.isEmpty() && job ? endText(*job) : problem);
    showEstimate();
}

QString AnalyzeDialog::estimateText() const {
    if (m_probe.busy()) return tr("Trying how fast the model runs here…");
    if (!m_cost)
        return m_costError.isEmpty() ? QString()
                                     : tr("How long it takes is not known: %1").arg(m_costError);
    const AnalyzeRequest wish = request();
    const AnalysisEstimate estimate = estimateAnalysis(*m_model, wish.options, wish.all, *m_cost);
    return tr("About %1 for %2 measurements if none is known yet. What is in the database already "
              "is not measured again.")
        .arg(secondsText(std::max(1.0, estimate.seconds)))
        .arg(estimate.measurements);
}

void AnalyzeDialog::showEstimate() {
    m_estimate->setText(estimateText());
    growToContents(*this); // of more lines than before, perhaps
}

void AnalyzeDialog::run() {
    if (!m_run->isEnabled()) return;
    remember();
    m_probe.cancel();
    m_bar->setValue(0);
    m_job = m_runs.analyze(request());
    Q_EMIT started(m_job.value);
    showJob();
}

void AnalyzeDialog::showJob() {
    const JobSnapshot* job = m_job.value ? m_services.jobs().find(m_job) : nullptr;
    if (!job) return;
    check();
    if (job->state == JobState::Queued) m_state->setText(tr("Waiting for the run before it."));
    if (job->state != JobState::Running) return;
    m_bar->setValue(static_cast<int>(job->progress.fraction * 1000));
    QString text = engineText(job->progress.step);
    if (job->etaSeconds >= 0) text += tr(" · about %1 left").arg(secondsText(job->etaSeconds));
    m_state->setText(text);
}

} // namespace bitsmith::ui
