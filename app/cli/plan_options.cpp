#include "app/cli/plan_options.h"

#include "app/cli/table.h"
#include "core/base/atomic_file.h"
#include "core/pipeline/quantize.h"
#include "core/pipeline/sensitivity_loss.h"
#include "core/plan/presets.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace bitsmith::cli {

namespace {

// Another recipe comes with its own parameters; --group-size was meant for all of them.
std::string keepingGroupSize(std::string setting, int groupSize) {
    const auto at = setting.find("recipe=", setting.rfind(':') + 1);
    if (groupSize < 0 || at == std::string::npos) return setting;
    const auto end = std::min(setting.find(',', at), setting.size());
    return setting.insert(end, fmt::format(",group_size={}", groupSize));
}

std::string presetHelp() {
    std::string text = "A mix of GGUF block types as llama.cpp names it, embedding and output head "
                       "included:";
    for (const PresetInfo& preset : allPresets()) text.append(" ").append(preset.id);
    return text;
}

std::vector<std::string> allocators() {
    std::vector<std::string> ids;
    for (const Allocator* allocator : allAllocators()) ids.emplace_back(allocator->info().id);
    return ids;
}

std::string allocatorHelp() {
    std::string text = "How a budget is spent.";
    for (const Allocator* allocator : allAllocators())
        text += fmt::format(" {}: {}.", allocator->info().id, allocator->info().summary);
    return text;
}

} // namespace

void PlanOptions::declare(CLI::App& app) {
    app.add_option("--recipe", recipe, "Recipe for every tensor (see `bitsmith recipes`)")
        ->capture_default_str();
    app.add_option("--preset", preset, presetHelp())->excludes(app.get_option("--recipe"));
    app.add_option("--bits", bits, "Bits per code, 2 to 8; 0: the recipe's own")
        ->check(CLI::Range(0, 8))
        ->excludes(app.get_option("--preset"));
    app.add_option("--group-size", groupSize,
                   "Weights per scale along the input; 0: one group per row")
        ->check(CLI::Range(0, 1 << 20));
    app.add_option("--param", parameters,
                   "KEY=VALUE of a recipe parameter, for every tensor; may be repeated")
        ->expected(1)
        ->take_all();
    app.add_option(
           "--set", settings,
           "'GLOB:bits=3,recipe=gptq,group_size=64' or 'GLOB:keep' for the tensors that GLOB "
           "matches; may be repeated, later ones win")
        ->expected(1)
        ->take_all();
    app.add_option("--budget-bpw", budgetBits,
                   "Bits per weight that all quantized tensors may take together, everything "
                   "stored counted; chooses the widths")
        ->check(CLI::Range(0.5, 16.0))
        ->excludes(app.get_option("--preset"));
    app.add_option("--budget-size", budgetSize,
                   "Size of the container, all its files (1.2GB, 350MB); chooses the widths")
        ->excludes(app.get_option("--preset"))
        ->excludes(app.get_option("--budget-bpw"));
    app.add_option("--memory-density", memoryDensity,
                   "Instead of a budget in bits: 32 / bits per weight that are to be reached")
        ->check(CLI::Range(2.0, 64.0))
        ->excludes(app.get_option("--preset"))
        ->excludes(app.get_option("--budget-bpw"))
        ->excludes(app.get_option("--budget-size"));
    app.add_option("--formats", formats,
                   "RECIPE or RECIPE:BITS, joined by commas: a budget chooses one of these for "
                   "each tensor, instead of widths of one recipe (bfp4,bfp6,mxfp4,rtn:3)")
        ->excludes(app.get_option("--preset"));
    app.add_option("--allocator", allocator, allocatorHelp())
        ->check(CLI::IsMember(allocators()))
        ->capture_default_str();
    app.add_option("--allocator-param", allocatorParameters,
                   "KEY=VALUE of the allocator (high=4 and low=2 of qbert); may be repeated")
        ->expected(1)
        ->take_all();
    app.add_option("--min-bits", leastBits, "The least width that a budget may give a tensor")
        ->check(CLI::Range(1.0, 16.0));
    app.add_option("--max-bits", mostBits, "The largest width that a budget may give a tensor")
        ->check(CLI::Range(1.0, 16.0));
    std::string metrics;
    for (const SensitivityMetric* metric : allSensitivityMetrics())
        metrics += fmt::format(", {}", metric->info().id);
    app.add_option("--sensitivity", sensitivity,
                   "What a budget is spent by: auto (kl where `analyze` has measured it, otherwise "
                   "the error of the weights), none (the latter)" +
                       metrics + "; measured now with --text where the database does not have it")
        ->capture_default_str();
    app.add_option("--lock", locks,
                   "GLOB: a budget leaves the tensors that it matches at their bits; may be "
                   "repeated")
        ->expected(1)
        ->take_all();
}

