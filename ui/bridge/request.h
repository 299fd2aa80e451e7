// Quick computations for a view, off the GUI thread, latest wins: a newer start stops the older one
// and drops its result; a destroyed Request is harmless.
//
//   m_request.start<TensorStatistics>([weights](RunContext& c) { return compute(*weights, c); },
//                                     [this](Result<TensorStatistics> r) { show(r); });
#pragma once

#include "core/base/result.h"
#include "core/base/run_context.h"

#include <QObject>
#include <QThreadPool>

#include <functional>
#include <memory>
#include <stop_token>
#include <utility>

namespace bitsmith::ui {

// A few threads for view computations. Outlives every Request.
class QuickPool final : public QObject {
    Q_OBJECT
public:
    explicit QuickPool(int threads = 2, QObject* parent = nullptr);
    ~QuickPool() override; // asks running work to stop, then waits for it

    // `work` runs on a thread and returns what to do on the GUI thread afterwards (may be empty).
    // Exceptions must not leave it. The returned source stops it.
    using Deliver = std::function<void()>;
    std::stop_source run(std::function<Deliver(RunContext&)> work);

private:
    std::stop_source m_stopAll;
    QThreadPool m_pool;
};

class Request {
public:
    explicit Request(QuickPool& pool) : m_pool(&pool) {}
    ~Request() { cancel(); }
    Request(const Request&) = delete;
    Request& operator=(const Request&) = delete;

    // done is called on the GUI thread unless the request was cancelled or started again.
    template <class T>
    void start(std::function<Result<T>(RunContext&)> work, std::function<void(Result<T>)> done);
    void cancel();
    bool busy() const { return m_ticket != nullptr; }

private:
    struct Ticket {}; // alive: the answer is still wanted. GUI thread only.
    QuickPool* m_pool;
    std::shared_ptr<Ticket> m_ticket;
    std::stop_source m_stop;
};

namespace detail {
// What work that throws ends with; Cancelled comes through.
Error currentError();
} // namespace detail

template <class T>
void Request::start(std::function<Result<T>(RunContext&)> work,
                    std::function<void(Result<T>)> done) {
    cancel();
    m_ticket = std::make_shared<Ticket>();
    const std::weak_ptr<Ticket> wanted = m_ticket;
    m_stop = m_pool->run([this, wanted, work = std::move(work),
                          done = std::move(done)](RunContext& context) -> QuickPool::Deliver {
        auto answer = std::make_shared<Result<T>>(tl::unexpected<Error>(Error{}));
        try {
            *answer = work(context);
        } catch (const Cancelled&) {
            return {};
        } catch (...) {
            *answer = tl::unexpected<Error>(detail::currentError());
        }
        return [this, wanted, answer, done] {
            if (wanted.expired()) return; // `this` may be gone, too
            m_ticket.reset();
            done(std::move(*answer));
        };
    });
}

} // namespace bitsmith::ui
