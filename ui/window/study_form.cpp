#include "ui/window/study_form.h"

#include "core/pipeline/engine.h"
#include "core/quant/recipe.h"
#include "ui/bridge/text.h"
#include "ui/session/session.h"
#include "ui/widgets/choice_boxes.h"
#include "ui/widgets/parts.h"
#include "ui/widgets/path_field.h"

#include <QCheckBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QRegularExpression>
#include <QSettings>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>

namespace bitsmith::ui {
namespace {

const QString TextKey = QStringLiteral("compressibility/text");
constexpr std::uint64_t ManyWeights = 1'000'000'000;
constexpr int UsualSamples = 32;

QStringList words(const QString& text) {
    static const QRegularExpression Between(QStringLiteral("[,;\\s]+"));
    return text.split(Between, Qt::SkipEmptyParts);
}

QStringList texts(const std::vector<int>& values) {
    QStringList out;
    for (const int value : values) out << QString::number(value);
    return out;
}

QStringList texts(const std::vector<std::string>& values) {
    QStringList out;
    for (const std::string& value : values) out << qs(value);
    return out;
}

QStringList recipeIds() {
    QStringList out;
    for (const auto& recipe : builtinRecipes()) out << qs(recipe->id);
    return out;
}

std::vector<std::string> strings(const QStringList& values) {
    std::vector<std::string> out;
    for (const QString& value : values) out.push_back(value.toStdString());
    return out;
}

} // namespace

StudyOptions studyDefaults(const Model& model) {
    StudyOptions out;
    std::uint64_t weights = 0;
    for (const TensorInfo* tensor : studiedTensors(model, out))
        weights += tensor->rows * tensor->cols;
    if (weights > ManyWeights) {
        out.bits = {3, 4};
        out.granularities = {"row", "g128"};
    }
    return out;
}

StudyForm::StudyForm(Session& session, QWidget* parent)
    : QWidget(parent), m_session(session), m_title(makeLabel(QStringLiteral("studyModel"))),
      m_work(makeLabel(QStringLiteral("studyWork"))), m_form(new QFormLayout), m_dense(new QWidget),
      m_own(new QWidget),
      m_bits(new ChoiceBoxes(QStringLiteral("studyBits"), texts({2, 3, 4, 5, 6, 7, 8}), 7,
                             tr("Bits of a code"))),
      m_granularities(new ChoiceBoxes(
          QStringLiteral("studyGranularity"),
          texts({"tensor", "row", "g256", "g128", "g64", "g32", "g16"}), 4,
          tr("Weights that share a scale: the whole tensor, a row, or groups of so many in a row. "
             "For recipes with the affine grid; each symmetric and asymmetric"))),
      m_recipes(new ChoiceBoxes(QStringLiteral("studyRecipe"), recipeIds(), 2, {})),
      m_text(new PathField(QStringLiteral("studyText"), PathField::Kind::ExistingFile,
                           tr("Calibration text, optional: adds SmoothQuant's strengths, "
                              "activations, and the recipes that need one"))),
      m_samples(new QSpinBox), m_smoothing(new QLineEdit), m_tensors(new QLineEdit),
      m_coders(new QCheckBox(tr("Run each co&der on each tensor (takes longer)"))) {
    build();
    for (ChoiceBoxes* boxes : {m_bits, m_granularities, m_recipes})
        connect(boxes, &ChoiceBoxes::changed, this, &StudyForm::showWork);
    for (QLineEdit* line : {m_smoothing, m_tensors})
        connect(line, &QLineEdit::textChanged, this, &StudyForm::showWork);
    connect(m_text, &PathField::changed, this, &StudyForm::showWork);
    connect(&session, &Session::stateChanged, this, &StudyForm::showModel);
    showModel();
}

void StudyForm::build() {
    m_samples->setObjectName(QStringLiteral("studySamples"));
    m_samples->setRange(1, 100000);
    m_samples->setValue(UsualSamples);
    m_samples->setToolTip(tr("Sequences drawn from the calibration text"));
    m_smoothing->setObjectName(QStringLiteral("studySmoothing"));
    m_smoothing->setToolTip(tr("SmoothQuant's strengths, numbers from 0 to 1: how much of the "
                               "activations' range moves into the weights. Only with a text"));
    m_smoothing->setText(QStringLiteral("0, 0.25, 0.5, 0.75, 1"));
    m_tensors->setObjectName(QStringLiteral("studyTensors"));
    m_tensors->setPlaceholderText(tr("every matrix of a block"));
    m_tensors->setClearButtonEnabled(true);
    m_tensors->setToolTip(tr("Only tensors that contain one of these words, or match where a word "
                             "has * or ?"));
    m_coders->setObjectName(QStringLiteral("studyCoders"));
    m_coders->setToolTip(tr("Huffman, rANS and zstd beside the entropy, each run and decoded"));
    for (const auto& recipe : builtinRecipes())
        m_recipes->box(qs(recipe->id))
            ->setToolTip(QStringLiteral("%1. %2").arg(engineText(recipe->title),
                                                      engineText(recipe->summary)));
    QFont bold = m_title->font();
    bold.setBold(true);
    m_title->setFont(bold);
    m_form->setContentsMargins(0, 0, 0, 0);
    m_form->setRowWrapPolicy(QFormLayout::WrapAllRows);
    m_form->addRow(tr("&Bits"), m_bits);
    m_form->addRow(tr("&Granularities"), m_granularities);
    m_form->addRow(tr("&Recipes"), m_recipes);
    m_form->addRow(tr("Calibration te&xt (optional)"), m_text);
    m_form->addRow(tr("Sa&mples"), m_samples);
    m_form->addRow(tr("Smooth&Quant strengths"), m_smoothing);
    m_form->addRow(tr("&Tensors"), m_tensors);
    m_dense->setLayout(m_form);
    auto* own = new QVBoxLayout(m_own);
    own->setContentsMargins(0, 0, 0, 0);
    own->addWidget(m_coders);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 6, 0);
    for (QWidget* part : std::initializer_list<QWidget*>{m_title, m_work, m_own, m_dense})
        column->addWidget(part);
    column->addStretch();
}

