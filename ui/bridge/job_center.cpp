#include "ui/bridge/job_center.h"

#include "ui/bridge/hand_over.h"

#include <algorithm>

namespace bitsmith::ui {
namespace {

constexpr int PollMilliseconds = 80;

bool isOpen(const JobSnapshot& job) {
    return job.state == JobState::Queued || job.state == JobState::Running;
}

} // namespace

JobCenter::JobCenter(QObject* parent)
    : QObject(parent), m_queue([this](JobId id) {
          post(this, [this, id] {
              poll();
              Q_EMIT finished(id.value);
          });
      }) {
    m_timer.setParent(this);
    m_timer.setInterval(PollMilliseconds);
    connect(&m_timer, &QTimer::timeout, this, &JobCenter::poll);
}

JobId JobCenter::submit(JobSpec spec) {
    const JobId id = m_queue.submit(std::move(spec));
    m_timer.start();
    m_jobs = m_queue.snapshot();
    // Feeds not at once: the submitter must know the id before it hears of the job.
    QMetaObject::invokeMethod(this, &JobCenter::poll, Qt::QueuedConnection);
    return id;
}

void JobCenter::cancel(JobId id) {
    m_queue.cancel(id);
    poll();
}

void JobCenter::forget(JobId id) {
    m_queue.forget(id);
    m_cursors.erase(id);
    poll();
}

const JobSnapshot* JobCenter::find(JobId id) const {
    const auto it = std::ranges::find(m_jobs, id, &JobSnapshot::id);
    return it == m_jobs.end() ? nullptr : &*it;
}

bool JobCenter::anyUnfinished() const { return std::ranges::any_of(m_jobs, isOpen); }

void JobCenter::poll() {
    m_jobs = m_queue.snapshot();
    if (!anyUnfinished()) m_timer.stop(); // finished jobs have filled their feeds by now
    const auto jobs = m_jobs;             // a slot may submit or forget
    for (const auto& job : jobs) {
        Cursor& cursor = m_cursors[job.id];
        if (job.logLines == cursor.log && job.results == cursor.results) continue;
        const auto context = m_queue.context(job.id);
        if (!context) continue;
        JobFeed feed{job.id, context->resultsSince(cursor.results), context->logSince(cursor.log)};
        cursor.log += feed.log.size();
        cursor.results += feed.results.size();
        Q_EMIT fed(feed);
    }
    Q_EMIT changed();
}

} // namespace bitsmith::ui
