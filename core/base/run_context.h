// What a long operation knows of its caller: whether to stop, where to report progress, log lines
// and partial results, and the seed. The engine's functions take a RunContext& and call
// checkpoint() at natural grain; nothing else couples them to jobs, terminals or windows.
#pragma once

#include <any>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

namespace bitsmith {

// Thrown by RunContext::checkpoint() after a stop request; caught once, by who started the run.
struct Cancelled {};

enum class LogLevel { Info, Warning };

struct LogLine {
    LogLevel level = LogLevel::Info;
    std::string text;
};

struct Progress {
    double fraction = 0; // 0..1
    std::string step;    // what is being done now, a few words
};

// Thread-safe. Progress is polled, log lines and results are appended and read from a cursor.
class RunContext {
public:
    RunContext() = default;
    explicit RunContext(std::stop_token stop, std::uint64_t seed = 0)
        : m_stop(std::move(stop)), m_seed(seed) {}
    RunContext(const RunContext&) = delete;
    RunContext& operator=(const RunContext&) = delete;

    std::uint64_t seed() const { return m_seed; }
    bool stopRequested() const { return m_stop.stop_requested(); }
    const std::stop_token& stopToken() const { return m_stop; }

    // Cheap and lock-free. Throws Cancelled when asked to stop.
    void checkpoint() const {
        if (m_stop.stop_requested()) throw Cancelled{};
    }
    // As checkpoint(), and moves progress to `fraction` (0..1) of the present range.
    void checkpoint(double fraction);
    // Names the present step and maps the fractions reported from now on to [from, to] of the
    // whole.
    void beginStep(std::string name, double from = 0.0, double to = 1.0);
    Progress progress() const;

    void info(std::string text) { log({LogLevel::Info, std::move(text)}); }
    void warn(std::string text) { log({LogLevel::Warning, std::move(text)}); }
    void log(LogLine line);
    std::vector<LogLine> logSince(std::size_t cursor) const;

    // Partial results (a LayerReport, say), as values; readers any_cast what they know.
    void publish(std::any result);
    std::vector<std::any> resultsSince(std::size_t cursor) const;

private:
    std::stop_token m_stop;
    std::uint64_t m_seed = 0;
    std::atomic<double> m_fraction{0};
    std::atomic<double> m_from{0}, m_to{1};
    mutable std::mutex m_mutex;
    std::string m_step;
    std::vector<LogLine> m_log;
    std::vector<std::any> m_results;
};

} // namespace bitsmith
