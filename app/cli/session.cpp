#include "app/cli/session.h"

#include "app/cli/progress.h"
#include "app/device.h"

#include <nlohmann/json.hpp>

#include <cstdio>

namespace bitsmith::cli {

Result<Engine> Session::engine(bool needStore) const {
    std::filesystem::path database;
    if (needStore)
        database = m_globals.database.empty() ? Store::defaultPath()
                                              : std::filesystem::path(m_globals.database);
    const auto notice = [](const std::string& text) {
        std::fprintf(stderr, "bitsmith: %s\n", text.c_str());
    };
    BITSMITH_TRY(auto backend, makeBackend(m_globals.device, m_globals.precision, notice));
    BITSMITH_TRY(Engine engine, makeEngine(std::move(backend), database));
    engine.memoryLimit = static_cast<std::uint64_t>(m_globals.memoryGiB * (1 << 30));
    return engine;
}

Result<std::shared_ptr<Store>> Session::store() const {
    return Store::open(m_globals.database.empty() ? Store::defaultPath()
                                                  : std::filesystem::path(m_globals.database));
}

Result<std::shared_ptr<const Model>> Session::model(const std::string& name) const {
    if (name != "demo") return openModel(name);
    BITSMITH_TRY(const auto folder, demoModelFolder());
    return openModel(folder);
}

void Session::run(std::uint64_t seed, const std::function<void(RunContext&)>& work) const {
    std::stop_source stop;
    RunContext context(stop.get_token(), seed);
    const ProgressPrinter printer(context, stop, m_globals.quiet);
    work(context);
}

void Session::print(const Json& document) const {
    print(document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

void Session::print(const std::string& text) const {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

} // namespace bitsmith::cli
