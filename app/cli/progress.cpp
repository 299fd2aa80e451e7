#include "app/cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <string>

namespace bitsmith::cli {
namespace {

volatile std::sig_atomic_t interrupted = 0;

// The first signal asks for a clean stop; a second one ends the program at once.
void onSignal(int signal) {
    interrupted = 1;
    std::signal(signal, SIG_DFL);
}

std::string duration(double seconds) {
    const auto s = static_cast<long>(seconds + 0.5);
    if (s >= 3600) return fmt::format("{}h{:02}m", s / 3600, s / 60 % 60);
    if (s >= 60) return fmt::format("{}m{:02}s", s / 60, s % 60);
    return fmt::format("{}s", s);
}

std::string line(const Progress& progress, double elapsed, bool bar) {
    std::string out = fmt::format("{:5.1f} %  {}", 100 * progress.fraction, progress.step);
    if (bar) {
        constexpr int Width = 24;
        const int full = static_cast<int>(progress.fraction * Width);
        out = fmt::format("[{:#<{}}{:.<{}}] {}", "", full, "", Width - full, out);
    }
    if (progress.fraction > 0.02 && elapsed > 1)
        out += fmt::format("  {} left",
                           duration(elapsed / progress.fraction * (1 - progress.fraction)));
    return out;
}

} // namespace

ProgressPrinter::ProgressPrinter(const RunContext& context, std::stop_source stop, bool quiet)
    : m_context(context), m_stop(std::move(stop)), m_quiet(quiet), m_terminal(::isatty(2) == 1) {
    interrupted = 0;
    std::signal(SIGINT, onSignal);
    std::signal(SIGTERM, onSignal);
    m_thread = std::jthread([this](std::stop_token done) { loop(done); });
}

ProgressPrinter::~ProgressPrinter() {
    m_thread.request_stop();
    m_thread.join();
    if (m_terminal && !m_quiet) std::fprintf(stderr, "\r\033[K");
    printLog();
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
}

void ProgressPrinter::printLog() {
    for (const LogLine& entry : m_context.logSince(m_logCursor)) {
        ++m_logCursor;
        if (entry.level == LogLevel::Info && m_quiet) continue;
        std::fprintf(stderr, "%sbitsmith: %s%s\n", m_terminal && !m_quiet ? "\r\033[K" : "",
                     entry.level == LogLevel::Warning ? "warning: " : "", entry.text.c_str());
    }
}

void ProgressPrinter::loop(const std::stop_token& done) {
    using Clock = std::chrono::steady_clock;
    const auto start = Clock::now();
    auto last = start;
    while (!done.stop_requested()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        if (interrupted) m_stop.request_stop();
        const auto now = Clock::now();
        if (now - last <
            (m_terminal ? std::chrono::milliseconds(200) : std::chrono::milliseconds(5000)))
            continue;
        last = now;
        printLog();
        if (m_quiet) continue;
        const std::string text = line(
            m_context.progress(), std::chrono::duration<double>(now - start).count(), m_terminal);
        std::fprintf(stderr, m_terminal ? "\r\033[K%s" : "%s\n", text.c_str());
        std::fflush(stderr);
    }
}

} // namespace bitsmith::cli