Result<std::shared_ptr<const Plan>> PlanOptions::base(const Model& model,
                                                      const TargetOptions& target) const {
    BITSMITH_TRY(const auto chosen, findRecipe(recipe));
    BITSMITH_TRY(auto plan,
                 makePlan(model.name(), model.contentKey(), planTensors(model), chosen, bits));
    if (!preset.empty()) {
        BITSMITH_TRY(plan, withPreset(*plan, preset));
    }
    std::vector<std::string> all;
    if (groupSize >= 0) all.push_back(fmt::format("*:group_size={}", groupSize));
    for (const std::string& parameter : parameters) all.push_back("*:" + parameter);
    for (const std::string& setting : settings) all.push_back(keepingGroupSize(setting, groupSize));
    for (const std::string& glob : locks) all.push_back(glob + ":lock");
    for (const std::string& setting : all) {
        BITSMITH_TRY(plan, withSetting(*plan, setting));
    }
    return target.mended(std::move(plan), model);
}

Result<Budget> PlanOptions::budget() const {
    Budget budget{.bitsPerWeight = memoryDensity > 0 ? 32 / memoryDensity : budgetBits,
                  .allocator = allocator,
                  .leastBits = leastBits,
                  .mostBits = mostBits};
    if (!budgetSize.empty()) {
        BITSMITH_TRY(budget.bytes, parseBytes(budgetSize));
    }
    if (leastBits > 0 && mostBits > 0 && leastBits > mostBits)
        return fail(ErrorCode::Usage, "--min-bits {} is above --max-bits {}", leastBits, mostBits);
    BITSMITH_TRY(const Allocator* chosen, findAllocator(allocator));
    std::shared_ptr<Params> params = chosen->defaults();
    for (const std::string& text : allocatorParameters) {
        const auto equals = text.find('=');
        if (equals == std::string::npos)
            return fail(ErrorCode::Usage, "--allocator-param '{}' is not KEY=VALUE", text);
        BITSMITH_CHECK(params->setText(text.substr(0, equals), text.substr(equals + 1)));
    }
    budget.params = std::move(params);
    return budget;
}

Result<BudgetProblem> PlanOptions::problem(const std::shared_ptr<const Model>& model,
                                           std::shared_ptr<const Plan> plan,
                                           const TargetOptions& target, bool containerBytes,
                                           const Session& session) const {
    BudgetProblemOptions options{.lossless = allocator == "uniform",
                                 .containerBytes = containerBytes};
    BITSMITH_TRY(options.target, target.find());
    if (!formats.empty()) {
        if (options.target)
            return fail(ErrorCode::Usage,
                        "--formats mixes number formats, which no other program loads together; "
                        "give --recipe instead of it, or no --target");
        BITSMITH_TRY(options.formats, parseFormats(formats));
    }
    // Without a database nothing was measured, and what is measured now is not kept.
    auto engine = session.engine(true);
    if (!engine) engine = session.engine(false);
    if (!engine) return fail(engine.error());
    return session.run<BudgetProblem>(0, [&](RunContext& context) -> Result<BudgetProblem> {
        const std::string metric = options.lossless ? "none" : sensitivity;
        // Of formats there is a table each, and only together do they compare.
        for (const FormatChoice& format : options.formats) {
            SensitivityOptions own = measuring;
            own.recipe = format.recipe;
            own.widths.clear();
            for (const FormatChoice& other : options.formats)
                if (other.recipe == format.recipe) own.widths.push_back(other.bits);
            std::ranges::sort(own.widths);
            BITSMITH_TRY(auto known, lossesFor(model, plan, metric, own, *engine, context));
            if (known && !known->measuredWith(*format.recipe, format.bits)) {
                known = nullptr;
                own.again = true;
                if (!own.text.empty()) {
                    BITSMITH_TRY(known, lossesFor(model, plan, metric, own, *engine, context));
                }
            }
            if (!known && metric != "none" && metric != "auto")
                return fail(ErrorCode::Usage,
                            "the sensitivity '{}' of format '{}' was not measured yet. Give a "
                            "calibration text (--text)",
                            metric, format.name);
            if (!known) {
                options.formatLosses.clear();
                break;
            }
            options.formatLosses.push_back(std::move(known));
        }
        if (!options.formats.empty()) return makeBudgetProblem(*model, plan, options, context);
        BITSMITH_TRY(const auto losses,
                     lossesFor(model, plan, metric, measuring, *engine, context));
        options.losses = losses.get();
        return makeBudgetProblem(*model, plan, options, context);
    });
}

