// A comparison of recipes: chart and table, linked. Each stands beside plain rounding and the best
// cheap method at the same exact bits per weight, and is said to lose where it does.
#pragma once

#include "core/pipeline/recipe_study.h"
#include "ui/models/figures_model.h"

#include <QWidget>

class QTableView;

namespace bitsmith::ui {

class RecipeChart;

class RecipeResults final : public QWidget {
    Q_OBJECT
public:
    explicit RecipeResults(QWidget* parent = nullptr);
    void setStudy(const RecipeStudy& study);
    void choose(int outcome);
    int chosen() const { return m_outcome; }
    RecipeChart* chart() { return m_chart; }
    QTableView* table() { return m_table; }

private:
    int m_outcome = -1;
    bool m_filling = false; // selections are no wish of the user
    FiguresModel m_rows;
    RecipeChart* m_chart;
    QTableView* m_table;
};

std::vector<FiguresRow> recipeRows(const RecipeStudy& study); // ids: of outcomes

} // namespace bitsmith::ui