void StudyForm::showModel() {
    const auto& model = m_session.model();
    const bool open = m_session.state() == SessionState::Open && model;
    const bool quantized = open && hasCodes(*model);
    m_title->setVisible(open);
    m_own->setVisible(quantized);
    m_dense->setVisible(open && !quantized);
    if (open && model != m_model) {
        m_model = model;
        m_title->setText(quantized ? tr("%1, quantized").arg(qs(model->name()))
                                   : qs(model->name()));
        const StudyOptions usual = studyDefaults(*model);
        m_bits->choose(texts(usual.bits));
        m_granularities->choose(texts(usual.granularities));
        m_recipes->choose(texts(usual.recipes));
        m_tensors->clear();
        const QString text = QSettings().value(TextKey).toString();
        m_text->setPath(QFileInfo(text).isFile() ? text : QString());
        if (m_session.isDemo())
            if (const auto file = demoCalibrationFile()) m_text->setPath(pathText(*file));
    }
    showWork();
}

StudyOptions StudyForm::options() const {
    StudyOptions out;
    out.bits.clear();
    for (const QString& bits : m_bits->chosen()) out.bits.push_back(bits.toInt());
    out.granularities = strings(m_granularities->chosen());
    out.recipes = strings(m_recipes->chosen());
    out.text = toPath(m_text->path());
    out.calibration.samples = static_cast<std::size_t>(m_samples->value());
    out.smoothing.clear();
    const QStringList strengths = out.text.empty() ? QStringList() : words(m_smoothing->text());
    for (const QString& alpha : strengths)
        out.smoothing.push_back(alpha.toDouble()); // problem() has seen that it is a number
    for (const QString& word : words(m_tensors->text()))
        out.tensors.push_back((word.contains(QLatin1Char('*')) || word.contains(QLatin1Char('?'))
                                   ? word
                                   : QStringLiteral("*%1*").arg(word))
                                  .toStdString());
    return out;
}

CodesStudyRequest StudyForm::request() const {
    return {.model = m_session.model(), .options = options(), .coders = m_coders->isChecked()};
}

QString StudyForm::settingsProblem() const {
    if (m_bits->chosen().isEmpty()) return tr("Choose at least one width.");
    if (m_recipes->chosen().isEmpty()) return tr("Choose at least one recipe.");
    const bool withText = !m_text->path().isEmpty();
    if (withText && !QFileInfo(m_text->path()).isFile())
        return tr("There is no calibration text at this path.");
    for (const QString& id : m_recipes->chosen())
        if (const auto recipe = findRecipe(id.toStdString());
            recipe && (*recipe)->needsStats() && !withText)
            return tr("%1 needs a calibration text.").arg(id);
    for (const QString& alpha : words(m_smoothing->text())) {
        bool number = false;
        const double value = alpha.toDouble(&number);
        if (withText && (!number || value < 0 || value > 1))
            return tr("SmoothQuant's strengths are numbers from 0 to 1: '%1' is not.").arg(alpha);
    }
    if (const auto settings = studySettings(options()); !settings)
        return m_granularities->chosen().isEmpty() ? tr("Choose at least one granularity.")
                                                   : qs(settings.error().message);
    return {};
}

QString StudyForm::problem() const {
    if (m_session.state() != SessionState::Open) return tr("Open a model first.");
    if (hasCodes(*m_session.model())) return {};
    const QString problem = settingsProblem();
    if (!problem.isEmpty()) return problem;
    return studiedTensors(*m_session.model(), options()).empty()
               ? tr("No dense matrix is called so.")
               : QString();
}

void StudyForm::showWork() {
    const bool open = m_session.state() == SessionState::Open && m_session.model();
    const bool withText = !m_text->path().isEmpty();
    m_samples->setEnabled(withText);
    m_smoothing->setEnabled(withText);
    QString text = tr("No model is open.");
    if (open) {
        const Model& model = *m_session.model();
        const auto tensors = studiedTensors(model, options());
        std::uint64_t weights = 0;
        for (const TensorInfo* tensor : tensors) weights += tensor->rows * tensor->cols;
        if (hasCodes(model)) {
            text = tr("%1 tensors hold codes, %2 weights. They are counted as they are.")
                       .arg(tensors.size())
                       .arg(countText(weights));
        } else {
            const auto settings = studySettings(options());
            text = tr("%1 settings on %2 matrices, %3 weights")
                       .arg(settings ? settings->size() : 0)
                       .arg(tensors.size())
                       .arg(countText(weights));
        }
    }
    m_work->setText(text);
    Q_EMIT changed();
}

void StudyForm::remember() const {
    if (!m_session.isDemo()) QSettings().setValue(TextKey, m_text->path());
}

} // namespace bitsmith::ui
