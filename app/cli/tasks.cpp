// bitsmith tasks MODEL --file FILE.jsonl
#include "app/cli/precision_options.h"
#include "app/cli/session.h"
#include "core/base/atomic_file.h"
#include "core/eval/choice_task.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace bitsmith::cli {

Action declareTasks(CLI::App& app) {
    struct Options {
        std::string model, file;
        PrecisionOptions precision;
    };
    auto o = std::make_shared<Options>();
    app.add_option("MODEL", o->model, "Folder, container, or demo")->required();
    app.add_option(
        "--file", o->file,
        R"(One {"context": "...", "choices": [...], "gold": 0} a line; for demo its own)");
    o->precision.declare(app);
    return [o](Session& session) -> Status {
        BITSMITH_TRY(const ModelPrecision precision, o->precision.read());
        std::filesystem::path file = o->file;
        if (o->file.empty()) {
            if (o->model != "demo")
                return fail(ErrorCode::Usage,
                            "--file is required (only demo has tasks of its own)");
            BITSMITH_TRY(file, demoTasksFile());
        }
        BITSMITH_TRY(const std::string text, readTextFile(file, std::size_t{1} << 30));
        const auto items = parseChoiceItems(text);
        if (!items)
            return fail(items.error().code, "'{}': {}", file.string(), items.error().message);
        BITSMITH_TRY(const auto model, session.model(o->model));
        BITSMITH_TRY(const Engine engine, session.engine(false));
        BITSMITH_TRY(ForwardPass pass, ForwardPass::create(model, engine.backend));
        RunContext measuring;
        BITSMITH_CHECK(applyPrecision(pass, precision, measuring));
        pass.keepBlocks(weightBudget(engine));
        BITSMITH_TRY(const auto r, session.run<ChoiceResult>(0, [&](RunContext& context) {
            context.beginStep("scoring choices");
            return scoreChoices(pass, *items, context);
        }));
        if (session.json())
            session.print(Json{{"acc", r.acc},
                               {"acc_error", r.accError},
                               {"acc_norm", r.accNorm},
                               {"acc_norm_error", r.accNormError},
                               {"n", r.items}});
        else
            session.print(
                fmt::format("acc {:.4f} +- {:.4f}, acc_norm {:.4f} +- {:.4f} ({} items)\n", r.acc,
                            r.accError, r.accNorm, r.accNormError, r.items));
        return {};
    };
}

} // namespace bitsmith::cli
