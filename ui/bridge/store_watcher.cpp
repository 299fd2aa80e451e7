#include "ui/bridge/store_watcher.h"

#include "ui/bridge/hand_over.h"
#include "ui/bridge/text.h"

#include <optional>

namespace bitsmith::ui {
namespace {

constexpr int PollMilliseconds = 500;

} // namespace

StoreWatcher::StoreWatcher(std::shared_ptr<Store> store, MessageHub& messages, QObject* parent)
    : QObject(parent), m_store(std::move(store)), m_messages(messages) {
    m_pool.setMaxThreadCount(1);
    if (!m_store) return;
    connect(&m_timer, &QTimer::timeout, this, [this] { poll(false); });
    m_timer.start(PollMilliseconds);
    poll(true);
}

StoreWatcher::~StoreWatcher() { m_pool.waitForDone(); }

void StoreWatcher::refresh() { poll(true); }

void StoreWatcher::poll(bool force) {
    if (!m_store || (m_polling && !force)) return;
    m_polling = true;
    startIn(m_pool, [this, force] {
        const std::uint64_t revision = m_store->revision();
        std::optional<Result<std::vector<Experiment>>> list;
        if (force || revision != m_revision) list = m_store->list();
        m_revision = revision;
        post(this, [this, list = std::move(list)]() mutable {
            m_polling = false;
            if (!list) return;
            m_error = *list ? QString() : qs(list->error().message);
            if (*list)
                m_experiments = std::make_shared<const std::vector<Experiment>>(**std::move(list));
            Q_EMIT changed();
        });
    });
}

void StoreWatcher::write(const QString& what, std::function<Status(Store&)> action,
                         std::function<void()> done) {
    if (!m_store) return;
    startIn(m_pool, [this, what, action = std::move(action), done = std::move(done)] {
        const Status status = action(*m_store);
        post(this, [this, what, done, message = status ? std::string() : status.error().message] {
            if (!message.empty()) m_messages.fail(what, qs(message));
            if (done) done();
            poll(true);
        });
    });
}

void StoreWatcher::load(ExperimentId id, std::function<void(Result<Experiment>)> done) {
    if (!m_store) return;
    startIn(m_pool, [this, id, done = std::move(done)] {
        auto loaded = std::make_shared<Result<Experiment>>(m_store->load(id));
        post(this, [loaded, done] { done(std::move(*loaded)); });
    });
}

} // namespace bitsmith::ui
