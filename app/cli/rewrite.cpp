// bitsmith rewrite MODEL --transform T [--text FILE] [--param KEY=VALUE] [--type T] -o FOLDER
#include "app/cli/rewrite.h"
#include "app/cli/table.h"
#include "core/pipeline/rewrite.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace bitsmith::cli {

Action declareRewrite(CLI::App& app) {
    struct Options {
        std::string model, text, output;
        RewriteOptions rewrite;
    };
    auto o = std::make_shared<Options>();
    app.add_option("MODEL", o->model, "Any model that can be run, or demo")->required();
    app.add_option("--transform", o->rewrite.transform,
                   "awq: input features with strong activations scaled up; smoothquant: outlier "
                   "channels moved into the weights; hadamard: the residual stream rotated")
        ->required()
        ->check(CLI::IsMember({"awq", "smoothquant", "hadamard"}));
    app.add_option("--param", o->rewrite.parameters,
                   "KEY=VALUE of the transform or the grid (smooth_strength=0.8); may be repeated")
        ->expected(1)
        ->take_all();
    app.add_option("--recipe", o->rewrite.recipe, "awq: the recipe whose grid its search rounds to")
        ->capture_default_str();
    app.add_option("--bits", o->rewrite.bits, "awq: bits of that grid")
        ->check(CLI::Range(2, 8))
        ->capture_default_str();
    app.add_option("--group-size", o->rewrite.groupSize, "awq: group size of that grid")
        ->check(CLI::Range(0, 1 << 20));
    app.add_option("--text", o->text, "Calibration text (UTF-8); not for hadamard");
    app.add_option("--samples", o->rewrite.calibration.samples, "Calibration sequences")
        ->capture_default_str();
    app.add_option("--context", o->rewrite.calibration.context,
                   "Tokens per calibration sequence; 0: the model's own, at most 2048");
    app.add_option("--seed", o->rewrite.calibration.seed, "Same seed, same bytes")
        ->capture_default_str();
    app.add_option("--type", o->rewrite.type,
                   "Element type of the weights: as they are, or another")
        ->check(CLI::IsMember({"same", "F32", "F16", "BF16"}))
        ->capture_default_str();
    app.add_option("-o,--output", o->output, "Folder to write")->required();
    return [o](Session& session) -> Status {
        RewriteOptions options = o->rewrite;
        options.calibrationText = o->text;
        options.output = o->output;
        if (o->text.empty() && o->model == "demo") {
            BITSMITH_TRY(options.calibrationText, demoCalibrationFile());
        }
        BITSMITH_TRY(const auto model, session.model(o->model));
        BITSMITH_TRY(const Engine engine, session.engine(false));
        BITSMITH_TRY(const auto r,
                     session.run<RewriteReport>(options.calibration.seed, [&](RunContext& context) {
                         return rewriteModel(model, options, engine, context);
                     }));
        Json inputs = Json::array();
        Table table({"input", ">least factor", ">largest factor", "note"});
        for (const FoldedInput& input : r.inputs) {
            inputs.push_back({{"input", input.input},
                              {"folded", input.reason.empty()},
                              {"least", input.least},
                              {"most", input.most},
                              {"reason", input.reason}});
            table.add({input.input, fmt::format("{:.4g}", input.least),
                       fmt::format("{:.4g}", input.most), input.reason});
        }
        if (session.json()) {
            session.print(Json{
                {"output", o->output}, {"bytes", r.bytes}, {"inputs", inputs}, {"notes", r.notes}});
            return {};
        }
        std::string text = r.inputs.empty() ? "" : table.text() + "\n";
        for (const std::string& note : r.notes) text += fmt::format("note: {}\n", note);
        session.print(text + fmt::format("{}, written to {}\n", bytesText(r.bytes), o->output));
        return {};
    };
}

} // namespace bitsmith::cli
