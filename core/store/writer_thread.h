// One thread that runs tasks in the order they were given; who gives one waits for its result.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <stop_token>
#include <thread>
#include <type_traits>

namespace bitsmith::store {

class WriterThread {
public:
    // Runs `task` on the thread and returns what it returns; exceptions pass through.
    template <class Task>
    std::invoke_result_t<Task> run(Task task) {
        std::packaged_task<std::invoke_result_t<Task>()> packaged(std::move(task));
        auto result = packaged.get_future();
        {
            const std::lock_guard lock(m_mutex);
            m_tasks.emplace_back([&packaged] { packaged(); }); // lives until get() returns
        }
        m_wake.notify_one();
        return result.get();
    }

private:
    void loop(const std::stop_token& stop) {
        while (true) {
            std::function<void()> task;
            {
                std::unique_lock lock(m_mutex);
                if (!m_wake.wait(lock, stop, [this] { return !m_tasks.empty(); })) return;
                task = std::move(m_tasks.front());
                m_tasks.pop_front();
            }
            task();
        }
    }

    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::deque<std::function<void()>> m_tasks;
    std::jthread m_thread{[this](const std::stop_token& stop) { loop(stop); }}; // last: joins first
};

} // namespace bitsmith::store
