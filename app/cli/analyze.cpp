#include "app/cli/analyze.h"
#include "core/analysis/salience/salience.h"
#include "core/sensitivity/metric.h"

#include <CLI/CLI.hpp>

#include <map>
#include <memory>

namespace bitsmith::cli {
namespace {

struct Subject {
    const char* name; // of --what
    AnalyzeAction (*declare)(CLI::App&);
};

// The first is what is done without --what.
constexpr Subject Subjects[] = {
    {"compressibility", declareCompressibility},
    {"salience", declareSalience},
    {"outliers", declareOutliers},
    {"spectrum", declareSpectrum},
    {"sensitivity", declareSensitivity},
    {"report", declareReport},
    {"recipes", declareRecipeStudy},
};

// "kl, weight_error, ..." of a registry's entries.
template <class Metrics>
std::string idsOf(const Metrics& metrics) {
    std::string out;
    for (const auto* metric : metrics)
        out += (out.empty() ? "" : ", ") + std::string(metric->info().id);
    return out;
}

} // namespace

Action declareAnalyze(CLI::App& app) {
    struct State {
        std::string what = Subjects[0].name;
        AnalyzeOptions options;
        std::map<std::string, AnalyzeAction> actions;
    };
    const auto state = std::make_shared<State>();
    AnalyzeOptions& o = state->options;
    app.add_option("MODEL", o.model,
                   "Folder, .safetensors, .gguf or PyTorch file, container, or demo")
        ->required();
    std::vector<std::string> names;
    for (const Subject& subject : Subjects) names.emplace_back(subject.name);
    app.add_option("--what", state->what, "What to find out")
        ->check(CLI::IsMember(names))
        ->capture_default_str();
    app.add_option("--outlier-factor", o.outlierFactor,
                   "salience, outliers: channels beyond so many times the median stand out")
        ->capture_default_str();
    app.add_option("--bits", o.bits, "Widths of codes to try on a dense model (2,3,4,8)")
        ->delimiter(',');
    app.add_option("--group-size,--granularity", o.groupSizes,
                   "Group sizes; where scales are shared also tensor and row")
        ->delimiter(',');
    app.add_option("--recipe", o.recipes, "Recipes to try (rtn)")->delimiter(',');
    app.add_option("--text", o.text, "Calibration text, for all that depends on a layer's inputs");
    app.add_option("--samples", o.calibration.samples, "Calibration sequences")
        ->capture_default_str();
    app.add_option("--context", o.calibration.context,
                   "Tokens per calibration sequence; 0: the model's own, at most 2048");
    app.add_option("--tensor", o.tensors, "Only tensors that match; may be repeated")
        ->expected(1)
        ->take_all();
    app.add_option("--metric", o.metrics,
                   "salience: " + idsOf(allSaliences()) +
                       ". sensitivity: what to measure (kl); report: what to compare with the "
                       "measured divergence (all): " +
                       idsOf(allSensitivityMetrics()))
        ->delimiter(',');
    app.add_option("--tokens", o.tokens,
                   "sensitivity, report: run the model on so many tokens of the samples; 0: all");
    app.add_flag("--again", o.again, "Compute or measure what the database has, too");
    app.add_option("--plot", o.plot, "Also draw the result into this .svg file");
    for (const Subject& subject : Subjects)
        state->actions.emplace(subject.name, subject.declare(app));
    return [state](Session& session) {
        return state->actions.at(state->what)(session, state->options);
    };
}

} // namespace bitsmith::cli
