// The longest time between two turns of the event loop, while it lives: as a clock has it, and of
// the thread's own work, which other programs on the machine do not lengthen.
#pragma once

#include <QElapsedTimer>
#include <QTimer>

#include <algorithm>
#include <ctime>

namespace bitsmith::test {

class GapMeter {
public:
    GapMeter() {
        m_clock.start();
        m_timer.setTimerType(Qt::PreciseTimer);
        QObject::connect(&m_timer, &QTimer::timeout, [this] {
            m_longest = std::max(m_longest, m_clock.restart());
            const double work = workSoFar();
            m_longestWork = std::max(m_longestWork, work - m_work);
            m_work = work;
            ++m_turns;
        });
        m_timer.start(1);
    }
    qint64 longest() const { return m_longest; }
    double longestWork() const { return m_longestWork; } // ms that the thread computed
    int turns() const { return m_turns; }

private:
    static double workSoFar() {
        timespec t{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
        return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
    }
    QTimer m_timer;
    QElapsedTimer m_clock;
    qint64 m_longest = 0;
    double m_work = workSoFar(), m_longestWork = 0;
    int m_turns = 0;
};

} // namespace bitsmith::test
