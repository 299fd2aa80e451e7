// The weight stages on one matrix, in order: see layer_stage.h. `tune` joins here when its first
// choice exists.
#include "core/codec/coded_matrix.h"
#include "core/quant/layer_errors.h"
#include "core/quant/layer_stage.h"
#include "core/quant/rate_search.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace bitsmith {
namespace {

const Grid& gridOf(const Recipe& recipe) { return *findGrid(recipe.stage("grid")->id); }
const Rounder& rounderOf(const Recipe& recipe) { return *findRounder(recipe.stage("round")->id); }

double bitsPerWeight(std::uint64_t bytes, ConstMatrixView weights) {
    const double count = static_cast<double>(weights.rows) * static_cast<double>(weights.cols);
    return count > 0 ? 8.0 * static_cast<double>(bytes) / count : 0.0;
}

Status checkTask(const LayerTask& task, const Recipe& recipe, const LayerStats* reference) {
    if (recipe.needsStats() && (!task.stats || task.stats->gram.empty()))
        return fail(ErrorCode::Usage,
                    "{}: recipe '{}' needs calibration statistics; give a calibration text",
                    task.name, recipe.id);
    for (const LayerStats* stats : {task.stats, reference})
        if (stats && !stats->gram.empty() &&
            (stats->gram.rows() != task.weights.cols || stats->gram.cols() != task.weights.cols))
            return fail(ErrorCode::Failed,
                        "{}: the statistics of '{}' are for {} input features, the matrix has {}",
                        task.name, stats->input, stats->gram.rows(), task.weights.cols);
    if (std::isfinite(sumOfSquares(task.weights))) return {};
    for (std::size_t r = 0; r < task.weights.rows; ++r)
        for (std::size_t c = 0; c < task.weights.cols; ++c)
            if (!std::isfinite(task.weights(r, c)))
                return fail(ErrorCode::BadInput,
                            "{}: the weight at row {}, column {} is {}; the file is damaged, or "
                            "such weights must be replaced by 0 first",
                            task.name, r, c, task.weights(r, c));
    return {};
}

Result<QuantizedMatrix> roundOnce(const LayerTask& task, const Recipe& recipe, int bits,
                                  LayerReport& report, RunContext& context) {
    BITSMITH_TRY(auto fit,
                 gridOf(recipe).beginOn(task, bits, *recipe.stage("grid")->params, context));
    auto matrix =
        rounderOf(recipe).round(task, *fit, *recipe.stage("round")->params, report, context);
    for (std::string& note : fit->notes()) report.notes.push_back(std::move(note));
    return matrix;
}

Result<QuantizedMatrix> roundMatrix(const LayerTask& task, const Recipe& recipe, int bits,
                                    LayerReport& report, RunContext& context) {
    const double rate = wantedRate(recipe, bits);
    return rate > 0 ? roundAtRate(task, recipe, bits, rate, report, context)
                    : roundOnce(task, recipe, bits, report, context);
}

// Calls step(stage, params) for every choice of `stage` in the recipe's order.
template <class Step>
Status forChoices(const Recipe& recipe, std::string_view stage, Step&& step) {
    for (const StageChoice& choice : recipe.stages)
        if (choice.stage == stage)
            if (const LayerStage* found = findLayerStage(stage, choice.id))
                BITSMITH_CHECK(step(*found, *choice.params));
    return {};
}

bool roundsPlainly(const Recipe& recipe) {
    return !recipe.stage("transform") && !recipe.stage("compensate");
}

// All stages but encode.
Result<QuantizedMatrix> throughStages(const LayerTask& task, const Recipe& recipe, int bits,
                                      LayerReport& report, RunContext& context) {
    if (roundsPlainly(recipe)) return roundMatrix(task, recipe, bits, report, context);
    // Borrowed: the task outlives its work.
    const std::shared_ptr<const LayerStats> stats(std::shared_ptr<void>(), task.stats);
    LayerWork work{task, recipe, bits, report, context, {}, stats, {}};
    work.weights = Matrix(task.weights.rows, task.weights.cols);
    for (std::size_t r = 0; r < task.weights.rows; ++r)
        std::ranges::copy(task.weights.row(r), &work.weights(r, 0));
    const auto before = [&](const LayerStage& stage, const Params& params) {
        return stage.before(work, params);
    };
    BITSMITH_CHECK(forChoices(recipe, "compensate", before));
    BITSMITH_CHECK(forChoices(recipe, "transform", before));
    BITSMITH_TRY(QuantizedMatrix matrix, roundMatrix(work.inner(), recipe, bits, report, context));
    BITSMITH_CHECK(
        forChoices(recipe, "compensate", [&](const LayerStage& stage, const Params& params) {
            return stage.after(work, matrix, params);
        }));
    matrix.side = work.side.layout();
    matrix.sideBytes = work.side.pack(matrix.rows, matrix.cols);
    return matrix;
}

} // namespace

