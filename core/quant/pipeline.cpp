// The weight stages on one matrix, in order: see layer_stage.h. `tune` joins here when its first
// choice exists.
#include "core/base/message.h"
#include "core/codec/coded_matrix.h"
#include "core/quant/layer_errors.h"
#include "core/quant/layer_stage.h"
#include "core/quant/rate_search.h"
#include "core/quant/round/nearest.h"
#include "core/quant/stored_rows.h"
#include "core/tensor/direct_weights.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace bitsmith {
namespace {

const Grid& gridOf(const Recipe& recipe) { return *findGrid(recipe.stage("grid")->id); }
const Rounder& rounderOf(const Recipe& recipe) { return *findRounder(recipe.stage("round")->id); }

double bitsPerWeight(std::uint64_t bytes, const QuantizedMatrix& matrix) {
    const double count = static_cast<double>(matrix.rows) * static_cast<double>(matrix.cols);
    return count > 0 ? 8.0 * static_cast<double>(bytes) / count : 0.0;
}

Status checkStats(const LayerTask& task, std::size_t cols, const Recipe& recipe,
                  const LayerStats* reference) {
    if (recipe.needsStats() && (!task.stats || task.stats->gram.empty()))
        return fail(ErrorCode::Usage,
                    "{}: recipe '{}' needs calibration statistics; give a calibration text",
                    task.name, recipe.id);
    for (const LayerStats* stats : {task.stats, reference})
        if (stats && !stats->gram.empty() &&
            (stats->gram.rows() != cols || stats->gram.cols() != cols))
            return fail(ErrorCode::Failed,
                        "{}: the statistics of '{}' are for {} input features, the matrix has {}",
                        task.name, stats->input, stats->gram.rows(), cols);
    return {};
}

Status checkTask(const LayerTask& task, const Recipe& recipe, const LayerStats* reference) {
    BITSMITH_CHECK(checkStats(task, task.weights.cols, recipe, reference));
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

// Calls step(stage, params) for every choice of `stage`: compensators in the order of their table,
// others in the recipe's.
template <class Step>
Status forChoices(const Recipe& recipe, std::string_view stage, Step&& step) {
    if (stage == "compensate") {
        for (const LayerStage* found : allCompensators())
            for (const StageChoice& choice : recipe.stages)
                if (choice.stage == stage && choice.id == found->info().id)
                    BITSMITH_CHECK(step(*found, *choice.params));
        return {};
    }
    for (const StageChoice& choice : recipe.stages)
        if (choice.stage == stage)
            if (const LayerStage* found = findLayerStage(stage, choice.id))
                BITSMITH_CHECK(step(*found, *choice.params));
    return {};
}

// observe may be empty.
void observeResult(const StageObserver& observe, std::string_view stage, std::string_view choice,
                   const QuantizedMatrix& matrix, const SideParts& side) {
    if (observe) observe(stage, choice, decodeWith(matrix, side).view(), side.layout());
}

Result<SideLayout> predictSide(std::size_t rows, std::size_t cols, const Recipe& recipe) {
    SideLayout side;
    for (const std::string_view stage : {"compensate", "transform"})
        BITSMITH_CHECK(
            forChoices(recipe, stage, [&](const LayerStage& choice, const Params& params) {
                return choice.predict(side, rows, cols, params);
            }));
    return side;
}

// A rate counts what is beside the codes, too: they get what that leaves.
Result<double> rateOfCodes(double rate, const LayerTask& task, const Recipe& recipe,
                           LayerReport& report) {
    constexpr double Least = 0.5;        // of a rate: below, hardly a code would not be 0
    constexpr std::uint64_t Framing = 5; // core/codec/coded_matrix.h
    const auto [data, rows, cols, stride] = task.weights;
    BITSMITH_TRY(const SideLayout side, predictSide(rows, cols, recipe));
    if (!side.any()) return rate;
    const double taken = 8.0 * static_cast<double>(side.bytes(rows, cols) + Framing) /
                         (static_cast<double>(rows) * static_cast<double>(cols));
    if (rate - taken >= Least) return rate - taken;
    const double left = std::min(rate, Least);
    report.notes.push_back(
        "what is kept beside the codes takes {:.3g} of {:.3g} bits per weight; the codes got "
        "{:.3g} more"_message(taken, rate, left));
    return left;
}

Result<QuantizedMatrix> roundMatrix(const LayerTask& task, const Recipe& recipe, int bits,
                                    LayerReport& report, RunContext& context) {
    const double rate = wantedRate(recipe, bits);
    if (!(rate > 0)) return roundOnce(task, recipe, bits, report, context);
    BITSMITH_TRY(const double left, rateOfCodes(rate, task, recipe, report));
    return roundAtRate(task, recipe, bits, left, report, context);
}

bool roundsPlainly(const Recipe& recipe) {
    return !recipe.stage("transform") && !recipe.stage("compensate");
}

// All stages but encode.
Result<QuantizedMatrix> throughStages(const LayerTask& task, const Recipe& recipe, int bits,
                                      LayerReport& report, const StageObserver& observe,
                                      RunContext& context) {
    const std::string_view rounder = recipe.stage("round")->id;
    if (roundsPlainly(recipe)) {
        auto matrix = roundMatrix(task, recipe, bits, report, context);
        if (matrix) observeResult(observe, "round", rounder, *matrix, {});
        return matrix;
    }
    // Borrowed: the task outlives its work.
    const std::shared_ptr<const LayerStats> stats(std::shared_ptr<void>(), task.stats);
    LayerWork work{task, recipe, bits, report, context, {}, stats, {}};
    work.weights = Matrix(task.weights.rows, task.weights.cols);
    for (std::size_t r = 0; r < task.weights.rows; ++r)
        std::ranges::copy(task.weights.row(r), &work.weights(r, 0));
    for (const std::string_view name : {"compensate", "transform"})
        BITSMITH_CHECK(
            forChoices(recipe, name, [&](const LayerStage& stage, const Params& params) -> Status {
                BITSMITH_CHECK(stage.before(work, params));
                if (observe)
                    observe(name, stage.info().id, work.weights.view(), work.side.layout());
                return {};
            }));
    BITSMITH_TRY(QuantizedMatrix matrix, roundMatrix(work.inner(), recipe, bits, report, context));
    observeResult(observe, "round", rounder, matrix, work.side);
    BITSMITH_CHECK(forChoices(
        recipe, "compensate", [&](const LayerStage& stage, const Params& params) -> Status {
            BITSMITH_CHECK(stage.after(work, matrix, params));
            observeResult(observe, "compensate", stage.info().id, matrix, work.side);
            return {};
        }));
    matrix.side = work.side.layout();
    matrix.sideBytes = work.side.pack(matrix.rows, matrix.cols);
    return matrix;
}

using Clock = std::chrono::steady_clock;

LayerReport startedReport(const LayerTask& task, const Recipe& recipe) {
    LayerReport report;
    report.name = task.name;
    report.recipe = recipe.id;
    report.bits = task.bits > 0 ? task.bits : recipe.bits;
    return report;
}

// The stage encode, and what a report says in the end.
LayerResult finished(QuantizedMatrix matrix, const LayerErrors& errors, const Recipe& recipe,
                     LayerReport report, Clock::time_point start) {
    report.weightError = errors.weight;
    report.outputError = errors.output;
    report.bytes = matrix.storedBytes();
    std::vector<std::byte> coded;
    if (recipe.entropyCoded()) {
        coded = encodeMatrix(matrix);
        report.bytes = coded.size();
    }
    report.bitsPerWeight = bitsPerWeight(report.bytes, matrix);
    report.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    return {std::make_shared<const QuantizedMatrix>(std::move(matrix)), std::move(coded),
            std::move(report)};
}

Result<LayerResult> quantizeObserved(const LayerTask& task, const Recipe& recipe,
                                     const LayerStats* reference, const StageObserver& observe,
                                     RunContext& context, ConstMatrixView original) {
    const auto start = Clock::now();
    context.checkpoint();
    BITSMITH_CHECK(checkTask(task, recipe, reference));
    LayerReport report = startedReport(task, recipe);
    auto matrix = throughStages(task, recipe, report.bits, report, observe, context);
    if (!matrix) return fail(matrix.error().code, "{}: {}", task.name, matrix.error().message);
    const LayerErrors errors = measureErrors(original, *matrix, reference, context);
    return finished(*std::move(matrix), errors, recipe, std::move(report), start);
}

// The matrix's own bytes where they are bf16; else empty.
std::span<const std::byte> bfloatsOf(const WeightMatrix& weights) {
    const auto* direct = dynamic_cast<const DirectWeights*>(&weights);
    const auto view = direct ? direct->storedView() : std::nullopt;
    return view && view->dtype == DType::BF16 ? view->bytes : std::span<const std::byte>();
}

} // namespace

Result<LayerResult> quantizeLayer(const LayerTask& task, const Recipe& recipe,
                                  const LayerStats* reference, RunContext& context,
                                  const std::optional<ConstMatrixView>& original) {
    return quantizeObserved(task, recipe, reference, {}, context, original.value_or(task.weights));
}

Result<std::optional<LayerResult>> quantizeStored(const WeightMatrix& weights,
                                                  const LayerTask& task, const Recipe& recipe,
                                                  const LayerStats* reference,
                                                  RunContext& context) {
    const auto start = Clock::now();
    const auto bytes = bfloatsOf(weights);
    LayerReport report = startedReport(task, recipe);
    if (bytes.empty() || task.accelerator || !roundsPlainly(recipe) ||
        !isNearest(rounderOf(recipe)) || wantedRate(recipe, report.bits) > 0)
        return std::nullopt;
    context.checkpoint();
    BITSMITH_CHECK(checkStats(task, weights.cols(), recipe, reference));
    auto fit = gridOf(recipe).begin(weights.rows(), weights.cols(), report.bits,
                                    *recipe.stage("grid")->params);
    if (!fit) return fail(fit.error().code, "{}: {}", task.name, fit.error().message);
    auto* rows = dynamic_cast<StoredRows*>(fit->get());
    if (!rows || !rows->readsBfloats()) return std::nullopt;
    std::vector<std::byte> packed(weights.rows() * (*fit)->rowBytes());
    if (!roundBfloats(bytes, weights.rows(), *rows, packed, context)) return std::nullopt;
    for (std::string& note : (*fit)->notes()) report.notes.push_back(std::move(note));
    QuantizedMatrix matrix = (*fit)->finish(std::move(packed), {});
    const LayerErrors errors = measureErrors(weights, matrix, reference, context);
    return finished(std::move(matrix), errors, recipe, std::move(report), start);
}

Result<LayerResult> traceLayer(const LayerTask& task, const Recipe& recipe,
                               const LayerStats* reference, const StageObserver& observe,
                               RunContext& context) {
    return quantizeObserved(task, recipe, reference, observe, context, task.weights);
}

Result<MatrixLayout> predictLayout(std::size_t rows, std::size_t cols, int bits,
                                   const Recipe& recipe) {
    const bool columnGroups = rounderOf(recipe).columnGroups(*recipe.stage("round")->params);
    BITSMITH_TRY(MatrixLayout layout,
                 gridOf(recipe).layout(rows, cols, bits > 0 ? bits : recipe.bits,
                                       *recipe.stage("grid")->params, columnGroups));
    layout.columnScaled = rounderOf(recipe).columnScaled();
    BITSMITH_TRY(layout.side, predictSide(rows, cols, recipe));
    return layout;
}

Result<std::uint64_t> predictStoredBytes(std::size_t rows, std::size_t cols, int bits,
                                         const Recipe& recipe) {
    BITSMITH_TRY(const MatrixLayout layout, predictLayout(rows, cols, bits, recipe));
    const double rate =
        gridOf(recipe).rate(bits > 0 ? bits : recipe.bits, *recipe.stage("grid")->params);
    if (rate > 0 && recipe.entropyCoded())
        return static_cast<std::uint64_t>(
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
