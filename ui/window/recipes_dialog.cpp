#include "ui/window/recipes_dialog.h"

#include "ui/bridge/text.h"
#include "ui/widgets/choice_boxes.h"
#include "ui/widgets/job_footer.h"
#include "ui/widgets/parts.h"
#include "ui/widgets/path_field.h"
#include "ui/widgets/state_stack.h"
#include "ui/window/recipe_list.h"
#include "ui/window/recipe_results.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QVBoxLayout>

namespace bitsmith::ui {
namespace {

const QString TextKey = QStringLiteral("recipes/text");
const QString EvalKey = QStringLiteral("recipes/evalText");
constexpr int UsualSamples = 32;

} // namespace

RecipesDialog::RecipesDialog(Services& services, Session& session, RunController& runs,
                             QWidget* parent)
    : QDialog(parent), m_session(session), m_runs(runs), m_recipes(new RecipeList),
      m_bits(new ChoiceBoxes(QStringLiteral("recipeBits"),
                             {QStringLiteral("2"), QStringLiteral("3"), QStringLiteral("4"),
                              QStringLiteral("5"), QStringLiteral("6"), QStringLiteral("8")},
                             6,
                             tr("Widths to compare; recipes that have only their own use that"))),
      m_scope(new QComboBox),
      m_text(new PathField(QStringLiteral("recipeText"), PathField::Kind::ExistingFile,
                           tr("Text that the model is calibrated with. Without one errors are of "
                              "the weights, and recipes that need one are left out"))),
      m_evalText(new PathField(QStringLiteral("recipeEvalText"), PathField::Kind::ExistingFile,
                               tr("Text that was not calibrated with: the divergence is measured "
                                  "there"))),
      m_evalLabel(new QLabel(tr("&Held-out text"))),
      m_title(makeLabel(QStringLiteral("recipeTitle"), true)), m_samples(new QSpinBox),
      m_use(makeButton(QStringLiteral("recipeUse"), tr("&Use for the plan"),
                       tr("Give every quantized tensor that is not locked the recipe that is "
                          "current in the list; can be undone"))),
      m_results(new RecipeResults),
      m_footer(new JobFooter(
          services.jobs(), QStringLiteral("recipes"),
          {.run = tr("&Compare"),
           .runTip = tr("Quantize with every ticked recipe; single tensors in memory, the whole "
                        "model as experiments"),
           .cancelTip = tr("Stop; what was found so far is kept"),
           .progressTip = tr("How much of the comparison is done")})) {
    setObjectName(QStringLiteral("recipesDialog"));
    setWindowTitle(tr("Recipes"));
    setWindowFlag(Qt::WindowMaximizeButtonHint);
    m_stack = new StateStack(buildContent());
    auto* left = buildForm();
    auto* row = new QHBoxLayout;
    row->addWidget(left, 2);
    row->addWidget(m_stack, 3);
    auto* column = new QVBoxLayout(this);
    column->addLayout(row, 1);
    column->addWidget(m_footer);
    resizeWithin(*this, inType(*this, {1240, 760}));
    connect(m_recipes, &RecipeList::changed, this, &RecipesDialog::check);
    connect(m_recipes, &RecipeList::currentChanged, this, &RecipesDialog::check);
    connect(m_bits, &ChoiceBoxes::changed, this, &RecipesDialog::check);
    connect(m_scope, &QComboBox::currentIndexChanged, this, &RecipesDialog::check);
    for (PathField* field : {m_text, m_evalText})
        connect(field, &PathField::changed, this, &RecipesDialog::check);
    connect(m_use, &QPushButton::clicked, this, &RecipesDialog::use);
    connect(m_footer, &JobFooter::run, this, &RecipesDialog::run);
    connect(m_footer, &JobFooter::close, this, &QDialog::reject);
    connect(m_footer, &JobFooter::changed, this, &RecipesDialog::showJob);
    connect(&runs, &RunController::reported, this, [this](quint64 id) {
        if (id == job().value) showStudy();
    });
    connect(&session, &Session::stateChanged, this, [this] {
        suggestTexts();
        check();
        if (!job().value) showEmpty();
    });
    connect(&session, &Session::activeChanged, this, &RecipesDialog::check);
    m_recipes->tick({QStringLiteral("gptq"), QStringLiteral("hadamard_gptq"), QStringLiteral("rtn"),
                     QStringLiteral("rtn_mse")});
    m_bits->choose({QStringLiteral("3"), QStringLiteral("4")});
    suggestTexts();
    m_footer->follow(runs.latestRecipeStudy());
    showEmpty();
    showStudy();
    check();
}

QWidget* RecipesDialog::buildForm() {
    m_scope->setObjectName(QStringLiteral("recipeScope"));
    m_scope->addItems(
        {tr("the active tensor"), tr("all tensors of the plan"), tr("the whole model")});
    m_scope->setToolTip(tr("Single tensors: errors of layers, in seconds. The whole model: every "
                           "point is quantized, measured and kept as an experiment"));
    m_samples->setObjectName(QStringLiteral("recipeSamples"));
    m_samples->setRange(1, 100000);
    m_samples->setValue(UsualSamples);
    m_samples->setToolTip(tr("Sequences drawn from the calibration text"));
    m_evalLabel->setBuddy(m_evalText);
    auto* form = new QFormLayout;
    form->addRow(tr("&Bits"), m_bits);
    form->addRow(tr("&On"), m_scope);
    form->addRow(tr("Calibration te&xt"), m_text);
    form->addRow(tr("Sa&mples"), m_samples);
    form->addRow(m_evalLabel, m_evalText);
    auto* panel = new QWidget;
    auto* column = new QVBoxLayout(panel);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_recipes, 1);
    column->addWidget(m_use, 0, Qt::AlignLeft);
    column->addLayout(form);
    return panel;
}