Result<LayerResult> quantizeLayer(const LayerTask& task, const Recipe& recipe,
                                  const LayerStats* reference, RunContext& context) {
    const auto start = std::chrono::steady_clock::now();
    context.checkpoint();
    BITSMITH_CHECK(checkTask(task, recipe, reference));
    const int bits = task.bits > 0 ? task.bits : recipe.bits;
    LayerReport report;
    report.name = task.name;
    report.recipe = recipe.id;
    report.bits = bits;
    auto matrix = throughStages(task, recipe, bits, report, context);
    if (!matrix) return fail(matrix.error().code, "{}: {}", task.name, matrix.error().message);

    const Matrix* gram = reference && !reference->gram.empty() ? &reference->gram : nullptr;
    const LayerErrors errors = measureErrors(task.weights, *matrix, gram, context);
    report.weightError = errors.weight;
    report.outputError = errors.output;
    report.bytes = matrix->storedBytes();
    std::vector<std::byte> coded;
    if (recipe.entropyCoded()) {
        coded = encodeMatrix(*matrix);
        report.bytes = coded.size();
    }
    report.bitsPerWeight = bitsPerWeight(report.bytes, task.weights);
    report.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return LayerResult{std::make_shared<const QuantizedMatrix>(*std::move(matrix)),
                       std::move(coded), std::move(report)};
}

Result<MatrixLayout> predictLayout(std::size_t rows, std::size_t cols, int bits,
                                   const Recipe& recipe) {
    const bool columnGroups = rounderOf(recipe).columnGroups(*recipe.stage("round")->params);
    BITSMITH_TRY(MatrixLayout layout,
                 gridOf(recipe).layout(rows, cols, bits > 0 ? bits : recipe.bits,
                                       *recipe.stage("grid")->params, columnGroups));
    layout.columnScaled = rounderOf(recipe).columnScaled();
    for (const std::string_view stage : {"compensate", "transform"})
        BITSMITH_CHECK(
            forChoices(recipe, stage, [&](const LayerStage& choice, const Params& params) {
                return choice.predict(layout.side, rows, cols, params);
            }));
    return layout;
}

Result<std::uint64_t> predictStoredBytes(std::size_t rows, std::size_t cols, int bits,
                                         const Recipe& recipe) {
    BITSMITH_TRY(const MatrixLayout layout, predictLayout(rows, cols, bits, recipe));
    const double rate =
        gridOf(recipe).rate(bits > 0 ? bits : recipe.bits, *recipe.stage("grid")->params);
    if (rate > 0 && recipe.entropyCoded())
        return layout.side.bytes(rows, cols) +
               static_cast<std::uint64_t>(
                   std::ceil(rate * static_cast<double>(rows) * static_cast<double>(cols) / 8));
    return layout.storedBytes();
}

bool exactSize(const Recipe& recipe) {
    bool known = !gridOf(recipe).unbounded() && !recipe.entropyCoded();
    for (const StageChoice& choice : recipe.stages)
        if (const LayerStage* stage = findLayerStage(choice.stage, choice.id))
            known = known && stage->exactSize(*choice.params);
    return known;
}

} // namespace bitsmith
