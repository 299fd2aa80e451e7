#include "ui/widgets/problem_table.h"

#include "ui/models/problems_model.h"

#include <QHeaderView>
#include <QTableView>
#include <QTimer>

#include <algorithm>

namespace bitsmith::ui {
namespace {

constexpr int MostFitted = 500; // rows; measuring the text of thousands would be felt
constexpr int TensorWidth = 21, MostTensorWidth = 37; // characters
constexpr int RowRoom = 6;
constexpr int IconRoom = 32; // the sign before the name, and margins

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
    for (const int sentence : {ProblemsModel::Problem, ProblemsModel::Remedy})
        header->setSectionResizeMode(sentence, QHeaderView::Stretch);
    header->setMinimumSectionSize( // no heading is cut
        std::max(header->sectionSizeHint(ProblemsModel::Problem),
                 header->sectionSizeHint(ProblemsModel::Remedy)));
    table->setColumnWidth(ProblemsModel::Tensor,
                          TensorWidth * table->fontMetrics().averageCharWidth());
    // Once for all that changes in one turn of the event loop.
    auto* fit = new QTimer(table);
    fit->setSingleShot(true);
    fit->setInterval(0);
    QObject::connect(fit, &QTimer::timeout, table, [table, &model] {
        const int rows = model.rowCount();
        if (rows > MostFitted) return;
        const int character = table->fontMetrics().averageCharWidth();
        int widest = 0; // names are not broken into lines
        for (int row = 0; row < rows; ++row)
            widest = std::max(
                widest,
                table->fontMetrics().horizontalAdvance(
                    model.index(row, ProblemsModel::Tensor).data(Qt::DisplayRole).toString()));
        table->setColumnWidth(
            ProblemsModel::Tensor,
            std::clamp(widest + IconRoom, TensorWidth * character, MostTensorWidth * character));
        table->resizeRowsToContents();
        for (int row = 0; row < rows; ++row)
            table->setRowHeight(row, table->rowHeight(row) + RowRoom);
    });
    const auto later = [fit] { fit->start(); };
    QObject::connect(&model, &QAbstractItemModel::modelReset, fit, later);
    QObject::connect(header, &QHeaderView::sectionResized, fit, later);
    return table;
}

} // namespace bitsmith::ui
