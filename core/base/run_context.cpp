#include "core/base/run_context.h"

#include <algorithm>

namespace bitsmith {
namespace {

template <class T>
std::vector<T> tail(const std::vector<T>& all, std::size_t cursor) {
    // Round brackets: in braces, iterators would become the elements of a vector<any>.
    return std::vector<T>(all.begin() + static_cast<std::ptrdiff_t>(std::min(cursor, all.size())),
                          all.end());
}

} // namespace

void RunContext::checkpoint(double fraction) {
    const double from = m_from.load(std::memory_order_relaxed);
    const double to = m_to.load(std::memory_order_relaxed);
    m_fraction.store(from + (to - from) * std::clamp(fraction, 0.0, 1.0),
                     std::memory_order_relaxed);
    checkpoint();
}

void RunContext::beginStep(std::string name, double from, double to) {
    m_from.store(from, std::memory_order_relaxed);
    m_to.store(to, std::memory_order_relaxed);
    {
        const std::lock_guard lock(m_mutex);
        m_step = std::move(name);
    }
    checkpoint(0.0);
}

Progress RunContext::progress() const {
    const std::lock_guard lock(m_mutex);
    return {m_fraction.load(std::memory_order_relaxed), m_step};
}

void RunContext::log(LogLine line) {
    const std::lock_guard lock(m_mutex);
    m_log.push_back(std::move(line));
}

std::vector<LogLine> RunContext::logSince(std::size_t cursor) const {
    const std::lock_guard lock(m_mutex);
    return tail(m_log, cursor);
}

void RunContext::publish(std::any result) {
    const std::lock_guard lock(m_mutex);
    m_results.push_back(std::move(result));
}

std::vector<std::any> RunContext::resultsSince(std::size_t cursor) const {
    const std::lock_guard lock(m_mutex);
    return tail(m_results, cursor);
}

} // namespace bitsmith
