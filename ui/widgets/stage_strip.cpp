#include "ui/widgets/stage_strip.h"

#include "core/quant/stages.h"
#include "ui/bridge/text.h"
#include "ui/widgets/flow_layout.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

namespace bitsmith::ui {
namespace {

QToolButton* makeBox(const QString& name) {
    auto* box = new QToolButton;
    box->setObjectName(name);
    box->setCheckable(true);
    box->setAutoRaise(false);
    box->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    box->setToolButtonStyle(Qt::ToolButtonTextOnly);
    return box;
}

// A box with the arrow to the next one: they stay together where lines wrap.
QWidget* withArrow(QToolButton* box) {
    auto* pair = new QWidget;
    auto* row = new QHBoxLayout(pair);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2);
    auto* arrow = new QLabel(QStringLiteral("›"));
    arrow->setAccessibleName(QString());
    row->addWidget(box, 1);
    row->addWidget(arrow);
    return pair;
}

} // namespace

QString stageTitle(std::string_view id) {
    if (id == "transform") return StageStrip::tr("transform");
    if (id == "grid") return StageStrip::tr("grid");
    if (id == "round") return StageStrip::tr("round");
    if (id == "compensate") return StageStrip::tr("compensate");
    if (id == "tune") return StageStrip::tr("tune");
    if (id == "encode") return StageStrip::tr("encode");
    return qs(id);
}

QString choicesText(const Recipe& recipe, std::string_view stage) {
    QStringList names;
    for (const StageChoice& choice : recipe.stages)
        if (choice.stage == stage) names << qs(choice.id);
    return names.isEmpty() ? StageStrip::tr("none") : names.join(QStringLiteral(" + "));
}

StageStrip::StageStrip(QWidget* parent)
    : QWidget(parent), m_group(new QButtonGroup(this)),
      m_bits(makeBox(QStringLiteral("stage-bits"))) {
    setObjectName(QStringLiteral("stageStrip"));
    auto* row = new FlowLayout(this);
    row->setSpacing(2);
    for (const StageInfo& stage : allStages()) {
        auto* box = makeBox(QStringLiteral("stage-") + qs(stage.id));
        box->setProperty("stage", qs(stage.id));
        box->setToolTip(engineText(stage.question));
        m_group->addButton(box);
        m_boxes << box;
        row->addWidget(&stage == &allStages().back() ? box : withArrow(box));
        if (stage.id == "transform") // widths are settled before the grid is
            row->addWidget(withArrow(m_bits));
        connect(box, &QToolButton::clicked, this,
                [this, box] { Q_EMIT chosen(box->property("stage").toString()); });
    }
    m_bits->setCheckable(false);
    m_bits->setEnabled(false);
    m_bits->setToolTip(
        tr("Allocate: the width that the plan gives this tensor (Layers, or a budget)"));
    m_group->setExclusive(true);
    setRecipe(nullptr, 0);
    setCurrent(QStringLiteral("grid"));
}

void StageStrip::setRecipe(const Recipe* recipe, int bits) {
    for (QToolButton* box : m_boxes) {
        const std::string stage = box->property("stage").toString().toStdString();
        const QString choice = recipe ? choicesText(*recipe, stage) : QStringLiteral("–");
        box->setText(QStringLiteral("%1\n%2").arg(stageTitle(stage), choice));
        box->setAccessibleName(tr("Stage %1: %2").arg(stageTitle(stage), choice));
        box->setEnabled(recipe);
    }
    m_bits->setText(
        tr("allocate\n%1").arg(bits > 0 ? tr("%n bits", nullptr, bits) : QStringLiteral("–")));
}

QString StageStrip::current() const {
    const auto* box = m_group->checkedButton();
    return box ? box->property("stage").toString() : QString();
}

void StageStrip::setCurrent(const QString& stage) {
    for (QToolButton* box : m_boxes)
        if (box->property("stage").toString() == stage) box->setChecked(true);
}

} // namespace bitsmith::ui
