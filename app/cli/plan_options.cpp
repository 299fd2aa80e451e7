#include "app/cli/plan_options.h"

#include "app/cli/table.h"
#include "core/base/atomic_file.h"
#include "core/pipeline/budget.h"
#include "core/pipeline/quantize.h"
#include "core/plan/presets.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

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
    app.add_option("--allocator", allocator, "How a budget is spent")
        ->check(CLI::IsMember({"lagrange", "uniform"}))
        ->capture_default_str();
}

Result<std::shared_ptr<const Plan>> PlanOptions::make(const Model& model,
                                                      const Session& session) const {
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
    for (const std::string& setting : all) {
        BITSMITH_TRY(plan, withSetting(*plan, setting));
    }
    if (budgetBits == 0 && budgetSize.empty()) return plan;
    Budget budget{.bitsPerWeight = budgetBits, .allocator = allocator};
    if (!budgetSize.empty()) {
        BITSMITH_TRY(budget.bytes, parseBytes(budgetSize));
    }
    return session.run<std::shared_ptr<const Plan>>(
        0, [&](RunContext& context) { return withBudget(model, *plan, budget, context); });
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
