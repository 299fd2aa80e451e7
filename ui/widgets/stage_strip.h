// The stages of a recipe as boxes in a row, from transform to encode, with what each has chosen.
// One is current: arrow keys and clicks move it.
#pragma once

#include "core/quant/recipe.h"

#include <QWidget>

class QButtonGroup;
class QToolButton;

namespace bitsmith::ui {

class StageStrip final : public QWidget {
    Q_OBJECT
public:
    explicit StageStrip(QWidget* parent = nullptr);
    // null: every box is empty and disabled. bits: shown in the box of the widths.
    void setRecipe(const Recipe* recipe, int bits);
    QString current() const; // a stage's id
    void setCurrent(const QString& stage);

Q_SIGNALS:
    void chosen(const QString& stage);

private:
    QButtonGroup* m_group;
    QList<QToolButton*> m_boxes; // one per stage
    QToolButton* m_bits;         // what allocation decides: not a choice of the recipe
};

// A stage by its id, as the window calls it: "grid", "Gitter".
QString stageTitle(std::string_view id);
// "none", "gptq", "outliers + refit".
QString choicesText(const Recipe& recipe, std::string_view stage);

} // namespace bitsmith::ui
