#include "ui/widgets/problem_table.h"

#include "ui/models/problems_model.h"

#include <QHeaderView>
#include <QTableView>
#include <QTimer>

namespace bitsmith::ui {
namespace {

constexpr int MostFitted = 500; // rows; measuring the text of thousands would be felt
constexpr int TensorWidth = 150, RemedyWidth = 190;

} // namespace

QTableView* makeProblemTable(ProblemsModel& model, const QString& name, const QString& tip) {
    auto* table = new QTableView;
    table->setObjectName(name);
    table->setToolTip(tip);
    table->setModel(&model);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    table->setAlternatingRowColors(true);
    table->setShowGrid(false);
    table->setTabKeyNavigation(false);
    table->setWordWrap(true);
    table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(2 * table->fontMetrics().lineSpacing() + 4);
    QHeaderView* header = table->horizontalHeader();
    header->setHighlightSections(false);
    header->setSectionResizeMode(ProblemsModel::Problem, QHeaderView::Stretch);
    table->setColumnWidth(ProblemsModel::Tensor, TensorWidth);
    table->setColumnWidth(ProblemsModel::Remedy, RemedyWidth);
    // Once for all that changes in one turn of the event loop.
    auto* fit = new QTimer(table);
    fit->setSingleShot(true);
    fit->setInterval(0);
    QObject::connect(fit, &QTimer::timeout, table, [table] {
        if (table->model()->rowCount() <= MostFitted) table->resizeRowsToContents();
    });
    const auto later = [fit] { fit->start(); };
    QObject::connect(&model, &QAbstractItemModel::modelReset, fit, later);
    QObject::connect(header, &QHeaderView::sectionResized, fit, later);
    return table;
}

} // namespace bitsmith::ui
