// bitsmith calibrate MODEL --text FILE [...]
#include "app/cli/session.h"
#include "app/cli/table.h"
#include "core/base/atomic_file.h"
#include "core/pipeline/measure.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace bitsmith::cli {

Action declareCalibrate(CLI::App& app) {
    struct Options {
        std::string model, text, output, imatrix;
        CalibrationOptions calibration;
    };
    auto o = std::make_shared<Options>();
    app.add_option("MODEL", o->model, "Folder, container, or demo")->required();
    app.add_option("--text", o->text, "Calibration text (UTF-8); for demo its own");
    app.add_option("--samples", o->calibration.samples, "Sequences drawn from the text")
        ->capture_default_str();
    app.add_option("--context", o->calibration.context,
                   "Tokens per sequence; 0: the model's own, at most 2048");
    app.add_option("--seed", o->calibration.seed, "Of the sequences' positions")
        ->capture_default_str();
    app.add_option("-o,--output", o->output, "Also write the summary as JSON to this file");
    app.add_option(
        "--imatrix", o->imatrix,
        "Also write an importance matrix for llama.cpp's tools: .gguf, or any other name "
        "for the older .dat form");
    return [o](Session& session) -> Status {
        std::filesystem::path text = o->text;
        if (o->text.empty()) {
            if (o->model != "demo")
                return fail(ErrorCode::Usage,
                            "--text is required (only demo has a text of its own)");
            BITSMITH_TRY(text, demoCalibrationFile());
        }
        BITSMITH_TRY(const auto model, session.model(o->model));
        BITSMITH_TRY(const Engine engine, session.engine(true));
        BITSMITH_TRY(const auto r,
                     session.run<CalibrationResult>(o->calibration.seed, [&](RunContext& context) {
                         return calibrateModel(model, text, o->calibration, o->imatrix, engine,
                                               context);
                     }));
        Json layers = Json::array();
        Table table({"input", ">features", ">mean |x|", ">max |x|", ">dead channels"});
        for (const auto& layer : r.layers) {
            layers.push_back({{"input", layer.input},
                              {"features", layer.features},
                              {"mean_abs", layer.meanAbs},
                              {"max_abs", layer.maxAbs},
                              {"dead_channels", layer.deadChannels}});
            table.add({layer.input, std::to_string(layer.features),
                       fmt::format("{:.4g}", layer.meanAbs), fmt::format("{:.4g}", layer.maxAbs),
                       std::to_string(layer.deadChannels)});
        }
        const Json out = {
            {"key", r.key}, {"tokens", r.tokens}, {"cached", r.cached}, {"layers", layers}};
        if (!o->output.empty()) BITSMITH_CHECK(writeFileAtomically(o->output, out.dump(2) + "\n"));
        if (session.json())
            session.print(out);
        else
            session.print(fmt::format("{} tokens{}, key {}\n\n{}", r.tokens,
                                      r.cached ? " (from the cache)" : "", r.key, table.text()));
        return {};
    };
}

} // namespace bitsmith::cli
