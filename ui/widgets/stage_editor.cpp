#include "ui/widgets/stage_editor.h"

#include "core/quant/stages.h"
#include "ui/bridge/text.h"
#include "ui/widgets/params_form.h"
#include "ui/widgets/parts.h"

#include <QComboBox>
#include <QLabel>
#include <QVBoxLayout>
#include <nlohmann/json.hpp>

namespace bitsmith::ui {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::size_t MostChoices = 4; // of one stage

} // namespace

StageEditor::StageEditor(QWidget* parent) : QWidget(parent), m_column(new QVBoxLayout(this)) {
    setObjectName(QStringLiteral("stageEditor"));
    m_column->setContentsMargins(0, 0, 0, 0);
}

void StageEditor::setStage(std::shared_ptr<const Recipe> recipe, const QString& stage) {
    m_recipe = std::move(recipe);
    m_stage = stage;
    m_parts.clear();
    delete m_body;
    m_body = new QWidget;
    auto* column = new QVBoxLayout(m_body);
    column->setContentsMargins(0, 0, 0, 0);
    m_column->addWidget(m_body);
    const StageInfo* info = findStage(stage.toStdString());
    if (!m_recipe || !info) return;
    auto* question = new QLabel(engineText(info->question));
    question->setWordWrap(true);
    column->addWidget(question);
    for (const StageChoice& choice : m_recipe->stages)
        if (choice.stage == info->id) addPart(&choice);
    if (m_parts.empty() || (info->many && m_parts.size() < MostChoices)) addPart(nullptr);
    column->addStretch(1);
}

void StageEditor::addPart(const StageChoice* choice) {
    const StageInfo& info = *findStage(m_stage.toStdString());
    const std::size_t index = m_parts.size();
    Part part{new QComboBox, new QLabel,
              new ParamsForm(QStringLiteral("stageParams%1").arg(index))};
    part.choice->setObjectName(QStringLiteral("stageChoice%1").arg(index));
    part.choice->setAccessibleName(tr("Choice of the stage"));
    shrinkable(*part.choice);
    part.summary->setWordWrap(true);
    if (!info.required)
        part.choice->addItem(index == 0 ? tr("none") : tr("nothing more"), QString());
    for (const ChoiceInfo* known : stageChoices(info.id)) {
        part.choice->addItem(engineText(known->title), qs(known->id));
        part.choice->setItemData(part.choice->count() - 1, engineText(known->summary),
                                 Qt::ToolTipRole);
    }
    part.choice->setCurrentIndex(part.choice->findData(choice ? qs(choice->id) : QString()));
    auto* column = static_cast<QVBoxLayout*>(m_body->layout());
    column->addWidget(part.choice);
    column->addWidget(part.summary);
    column->addWidget(part.form);
    m_parts.push_back(part);
    showChoice(index);
    if (choice) part.form->setParams(choice->params->clone());
    connect(part.form, &ParamsForm::changed, this, &StageEditor::changed);
    connect(part.choice, &QComboBox::activated, this, [this, index] {
        showChoice(index);
        Q_EMIT changed();
    });
}

// The chosen one's own defaults and sentence.
void StageEditor::showChoice(std::size_t index) {
    const Part& part = m_parts[index];
    const std::string id = part.choice->currentData().toString().toStdString();
    const std::string stage = m_stage.toStdString();
    QString summary;
    for (const ChoiceInfo* known : stageChoices(stage))
        if (known->id == id)
            summary = known->needsStats ? tr("%1 Needs a calibration text.")
                                              .arg(engineText(known->summary) + QLatin1Char('.'))
                                        : engineText(known->summary) + QLatin1Char('.');
    part.summary->setText(summary);
    part.summary->setVisible(!summary.isEmpty());
    auto defaults = stageDefaults(stage, id);
    part.form->setParams(defaults ? *std::move(defaults) : nullptr);
    part.form->setVisible(!part.form->empty());
}

Result<std::shared_ptr<const Recipe>> StageEditor::edited() const {
    if (!m_recipe) return fail(ErrorCode::Usage, "no recipe");
    Json json = toJson(*m_recipe);
    Json choices = Json::array();
    for (const Part& part : m_parts) {
        const std::string id = part.choice->currentData().toString().toStdString();
        if (id.empty()) continue;
        Json values = {{"id", id}};
        if (const auto params = part.form->params()) {
            const Json own = params->toJson();
            for (const auto& [name, value] : own.items()) values[name] = value;
        }
        choices.push_back(std::move(values));
    }
    const std::string stage = m_stage.toStdString();
    if (choices.empty())
        json["stages"].erase(stage);
    else
        json["stages"][stage] = choices.size() == 1 ? choices[0] : choices;
    return recipeFromJson(json);
}

} // namespace bitsmith::ui
