#include "ui/models/jobs_model.h"

#include "ui/bridge/text.h"

#include <algorithm>

namespace bitsmith::ui {

QString stateText(JobState state) {
    switch (state) {
    case JobState::Queued:
        return JobsModel::tr("waiting");
    case JobState::Running:
        return JobsModel::tr("running");
    case JobState::Done:
        return JobsModel::tr("done");
    case JobState::Failed:
        return JobsModel::tr("failed");
    case JobState::Cancelled:
        return JobsModel::tr("cancelled");
    }
    return {};
}

void JobsModel::update(const std::vector<JobSnapshot>& jobs) {
    std::vector<JobSnapshot> next;
    for (auto it = jobs.rbegin(); it != jobs.rend(); ++it)
        if (it->kind != "generate") next.push_back(*it);

    // Rows go where their job was forgotten, come at the top where it is new.
    const auto has = [](const std::vector<JobSnapshot>& list, JobId id) {
        return std::ranges::find(list, id, &JobSnapshot::id) != list.end();
    };
    for (int row = static_cast<int>(m_jobs.size()) - 1; row >= 0; --row) {
        if (has(next, m_jobs[static_cast<std::size_t>(row)].id)) continue;
        beginRemoveRows({}, row, row);
        m_jobs.erase(m_jobs.begin() + row);
        endRemoveRows();
    }
    if (const auto added = next.size() - m_jobs.size(); added > 0) {
        beginInsertRows({}, 0, static_cast<int>(added) - 1);
        m_jobs.insert(m_jobs.begin(), next.begin(),
                      next.begin() + static_cast<std::ptrdiff_t>(added));
        endInsertRows();
    }
    m_jobs = std::move(next);
    if (!m_jobs.empty())
        Q_EMIT dataChanged(index(0, 0),
                           index(static_cast<int>(m_jobs.size()) - 1, ColumnCount - 1));
}

const JobSnapshot* JobsModel::at(int row) const {
    if (row < 0 || row >= static_cast<int>(m_jobs.size())) return nullptr;
    return &m_jobs[static_cast<std::size_t>(row)];
}

int JobsModel::rowOf(JobId id) const {
    const auto it = std::ranges::find(m_jobs, id, &JobSnapshot::id);
    return it == m_jobs.end() ? -1 : static_cast<int>(it - m_jobs.begin());
}

int JobsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_jobs.size());
}

int JobsModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant JobsModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const JobSnapshot& job = *at(index.row());
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case Title:
            return qs(job.title);
        case State:
            return stateText(job.state);
        case Step:
            return job.state == JobState::Failed ? qs(job.error) : engineText(job.progress.step);
        case Time:
            return job.state == JobState::Queued ? QString() : secondsText(job.seconds);
        case Remaining:
            if (job.state != JobState::Running) return {};
            return job.etaSeconds < 0 ? tr("estimating") : secondsText(job.etaSeconds);
        default:
            return {};
        }
    case Qt::ToolTipRole:
        return job.error.empty() ? qs(job.title) : qs(job.error);
    case FractionRole:
        return job.progress.fraction;
    case StateRole:
        return static_cast<int>(job.state);
    default:
        return {};
    }
}

QVariant JobsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    switch (section) {
    case Title:
        return tr("run");
    case State:
        return tr("state");
    case ProgressColumn:
        return tr("progress");
    case Step:
        return tr("step");
    case Time:
        return tr("time");
    case Remaining:
        return tr("remaining");
    default:
        return {};
    }
}

} // namespace bitsmith::ui
