// The longest time between two turns of the event loop, while it lives.
#pragma once

#include <QElapsedTimer>
#include <QTimer>

#include <algorithm>

namespace bitsmith::test {

class GapMeter {
public:
    GapMeter() {
        m_clock.start();
        m_timer.setTimerType(Qt::PreciseTimer);
        QObject::connect(&m_timer, &QTimer::timeout, [this] {
            m_longest = std::max(m_longest, m_clock.restart());
            ++m_turns;
        });
        m_timer.start(1);
    }
    qint64 longest() const { return m_longest; }
    int turns() const { return m_turns; }

private:
    QTimer m_timer;
    QElapsedTimer m_clock;
    qint64 m_longest = 0;
    int m_turns = 0;
};

} // namespace bitsmith::test
