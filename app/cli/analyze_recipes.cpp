// bitsmith analyze MODEL --what recipes [--recipe a,b] [--bits 2,3,4] [--tensor GLOB] [--text FILE]
#include "app/cli/analyze.h"
#include "app/cli/table.h"
#include "core/base/atomic_file.h"
#include "core/pipeline/recipe_study.h"
#include "core/pipeline/svg_plot.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cmath>

namespace bitsmith::cli {
namespace {

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }
std::string text(double value) { return std::isfinite(value) ? fmt::format("{:.4g}", value) : "-"; }

// Every width that is asked for and that a recipe has; recipes of one width have their own.
Result<std::vector<RecipeCandidate>> candidatesOf(const AnalyzeOptions& o) {
    std::vector<std::shared_ptr<const Recipe>> recipes;
    for (const std::string& id : o.recipes) {
        BITSMITH_TRY(auto recipe, findRecipe(id));
        recipes.push_back(std::move(recipe));
    }
    if (recipes.empty()) recipes = builtinRecipes();
    std::vector<RecipeCandidate> out;
    for (auto& recipe : recipes) {
        if (o.groupSizes.size() > 1)
            return fail(ErrorCode::Usage, "recipes are compared with one group size at a time");
        if (!o.groupSizes.empty()) {
            const std::string& given = o.groupSizes.front();
            const auto changed = withSetting(*recipe, "group_size",
                                             given.starts_with('g') ? given.substr(1) : given);
            if (changed) recipe = *changed; // those without groups stay as they are
        }
        bool any = false;
        for (const int bits : o.bits)
            if (predictLayout(1, 256, bits, *recipe)) {
                out.push_back({recipe, bits});
                any = true;
            }
        if (!any) out.push_back({recipe, 0});
    }
    return out;
}

Json toJson(const RecipeStudy& study) {
    Json out = {{"metric", "recipes"},
                {"model", study.model},
                {"error", study.onModel   ? "kl"
                          : study.hasText ? "output"
                                          : "weight"},
                {"tensors", study.tensors},
                {"recipes", Json::array()},
                {"seconds", study.seconds}};
    for (const RecipeOutcome& r : study.recipes) {
        Json row = {{"recipe", r.recipe}, {"bits", r.bits}};
        if (!r.problem.empty()) {
            row["problem"] = r.problem;
        } else {
            row["bits_per_weight"] = r.all.bitsPerWeight;
            row["weight_error"] = r.all.weightError;
            if (study.onModel) {
                row["kl"] = r.all.divergence;
                row["perplexity"] = r.all.perplexity;
                row.erase("weight_error");
            } else if (study.hasText) {
                row["output_error"] = r.all.outputError;
            }
            row["rtn_error"] = number(r.plain);
            row["cheap_error"] = number(r.cheap);
            row["loses"] = r.loses();
            row["seconds"] = r.all.seconds;
        }
        out["recipes"].push_back(std::move(row));
    }
    const auto points = [](const std::vector<RecipePoint>& all) {
        Json list = Json::array();
        for (const RecipePoint& p : all)
            list.push_back(
                {{"label", p.label}, {"bits_per_weight", p.bitsPerWeight}, {"error", p.error}});
        return list;
    };
    out["rtn"] = points(study.plain);
    out["cheap"] = points(study.cheap);
    return out;
}

std::string verdict(const RecipeOutcome& r) {
    if (!std::isfinite(r.cheap)) return "-";
    const double ratio = r.all.error() / r.cheap;
    return r.loses() ? fmt::format("loses, {:.2f} x", ratio) : fmt::format("{:.2f} x", ratio);
}

std::string toText(const RecipeStudy& study) {
    Table table({"recipe", ">bits", ">bits/weight", ">error", ">rtn", ">best cheap", "against it",
                 ">seconds"});
    std::string problems;
    for (const RecipeOutcome& r : study.recipes) {
        if (!r.problem.empty()) {
            problems += fmt::format("left out: {} at {} bits: {}\n", r.recipe, r.bits, r.problem);
            continue;
        }
        table.add({r.recipe, std::to_string(r.bits), fmt::format("{:.4f}", r.all.bitsPerWeight),
                   text(r.all.error()), text(r.plain), text(r.cheap), verdict(r),
                   fmt::format("{:.2f}", r.all.seconds)});
    }
    const std::string what =
        study.onModel ? "mean KL divergence of the whole model, nats"
                      : fmt::format("{} tensors, relative error of {}", study.tensors.size(),
                                    study.hasText ? "the outputs on the calibration text"
                                                  : "the weights (no --text)");
    return fmt::format("{}: {}. rtn and the best cheap method (rtn, "
                       "rtn_mse, hqq) at the same exact bits per weight.\n\n{}{}",
                       study.model, what, table.text(), problems);
}

Status drawPlot(const RecipeStudy& study, const std::filesystem::path& file) {
    std::vector<PlotSeries> series;
    const auto line = [&](const char* name, const std::vector<RecipePoint>& points) {
        PlotSeries s{name, {}};
        for (const RecipePoint& p : points) s.points.push_back({p.bitsPerWeight, p.error, p.label});
        series.push_back(std::move(s));
    };
    line("rtn", study.plain);
    line("best cheap", study.cheap);
    for (const RecipeOutcome& r : study.recipes) {
        if (!r.problem.empty()) continue;
        if (series.back().name != r.recipe) series.push_back({r.recipe, {}});
        series.back().points.push_back(
            {r.all.bitsPerWeight, r.all.error(), fmt::format("{} at {} bits", r.recipe, r.bits)});
    }
    return writeFileAtomically(
        file, svgPlot(series, {.title = study.model,
                               .subtitle = "recipes against plain rounding",
                               .xTitle = "bits per weight",
                               .yTitle = study.onModel   ? "mean KL divergence, nats"
                                         : study.hasText ? "relative output error"
                                                         : "relative weight error"}));
}

} // namespace

AnalyzeAction declareRecipeStudy(CLI::App& app) {
    const auto evalText = std::make_shared<std::filesystem::path>();
    const auto evalTokens = std::make_shared<std::uint64_t>(0);
    app.add_option("--eval-text", *evalText,
                   "recipes: quantize the whole model each time and measure its divergence from "
                   "the original on this held-out text");
    app.add_option("--limit-tokens", *evalTokens, "recipes: of --eval-text; 0: all");
    return [evalText, evalTokens](Session& session, const AnalyzeOptions& o) -> Status {
        if (!o.metrics.empty() || o.tokens > 0)
            return fail(ErrorCode::Usage, "--metric and --tokens say nothing with --what recipes");
        RecipeStudyOptions options;
        options.text = o.text;
        options.calibration = o.calibration;
        options.tensors = o.tensors;
        options.again = o.again;
        options.evalText = *evalText;
        options.evalTokens = *evalTokens;
        BITSMITH_TRY(options.candidates, candidatesOf(o));
        BITSMITH_TRY(const auto model, session.model(o.model));
        BITSMITH_TRY(const Engine engine, session.engine(true));
        BITSMITH_TRY(const auto study, session.run<RecipeStudy>(0, [&](RunContext& context) {
            return studyRecipes(model, options, engine, context);
        }));
        if (!o.plot.empty()) BITSMITH_CHECK(drawPlot(study, o.plot));
        if (session.json())
            session.print(toJson(study));
        else
            session.print(toText(study));
        return {};
    };
}

} // namespace bitsmith::cli
