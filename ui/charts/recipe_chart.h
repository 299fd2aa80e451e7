// Recipes as points, exact bits per weight against error, over the lines that plain rounding and
// the best cheap method reach. Below the lines: worth its trouble; above: not.
#pragma once

#include "core/pipeline/recipe_study.h"
#include "ui/charts/chart_view.h"

#include <QWidget>

class QCategoryAxis;
class QLineSeries;
class QScatterSeries;
class QValueAxis;

namespace bitsmith::ui {

class RecipeChart final : public QWidget {
    Q_OBJECT
public:
    explicit RecipeChart(QWidget* parent = nullptr);
    void setStudy(const RecipeStudy& study);
    void setChosen(int outcome); // its index; -1: none
    ChartView* view() { return m_view; }
    int pointCount() const; // of recipes

Q_SIGNALS:
    void picked(int outcome);

private:
    void rebuild();
    int nearest(const QPointF& value) const;
    QString csv() const;

    RecipeStudy m_study;
    int m_outcome = -1;
    ChartView* m_view;
    QLineSeries *m_plain, *m_cheap;
    QScatterSeries* m_chosen;
    QList<QScatterSeries*> m_dots; // one per recipe
    QList<QAbstractAxis*> m_axes;
    QPointF m_range{1, 1};
};

} // namespace bitsmith::ui
