// Jobs as a table, newest first. Generations of the playground are left out.
#pragma once

#include "core/jobs/job_queue.h"

#include <QAbstractTableModel>

#include <vector>

namespace bitsmith::ui {

class JobsModel final : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Title, State, ProgressColumn, Step, Time, Remaining, ColumnCount };
    enum ItemRole { FractionRole = Qt::UserRole, StateRole };
    using QAbstractTableModel::QAbstractTableModel;

    void update(const std::vector<JobSnapshot>& jobs);
    const JobSnapshot* at(int row) const;
    int rowOf(JobId id) const; // -1: none

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<JobSnapshot> m_jobs;
};

QString stateText(JobState state);

} // namespace bitsmith::ui
