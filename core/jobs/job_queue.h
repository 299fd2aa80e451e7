// Heavy jobs, one at a time per lane, each over a RunContext. Knows no models. Progress is polled,
// results are read from the context's feed, only "finished" is pushed.
#pragma once

#include "core/base/result.h"
#include "core/base/run_context.h"

#include <any>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace bitsmith {

struct JobId {
    std::uint64_t value = 0;
    auto operator<=>(const JobId&) const = default;
};

enum class JobState : std::uint8_t { Queued, Running, Done, Failed, Cancelled };

struct JobSnapshot {
    JobId id;
    std::string title;
    std::string kind; // "quantize", "evaluate", ...: set by the submitter
    JobState state = JobState::Queued;
    Progress progress;
    double seconds = 0;     // since it started running
    double etaSeconds = -1; // -1: unknown
    std::string error;
    std::size_t logLines = 0, results = 0; // lengths of the feeds
};

struct JobSpec {
    std::string title, kind;
    std::string lane = "cpu"; // one worker per lane
    std::uint64_t seed = 0;
    // Returns the job's value, handed to the finished callback's reader through result().
    std::function<Result<std::any>(RunContext&)> work;
};

class JobQueue {
public:
    // Called once per job, without a lock held: on its lane's thread, or on the thread that
    // cancelled it while it was still queued. Not called for jobs that the destructor cancels in
    // the queue.
    using Finished = std::function<void(JobId)>;
    explicit JobQueue(Finished finished = {});
    ~JobQueue(); // cancels, then joins
    JobId submit(JobSpec spec);
    void cancel(JobId id);
    void forget(JobId id); // drops a finished job from the list
    std::vector<JobSnapshot> snapshot() const;
    std::shared_ptr<const RunContext> context(JobId id) const; // feeds; nullptr if unknown
    std::any result(JobId id) const;                           // empty unless Done
    void waitIdle() const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace bitsmith
