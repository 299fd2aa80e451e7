#include "ui/models/figures_model.h"

#include <QFont>
#include <QHeaderView>
#include <QTableView>

namespace bitsmith::ui {
namespace {

// As high as its rows.
class WholeTable final : public QTableView {
public:
    QSize sizeHint() const override { return {QTableView::sizeHint().width(), wholeHeight()}; }
    QSize minimumSizeHint() const override {
        return {QTableView::minimumSizeHint().width(), wholeHeight()};
    }

private:
    int wholeHeight() const {
        const int rows = model() ? model()->rowCount() : 0;
        return horizontalHeader()->sizeHint().height() +
               rows * verticalHeader()->defaultSectionSize() + 2 * frameWidth() + 2;
    }
};

} // namespace

FiguresModel::FiguresModel(std::vector<FiguresColumn> columns, QObject* parent)
    : QAbstractTableModel(parent), m_columns(std::move(columns)) {}

void FiguresModel::setRows(std::vector<QStringList> rows, int strong) {
    beginResetModel();
    m_rows = std::move(rows);
    m_strong = strong;
    endResetModel();
}

int FiguresModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int FiguresModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

QVariant FiguresModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole: // cut texts can be read whole
        return m_rows[static_cast<std::size_t>(index.row())].value(index.column());
    case Qt::TextAlignmentRole:
        return m_columns[static_cast<std::size_t>(index.column())].number
                   ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
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
    auto* table = whole ? new WholeTable : new QTableView;
    table->setObjectName(name);
    table->setToolTip(tip);
    table->setModel(&model);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setAlternatingRowColors(true);
    table->setShowGrid(false);
    table->setWordWrap(false);
    table->setTabKeyNavigation(false);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() + 6);
    QHeaderView* header = table->horizontalHeader();
    header->setHighlightSections(false);
    header->setSectionResizeMode(QHeaderView::ResizeToContents);
    header->setSectionResizeMode(0, QHeaderView::Stretch);
    if (whole) {
        table->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        table->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        QObject::connect(&model, &QAbstractItemModel::modelReset, table, &QWidget::updateGeometry);
    }
    return table;
}

} // namespace bitsmith::ui
