// The engine's job queue as Qt sees it: snapshots are polled every 80 ms while something runs,
// feeds are read from where they were left, and `finished` comes after everything the job
// published.
#pragma once

#include "core/jobs/job_queue.h"

#include <QObject>
#include <QTimer>

#include <any>
#include <map>
#include <vector>

namespace bitsmith::ui {

// What one job added to its feeds since the last poll.
struct JobFeed {
    JobId id;
    std::vector<std::any> results;
    std::vector<LogLine> log;
};

class JobCenter final : public QObject {
    Q_OBJECT
public:
    explicit JobCenter(QObject* parent = nullptr);

    JobId submit(JobSpec spec);
    void cancel(JobId id);
    void forget(JobId id);
    const std::vector<JobSnapshot>& jobs() const { return m_jobs; }
    const JobSnapshot* find(JobId id) const;
    bool anyUnfinished() const;
    std::any result(JobId id) const { return m_queue.result(id); }

Q_SIGNALS:
    void changed();                              // jobs() is new
    void fed(const bitsmith::ui::JobFeed& feed); // use at once, not through a queue
    void finished(quint64 id);

private:
    void poll();

    struct Cursor {
        std::size_t log = 0, results = 0;
    };
    QTimer m_timer;
    std::vector<JobSnapshot> m_jobs;
    std::map<JobId, Cursor> m_cursors;
    JobQueue m_queue; // last: stops and joins before what its calls might touch
};

} // namespace bitsmith::ui
