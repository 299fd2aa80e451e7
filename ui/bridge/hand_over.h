// Work that goes to another thread through Qt. ThreadSanitizer, which cannot see how Qt (built
// without it) orders the two threads, is told here, and only here.
#pragma once

#include <QMetaObject>
#include <QThreadPool>

#include <type_traits>
#include <utility>

#ifdef __SANITIZE_THREAD__
extern "C" { // the compiler's own
void __tsan_acquire(void* at);
void __tsan_release(void* at);
}
#endif

namespace bitsmith::ui {
namespace detail {

#ifdef __SANITIZE_THREAD__
inline char between; // what one thread did until it moved a Handed is known to those who call it

// Made by one thread, called or thrown away by another.
template <class Work>
class Handed {
public:
    explicit Handed(Work work) : m_work(std::move(work)) { give(); }
    Handed(Handed&& other) noexcept : m_work(std::move(other.m_work)) { give(); }
    Handed(const Handed& other) : m_work(other.m_work) { give(); }
    Handed& operator=(Handed&&) = delete;
    ~Handed() { take(); }
    void operator()() {
        take();
        m_work();
    }

private:
    static void give() { __tsan_release(&between); }
    static void take() { __tsan_acquire(&between); }
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
