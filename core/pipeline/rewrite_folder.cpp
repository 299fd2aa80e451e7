// A rewritten model as a folder: the rewriting as a use case.
#include "core/base/atomic_file.h"
#include "core/pipeline/export.h"
#include "core/pipeline/quantize.h"
#include "core/pipeline/rewrite.h"
#include "core/quant/layer_stage.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

namespace bitsmith {
namespace {

using Json = nlohmann::ordered_json;

// The recipe's grid and the folded transform.
Result<std::shared_ptr<const Recipe>> searchRecipe(const RewriteOptions& options) {
    BITSMITH_TRY(const auto base, findRecipe(options.recipe));
    Json json = toJson(*base);
    json["stages"] = {{"transform", {{"id", options.transform}, {"fold", true}}},
                      {"grid", json["stages"]["grid"]},
                      {"round", {{"id", "nearest"}}}};
    if (findGrid(base->stage("grid")->id)->unbounded()) json["stages"]["encode"] = {{"id", "rans"}};
    BITSMITH_TRY(auto recipe, recipeFromJson(json));
    if (options.groupSize >= 0) {
        BITSMITH_TRY(recipe, withSetting(*recipe, "group_size", std::to_string(options.groupSize)));
    }
    for (const std::string& parameter : options.parameters) {
        const auto equals = parameter.find('=');
        if (equals == 0 || equals == std::string::npos)
            return fail(ErrorCode::Usage, "--param '{}' is not KEY=VALUE", parameter);
        BITSMITH_TRY(recipe, withSetting(*recipe, parameter.substr(0, equals),
                                         parameter.substr(equals + 1)));
    }
    return recipe;
}

Result<std::uint64_t> rotationSeed(const RewriteOptions& options) {
    std::unique_ptr<Params> params = findTransform("hadamard")->defaults();
    for (const std::string& parameter : options.parameters) {
        const auto equals = std::min(parameter.find('='), parameter.size() - 1);
        BITSMITH_CHECK(params->setText(parameter.substr(0, equals), parameter.substr(equals + 1)));
    }
    return static_cast<std::uint64_t>(std::get<int>(params->fields().front().value));
}

// The type that most of the matrices have, where a dense folder can be of it.
std::string commonType(const Model& model) {
    std::map<std::string, std::uint64_t> bytes;
    for (const TensorInfo& info : model.tensors())
        if (info.quantizable && !info.layout) bytes[info.dtype] += info.bytes;
    const auto most = std::ranges::max_element(bytes, {}, [](const auto& b) { return b.second; });
    const bool dense = most != bytes.end() && (most->first == "F16" || most->first == "BF16");
    return dense ? most->first : "F32";
}

Result<RewriteResult> rewritten(const std::shared_ptr<const Model>& model,
                                const RewriteOptions& options, DType type, const Engine& engine,
                                RunContext& context) {
    if (options.transform == "hadamard") {
        BITSMITH_TRY(const std::uint64_t seed, rotationSeed(options));
        RewriteResult out;
        BITSMITH_TRY(out.model, rotatedModel(model, seed, type));
        return out;
    }
    if (options.transform != "awq" && options.transform != "smoothquant")
        return fail(ErrorCode::Usage,
                    "a network cannot be rewritten by '{}'; known: awq, smoothquant, hadamard",
                    options.transform);
    BITSMITH_TRY(const auto recipe, searchRecipe(options));
    if (options.calibrationText.empty())
        return fail(ErrorCode::Usage, "'{}' needs a calibration text (--text)", options.transform);
    BITSMITH_TRY(const std::string words, readTextFile(options.calibrationText));
    BITSMITH_TRY(const auto samples, drawSamples(*model, words, options.calibration));
    BITSMITH_TRY(const auto plan, makePlan(model->name(), model->contentKey(), planTensors(*model),
                                           recipe, options.bits));
    return foldScales(model, *plan, samples, type, engine, context);
}

} // namespace

Result<RewriteReport> rewriteModel(const std::shared_ptr<const Model>& model,
                                   const RewriteOptions& options, const Engine& engine,
                                   RunContext& context) {
    if (options.output.empty()) return fail(ErrorCode::Usage, "no output folder was given (-o)");
    const std::string type = options.type == "same" ? commonType(*model) : options.type;
    ExportOptions exported{.format = "safetensors", .output = options.output};
    std::shared_ptr<Params> params = findExporter(exported.format)->defaults();
    BITSMITH_CHECK(params->setText("dtype", type));
    exported.params = params;
    context.beginStep("choosing", 0, 0.7);
    BITSMITH_TRY(const RewriteResult result,
                 rewritten(model, options, *dtypeFromName(type), engine, context));
    RewriteReport report{result.inputs, 0, {}};
    if (options.transform != "hadamard" &&
        std::ranges::none_of(report.inputs, [](const auto& i) { return i.reason.empty(); }))
        return fail(ErrorCode::Usage, "nothing in '{}' can be rewritten by '{}'{}", model->name(),
                    options.transform,
                    report.inputs.empty() ? "" : ": " + report.inputs.front().reason);
    BITSMITH_TRY(const ExportResult written, exportModel(result.model, exported, engine, context));
    report.bytes = written.bytes;
    report.notes = written.notes;
    return report;
}

} // namespace bitsmith
