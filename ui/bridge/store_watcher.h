// The experiment store for views: polled for changes by any process, read and written on a thread
// of its own, in order. The GUI thread never waits for the database.
#pragma once

#include "core/store/store.h"
#include "ui/bridge/message_hub.h"

#include <QObject>
#include <QThreadPool>
#include <QTimer>

#include <functional>
#include <memory>
#include <vector>

namespace bitsmith::ui {

using Experiments = std::shared_ptr<const std::vector<Experiment>>;

class StoreWatcher final : public QObject {
    Q_OBJECT
public:
    StoreWatcher(std::shared_ptr<Store> store, MessageHub& messages, QObject* parent = nullptr);
    ~StoreWatcher() override;

    bool available() const { return m_store != nullptr; }
    const Experiments& experiments() const { return m_experiments; } // never null
    const QString& error() const { return m_error; } // of the last reading; empty: fine
    // Runs after earlier ones; a failure goes to the message bar as "what: message". `done` runs on
    // the GUI thread, also after a failure.
    void write(const QString& what, std::function<Status(Store&)> action,
               std::function<void()> done = {});
    // Everything of one experiment, tensors included.
    void load(ExperimentId id, std::function<void(Result<Experiment>)> done);
    void refresh();

Q_SIGNALS:
    void changed();

private:
    void poll(bool force);

    std::shared_ptr<Store> m_store;
    MessageHub& m_messages;
    Experiments m_experiments = std::make_shared<const std::vector<Experiment>>();
    QString m_error;
    std::uint64_t m_revision = 0; // only touched on the pool's thread
    bool m_polling = false;
    QTimer m_timer;
    QThreadPool m_pool; // one thread
};

} // namespace bitsmith::ui
