#include "core/quant/transform/scale_search.h"

#include "core/quant/layer_errors.h"
#include "core/quant/transform/column_scaling.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace bitsmith {
namespace {

// Rows of one matrix that are tried.
struct Trial {
    const LayerTask* task;
    Matrix rows, scaled;
    double energy = 0; // tr(W G W^T) of the rows
};

Trial trialOf(const LayerTask& task, std::size_t most) {
    const ConstMatrixView all = task.weights;
    const std::size_t count = std::min(most, all.rows);
    Trial trial{&task, Matrix(count, all.cols), Matrix(count, all.cols)};
    for (std::size_t r = 0; r < count; ++r)
        std::ranges::copy(all.row(r * all.rows / count), &trial.rows(r, 0));
    trial.energy = gramEnergy(trial.rows.view(), task.stats->gram);
    return trial;
}

} // namespace

std::vector<float> salienceOf(const LayerStats& stats, std::span<const std::uint32_t> tied) {
    std::vector<float> salience = stats.meanAbs;
    if (salience.empty()) { // all that an imported statistic tells
        const double tokens = static_cast<double>(std::max<std::uint64_t>(1, stats.tokens));
        for (std::size_t c = 0; c < stats.gram.cols(); ++c)
            salience.push_back(static_cast<float>(std::sqrt(stats.gram(c, c) / tokens)));
    }
    tieMeans(salience, tied);
    const double mean = std::accumulate(salience.begin(), salience.end(), 0.0) /
                        static_cast<double>(std::max<std::size_t>(1, salience.size()));
    const float least = mean > 0 ? static_cast<float>(1e-4 * mean) : 1.0F;
    for (float& a : salience) a = std::max(a, least);
    return salience;
}

std::vector<float> scalesOf(std::span<const float> salience, double alpha) {
    std::vector<double> s;
    for (const float a : salience) s.push_back(std::pow(static_cast<double>(a), alpha));
    const auto [low, high] = std::ranges::minmax(s);
    const double middle = std::sqrt(low * high);
    std::vector<float> out;
    for (const double value : s)
        out.push_back(1 / storedFactor(static_cast<float>(value / middle)));
    return out;
}

Recipe nearestOf(const Recipe& recipe) {
    Recipe plain;
    plain.id = recipe.id;
    plain.bits = recipe.bits;
    plain.stages = {*recipe.stage("grid"),
                    {"round", "nearest", findRounder("nearest")->defaults()}};
    return plain;
}

Result<std::vector<float>> searchScales(std::span<const LayerTask> sharing, const Recipe& recipe,
                                        std::span<const float> salience,
                                        const ScaleSearchOptions& options, RunContext& context) {
    const Recipe plain = nearestOf(recipe);
    std::vector<Trial> trials;
    double whole = 0;
    for (const LayerTask& task : sharing) {
        context.checkpoint();
        trials.push_back(trialOf(task, options.rows));
        whole += trials.back().energy;
    }
    ScaleSearch search{sharing.front().name, {}, {}, 0};
    std::vector<float> best;
    LayerStats stats;
    for (int step = 0; step < options.steps; ++step) {
        const double alpha = static_cast<double>(step) / options.steps;
        std::vector<float> s = scalesOf(salience, alpha);
        divideStats(*sharing.front().stats, s, stats);
        double error = 0;
        for (Trial& trial : trials) {
            for (std::size_t r = 0; r < trial.rows.rows(); ++r)
                for (std::size_t c = 0; c < s.size(); ++c)
                    trial.scaled(r, c) = trial.rows(r, c) * s[c];
            BITSMITH_TRY(const LayerResult tried,
                         quantizeLayer({trial.task->name, trial.scaled.view(), &stats,
                                        trial.task->bits, trial.task->seed},
                                       plain, &stats, context));
            error += tried.report.outputError * trial.energy;
        }
        search.strengths.push_back(alpha);
        search.errors.push_back(whole > 0 ? error / whole : 0);
        if (best.empty() || search.errors.back() < search.errors[search.best]) {
            search.best = search.errors.size() - 1;
            best = std::move(s);
        }
    }
    context.publish(std::move(search));
    return best;
}

} // namespace bitsmith
