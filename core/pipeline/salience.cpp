#include "core/pipeline/salience.h"

#include "core/base/message.h"
#include "core/pipeline/salience_json.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <numeric>

namespace bitsmith {
namespace {

class Stopwatch {
public:
    double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count();
    }

private:
    std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
};

std::vector<std::uint32_t> listed(const std::vector<std::uint32_t>& channels) {
    return {channels.begin(), channels.begin() + static_cast<std::ptrdiff_t>(
                                                     std::min(channels.size(), ListedChannels))};
}

Status checkFactor(double factor) {
    if (factor > 0) return {};
    return fail(ErrorCode::Usage,
                "--outlier-factor {} must be above 0: a channel is an outlier "
                "beyond so many times the median",
                factor);
}

// The statistics that a metric needs. Tensors outside blocks have none.
Result<std::shared_ptr<const LayerStats>> statsFor(TensorStudy& study, const TensorInfo& tensor,
                                                   SalienceNeeds needs) {
    if (needs == SalienceNeeds::Nothing) return std::shared_ptr<const LayerStats>();
    return study.stats(tensor, needs == SalienceNeeds::Gram);
}

Result<std::vector<const Salience*>> chosenMetrics(const SalienceStudyOptions& options) {
    std::vector<std::string> ids = options.metrics;
    if (ids.empty()) ids = {options.text.empty() ? "magnitude" : "awq"};
    std::vector<const Salience*> out;
    for (const std::string& id : ids) {
        BITSMITH_TRY(const Salience* metric, salienceNamed(id));
        if (metric->info().needs != SalienceNeeds::Nothing && options.text.empty())
            return fail(ErrorCode::Usage,
                        "metric '{}' ({}) depends on the layers' inputs: name a calibration text "
                        "with --text, or use --metric magnitude",
                        id, metric->info().formula);
        if (std::ranges::find(out, metric) == out.end()) out.push_back(metric);
    }
    return out;
}

OutlierNumbers outlierNumbers(const SalienceMap& map, const LayerStats* stats, double factor) {
    const SalienceSums& sums = map.sums();
    OutlierNumbers out;
    out.rows = sums.rows;
    out.cols = sums.cols;
    out.kurtosis = sums.kurtosis;
    if (sums.total > 0)
        out.largestWeight = static_cast<double>(sums.max) * static_cast<double>(sums.rows) *
                            static_cast<double>(sums.cols) / sums.total;
    const OutlierChannels weights = outlierChannels(sums.columnSum, factor);
    out.weightRatio = weights.largestRatio;
    out.weightOutliers = weights.channels.size();
    out.weightChannels = listed(weights.channels);
    if (!stats) return out;
    out.input = stats->input;
    const OutlierChannels inputs = outlierChannels(stats->meanAbs, factor);
    out.inputRatio = inputs.largestRatio;
    out.inputOutliers = inputs.channels.size();
    out.inputChannels = listed(inputs.channels);
    if (inputs.median > 0 && !stats->maxAbs.empty())
        out.inputPeak =
            static_cast<double>(*std::ranges::max_element(stats->maxAbs)) / inputs.median;
    return out;
}

} // namespace

SalienceNumbers salienceNumbers(const SalienceMap& map, std::size_t groupSize,
                                double outlierFactor) {
    const SalienceSums& sums = map.sums();
    SalienceNumbers out;
    out.metric = map.factors().metric->id;
    out.rows = sums.rows;
    out.cols = sums.cols;
    out.mean =
        sums.total / std::max(1.0, static_cast<double>(sums.rows) * static_cast<double>(sums.cols));
    out.max = static_cast<double>(sums.max);
    out.nonFinite = sums.nonFinite;
    out.kurtosis = sums.kurtosis;
    out.topWeights = sums.topWeights;
    out.topChannels = topShares(sums.columnSum);
    out.topRows = topShares(sums.rowSum);
    const OutlierChannels outliers = outlierChannels(sums.columnSum, outlierFactor);
    out.channelRatio = outliers.largestRatio;
    out.outliers = outliers.channels.size();
    out.outlierChannels = listed(outliers.channels);
    out.groups = groupSums(sums.columnSum, groupSize);
    for (std::size_t g = 0; g < out.groups.size(); ++g) {
        const std::size_t width = std::min(groupSize, sums.cols - g * groupSize);
        out.groups[g] /= static_cast<double>(width) * static_cast<double>(sums.rows);
    }
    out.damping = map.factors().damping;
    out.notes = map.factors().notes;
    return out;
}

