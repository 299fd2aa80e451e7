// bitsmith verify MODEL
#include "core/pipeline/verify.h"
#include "app/cli/session.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace bitsmith::cli {

Action declareVerify(CLI::App& app) {
    auto path = std::make_shared<std::string>();
    app.add_option("MODEL", *path, "Container, export, or any other model")->required();
    return [path](Session& session) -> Status {
        std::filesystem::path place = *path;
        if (*path == "demo") {
            BITSMITH_TRY(place, demoModelFolder());
        }
        BITSMITH_TRY(const auto r, session.run<VerifyResult>(0, [&](RunContext& context) {
            return verifyModel(place, context);
        }));
        if (session.json()) {
            session.print(Json{{"ok", r.problems.empty()},
                               {"format", r.format},
                               {"tensors", r.tensors},
                               {"checksums", r.checksums},
                               {"problems", r.problems}});
        } else {
            for (const std::string& problem : r.problems) session.print(problem + "\n");
            if (r.problems.empty())
                session.print(fmt::format("sound: {}, {} tensors decoded, {} checksums compared\n",
                                          r.format, r.tensors, r.checksums));
        }
        if (r.problems.empty()) return {};
        return fail(ErrorCode::BadInput, "'{}' is not sound: {}{}. Get or write it again",
                    place.string(), r.problems.front(),
                    r.problems.size() == 1 ? ""
                                           : fmt::format(" (and {} more)", r.problems.size() - 1));
    };
}

} // namespace bitsmith::cli
