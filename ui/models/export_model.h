// What an export will hold, tensor by tensor, before it is written.
#pragma once

#include "core/exporters/exporter.h"

#include <QAbstractTableModel>

#include <vector>

namespace bitsmith::ui {

class ExportModel final : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Tensor, From, To, Bytes, Note, ColumnCount };
    using QAbstractTableModel::QAbstractTableModel;

    void setRows(std::vector<ExportRow> rows);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<ExportRow> m_rows;
};

} // namespace bitsmith::ui
