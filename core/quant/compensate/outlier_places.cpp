#include "core/quant/compensate/outlier_places.h"

#include "core/base/parallel.h"
#include "core/quant/recipe.h"
#include "core/quant/round/error_feedback.h"
#include "core/quant/round/nearest.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace bitsmith {
namespace {

constexpr std::size_t RowsAtOnce = 16;
constexpr int Rounds = 4; // of looking for sensitive weights

void forRows(std::size_t rows, const std::function<void(std::size_t)>& step) {
    parallelFor(rows, RowsAtOnce, [&](std::size_t first, std::size_t last) {
        for (std::size_t r = first; r < last; ++r) step(r);
    });
}

// What an error of one column's weights costs, squared: 1 / [G^-1]_jj, or G_jj, or 1.
Result<std::vector<float>> columnCosts(const LayerStats* stats, std::size_t cols, double damping,
                                       const RunContext& context) {
    std::vector<float> costs(cols, 1.0F);
    if (!stats) return costs;
    if (stats->gram.empty()) return stats->sumSquares;
    BITSMITH_TRY(
        const ErrorFeedback feedback,
        errorFeedback(stats->gram, {.damping = damping, .carry = false, .spread = true}, context));
    if (!feedback.usable) return costs;
    const std::vector<double> inverse = inverseDiagonal(feedback);
    for (std::size_t c = 0; c < cols; ++c)
        costs[c] = feedback.dead[c] ? 0.0F : static_cast<float>(1 / inverse[c]);
    return costs;
}

// Scores of all weights by what leaving them out would save.
class Sensitivity {
public:
    Sensitivity(LayerWork& work, std::vector<float> costs)
        : m_work(work), m_costs(std::move(costs)), m_left(work.weights),
          m_importance(gramDiagonal({work.task.name, work.weights.view(), work.stats.get(),
                                     work.bits, work.task.seed})) {}

    Result<std::vector<std::size_t>> find(std::size_t count) {
        std::vector<std::size_t> found;
        for (int round = 0; round < Rounds && found.size() < count; ++round) {
            m_work.context.checkpoint();
            const std::size_t wanted =
                (count - found.size()) / static_cast<std::size_t>(Rounds - round);
            if (wanted == 0) continue;
            BITSMITH_TRY(Matrix scores, scoresNow());
            for (const std::size_t i : found) scores.values()[i] = -1;
            for (const std::size_t i : largestPlaces(scores.values(), wanted)) {
                found.push_back(i);
                m_left.values()[i] = 0;
            }
        }
        std::ranges::sort(found);
        return found;
    }

private:
    Result<Matrix> nearest(const Matrix& weights, std::size_t& groupSize) {
        const StageChoice& grid = *m_work.recipe.stage("grid");
        BITSMITH_TRY(auto fit, findGrid(grid.id)->begin(weights.rows(), weights.cols(), m_work.bits,
                                                        *grid.params));
        groupSize = fit->groupSize();
        const QuantizedMatrix rounded =
            roundNearest(weights.view(), m_importance, *fit, m_work.context);
        Matrix values(weights.rows(), weights.cols());
        rounded.decodeCodes(0, weights.rows(), values.data());
        return values;
    }

    Result<Matrix> scoresNow() {
        const std::size_t rows = m_left.rows(), cols = m_left.cols();
        std::size_t size = cols;
        BITSMITH_TRY(Matrix scores, nearest(m_left, size)); // of the weights that are left
        forRows(rows, [&](std::size_t r) {
            for (std::size_t c = 0; c < cols; ++c) {
                const float e = m_left(r, c) - scores(r, c);
                scores(r, c) = m_costs[c] * e * e;
            }
        });
        const Matrix own = scores;
        for (const bool largest : {true, false}) { // one weight fewer in each group of each row
            Matrix without = m_left;
            std::vector<std::size_t> taken(rows * ((cols + size - 1) / size));
            const std::size_t groups = taken.size() / rows;
            forRows(rows, [&](std::size_t r) {
                for (std::size_t g = 0; g < groups; ++g) {
                    const auto row = without.values().subspan(r * cols, cols);
                    const auto group = row.subspan(g * size, std::min(size, cols - g * size));
                    const auto at =
                        largest ? std::ranges::max_element(group) : std::ranges::min_element(group);
                    *at = 0;
                    taken[r * groups + g] = g * size + static_cast<std::size_t>(at - group.begin());
                }
            });
            BITSMITH_TRY(const Matrix values, nearest(without, size));
            forRows(rows, [&](std::size_t r) {
                for (std::size_t g = 0; g < groups; ++g) {
                    const std::size_t place = taken[r * groups + g];
                    float saved = own(r, place);
                    for (std::size_t c = g * size; c < std::min(cols, (g + 1) * size); ++c) {
                        if (c == place) continue;
                        const float e = m_left(r, c) - values(r, c);
                        saved += own(r, c) - m_costs[c] * e * e;
                    }
                    scores(r, place) = std::max(scores(r, place), saved);
                }
            });
        }
        return scores;
    }

    LayerWork& m_work;
    std::vector<float> m_costs;
    Matrix m_left; // 0 where an outlier was
    std::vector<float> m_importance;
};

std::vector<std::size_t> beyondSigma(const Matrix& weights, double sigma, std::size_t most) {
    std::vector<float> scores(weights.values().size());
    const std::size_t cols = weights.cols();
    forRows(weights.rows(), [&](std::size_t r) {
        const auto row = weights.values().subspan(r * cols, cols);
        double mean = 0, square = 0;
        for (const float w : row) mean += static_cast<double>(w) / static_cast<double>(cols);
        for (const float w : row)
            square += std::pow(static_cast<double>(w) - mean, 2) / static_cast<double>(cols);
        const double deviation = std::sqrt(square);
        for (std::size_t c = 0; c < cols && deviation > 0; ++c)
            scores[r * cols + c] =
                static_cast<float>(std::abs(static_cast<double>(row[c]) - mean) / deviation);
    });
    const auto beyond = static_cast<std::size_t>(
        std::ranges::count_if(scores, [&](float s) { return static_cast<double>(s) >= sigma; }));
    return largestPlaces(scores, std::min(beyond, most));
}

} // namespace

std::size_t mostOutliers(std::size_t rows, std::size_t cols, const OutlierRule& rule) {
    return static_cast<std::size_t>(
        std::llround(rule.fraction * static_cast<double>(rows) * static_cast<double>(cols)));
}

std::vector<std::size_t> largestPlaces(std::span<const float> scores, std::size_t count) {
    std::vector<std::size_t> order(scores.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto better = [&](std::size_t a, std::size_t b) {
        return scores[a] != scores[b] ? scores[a] > scores[b] : a < b;
    };
    std::nth_element(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(),
                     better);
    order.resize(count);
    std::ranges::sort(order);
    return order;
}

Result<std::vector<std::size_t>> outlierPlaces(LayerWork& work, const OutlierRule& rule) {
    const std::size_t most = mostOutliers(work.weights.rows(), work.weights.cols(), rule);
    if (rule.criterion == "n_sigma") return beyondSigma(work.weights, rule.sigma, most);
    if (rule.criterion == "sensitivity" && most > 0) {
        BITSMITH_TRY(auto costs, columnCosts(work.stats.get(), work.weights.cols(), rule.damping,
                                             work.context));
        return Sensitivity(work, std::move(costs)).find(most);
    }
    std::vector<float> magnitudes(work.weights.values().size());
    std::ranges::transform(work.weights.values(), magnitudes.begin(),
                           [](float w) { return std::abs(w); });
    return largestPlaces(magnitudes, most);
}

} // namespace bitsmith
