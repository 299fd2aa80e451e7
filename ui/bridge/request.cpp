#include "ui/bridge/request.h"

#include "ui/bridge/hand_over.h"

#include <new>

namespace bitsmith::ui {

QuickPool::QuickPool(int threads, QObject* parent) : QObject(parent) {
    m_pool.setMaxThreadCount(threads);
}

QuickPool::~QuickPool() {
    m_stopAll.request_stop();
    m_pool.clear();
    m_pool.waitForDone();
}

std::stop_source QuickPool::run(std::function<Deliver(RunContext&)> work) {
    std::stop_source stop;
    startIn(m_pool, [this, stop, work = std::move(work)]() mutable {
        const std::stop_callback whenAllStop(m_stopAll.get_token(), [&] { stop.request_stop(); });
        RunContext context(stop.get_token());
        if (context.stopRequested()) return;
        Deliver deliver = work(context);
        work = {};
        if (deliver) post(this, std::move(deliver));
    });
    return stop;
}

void Request::cancel() {
    if (!m_ticket) return;
    m_stop.request_stop();
    m_ticket.reset();
}

namespace detail {

Error currentError() {
    try {
        throw;
    } catch (const std::bad_alloc&) {
        return {ErrorCode::Resources, "out of memory: close other programs or jobs and try again"};
    } catch (const std::exception& e) {
        return {ErrorCode::Failed, e.what()};
    } catch (...) {
        return {ErrorCode::Failed, "an unknown error ended the computation"};
    }
}

} // namespace detail
} // namespace bitsmith::ui
