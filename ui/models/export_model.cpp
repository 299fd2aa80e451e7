#include "ui/models/export_model.h"

#include "ui/bridge/engine_message.h"
#include "ui/bridge/text.h"

namespace bitsmith::ui {

void ExportModel::setRows(std::vector<ExportRow> rows) {
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

int ExportModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int ExportModel::columnCount(const QModelIndex&) const { return ColumnCount; }

QVariant ExportModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const ExportRow& row = m_rows[static_cast<std::size_t>(index.row())];
    if (role == Qt::TextAlignmentRole && index.column() == Bytes)
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole)
        return row.note.empty()
                   ? qs(row.tensor)
                   : QStringLiteral("%1\n%2").arg(qs(row.tensor), engineMessage(row.note));
    if (role != Qt::DisplayRole) return {};
    switch (index.column()) {
    case Tensor:
        return qs(row.tensor);
    case From:
        return qs(row.from);
    case To:
        return engineMessage(row.to);
    case Bytes:
        return bytesText(row.bytes);
    case Note:
        return engineMessage(row.note);
    default:
        return {};
    }
}

QVariant ExportModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole && section == Bytes)
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    switch (section) {
    case Tensor:
        return tr("tensor");
    case From:
        return tr("from");
    case To:
        return tr("to");
    case Bytes:
        return tr("size");
    case Note:
        return tr("note");
    default:
        return {};
    }
}

} // namespace bitsmith::ui
