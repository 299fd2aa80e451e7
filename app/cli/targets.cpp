// bitsmith targets
#include "app/cli/session.h"
#include "app/cli/table.h"
#include "core/plan/target.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace bitsmith::cli {

Action declareTargets(CLI::App&) {
    return [](Session& session) -> Status {
        Json all = Json::array();
        Table table({"target", "title", "format", "what it is"});
        for (const Target* target : allTargets()) {
            const TargetInfo& info = target->info();
            all.push_back({{"id", info.id},
                           {"title", info.title},
                           {"format", info.format},
                           {"summary", info.summary}});
            table.add({std::string(info.id), std::string(info.title), std::string(info.format),
                       std::string(info.summary)});
        }
        if (session.json())
            session.print(Json{{"targets", all}});
        else
            session.print(table.text());
        return {};
    };
}

} // namespace bitsmith::cli
