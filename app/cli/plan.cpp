// bitsmith plan MODEL [...] [--target NAME [--fix]] [-o plan.json] [--pareto [POINTS]]
#include "app/cli/plan_options.h"
#include "app/cli/table.h"
#include "app/cli/target_options.h"
#include "core/base/atomic_file.h"
#include "core/pipeline/densities.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace bitsmith::cli {

namespace {

// The sizes that any budget could ask for, and what each loses.
Status printCurve(const std::shared_ptr<const Model>& model, const PlanOptions& plan,
                  const TargetOptions& target, std::size_t points, const Session& session) {
    BITSMITH_TRY(const Budget limits, plan.budget());
    BITSMITH_TRY(const auto base, plan.base(*model, target));
    BITSMITH_TRY(const BudgetProblem problem, plan.problem(model, base, target, true, session));
    BITSMITH_TRY(const auto curve, budgetCurve(problem, limits, points));
    const auto bpw = [&](const CurvePoint& p) {
        return 8 * static_cast<double>(p.bytes) / static_cast<double>(problem.weights);
    };
    Json rows = Json::array();
    Table table({">bits per weight", ">mean width", ">container", ">loss"});
    for (const CurvePoint& p : curve) {
        rows.push_back({{"bpw", bpw(p)},
                        {"bytes", p.bytes},
                        {"container_bytes", p.bytes + problem.otherBytes},
                        {"mean_width", p.meanWidth},
                        {"loss", p.loss}});
        table.add({fmt::format("{:.4f}", bpw(p)), fmt::format("{:.3f}", p.meanWidth),
                   bytesText(p.bytes + problem.otherBytes), fmt::format("{:.6g}", p.loss)});
    }
    if (session.json())
        session.print(Json{{"losses", problem.losses}, {"points", rows}});
    else
        session.print(
            fmt::format("loss: {}, summed over the tensors\n\n{}", problem.losses, table.text()));
    return {};
}

// Of plans that say something about activations or mix formats.
std::optional<Densities> densitiesFor(const Model& model, const Plan& plan,
                                      const PlanOptions& options) {
    const bool activations = std::ranges::any_of(
        plan.tensors, [](const auto& row) { return row->recipe && row->recipe->activations; });
    if (!activations && options.formats.empty() && options.memoryDensity == 0) return std::nullopt;
    constexpr std::size_t MostTokens = 2048;
    const Architecture* a = model.architecture();
    const std::size_t positions = a ? a->maxPositions : 0;
    auto found =
        densitiesOf(model, plan, positions > 0 ? std::min(positions, MostTokens) : MostTokens);
    if (!found) return std::nullopt;
    return *found;
}

Json densitiesJson(const Densities& d) {
    return {{"tokens", d.tokens},
            {"weight_bits", d.weightBits},
            {"activation_bits", d.activationBits},
            {"memory_weights", d.weights},
            {"memory_all", d.all},
            {"arithmetic_estimate", d.arithmetic}};
}

std::string densitiesText(const Densities& d) {
    return fmt::format(
        "of the blocks against fp32: memory density {:.3f} of the weights ({:.3f} bits), {:.3f} "
        "with the activations of {} tokens ({:.3f} bits); arithmetic density about {:.1f} (an "
        "estimate: full adders of a multiply-accumulate unit)\n",
        d.weights, d.weightBits, d.all, d.tokens, d.activationBits, d.arithmetic);
}

} // namespace

Action declarePlan(CLI::App& app) {
    struct Options {
        std::string model, output;
        PlanOptions plan;
        TargetOptions target;
        std::size_t curvePoints = 40;
    };
    auto o = std::make_shared<Options>();
    app.add_option("MODEL", o->model,
                   "Folder, .safetensors, .gguf or PyTorch file, container, or demo")
        ->required();
    o->plan.declare(app);
    o->target.declare(app);
    app.add_option("--text", o->plan.measuring.text,
                   "Calibration text (UTF-8), for a --sensitivity that was not measured yet");
    app.add_option("--samples", o->plan.measuring.calibration.samples, "Calibration sequences")
        ->capture_default_str();
    app.add_option("--context", o->plan.measuring.calibration.context,
                   "Tokens per calibration sequence; 0: the model's own, at most 2048");
    app.add_option("--tokens", o->plan.measuring.tokens,
                   "Measure the sensitivity on so many tokens of the samples; 0: all");
    auto* output = app.add_option("-o,--output", o->output, "Write the plan to this file");
    auto* pareto = app.add_option("--pareto", o->curvePoints,
                                  "Instead of a plan: size against loss for all budgets, at most "
                                  "so many points (40); 0: every one")
                       ->expected(0, 1)
                       ->excludes(output)
                       ->excludes(app.get_option("--preset"))
                       ->excludes(app.get_option("--budget-bpw"))
                       ->excludes(app.get_option("--budget-size"));
    return [o, pareto](Session& session) -> Status {
        BITSMITH_TRY(const auto model, session.model(o->model));
        if (pareto->count() > 0)
            return printCurve(model, o->plan, o->target, o->curvePoints, session);
        BITSMITH_TRY(const PlannedBudget planned, o->plan.make(model, o->target, session));
        BITSMITH_TRY(const CheckedPlan checked, o->target.check(planned.plan, *model));
        const auto& plan = checked.plan;
        const Json json = toJson(*plan);
        if (!o->output.empty()) BITSMITH_CHECK(writeFileAtomically(o->output, json.dump(2) + "\n"));
        if (session.json()) {
            Json out = json;
            out["bpw"] = plan->bitsPerWeight();
            out["bytes"] = plan->bytes;
            out["quantized_bytes"] = plan->quantizedBytes;
            if (const auto predicted = predictionFor(*model, *plan, session)) {
                out["predicted_kl"] = predicted->kl;
                out["predicted_perplexity"] = predicted->perplexity;
                out["predicted_baseline_perplexity"] = predicted->baselinePerplexity;
            }
            if (const auto found = densitiesFor(*model, *plan, o->plan))
                out["densities"] = densitiesJson(*found);
            if (planned.allocation) out["budget"] = budgetJson(planned);
            if (checked.target) out["target"] = checked.target->info().id;
            out["problems"] = problemsJson(checked.problems);
            session.print(out);
        } else {
            const auto densities = densitiesFor(*model, *plan, o->plan);
            session.print(planText(*plan) + (densities ? densitiesText(*densities) : "") +
                          budgetText(planned) +
                          predictionText(predictionFor(*model, *plan, session)) +
                          problemsText(checked));
        }
        return {};
    };
}

} // namespace bitsmith::cli
