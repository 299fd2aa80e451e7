// A table of figures: texts by row and column, numbers on the right. Small ones are shown whole,
// others can be sorted by a click on a heading.
#pragma once

#include <QAbstractTableModel>
#include <QStringList>

#include <vector>

class QTableView;

namespace bitsmith::ui {

struct FiguresColumn {
    QString title, tip;
    bool number = true; // right-aligned
};

struct FiguresRow {
    QStringList texts;
    std::vector<double> keys; // what columns are sorted by; NaN: last. Empty: by their texts
    int id = -1;              // what the row is about
};

class FiguresModel final : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Role { SortRole = Qt::UserRole, IdRole };
    explicit FiguresModel(std::vector<FiguresColumn> columns, QObject* parent = nullptr);
    // Each row has as many texts as there are columns. strong: the row in bold; -1: none.
    void setRows(std::vector<QStringList> rows, int strong = -1);
    // As many rows as before are taken for the same ones: what is selected stays so.
    void setFigures(std::vector<FiguresRow> rows);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<FiguresColumn> m_columns;
    std::vector<FiguresRow> m_rows;
    int m_strong = -1;
};

// A view of it whose first column takes what the others leave. whole: as high as its rows, so that
// what is around it scrolls instead.
QTableView* makeFiguresTable(FiguresModel& model, const QString& name, const QString& tip,
                             bool whole = false);
// One that is sorted by a click on a heading, at first in the model's order.
QTableView* makeSortedTable(FiguresModel& model, const QString& name, const QString& tip);
int chosenId(const QTableView& table); // of the current row; -1: none
void chooseId(QTableView& table, int id);

} // namespace bitsmith::ui
