// One thread per lane, started when the lane gets its first job. All state lies under one mutex;
// work and callbacks run without it.
#include "core/jobs/job_queue.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <map>
#include <mutex>
#include <new>
#include <thread>

namespace bitsmith {
namespace {

using Clock = std::chrono::steady_clock;

// Before so much time or progress an estimate would jump about.
constexpr double EtaMinimumSeconds = 1.0, EtaMinimumFraction = 0.01;

bool isFinished(JobState state) { return state != JobState::Queued && state != JobState::Running; }

struct Job {
    JobId id;
    JobSpec spec;
    std::stop_source stop;
    std::shared_ptr<RunContext> context;
    JobState state = JobState::Queued;
    Clock::time_point started{}, ended{};
    std::string error;
    std::any value;
    std::size_t logLines = 0, results = 0; // counted so far; feeds only grow

    double seconds() const {
        if (started == Clock::time_point{}) return 0;
        const auto until = isFinished(state) ? ended : Clock::now();
        return std::chrono::duration<double>(until - started).count();
    }
};

double estimate(double seconds, double fraction) {
    if (seconds < EtaMinimumSeconds || fraction < EtaMinimumFraction) return -1;
    return seconds * (1.0 - fraction) / fraction;
}

// Everything a job's function can do to end, as a state and a message.
std::pair<JobState, std::string> runWork(Job& job, std::any& value) {
    try {
        auto outcome = job.spec.work(*job.context);
        if (!outcome) return {JobState::Failed, outcome.error().message};
        value = *std::move(outcome);
        return {JobState::Done, {}};
    } catch (const Cancelled&) {
        return {JobState::Cancelled, {}};
    } catch (const std::bad_alloc&) {
        return {JobState::Failed, "out of memory: close other programs, or take a smaller model, "
                                  "fewer calibration samples or a shorter context"};
    } catch (const std::exception& e) {
        return {JobState::Failed, e.what()};
    } catch (...) {
        return {JobState::Failed, "an unknown error ended the job"};
    }
}

} // namespace

struct JobQueue::Impl {
    struct Lane {
        std::deque<std::shared_ptr<Job>> pending;
        bool busy = false;
        std::jthread thread;
    };

    Finished finished;
    mutable std::mutex mutex;
    mutable std::condition_variable_any changed;
    std::vector<std::shared_ptr<Job>> jobs; // in order of submission
    std::uint64_t nextId = 1;
    std::map<std::string, Lane> lanes; // last: threads end before the rest goes

    std::shared_ptr<Job> find(JobId id) const {
        const auto it =
            std::ranges::find_if(jobs, [&](const auto& candidate) { return candidate->id == id; });
        return it == jobs.end() ? nullptr : *it;
    }

    void serve(const std::stop_token& stop, Lane& lane) {
        for (;;) {
            std::shared_ptr<Job> job;
            {
                std::unique_lock lock(mutex);
                if (!changed.wait(lock, stop, [&] { return !lane.pending.empty(); })) return;
                if (stop.stop_requested()) return;
                job = lane.pending.front();
                lane.pending.pop_front();
                lane.busy = true;
                job->state = JobState::Running;
                job->started = Clock::now();
            }
            std::any value;
            auto [state, error] = runWork(*job, value);
            {
                const std::lock_guard lock(mutex);
                job->state = state;
                job->error = std::move(error);
                job->value = std::move(value);
                job->ended = Clock::now();
                job->spec.work = {}; // frees what it captured
            }
            if (finished) finished(job->id);
            {
                const std::lock_guard lock(mutex);
                lane.busy = false;
            }
            changed.notify_all();
        }
    }
};

JobQueue::JobQueue(Finished finished) : m_impl(std::make_unique<Impl>()) {
    m_impl->finished = std::move(finished);
}

JobQueue::~JobQueue() {
    {
        const std::lock_guard lock(m_impl->mutex);
        for (const auto& job : m_impl->jobs) job->stop.request_stop();
        for (auto& [name, lane] : m_impl->lanes) {
            for (const auto& job : lane.pending) job->state = JobState::Cancelled;
            lane.pending.clear();
            lane.thread.request_stop();
        }
    }
    m_impl->changed.notify_all();
    for (auto& [name, lane] : m_impl->lanes)
        if (lane.thread.joinable()) lane.thread.join();
}

JobId JobQueue::submit(JobSpec spec) {
    auto job = std::make_shared<Job>();
    job->context = std::make_shared<RunContext>(job->stop.get_token(), spec.seed);
    job->spec = std::move(spec);
    {
        const std::lock_guard lock(m_impl->mutex);
        job->id = {m_impl->nextId++};
        m_impl->jobs.push_back(job);
        auto& lane = m_impl->lanes[job->spec.lane]; // a map's elements stay where they are
        lane.pending.push_back(job);
        if (!lane.thread.joinable())
            lane.thread = std::jthread([impl = m_impl.get(), &lane](const std::stop_token& stop) {
                impl->serve(stop, lane);
            });
    }
    m_impl->changed.notify_all();
    return job->id;
}

void JobQueue::cancel(JobId id) {
    bool wasQueued = false;
    {
        const std::lock_guard lock(m_impl->mutex);
        const auto job = m_impl->find(id);
        if (!job || isFinished(job->state)) return;
        job->stop.request_stop();
        wasQueued = job->state == JobState::Queued;
        if (wasQueued) {
            job->state = JobState::Cancelled;
            job->spec.work = {};
            std::erase(m_impl->lanes[job->spec.lane].pending, job);
        }
    }
    m_impl->changed.notify_all();
    if (wasQueued && m_impl->finished) m_impl->finished(id);
}

void JobQueue::forget(JobId id) {
    const std::lock_guard lock(m_impl->mutex);
    std::erase_if(m_impl->jobs,
                  [&](const auto& job) { return job->id == id && isFinished(job->state); });
}

std::vector<JobSnapshot> JobQueue::snapshot() const {
    const std::lock_guard lock(m_impl->mutex);
    std::vector<JobSnapshot> out;
    out.reserve(m_impl->jobs.size());
    for (const auto& job : m_impl->jobs) {
        job->logLines += job->context->logSince(job->logLines).size();
        job->results += job->context->resultsSince(job->results).size();
        JobSnapshot now{.id = job->id,
                        .title = job->spec.title,
                        .kind = job->spec.kind,
                        .state = job->state,
                        .progress = job->context->progress(),
                        .seconds = job->seconds(),
                        .error = job->error,
                        .logLines = job->logLines,
                        .results = job->results};
        if (job->state == JobState::Done) now.progress.fraction = 1;
        if (job->state == JobState::Running)
            now.etaSeconds = estimate(now.seconds, now.progress.fraction);
        out.push_back(std::move(now));
    }
    return out;
}

std::shared_ptr<const RunContext> JobQueue::context(JobId id) const {
    const std::lock_guard lock(m_impl->mutex);
    const auto job = m_impl->find(id);
    return job ? job->context : nullptr;
}

std::any JobQueue::result(JobId id) const {
    const std::lock_guard lock(m_impl->mutex);
    const auto job = m_impl->find(id);
    return job ? job->value : std::any();
}

void JobQueue::waitIdle() const {
    std::unique_lock lock(m_impl->mutex);
    m_impl->changed.wait(lock, [&] {
        return std::ranges::all_of(m_impl->lanes, [](const auto& entry) {
            return entry.second.pending.empty() && !entry.second.busy;
        });
    });
}

} // namespace bitsmith
