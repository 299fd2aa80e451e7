// What all panels share: the engine and the ways to use it from the GUI thread. Owned by the
// application, handed to constructors; there is no global instance.
#pragma once

#include "core/pipeline/engine.h"
#include "ui/bridge/job_center.h"
#include "ui/bridge/message_hub.h"
#include "ui/bridge/request.h"
#include "ui/bridge/store_watcher.h"

namespace bitsmith::ui {

class Services final {
public:
    explicit Services(Engine engine)
        : m_engine(std::move(engine)), m_store(m_engine.store, m_messages) {}

    const Engine& engine() const { return m_engine; }
    MessageHub& messages() { return m_messages; }
    QuickPool& quick() { return m_quick; }
    StoreWatcher& store() { return m_store; }
    JobCenter& jobs() { return m_jobs; }

private:
    Engine m_engine;
    MessageHub m_messages;
    QuickPool m_quick;
    StoreWatcher m_store;
    JobCenter m_jobs; // last: its jobs use the engine
};

} // namespace bitsmith::ui