Result<std::vector<SalienceTable>> studySalience(const std::shared_ptr<const Model>& model,
                                                 const SalienceStudyOptions& options,
                                                 const Engine& engine, RunContext& context) {
    BITSMITH_TRY(const auto metrics, chosenMetrics(options));
    BITSMITH_CHECK(checkFactor(options.outlierFactor));
    if (options.groupSize == 0)
        return fail(ErrorCode::Usage, "--group-size 0 makes no groups; 128 is usual");
    BITSMITH_TRY(TensorStudy study, TensorStudy::prepare(model, options, engine, context));
    std::vector<SalienceTable> out;
    const double start = study.hasText() ? 0.4 : 0,
                 step = (1 - start) / static_cast<double>(metrics.size());
    for (std::size_t m = 0; m < metrics.size(); ++m) {
        const SalienceInfo& info = metrics[m]->info();
        const bool gram = info.needs == SalienceNeeds::Gram;
        const auto compute = [&](const TensorInfo& tensor) -> Result<Measurement> {
            const Stopwatch watch;
            BITSMITH_TRY(const auto stats, statsFor(study, tensor, info.needs));
            BITSMITH_TRY(auto factors, metrics[m]->prepare(stats.get(), tensor.cols,
                                                           {.damping = options.damping}, context));
            BITSMITH_TRY(const auto weights, model->matrix(tensor.name));
            const auto map = SalienceMap::build(weights, std::move(factors), context);
            SalienceNumbers numbers =
                salienceNumbers(*map, options.groupSize, options.outlierFactor);
            if (stats) numbers.input = stats->input;
            for (const std::string& note : numbers.notes)
                context.warn("{}: {}"_message(tensor.name, note));
            return Measurement{.value = numbers.topWeights.p1,
                               .seconds = watch.seconds(),
                               .details = toJson(numbers).dump()};
        };
        const std::string setting = fmt::format(
            "groups of {}, outliers beyond {}{}", options.groupSize, options.outlierFactor,
            gram ? fmt::format(", damping {}", options.damping) : "");
        BITSMITH_TRY(auto rows,
                     study.rows(fmt::format("salience.{}", info.id), setting,
                                info.needs != SalienceNeeds::Nothing,
                                start + step * static_cast<double>(m),
                                start + step * static_cast<double>(m + 1), compute, context));
        SalienceTable table{std::string(info.id), {}, std::move(rows.skipped)};
        for (const Measurement& row : rows.rows) {
            BITSMITH_TRY(auto numbers, salienceFromJson(row.details));
            table.tensors.emplace_back(row.tensor, std::move(numbers));
        }
        out.push_back(std::move(table));
    }
    return out;
}

Result<OutlierTable> studyOutliers(const std::shared_ptr<const Model>& model,
                                   const TensorStudyOptions& options, double factor,
                                   const Engine& engine, RunContext& context) {
    BITSMITH_CHECK(checkFactor(factor));
    BITSMITH_TRY(TensorStudy study, TensorStudy::prepare(model, options, engine, context));
    const Salience& magnitude = *findSalience("magnitude");
    const auto compute = [&](const TensorInfo& tensor) -> Result<Measurement> {
        const Stopwatch watch;
        BITSMITH_TRY(const auto stats, study.stats(tensor, false));
        BITSMITH_TRY(auto factors, magnitude.prepare(nullptr, tensor.cols, {}, context));
        BITSMITH_TRY(const auto weights, model->matrix(tensor.name));
        const auto map = SalienceMap::build(weights, std::move(factors), context);
        const OutlierNumbers numbers = outlierNumbers(*map, stats.get(), factor);
        return Measurement{.value = std::max(numbers.weightRatio, numbers.inputRatio),
                           .seconds = watch.seconds(),
                           .details = toJson(numbers).dump()};
    };
    BITSMITH_TRY(auto rows, study.rows("outliers", fmt::format("beyond {}", factor), true,
                                       study.hasText() ? 0.4 : 0, 1, compute, context));
    OutlierTable out{{}, std::move(rows.skipped)};
    for (const Measurement& row : rows.rows) {
        BITSMITH_TRY(auto numbers, outliersFromJson(row.details));
        out.tensors.emplace_back(row.tensor, std::move(numbers));
    }
    return out;
}

