#include "ui/models/figures_model.h"

#include <QEvent>
#include <QFont>
#include <QHeaderView>
#include <QScrollBar>
#include <QSortFilterProxyModel>
#include <QTableView>

#include <algorithm>
#include <cmath>

namespace bitsmith::ui {
namespace {

// Its first column takes what the others leave, but is never too narrow to be read: then it
// scrolls. Rows follow the type.
class RoomyTable : public QTableView {
public:
    void fit() {
        if (!model() || model()->columnCount() != horizontalHeader()->count()) return; // not yet
        int others = 0;
        for (int column = 1; column < model()->columnCount(); ++column)
            others += columnWidth(column); // 0: hidden
        const int wanted =
            std::min(sizeHintForColumn(0) + 2 * Margin, Widest * fontMetrics().averageCharWidth());
        setColumnWidth(0, std::max(wanted, viewport()->width() - others));
    }
    void fitRows() { verticalHeader()->setDefaultSectionSize(fontMetrics().height() + RowRoom); }

protected:
    void updateGeometries() override {
        fit();
        QTableView::updateGeometries();
    }
    void changeEvent(QEvent* event) override {
        QTableView::changeEvent(event);
        if (event->type() == QEvent::FontChange) fitRows();
    }

private:
    static constexpr int Margin = 4, RowRoom = 6, Widest = 40; // pixels; letters
};

// As high as its rows, and a scroll bar where it is too narrow.
class WholeTable final : public RoomyTable {
public:
    QSize sizeHint() const override { return {QTableView::sizeHint().width(), wholeHeight()}; }
    QSize minimumSizeHint() const override {
        return {QTableView::minimumSizeHint().width(), wholeHeight()};
    }

protected:
    void updateGeometries() override {
        const int before = m_bar;
        RoomyTable::updateGeometries();
        const bool narrow = horizontalHeader()->length() > viewport()->width();
        m_bar = narrow ? horizontalScrollBar()->sizeHint().height() : 0;
        if (m_bar != before) updateGeometry();
    }
    void changeEvent(QEvent* event) override {
        RoomyTable::changeEvent(event);
        if (event->type() == QEvent::FontChange) updateGeometry();
    }

private:
    int wholeHeight() const {
        const int rows = model() ? model()->rowCount() : 0;
        return horizontalHeader()->sizeHint().height() +
               rows * verticalHeader()->defaultSectionSize() + 2 * frameWidth() + 2 + m_bar;
    }
    int m_bar = 0; // its height; 0: none
};

// What all tables of figures have in common.
void arrange(RoomyTable& table, QAbstractItemModel& model, const QString& name,
             const QString& tip) {
    table.setObjectName(name);
    table.setToolTip(tip);
    table.setModel(&model);
    table.setSelectionBehavior(QAbstractItemView::SelectRows);
    table.setAlternatingRowColors(true);
    table.setShowGrid(false);
    table.setWordWrap(false);
    table.setTabKeyNavigation(false);
    table.verticalHeader()->hide();
    table.fitRows();
    QHeaderView* header = table.horizontalHeader();
    header->setHighlightSections(false);
    header->setSectionResizeMode(QHeaderView::ResizeToContents);
    header->setSectionResizeMode(0, QHeaderView::Interactive);
}

} // namespace

FiguresModel::FiguresModel(std::vector<FiguresColumn> columns, QObject* parent)
    : QAbstractTableModel(parent), m_columns(std::move(columns)) {}

void FiguresModel::setRows(std::vector<QStringList> rows, int strong) {
    beginResetModel();
    m_rows.clear();
    for (QStringList& texts : rows) m_rows.push_back({std::move(texts), {}, -1});
    m_strong = strong;
    endResetModel();
}

void FiguresModel::setFigures(std::vector<FiguresRow> rows) {
    const bool same = rows.size() == m_rows.size() && !rows.empty();
    if (!same) beginResetModel();
    m_rows = std::move(rows);
    m_strong = -1;
    if (!same) return endResetModel();
    Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

int FiguresModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int FiguresModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

QVariant FiguresModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const FiguresRow& row = m_rows[static_cast<std::size_t>(index.row())];
    const auto at = static_cast<std::size_t>(index.column());
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole: // cut texts can be read whole
        return row.texts.value(index.column());
    case SortRole:
        if (at >= row.keys.size()) return row.texts.value(index.column());
        return std::isnan(row.keys[at]) ? QVariant() : QVariant(row.keys[at]);
    case IdRole:
        return row.id;
    case Qt::TextAlignmentRole:
        return m_columns[at].number ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
                                    : QVariant(Qt::AlignLeft | Qt::AlignVCenter);
    case Qt::FontRole:
        if (index.row() == m_strong) {
            QFont font;
            font.setBold(true);
            return font;
        }
        return {};
    default:
        return {};
    }
}

QVariant FiguresModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
    const FiguresColumn& column = m_columns[static_cast<std::size_t>(section)];
    switch (role) {
    case Qt::DisplayRole:
        return column.title;
    case Qt::ToolTipRole:
        return column.tip;
    case Qt::TextAlignmentRole:
        return column.number ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
                             : QVariant(Qt::AlignLeft | Qt::AlignVCenter);
    default:
        return {};
    }
}

QTableView* makeFiguresTable(FiguresModel& model, const QString& name, const QString& tip,
                             bool whole) {
    RoomyTable* table = whole ? new WholeTable : new RoomyTable;
    arrange(*table, model, name, tip);
    if (whole) {
        table->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        table->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        QObject::connect(&model, &QAbstractItemModel::modelReset, table, &QWidget::updateGeometry);
    }
    return table;
}

QTableView* makeSortedTable(FiguresModel& model, const QString& name, const QString& tip) {
    auto* table = new RoomyTable;
    auto* proxy = new QSortFilterProxyModel(table);
    proxy->setSourceModel(&model);
    proxy->setSortRole(FiguresModel::SortRole);
    arrange(*table, *proxy, name, tip);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setTextElideMode(Qt::ElideMiddle); // names of tensors differ at their ends
    table->setSortingEnabled(true);
    table->sortByColumn(0, Qt::AscendingOrder);
    return table;
}

int chosenId(const QTableView& table) {
    const QVariant id = table.currentIndex().data(FiguresModel::IdRole);
    return id.isValid() ? id.toInt() : -1;
}

void chooseId(QTableView& table, int id) {
    const QAbstractItemModel* model = table.model();
    for (int row = 0; row < model->rowCount(); ++row)
        if (model->index(row, 0).data(FiguresModel::IdRole).toInt() == id) {
            if (table.currentIndex().row() != row) table.selectRow(row);
            table.scrollTo(model->index(row, 0));
            return;
        }
}

} // namespace bitsmith::ui