Result<PlannedBudget> PlanOptions::make(const std::shared_ptr<const Model>& model,
                                        const TargetOptions& target, const Session& session) const {
    BITSMITH_TRY(const Budget wanted, budget());
    PlannedBudget out;
    BITSMITH_TRY(out.plan, base(*model, target));
    if (!budgeted() && (leastBits > 0 || mostBits > 0))
        return fail(ErrorCode::Usage, "--min-bits and --max-bits limit what a budget chooses; give "
                                      "--budget-bpw or --budget-size, or --bits instead");
    if (!budgeted() && !formats.empty())
        return fail(ErrorCode::Usage, "--formats is what a budget chooses from; give --budget-bpw, "
                                      "--budget-size or --memory-density as well");
    if (!budgeted()) return out;
    BITSMITH_TRY(const BudgetProblem found,
                 problem(model, out.plan, target, wanted.bytes > 0, session));
    BITSMITH_TRY(AllocatedPlan allocated, allocate(found, wanted));
    out.plan = std::move(allocated.plan);
    out.allocation = std::move(allocated.allocation);
    out.allocator = allocator;
    if (!found.lossless) out.losses = found.losses;
    return out;
}

std::optional<Prediction> predictionFor(const Model& model, const Plan& plan,
                                        const Session& session) {
    const auto engine = session.engine(true);
    if (!engine) return std::nullopt;
    const auto tables = knownSensitivities(model, *engine);
    if (!tables) return std::nullopt;
    return predictQuality(plan, *tables);
}

std::string predictionText(const std::optional<Prediction>& prediction) {
    if (!prediction) return "";
    std::string text =
        fmt::format("predicted: KL {:.4g} nats, perplexity {:.4f} (original {:.4f}) on the text "
                    "that the sensitivities were measured on",
                    prediction->kl, prediction->perplexity, prediction->baselinePerplexity);
    if (prediction->unknown > 0)
        text += fmt::format("; without {} tensors outside blocks", prediction->unknown);
    if (prediction->otherRecipe)
        text += fmt::format("; they were measured with recipe {}", prediction->recipe);
    return text + "\n";
}

Json budgetJson(const PlannedBudget& planned) {
    const Allocation& a = *planned.allocation;
    Json json = {{"allocator", planned.allocator}, {"bytes", a.bytes}, {"notes", a.notes}};
    if (!planned.losses.empty()) {
        json["losses"] = planned.losses;
        json["loss"] = a.loss;
        json["least_loss"] = a.leastLoss;
        json["optimal"] = a.optimal;
    }
    return json;
}

std::string budgetText(const PlannedBudget& planned) {
    if (!planned.allocation) return "";
    const Allocation& a = *planned.allocation;
    std::string text = fmt::format("\nallocator {}: {}", planned.allocator, bytesText(a.bytes));
    if (!planned.losses.empty())
        text += fmt::format(", {} {:.6g} in sum, {}", planned.losses, a.loss,
                            a.optimal ? "the least there is"
                                      : fmt::format("none is below {:.6g}", a.leastLoss));
    text += "\n";
    for (const std::string& note : a.notes) text += note + "\n";
    return text;
}

Result<std::shared_ptr<const Plan>> readPlan(const std::filesystem::path& file,
                                             const Model& model) {
    BITSMITH_TRY(const std::string text, readTextFile(file, std::size_t{1} << 28));
    const auto json = Json::parse(text, nullptr, false);
    if (json.is_discarded())
        return fail(ErrorCode::BadInput, "'{}' is not a plan: it is not valid JSON", file.string());
    return planFromJson(json, model.name(), model.contentKey(), planTensors(model));
}

std::string planText(const Plan& plan) {
    Table table({"tensor", ">shape", "recipe", ">bits", "stored as", ">bpw", ">size"});
    for (std::size_t i = 0; i < plan.tensors.size(); ++i) {
        const TensorPlan& row = *plan.tensors[i];
        const PlanTensor& tensor = plan.model_tensors[i];
        if (!row.recipe) continue;
        const auto layout = predictLayout(tensor.rows, tensor.cols, row.bits, *row.recipe);
        const double weights = static_cast<double>(tensor.rows) * static_cast<double>(tensor.cols);
        table.add({row.tensor, fmt::format("{}x{}", tensor.rows, tensor.cols), row.recipe->id,
                   std::to_string(row.bits), layout ? layout->name() : "",
                   fmt::format("{:.3f}", 8.0 * static_cast<double>(row.bytes) / weights),
                   bytesText(row.bytes)});
    }
    return table.text() +
           fmt::format(
               "\n{} quantized weights at {:.4f} bits per weight; the model's tensors take {}\n",
               countText(plan.quantizedWeights), plan.bitsPerWeight(), bytesText(plan.bytes));
}

} // namespace bitsmith::cli
