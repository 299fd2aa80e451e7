// bitsmith plan MODEL [...] [--target NAME [--fix]] -o plan.json
#include "app/cli/plan_options.h"
#include "app/cli/target_options.h"
#include "core/base/atomic_file.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace bitsmith::cli {

Action declarePlan(CLI::App& app) {
    struct Options {
        std::string model, output;
        PlanOptions plan;
        TargetOptions target;
    };
    auto o = std::make_shared<Options>();
    app.add_option("MODEL", o->model,
                   "Folder, .safetensors, .gguf or PyTorch file, container, or demo")
        ->required();
    o->plan.declare(app);
    o->target.declare(app);
    app.add_option("-o,--output", o->output, "Write the plan to this file");
    return [o](Session& session) -> Status {
        BITSMITH_TRY(const auto model, session.model(o->model));
        BITSMITH_TRY(auto planned, o->plan.make(*model, session));
        BITSMITH_TRY(const CheckedPlan checked, o->target.check(std::move(planned), *model));
        const auto& plan = checked.plan;
        const Json json = toJson(*plan);
        if (!o->output.empty()) BITSMITH_CHECK(writeFileAtomically(o->output, json.dump(2) + "\n"));
        if (session.json()) {
            Json out = json;
            out["bpw"] = plan->bitsPerWeight();
            out["bytes"] = plan->bytes;
            out["quantized_bytes"] = plan->quantizedBytes;
            if (checked.target) out["target"] = checked.target->info().id;
            out["problems"] = problemsJson(checked.problems);
            session.print(out);
        } else {
            session.print(planText(*plan) + problemsText(checked));
        }
        return {};
    };
}

} // namespace bitsmith::cli
