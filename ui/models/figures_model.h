// A small table of figures that is shown whole: texts by row and column, numbers on the right.
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

class FiguresModel final : public QAbstractTableModel {
    Q_OBJECT
public:
    explicit FiguresModel(std::vector<FiguresColumn> columns, QObject* parent = nullptr);
    // Each row has as many texts as there are columns. strong: the row in bold; -1: none.
    void setRows(std::vector<QStringList> rows, int strong = -1);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<FiguresColumn> m_columns;
    std::vector<QStringList> m_rows;
    int m_strong = -1;
};

// A view of it whose first column takes what the others leave. whole: as high as its rows, so that
// what is around it scrolls instead.
QTableView* makeFiguresTable(FiguresModel& model, const QString& name, const QString& tip,
                             bool whole = false);

} // namespace bitsmith::ui
