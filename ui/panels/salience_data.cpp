#include "ui/panels/salience_data.h"

namespace bitsmith::ui {
namespace {

Result<std::shared_ptr<const LayerStats>> statsOf(const SalienceRequest& request, bool withGram,
                                                  const Engine& engine) {
    const TensorInfo* info = request.model->find(request.tensor);
    if (!info || !hasInput(*info) || request.calibration.empty())
        return std::shared_ptr<const LayerStats>();
    const StatsCache cache(engine.calibrationFolder, request.calibration);
    return cache.load(blockInputName(static_cast<std::size_t>(info->block), info->input), withGram);
}

} // namespace

bool hasInput(const TensorInfo& tensor) { return tensor.block >= 0 && !tensor.input.empty(); }

Result<SalienceView> salienceView(const SalienceRequest& request, const Engine& engine,
                                  RunContext& context) {
    BITSMITH_TRY(const Salience* metric, salienceNamed(request.metric));
    BITSMITH_TRY(const auto weights, request.model->matrix(request.tensor));
    const SalienceNeeds needs = metric->info().needs;
    std::shared_ptr<const LayerStats> stats;
    if (needs != SalienceNeeds::Nothing) {
        BITSMITH_TRY(stats, statsOf(request, needs == SalienceNeeds::Gram, engine));
    }
    context.checkpoint();
    BITSMITH_TRY(auto factors, metric->prepare(stats.get(), weights->cols(), {}, context));
    SalienceView out{request, SalienceMap::build(weights, std::move(factors), context), {}, {}};
    out.channels = topShares(out.map->sums().columnSum);
    out.outliers = outlierChannels(out.map->sums().columnSum, OutlierFactor);
    return out;
}

Result<Spectrum> spectrumView(const SalienceRequest& request, bool inputs, const Engine& engine,
                              RunContext& context) {
    if (!inputs) {
        BITSMITH_TRY(const auto weights, request.model->matrix(request.tensor));
        return singularValues(*weights, context);
    }
    BITSMITH_TRY(const auto stats, statsOf(request, true, engine));
    if (!stats)
        return fail(ErrorCode::Usage,
                    "{}: nothing was measured of its inputs. Calibrate with a text",
                    request.tensor);
    return inputSpectrum(stats->gram, stats->tokens, context);
}

} // namespace bitsmith::ui
