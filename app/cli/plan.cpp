// bitsmith plan MODEL [...] -o plan.json
#include "app/cli/plan_options.h"
#include "core/base/atomic_file.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace bitsmith::cli {

Action declarePlan(CLI::App& app) {
    struct Options {
        std::string model, output;
        PlanOptions plan;
    };
    auto o = std::make_shared<Options>();
    app.add_option("MODEL", o->model, "Folder, .safetensors file, container, or demo")->required();
    o->plan.declare(app);
    app.add_option("-o,--output", o->output, "Write the plan to this file");
    return [o](Session& session) -> Status {
        BITSMITH_TRY(const auto model, session.model(o->model));
        BITSMITH_TRY(const auto plan, o->plan.make(*model));
        const Json json = toJson(*plan);
        if (!o->output.empty()) BITSMITH_CHECK(writeFileAtomically(o->output, json.dump(2) + "\n"));
        if (session.json()) {
            Json out = json;
            out["bpw"] = plan->bitsPerWeight();
            out["bytes"] = plan->bytes;
            out["quantized_bytes"] = plan->quantizedBytes;
            out["problems"] = Json::array();
            session.print(out);
        } else {
            session.print(planText(*plan));
        }
        return {};
    };
}

} // namespace bitsmith::cli
