// Groups do not depend on each other, so a step changes the outputs by those of the two groups that
// it moves: the whole search costs about as much as three products with the matrix.
#include "core/quant/grid/group_bits.h"

#include "core/base/parallel.h"
#include "core/quant/grid/mixed_math.h"
#include "core/quant/round/error_feedback.h"

#include <cblas.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace bitsmith {
namespace {

constexpr std::size_t PanelRows = 64;
constexpr double LeastProbability = 1e-6; // as the authors clamp them

// One group at one width, and what it was before: 0 stands for the weights themselves.
struct Move {
    std::size_t group;
    int from, to;
};

class Search {
public:
    Search(const GroupBitsArgs& args, std::vector<std::vector<Move>> steps)
        : m_args(args), m_rows(args.weights.rows), m_cols(args.weights.cols),
          m_steps(std::move(steps)) {}

    // ---- Divergence

    std::vector<double> divergences(RunContext& context) const {
        const ConstMatrixView x = m_args.stats->sample.view();
        Matrix outputs(x.rows, m_rows);
        addOutputs(allMoves(-1, 0), outputs, context);
        Matrix reference = outputs; // becomes logarithms of probabilities
        parallelFor(x.rows, 1, [&](std::size_t first, std::size_t last) {
            for (std::size_t t = first; t < last; ++t) toLogarithms(reference.view().row(t));
        });
        addOutputs(allMoves(0, m_args.bits), outputs, context);
        std::vector<double> scores;
        for (std::size_t i = 0; i < m_steps.size(); ++i) {
            context.checkpoint();
            if (i > 0) addOutputs(m_steps[i], outputs, context);
            std::vector<double> each(x.rows);
            parallelFor(x.rows, 1, [&](std::size_t first, std::size_t last) {
                std::vector<float> row(m_rows);
                for (std::size_t t = first; t < last; ++t) {
                    std::ranges::copy(outputs.view().row(t), row.begin());
                    toLogarithms(row);
                    each[t] = divergence(row, reference.view().row(t));
                }
            });
            scores.push_back(std::accumulate(each.begin(), each.end(), 0.0) /
                             static_cast<double>(x.rows));
        }
        return scores;
    }

    // ---- Error from the Gram matrix

    std::vector<double> outputErrors(RunContext& context) const {
        const std::size_t panels = (m_rows + PanelRows - 1) / PanelRows;
        std::vector<std::vector<double>> sums(panels);
        parallelFor(m_rows, PanelRows, [&](std::size_t first, std::size_t last) {
            sums[first / PanelRows] = panelErrors(first, last - first, context);
        });
        std::vector<double> scores(m_steps.size());
        for (const auto& panel : sums)
            for (std::size_t i = 0; i < scores.size(); ++i) scores[i] += panel[i];
        return scores;
    }

private:
    std::size_t width(std::size_t g) const {
        return std::min(m_args.groupSize, m_cols - g * m_args.groupSize);
    }
    std::vector<Move> allMoves(int from, int to) const {
        std::vector<Move> moves;
        for (std::size_t g = 0; g * m_args.groupSize < m_cols; ++g) moves.push_back({g, from, to});
        return moves;
    }

    // A group of some rows at a width, rows x width(g): 0, the weights; -1, nothing.
    void valuesOf(std::size_t g, int bits, std::size_t firstRow, std::size_t rows,
                  std::span<float> out) const {
        const std::size_t n = width(g);
        for (std::size_t r = 0; r < rows; ++r) {
            const auto row = m_args.weights.row(firstRow + r).subspan(g * m_args.groupSize, n);
            const auto to = out.subspan(r * n, n);
            if (bits < 0)
                std::ranges::fill(to, 0.0F);
            else if (bits == 0)
                std::ranges::copy(row, to.begin());
            else
                mixed::values(row, bits, mixed::group(row, bits), to);
        }
    }
    // What a move adds to the group's values.
    std::vector<float> change(const Move& move, std::size_t firstRow, std::size_t rows) const {
        std::vector<float> out(rows * width(move.group)), before(out.size());
        valuesOf(move.group, move.to, firstRow, rows, out);
        valuesOf(move.group, move.from, firstRow, rows, before);
        for (std::size_t i = 0; i < out.size(); ++i) out[i] -= before[i];
        return out;
    }

    // outputs (inputs x rows) += X_g change^T for each group g that moves.
    void addOutputs(std::span<const Move> moves, Matrix& outputs, const RunContext& context) const {
        const ConstMatrixView x = m_args.stats->sample.view();
        parallelFor(m_rows, PanelRows, [&](std::size_t first, std::size_t last) {
            for (const Move& move : moves) {
                context.checkpoint();
                const std::vector<float> delta = change(move, first, last - first);
                const auto n = static_cast<int>(width(move.group));
                cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, static_cast<int>(x.rows),
                            static_cast<int>(last - first), n, 1.0F,
                            x.data + move.group * m_args.groupSize, static_cast<int>(x.stride),
                            delta.data(), n, 1.0F, outputs.data() + first,
                            static_cast<int>(m_rows));
            }
        });
    }

    // Outputs of one input -> logarithms of their probabilities.
    static void toLogarithms(std::span<float> outputs) {
        const float most = *std::ranges::max_element(outputs);
        double sum = 0;
        for (const float y : outputs) sum += std::exp(double{y} - double{most});
        const double shift = std::log(sum) + double{most};
        for (float& y : outputs)
            y = static_cast<float>(std::max(double{y} - shift, std::log(LeastProbability)));
    }
    static double divergence(std::span<const float> logarithms, std::span<const float> reference) {
        double sum = 0;
        for (std::size_t i = 0; i < logarithms.size(); ++i)
            sum += std::exp(double{logarithms[i]}) * (double{logarithms[i]} - double{reference[i]});
        return sum;
    }

