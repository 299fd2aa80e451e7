#include "ui/window/recipe_list.h"

#include "core/quant/stages.h"
#include "ui/bridge/text.h"
#include "ui/widgets/parts.h"
#include "ui/widgets/stage_strip.h"

#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QScrollArea>
#include <QSplitter>
#include <QVBoxLayout>

namespace bitsmith::ui {
namespace {

const std::shared_ptr<const Recipe>& recipeOf(const QListWidgetItem& item) {
    return builtinRecipes()[static_cast<std::size_t>(item.data(Qt::UserRole).toInt())];
}

// "2–8", "4": the widths that a recipe can.
QString widthsText(const Recipe& recipe) {
    QStringList widths;
    int first = 0, last = 0;
    const auto end = [&] {
        if (first > 0)
            widths << (first == last ? QString::number(first)
                                     : QStringLiteral("%1–%2").arg(first).arg(last));
    };
    for (int bits = 1; bits <= 16; ++bits) {
        if (!predictLayout(256, 256, bits, recipe)) continue;
        if (bits != last + 1) {
            end();
            first = bits;
        }
        last = bits;
    }
    end();
    return widths.join(QStringLiteral(", "));
}

} // namespace

QString recipeCard(const Recipe& recipe) {
    QString text = QStringLiteral("<h3>%1</h3><p>%2</p>")
                       .arg(engineText(recipe.title).toHtmlEscaped(),
                            engineText(recipe.summary).toHtmlEscaped());
    if (!recipe.paper.empty())
        text += QStringLiteral("<p><i>%1</i></p>").arg(qs(recipe.paper).toHtmlEscaped());
    QStringList stages;
    for (const StageInfo& stage : allStages()) {
        const QString choice = choicesText(recipe, stage.id);
        if (choice != StageStrip::tr("none"))
            stages << QStringLiteral("%1: <b>%2</b>").arg(engineText(stage.title), choice);
    }
    text += QStringLiteral("<p>%1</p>").arg(stages.join(QStringLiteral(" › ")));
    QStringList needs{RecipeList::tr("%1 bits").arg(widthsText(recipe))};
    needs << (recipe.needsStats() ? RecipeList::tr("needs a calibration text")
                                  : RecipeList::tr("needs no data"));
    if (recipe.sequential()) needs << RecipeList::tr("calibrates anew after each layer (slower)");
    if (recipe.entropyCoded()) needs << RecipeList::tr("entropy-coded container");
    return text + QStringLiteral("<p>%1</p>").arg(needs.join(QStringLiteral(" · ")));
}

RecipeList::RecipeList(QWidget* parent)
    : QWidget(parent), m_filter(new QLineEdit), m_list(new QListWidget),
      m_card(makeLabel(QStringLiteral("recipeCard"), true)) {
    setObjectName(QStringLiteral("recipeListPanel"));
    m_filter->setObjectName(QStringLiteral("recipeFilter"));
    m_filter->setPlaceholderText(tr("Filter: a word of title, summary or paper"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setAccessibleName(tr("Filter recipes"));
    m_list->setObjectName(QStringLiteral("recipeList"));
    m_list->setAccessibleName(tr("Recipes"));
    m_list->setToolTip(tr("Tick recipes (space) to compare them"));
    int index = 0;
    for (const auto& recipe : builtinRecipes()) {
        auto* item = new QListWidgetItem(
            QStringLiteral("%1 – %2").arg(qs(recipe->id), engineText(recipe->title)), m_list);
        item->setData(Qt::UserRole, index++);
        item->setFlags(item->flags() | Qt::ItemIsUserCheckable);
        item->setCheckState(Qt::Unchecked);
        item->setToolTip(engineText(recipe->summary));
    }
    m_card->setTextFormat(Qt::RichText);
    m_card->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    auto* scroll = new QScrollArea;
    scroll->setObjectName(QStringLiteral("recipeCardScroll"));
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(m_card);
    auto* split = new QSplitter(Qt::Vertical);
    split->setChildrenCollapsible(false);
    split->addWidget(m_list);
    split->addWidget(scroll);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_filter);
    column->addWidget(split, 1);
    connect(m_filter, &QLineEdit::textChanged, this, &RecipeList::filter);
    connect(m_list, &QListWidget::itemChanged, this, &RecipeList::changed);
    connect(m_list, &QListWidget::currentRowChanged, this, [this] {
        showCard();
        Q_EMIT currentChanged();
    });
    m_list->setCurrentRow(0);
}

std::vector<std::shared_ptr<const Recipe>> RecipeList::ticked() const {
    std::vector<std::shared_ptr<const Recipe>> out;
    for (int i = 0; i < m_list->count(); ++i)
        if (m_list->item(i)->checkState() == Qt::Checked) out.push_back(recipeOf(*m_list->item(i)));
    return out;
}

void RecipeList::tick(const QStringList& ids) {
    for (int i = 0; i < m_list->count(); ++i)
        m_list->item(i)->setCheckState(
            ids.contains(qs(recipeOf(*m_list->item(i))->id)) ? Qt::Checked : Qt::Unchecked);
}

std::shared_ptr<const Recipe> RecipeList::current() const {
    const QListWidgetItem* item = m_list->currentItem();
    return item ? recipeOf(*item) : nullptr;
}

void RecipeList::showCard() {
    const auto recipe = current();
    m_card->setText(recipe ? recipeCard(*recipe) : QString());
}

void RecipeList::filter() {
    const QString word = m_filter->text().trimmed();
    for (int i = 0; i < m_list->count(); ++i) {
        const Recipe& r = *recipeOf(*m_list->item(i));
        bool fits = word.isEmpty();
        for (const QString& text : {qs(r.id), qs(r.title), qs(r.summary), qs(r.paper),
                                    engineText(r.title), engineText(r.summary)})
            fits = fits || text.contains(word, Qt::CaseInsensitive);
        m_list->item(i)->setHidden(!fits);
    }
}

} // namespace bitsmith::ui
