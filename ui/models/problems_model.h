// What a target says of a plan, as rows: tensor, problem, what to do.
#pragma once

#include "core/plan/target.h"

#include <QAbstractTableModel>

#include <vector>

class QIcon;

namespace bitsmith::ui {

class ProblemsModel final : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Tensor, Problem, Remedy, ColumnCount };
    enum ItemRole {
        TensorRole = Qt::UserRole, // QString, full name; empty: of the whole model
        BlocksRole,                // bool
        FixableRole                // bool
    };
    using QAbstractTableModel::QAbstractTableModel;

    // Shown with blocking ones first.
    void setProblems(std::vector<TargetProblem> problems);
    std::size_t sourceRow(const QModelIndex& index) const; // in what setProblems was given

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<TargetProblem> m_problems;
    std::vector<std::size_t> m_order;
    std::size_t m_prefix = 0; // of all names: "model.layers.", not repeated in every row
};

// The sign of a blocking problem, or of a caveat.
QIcon problemIcon(bool blocks);

} // namespace bitsmith::ui
