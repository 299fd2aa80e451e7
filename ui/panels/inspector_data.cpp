#include "ui/panels/inspector_data.h"

#include "core/io/container_file.h"
#include "core/quant/layer_stage.h"
#include "core/quant/recipe.h"

#include <fmt/format.h>

namespace bitsmith::ui {
namespace {

// All values of the first group of the first row. Only that row is fitted, unless the grid has one
// set of parameters for the whole matrix.
Result<std::vector<float>> firstGroupLevels(const WeightMatrix& weights, const Recipe& recipe,
                                            int bits) {
    const StageChoice* choice = recipe.stage("grid");
    const Grid* grid = choice ? findGrid(choice->id) : nullptr;
    if (!grid) return std::vector<float>();
    BITSMITH_TRY(auto fit, grid->begin(1, weights.cols(), bits, *choice->params));
    const std::size_t rows = fit->sharedAcrossRows() ? weights.rows() : 1;
    Matrix values(rows, weights.cols());
    weights.decodeRows(0, rows, values.data());
    std::vector<std::byte> packed(rows * fit->rowBytes());
    if (fit->sharedAcrossRows()) {
        BITSMITH_TRY(fit, grid->begin(rows, weights.cols(), bits, *choice->params));
        fit->fitGroup(0, 0, values.view(), {});
    }
    fit->quantizeRows(0, values.view(), {}, packed);
    return grid->levels(fit->finish(std::move(packed), {}), 0, 0);
}

// The recipe's grid with plain rounding, and what it does before without data: what data-free
// quantization of one tensor gives.
Recipe nearestOnGrid(const Recipe& recipe) {
    Recipe out = recipe;
    out.stages.clear();
    for (const StageChoice& choice : recipe.stages)
        if (choice.stage == "transform" && !findTransform(choice.id)->info().needsStats)
            out.stages.push_back(choice);
    if (const StageChoice* grid = recipe.stage("grid")) out.stages.push_back(*grid);
    if (const Rounder* nearest = findRounder("nearest"))
        out.stages.push_back({"round", "nearest", nearest->defaults()});
    // What it is written with decides what it takes.
    if (const StageChoice* encode = recipe.stage("encode")) out.stages.push_back(*encode);
    return out;
}

// A run that folds scales rounds other weights than those of the model: the error that it recorded
// is against those.
Status checkSameNetwork(const std::string& tensor, const std::string& container, double found) {
    if (!isContainer(container)) return {};
    BITSMITH_TRY(const auto file, openContainer(container));
    const ContainerTensor* recorded = file->find(tensor);
    if (!recorded || recorded->weightError < 0 || found <= 1.5 * recorded->weightError + 1e-6)
        return {};
    return fail(ErrorCode::Usage,
                "{}: this run rewrote the network before rounding, so that its weights are not "
                "those of the model. Against the rewritten ones its relative squared error was "
                "{:.3e}",
                tensor, recorded->weightError);
}

StoredAs storedAs(const Model& model, const std::string& tensor) {
    const TensorInfo* info = model.find(tensor);
    return info ? StoredAs{info->dtype, info->layout.has_value()} : StoredAs{};
}

} // namespace

Result<WeightsResult> inspectWeights(const Model& model, const std::string& tensor,
                                     const TensorPlan* plan, RunContext& context) {
    BITSMITH_TRY(const auto weights, model.matrix(tensor));
    WeightsResult out;
    out.stored = storedAs(model, tensor);
    out.statistics = tensorStatistics(*weights, InspectorBins, context);
    if (plan && plan->recipe) {
        // Levels of a transformed matrix lie in another basis than the weights shown here.
        if (!plan->recipe->stage("transform")) {
            BITSMITH_TRY(out.levels, firstGroupLevels(*weights, *plan->recipe, plan->bits));
        }
        if (const StageChoice* grid = plan->recipe->stage("grid")) out.grid = grid->id;
        out.bits = plan->bits;
    }
    return out;
}

Result<LayerResult> previewLayer(const Model& model, const std::string& tensor,
                                 const TensorPlan& plan, RunContext& context) {
    if (!plan.recipe)
        return fail(ErrorCode::Usage, "{} is kept as stored: there is nothing to preview", tensor);
    BITSMITH_TRY(const auto weights, model.matrix(tensor));
    const Matrix values = decodeAll(*weights);
    context.checkpoint();
    const LayerTask task{.name = tensor, .weights = values.view(), .bits = plan.bits};
    return quantizeLayer(task, nearestOnGrid(*plan.recipe), nullptr, context);
}

Result<ErrorResult> previewError(const Model& model, const std::string& tensor,
                                 const TensorPlan& plan, RunContext& context) {
    BITSMITH_TRY(const LayerResult result, previewLayer(model, tensor, plan, context));
    BITSMITH_TRY(const auto weights, model.matrix(tensor));
    context.checkpoint();
    ErrorResult out{.source = ErrorSource::Preview,
                    .rows = weights->rows(),
                    .cols = weights->cols(),
                    .bits = plan.bits,
                    .bitsPerWeight = result.report.bitsPerWeight};
    out.reference = storedAs(model, tensor);
    out.statistics = errorStatistics(*weights, *packedWeights(result.matrix), InspectorBins,
                                     HeatmapTiles, context);
    return out;
}

Result<ErrorResult> errorOfRun(const Model& model, const std::string& tensor,
                               const std::string& container, RunContext& context) {
    BITSMITH_TRY(const auto quantized, openModel(container));
    BITSMITH_TRY(const auto weights, model.matrix(tensor));
    BITSMITH_TRY(const auto approximation, quantized->matrix(tensor));
    if (weights->rows() != approximation->rows() || weights->cols() != approximation->cols())
        return fail(ErrorCode::BadInput,
                    "{}: {} has another shape there; was it made from this model?", container,
                    tensor);
    ErrorResult out{
        .source = ErrorSource::LastRun, .rows = weights->rows(), .cols = weights->cols()};
    out.bitsPerWeight = 8.0 * static_cast<double>(approximation->storedBytes()) /
                        static_cast<double>(weights->rows() * weights->cols());
    out.reference = storedAs(model, tensor);
    out.statistics =
        errorStatistics(*weights, *approximation, InspectorBins, HeatmapTiles, context);
    BITSMITH_CHECK(checkSameNetwork(tensor, container, out.statistics.relativeError));
    return out;
}

} // namespace bitsmith::ui
