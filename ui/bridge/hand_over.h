// Work that goes to another thread through Qt. ThreadSanitizer, which cannot see how Qt (built
// without it) orders the two threads, is told here, and only here.
#pragma once

#include <QMetaObject>
#include <QThreadPool>

#include <memory>
#include <utility>

#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>
#endif

namespace bitsmith::ui {
namespace detail {

#ifdef __SANITIZE_THREAD__
// Made by one thread, called or thrown away by another.
template <class Work>
class Handed {
public:
    explicit Handed(Work work) : m_work(std::move(work)) { __tsan_release(m_token.get()); }
    Handed(Handed&& other) noexcept = default;
    Handed(const Handed& other) : m_token(other.m_token), m_work(other.m_work) {}
    Handed& operator=(Handed&&) = delete;
    ~Handed() { take(); }
    void operator()() {
        take();
        m_work();
    }

private:
    void take() const {
        if (m_token) __tsan_acquire(m_token.get());
    }
    std::shared_ptr<char> m_token = std::make_shared<char>();
    Work m_work;
};
template <class Work>
auto handed(Work&& work) {
    return Handed<std::decay_t<Work>>(std::forward<Work>(work));
}
#else
template <class Work>
Work&& handed(Work&& work) {
    return std::forward<Work>(work);
}
#endif

} // namespace detail

// On one of the pool's threads.
template <class Work>
void startIn(QThreadPool& pool, Work&& work) {
    pool.start(detail::handed(std::forward<Work>(work)));
}

// On the receiver's thread, when its event loop comes to it; never, if the receiver is gone.
template <class Work>
void post(QObject* receiver, Work&& work) {
    QMetaObject::invokeMethod(receiver, detail::handed(std::forward<Work>(work)),
                              Qt::QueuedConnection);
}

} // namespace bitsmith::ui
