// Instead of sleeping: the event loop does what is there to do, and background work is waited for.
#pragma once

#include "ui/bridge/request.h"

#include <QCoreApplication>
#include <QTest>

#include <barrier>
#include <memory>

namespace bitsmith::test {

// All that is queued for the window's thread is done, and what that queues in turn; layouts are.
inline void settle() {
    constexpr int Turns = 20; // events that queue events
    for (int turn = 0; turn < Turns; ++turn) {
        QCoreApplication::sendPostedEvents();
        QCoreApplication::processEvents();
    }
}

// All that the pool has been asked for so far is computed and delivered. Whether it came to that
// within the time, in milliseconds.
inline bool quiet(ui::QuickPool& pool, int patience, int threads = 2) {
    // Threads that meet have nothing else to do.
    const auto meeting = std::make_shared<std::barrier<>>(threads);
    const auto met = std::make_shared<int>(0); // this thread's
    for (int i = 0; i < threads; ++i)
        pool.run([meeting, met](RunContext&) -> ui::QuickPool::Deliver {
            meeting->arrive_and_wait();
            return [met] { ++*met; };
        });
    const bool done = QTest::qWaitFor([&] { return *met == threads; }, patience);
    settle();
    return done;
}

} // namespace bitsmith::test