    // tr(E G E^T) of some rows at every step, E = W - Q.
    std::vector<double> panelErrors(std::size_t firstRow, std::size_t rows,
                                    const RunContext& context) const {
        Matrix error(rows, m_cols); // -E, which has the same trace
        std::vector<double> scores;
        double total = 0;
        for (std::size_t i = 0; i < m_steps.size(); ++i) {
            context.checkpoint();
            for (const Move& move : i == 0 ? allMoves(0, m_args.bits) : m_steps[i])
                total += addError(move, firstRow, rows, error);
            scores.push_back(total);
        }
        return scores;
    }
    // (E + D) G (E + D)^T - E G E^T = D G (2 E + D)^T, of which D has the columns of one group.
    double addError(const Move& move, std::size_t firstRow, std::size_t rows, Matrix& error) const {
        const std::vector<float> delta = change(move, firstRow, rows);
        const std::size_t first = move.group * m_args.groupSize, n = width(move.group);
        Matrix weighted(rows, m_cols); // D G
        const LayerStats* stats = m_args.stats;
        if (stats && !stats->gram.empty()) {
            cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, static_cast<int>(rows),
                        static_cast<int>(m_cols), static_cast<int>(n), 1.0F, delta.data(),
                        static_cast<int>(n), stats->gram.data() + first * m_cols,
                        static_cast<int>(m_cols), 0.0F, weighted.data(), static_cast<int>(m_cols));
        } else {
            for (std::size_t r = 0; r < rows; ++r)
                for (std::size_t c = 0; c < n; ++c)
                    weighted(r, first + c) =
                        delta[r * n + c] *
                        (stats && !stats->sumSquares.empty() ? stats->sumSquares[first + c] : 1.0F);
        }
        double sum = 0;
        for (std::size_t r = 0; r < rows; ++r) {
            for (std::size_t c = 0; c < m_cols; ++c)
                sum += 2 * double{weighted(r, c)} * double{error(r, c)};
            for (std::size_t c = 0; c < n; ++c) {
                sum += double{weighted(r, first + c)} * double{delta[r * n + c]};
                error(r, first + c) += delta[r * n + c];
            }
        }
        return sum;
    }

    const GroupBitsArgs& m_args;
    std::size_t m_rows, m_cols;
    std::vector<std::vector<Move>> m_steps; // what each step moves; the first nothing
};

std::vector<double> groupSalience(const GroupBitsArgs& args, std::span<const double> factors) {
    const std::size_t cols = args.weights.cols;
    std::vector<double> squares(cols);
    constexpr std::size_t Columns = 64;
    parallelFor(cols, Columns, [&](std::size_t first, std::size_t last) {
        for (std::size_t r = 0; r < args.weights.rows; ++r)
            for (std::size_t c = first; c < last; ++c)
                squares[c] += double{args.weights(r, c)} * double{args.weights(r, c)};
    });
    std::vector<double> out((cols + args.groupSize - 1) / args.groupSize);
    for (std::size_t c = 0; c < cols; ++c) out[c / args.groupSize] += squares[c] * factors[c];
    return out;
}

} // namespace

Result<ColumnSalience> columnSalience(const LayerStats* stats, std::size_t cols, double damping,
                                      const RunContext& context) {
    ColumnSalience out;
    out.factors.assign(cols, 1);
    if (!stats) return out;
    if (stats->gram.empty()) {
        for (std::size_t c = 0; c < cols && !stats->sumSquares.empty(); ++c)
            out.factors[c] = double{stats->sumSquares[c]} * double{stats->sumSquares[c]};
        return out;
    }
    BITSMITH_TRY(
        const ErrorFeedback feedback,
        errorFeedback(stats->gram, {.damping = damping, .carry = false, .spread = true}, context));
    out.damping = feedback.damping;
    if (!feedback.usable) {
        out.factors.clear();
        return out;
    }
    const std::vector<double> diagonal = inverseDiagonal(feedback);
    for (std::size_t c = 0; c < cols; ++c)
        out.factors[c] = feedback.dead[c] ? 0 : 1 / (diagonal[c] * diagonal[c]);
    return out;
}

Result<GroupBits> groupBitsBySalience(const GroupBitsArgs& args, std::span<const double> factors,
                                      RunContext& context) {
    GroupBits out;
    out.salience = groupSalience(args, factors);
    out.bits.assign(out.salience.size(), static_cast<std::uint8_t>(args.bits));
    // A short group at the end would change the mean: it stays as it is.
    std::vector<std::size_t> order(args.weights.cols / args.groupSize);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t g) { return out.salience[g]; });
    std::vector<std::vector<Move>> steps(1);
    for (std::size_t i = 0; i < order.size() / 2; ++i)
        steps.push_back({{order[i], args.bits, args.bits - 1},
                         {order[order.size() - 1 - i], args.bits, args.bits + 1}});
    out.divergence = args.divergence && args.stats && !args.stats->sample.empty();
    const Search search(args, steps);
    out.scores = out.divergence ? search.divergences(context) : search.outputErrors(context);
    if (!std::ranges::all_of(out.scores, [](double score) { return std::isfinite(score); }))
        return fail(ErrorCode::Failed,
                    "the errors of groups overflow: weights or activations are too large");
    out.step = static_cast<std::size_t>(std::ranges::min_element(out.scores) - out.scores.begin());
    for (std::size_t i = 1; i <= out.step; ++i)
        for (const Move& move : steps[i]) out.bits[move.group] = static_cast<std::uint8_t>(move.to);
    return out;
}

} // namespace bitsmith