QWidget* RecipesDialog::buildContent() {
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_title);
    column->addWidget(m_results, 1);
    return content;
}

JobId RecipesDialog::job() const { return m_footer->job(); }

// Those of the demo, else the last ones.
void RecipesDialog::suggestTexts() {
    const Model* model = m_session.model().get();
    if (model == m_suggestedFor && model) return;
    m_suggestedFor = model;
    const QSettings settings;
    QString text = settings.value(TextKey).toString(), held = settings.value(EvalKey).toString();
    if (m_session.isDemo()) {
        if (const auto file = demoCalibrationFile()) text = pathText(*file);
        if (const auto file = demoTextFile()) held = pathText(*file);
    }
    m_text->setPath(text);
    m_evalText->setPath(held);
}

std::vector<RecipeCandidate> RecipesDialog::candidates() const {
    std::vector<RecipeCandidate> out;
    const QStringList bits = m_bits->chosen();
    for (const auto& recipe : m_recipes->ticked()) {
        bool any = false;
        for (const QString& text : bits)
            if (predictLayout(1, 256, text.toInt(), *recipe)) {
                out.push_back({recipe, text.toInt()});
                any = true;
            }
        if (!any) out.push_back({recipe, recipe->bits});
    }
    return out;
}

QString RecipesDialog::problem() const {
    if (m_session.state() != SessionState::Open)
        return tr("Open a model to compare recipes on it.");
    if (m_recipes->ticked().empty()) return tr("Tick recipes to compare.");
    if (m_scope->currentIndex() == ThisTensor && m_session.activeTensor().empty())
        return tr("Choose a tensor in Layers (Enter, or double-click), or compare on all.");
    const bool text = QFileInfo(m_text->path()).isFile();
    if (!m_text->path().isEmpty() && !text) return tr("The calibration text is not there.");
    if (text && (!m_session.model()->architecture() || !m_session.model()->tokenizer()))
        return tr("This model cannot be run, so it cannot be calibrated: leave the text empty.");
    if (m_scope->currentIndex() != WholeModel) return {};
    if (!QFileInfo(m_evalText->path()).isFile())
        return tr("The whole model is measured on a held-out text: choose one.");
    for (const auto& recipe : m_recipes->ticked())
        if (recipe->needsStats() && !text)
            return tr("%1 needs a calibration text.").arg(qs(recipe->id));
    return {};
}

