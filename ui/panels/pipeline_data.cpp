#include "ui/panels/pipeline_data.h"

#include "core/calibration/calibrate.h"
#include "ui/panels/salience_data.h"

#include <algorithm>
#include <cmath>

namespace bitsmith::ui {
namespace {

// Some rows of a matrix, evenly spread; all of a small one.
Matrix rowsOf(const WeightMatrix& weights) {
    const std::size_t most =
        std::max<std::size_t>(1, PipelineWeights / std::max<std::size_t>(1, weights.cols()));
    const std::size_t count = std::min(weights.rows(), most);
    Matrix out(count, weights.cols());
    for (std::size_t r = 0; r < count; ++r)
        weights.decodeRows(r * weights.rows() / count, 1, &out(r, 0));
    return out;
}

Matrix copied(ConstMatrixView values) {
    Matrix out(values.rows, values.cols);
    for (std::size_t r = 0; r < values.rows; ++r) std::ranges::copy(values.row(r), &out(r, 0));
    return out;
}

StageLook lookAt(std::string_view stage, std::string_view choice, ConstMatrixView values,
                 RunContext& context) {
    const auto weights = denseWeights(copied(values));
    const TensorStatistics s = tensorStatistics(*weights, InspectorBins, context);
    StageLook look{.stage = std::string(stage), .choice = std::string(choice)};
    look.deviation = s.standardDeviation;
    look.peak = s.standardDeviation > 0
                    ? std::max(std::abs(s.min), std::abs(s.max)) / s.standardDeviation
                    : 0;
    look.kurtosis = s.kurtosis;
    look.histogramMin = s.histogramMin;
    look.histogramMax = s.histogramMax;
    look.histogram = s.histogram;
    return look;
}

double relativeError(const Matrix& a, ConstMatrixView b) {
    double error = 0, whole = 0;
    for (std::size_t r = 0; r < a.rows(); ++r)
        for (std::size_t c = 0; c < a.cols(); ++c) {
            const double x = a(r, c), d = x - b(r, c);
            error += d * d;
            whole += x * x;
        }
    return whole > 0 ? error / whole : 0;
}

} // namespace

Result<PipelineView> pipelineView(const PipelineRequest& request, const Engine& engine,
                                  RunContext& context) {
    const TensorPlan& row = *request.row;
    const TensorInfo* info = request.model->find(row.tensor);
    if (!info) return fail(ErrorCode::Usage, "{} is not there any more", row.tensor);
    std::shared_ptr<const LayerStats> stats;
    if (!request.calibration.empty() && hasInput(*info)) {
        const StatsCache cache(engine.calibrationFolder, request.calibration);
        BITSMITH_TRY(
            stats, cache.load(blockInputName(static_cast<std::size_t>(info->block), info->input)));
    }
    BITSMITH_TRY(const auto weights, request.model->matrix(row.tensor));
    const Matrix values = rowsOf(*weights);
    PipelineView out;
    out.rows = values.rows();
    out.ofRows = weights->rows();
    context.checkpoint();
    out.looks.push_back(lookAt("original", "", values.view(), context));
    const auto observe = [&](std::string_view stage, std::string_view choice, ConstMatrixView now,
                             const SideLayout& side) {
        context.checkpoint();
        StageLook look = lookAt(stage, choice, now, context);
        look.sideBytes = side.bytes(now.rows, now.cols);
        const bool rounded =
            std::ranges::any_of(out.looks, [](const StageLook& l) { return l.stage == "round"; });
        if (rounded || stage == "round") look.weightError = relativeError(values, now);
        out.looks.push_back(std::move(look));
    };
    BITSMITH_TRY(
        LayerResult result,
        traceLayer(
            {.name = row.tensor, .weights = values.view(), .stats = stats.get(), .bits = row.bits},
            *row.recipe, stats.get(), observe, context));
    out.report = std::move(result.report);
    return out;
}

} // namespace bitsmith::ui