SpectrumNumbers spectrumNumbers(const Spectrum& spectrum) {
    SpectrumNumbers out;
    out.count = spectrum.values.size();
    out.energy = spectrum.energy;
    out.largest = spectrum.values.empty() ? 0 : spectrum.values.front();
    out.effectiveRank = spectrum.effectiveRank;
    out.stableRank = spectrum.stableRank;
    out.rank90 = spectrum.rank90;
    out.rank99 = spectrum.rank99;
    out.numericalRank = spectrum.numericalRank;
    const std::size_t points = std::min(out.count, SpectrumNumbers::CurvePoints);
    for (std::size_t i = 0; i < points; ++i) {
        const std::size_t rank = points < 2 ? 0 : i * (out.count - 1) / (points - 1);
        out.ranks.push_back(rank);
        out.values.push_back(spectrum.values[rank]);
    }
    return out;
}

Result<SpectrumTable> studySpectra(const std::shared_ptr<const Model>& model,
                                   const TensorStudyOptions& options, const Engine& engine,
                                   RunContext& context) {
    BITSMITH_TRY(TensorStudy study, TensorStudy::prepare(model, options, engine, context));
    const auto row = [](const Spectrum& spectrum, const Stopwatch& watch) {
        return Measurement{.value = spectrum.effectiveRank,
                           .seconds = watch.seconds(),
                           .details = toJson(spectrumNumbers(spectrum)).dump()};
    };
    const double start = study.hasText() ? 0.4 : 0, middle = study.hasText() ? 0.7 : 1;
    BITSMITH_TRY(auto weightRows,
                 study.rows(
                     "spectrum.weights", "", false, start, middle,
                     [&](const TensorInfo& tensor) -> Result<Measurement> {
                         const Stopwatch watch;
                         BITSMITH_TRY(const auto weights, model->matrix(tensor.name));
                         BITSMITH_TRY(const auto spectrum, singularValues(*weights, context));
                         return row(spectrum, watch);
                     },
                     context));
    SpectrumTable out{{}, std::move(weightRows.skipped)};
    for (const Measurement& stored : weightRows.rows) {
        const TensorInfo& info = *model->find(stored.tensor);
        BITSMITH_TRY(auto numbers, spectrumFromJson(stored.details));
        out.tensors.push_back(
            {stored.tensor, {}, info.rows, info.cols, std::move(numbers), std::nullopt});
    }
    if (!study.hasText()) return out;

    // Matrices with the same input share its spectrum: computed for the first of them.
    std::pair<std::string, Measurement> last;
    auto inputRows = study.rows(
        "spectrum.inputs", "", true, middle, 1,
        [&](const TensorInfo& tensor) -> Result<Measurement> {
            const Stopwatch watch;
            BITSMITH_TRY(const auto stats, study.stats(tensor, true));
            if (!stats)
                return fail(ErrorCode::Usage,
                            "its inputs are not measured: it lies outside blocks");
            if (last.first != stats->input) {
                BITSMITH_TRY(const auto spectrum,
                             inputSpectrum(stats->gram, stats->tokens, context));
                last = {stats->input, row(spectrum, watch)};
            }
            return last.second;
        },
        context);
    if (!inputRows) { // nothing of the inputs, but the weights' spectra are there
        context.warn(inputRows.error().message);
        return out;
    }
    for (const SkippedTensor& skipped : inputRows->skipped)
        context.warn(fmt::format("{}: {}", skipped.tensor, skipped.error.message));
    for (const Measurement& stored : inputRows->rows) {
        const auto at = std::ranges::find(out.tensors, stored.tensor, &SpectrumTable::Row::tensor);
        if (at == out.tensors.end()) continue;
        BITSMITH_TRY(at->inputs, spectrumFromJson(stored.details));
        const TensorInfo& info = *model->find(stored.tensor);
        at->input = blockInputName(static_cast<std::size_t>(info.block), info.input);
    }
    return out;
}

} // namespace bitsmith