void RecipesDialog::check() {
    const bool whole = m_scope->currentIndex() == WholeModel;
    m_evalText->setEnabled(whole);
    m_evalLabel->setEnabled(whole);
    m_use->setEnabled(m_session.state() == SessionState::Open && m_recipes->current());
    m_footer->setProblem(problem());
}

void RecipesDialog::use() {
    const auto recipe = m_recipes->current();
    const auto& plan = m_session.document().plan();
    if (!recipe || !plan) return;
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < plan->tensors.size(); ++i)
        if (plan->tensors[i]->recipe && !plan->tensors[i]->locked) rows.push_back(i);
    m_session.edit(rows, {.recipe = recipe}, tr("Use %1").arg(qs(recipe->id)));
}

void RecipesDialog::run() {
    if (!problem().isEmpty()) return;
    RecipeStudyRequest request{m_session.model(), {}};
    RecipeStudyOptions& o = request.options;
    if (!m_text->path().isEmpty()) o.text = toPath(m_text->path());
    o.calibration.samples = static_cast<std::size_t>(m_samples->value());
    o.candidates = candidates();
    if (m_scope->currentIndex() == ThisTensor) o.tensors = {m_session.activeTensor()};
    if (m_scope->currentIndex() == AllTensors)
        for (const auto& row : m_session.document().plan()->tensors)
            if (row->recipe) o.tensors.push_back(row->tensor);
    if (m_scope->currentIndex() == WholeModel) o.evalText = toPath(m_evalText->path());
    if (!m_session.isDemo()) {
        QSettings().setValue(TextKey, m_text->path());
        QSettings().setValue(EvalKey, m_evalText->path());
    }
    m_footer->setNote({});
    m_footer->follow(m_runs.compareRecipes(request));
    Q_EMIT started(job().value);
    showJob();
}

void RecipesDialog::showEmpty() {
    m_stack->showEmpty(
        m_session.state() == SessionState::Open
            ? tr("Tick some recipes and press Compare. Each then stands beside plain rounding and "
                 "the best cheap method at the same exact bits per weight: one that loses is shown "
                 "losing.")
            : tr("Read about the methods on the left. Open a model (Ctrl+O, or Ctrl+D for the "
                 "demo) to compare them on it."));
}

void RecipesDialog::showJob() {
    check();
    showStudy();
}

void RecipesDialog::showStudy() {
    const JobSnapshot* job = m_footer->snapshot(); // null: none, or cleared from Runs
    const RecipeStudy* study = m_runs.recipesCompared(this->job());
    if (!study) {
        if (!job) return;
        if (m_footer->running())
            m_stack->showBusy(job->state == JobState::Queued
                                  ? tr("Waiting for the run before it.")
                                  : tr("Plain rounding and the cheap methods come first: the lines "
                                       "that every recipe is held against…"));
        else if (job->state == JobState::Failed)
            m_stack->showFailed(qs(job->error));
        else if (job->state == JobState::Cancelled)
            m_stack->showEmpty(tr("Cancelled before the first recipe was finished."));
        return;
    }
    if (job && job->state == JobState::Failed)
        m_footer->setNote(tr("Stopped: %1").arg(qs(job->error)));
    else if (job && job->state == JobState::Cancelled)
        m_footer->setNote(tr("Cancelled; what was found so far is shown."));
    const QString where = study->onModel ? tr("the whole model, mean KL divergence")
                          : study->tensors.size() == 1
                              ? qs(study->tensors.front()).toHtmlEscaped()
                              : tr("%1 tensors").arg(study->tensors.size());
    m_title->setText(QStringLiteral("<b>%1</b>: %2").arg(qs(study->model).toHtmlEscaped(), where));
    m_results->setStudy(*study);
    m_stack->showContent();
}

} // namespace bitsmith::ui
