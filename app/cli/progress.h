// Progress of a running RunContext on standard error: a bar with an estimate on a terminal, a line
// every few seconds elsewhere, nothing when quiet. Also turns Ctrl-C into a stop request.
#pragma once

#include "core/base/run_context.h"

#include <stop_token>
#include <thread>

namespace bitsmith::cli {

class ProgressPrinter {
public:
    // stop is asked for when Ctrl-C (SIGINT) or SIGTERM arrives while this object lives.
    ProgressPrinter(const RunContext& context, std::stop_source stop, bool quiet);
    ~ProgressPrinter(); // prints what is left and clears the bar

private:
    void loop(const std::stop_token& done);
    void printLog();
    const RunContext& m_context;
    std::stop_source m_stop;
    bool m_quiet, m_terminal;
    std::size_t m_logCursor = 0;
    std::jthread m_thread; // last: uses everything above
};

} // namespace bitsmith::cli
