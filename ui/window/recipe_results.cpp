#include "ui/window/recipe_results.h"

#include "ui/bridge/text.h"
#include "ui/charts/recipe_chart.h"

#include <QScopedValueRollback>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

#include <cmath>
#include <limits>

namespace bitsmith::ui {
namespace {

constexpr double NaN = std::numeric_limits<double>::quiet_NaN();

QString verdict(const RecipeOutcome& r) {
    if (!std::isfinite(r.cheap)) return RecipeResults::tr("nothing to compare with");
    const QString ratio = QString::number(r.all.error() / r.cheap, 'f', 2);
    return r.loses() ? RecipeResults::tr("loses: %1 ×").arg(ratio)
                     : RecipeResults::tr("wins: %1 ×").arg(ratio);
}

} // namespace

std::vector<FiguresRow> recipeRows(const RecipeStudy& study) {
    std::vector<FiguresRow> rows;
    int id = 0;
    for (const RecipeOutcome& r : study.recipes) {
        FiguresRow row;
        row.id = id++;
        const QString name = RecipeResults::tr("%1, %2 bits").arg(qs(r.recipe)).arg(r.bits);
        if (!r.problem.empty()) {
            row.texts = {
                name, {}, {}, {}, {}, RecipeResults::tr("not possible: %1").arg(qs(r.problem)), {}};
            row.keys = {double(r.bits), NaN, NaN, NaN, NaN, NaN, NaN};
        } else {
            const auto error = [&](double value) {
                if (!std::isfinite(value)) return QStringLiteral("–");
                return study.onModel ? numberText(value) : percentText(value);
            };
            row.texts = {name,
                         QString::number(r.all.bitsPerWeight, 'f', 3),
                         error(r.all.error()),
                         error(r.plain),
                         error(r.cheap),
                         verdict(r),
                         secondsText(r.all.seconds)};
            row.keys = {double(r.bits), r.all.bitsPerWeight,
                        r.all.error(),  r.plain,
                        r.cheap,        std::isfinite(r.cheap) ? r.all.error() / r.cheap : NaN,
                        r.all.seconds};
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

RecipeResults::RecipeResults(QWidget* parent)
    : QWidget(parent),
      m_rows({{tr("recipe"), tr("Recipe and width"), false},
              {tr("bits/weight"), tr("Exact, scales and everything beside the codes counted")},
              {tr("error"), tr("Of the layer's output on the calibration text (of the weights "
                               "without one), or the whole model's mean KL divergence in nats")},
              {tr("rtn"), tr("Error of round to nearest at the same bits per weight, between its "
                             "own widths and group sizes")},
              {tr("best cheap"), tr("The best of rtn, rtn_mse and hqq at the same bits")},
              {tr("against it"),
               tr("Error divided by that of the best cheap method: above 1 it "
                  "loses"),
               false},
              {tr("time"), tr("Of quantizing")}}),
      m_chart(new RecipeChart) {
    setObjectName(QStringLiteral("recipeResults"));
    m_table = makeSortedTable(m_rows, QStringLiteral("recipeTable"),
                              tr("Click a heading to sort, a row to find it in the chart"));
    auto* split = new QSplitter(Qt::Vertical);
    split->addWidget(m_chart);
    split->addWidget(m_table);
    split->setChildrenCollapsible(false);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(split);
    connect(m_chart, &RecipeChart::picked, this, &RecipeResults::choose);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] {
        if (!m_filling) choose(chosenId(*m_table));
    });
}

void RecipeResults::setStudy(const RecipeStudy& study) {
    const QScopedValueRollback filling(m_filling, true);
    m_rows.setFigures(recipeRows(study));
    m_chart->setStudy(study);
    choose(m_outcome);
}

void RecipeResults::choose(int outcome) {
    const QScopedValueRollback filling(m_filling, true);
    m_outcome = outcome;
    m_chart->setChosen(outcome);
    if (outcome >= 0) chooseId(*m_table, outcome);
}

} // namespace bitsmith::ui
