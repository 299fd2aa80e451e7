#include "core/quant/grid/low_rank_book.h"

#include "core/base/parallel.h"

#include <algorithm>
#include <cmath>

namespace bitsmith {
namespace {

constexpr std::size_t PanelRows = 64;

// Sums over the weights of one group with each code.
struct CodeSums {
    std::vector<double> weight, value;
};

void sumCodes(const LowRankProblem& p, std::span<const std::uint8_t> codes, std::size_t row,
              std::size_t g, CodeSums& out) {
    const std::size_t size = std::size_t{1} << p.layout.bits, cols = p.layout.cols;
    out.weight.assign(size, 0);
    out.value.assign(size, 0);
    const std::size_t first = g * p.layout.groupSize;
    for (std::size_t c = first; c < std::min(cols, first + p.layout.groupSize); ++c) {
        const double h = p.importance.empty() ? 1 : p.importance[c];
        out.weight[codes[row * cols + c]] += h;
        out.value[codes[row * cols + c]] += h * static_cast<double>(p.weights(row, c));
    }
}

// Solves a x = b for a symmetric positive semidefinite (n x n), with a ridge.
std::vector<double> solve(std::vector<double> a, std::vector<double> b) {
    const std::size_t n = b.size();
    double trace = 0;
    for (std::size_t i = 0; i < n; ++i) trace += a[i * n + i];
    const double ridge = 1e-9 * trace / static_cast<double>(n) + 1e-300;
    for (std::size_t i = 0; i < n; ++i) a[i * n + i] += ridge;
    for (std::size_t j = 0; j < n; ++j) { // L L^T
        double d = a[j * n + j];
        for (std::size_t k = 0; k < j; ++k) d -= a[j * n + k] * a[j * n + k];
        const double root = std::sqrt(std::max(d, ridge));
        a[j * n + j] = root;
        for (std::size_t i = j + 1; i < n; ++i) {
            double s = a[i * n + j];
            for (std::size_t k = 0; k < j; ++k) s -= a[i * n + k] * a[j * n + k];
            a[i * n + j] = s / root;
        }
    }
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t k = 0; k < i; ++k) b[i] -= a[i * n + k] * b[k];
        b[i] /= a[i * n + i];
    }
    for (std::size_t i = n; i-- > 0;) {
        for (std::size_t k = i + 1; k < n; ++k) b[i] -= a[k * n + i] * b[k];
        b[i] /= a[i * n + i];
    }
    return b;
}

GroupQuadratic quadraticOf(const LowRankBook& book, std::size_t group, const CodeSums& sums) {
    const std::size_t n = book.rank() + 1;
    GroupQuadratic out{std::vector<double>(n * n), std::vector<double>(n)};
    for (std::size_t k = 0; k < book.size(); ++k) {
        if (sums.weight[k] == 0) continue;
        const double off = sums.weight[k] * book.level(group, k) - sums.value[k];
        for (std::size_t i = 0; i < n; ++i) {
            const double f = book.feature(i, k);
            out.gradient[i] += off * f;
            for (std::size_t j = 0; j < n; ++j)
                out.curvature[i * n + j] += sums.weight[k] * f * book.feature(j, k);
        }
    }
    return out;
}

} // namespace

double LowRankBook::level(std::size_t group, std::size_t k) const {
    const auto own = of(group);
    double sum = -own[m_rank];
    for (std::size_t q = 0; q < m_rank; ++q) sum += own[q] * templates[q * m_size + k];
    return sum;
}

void LowRankBook::normalise() {
    for (std::size_t q = 0; q < m_rank; ++q) {
        double most = 0;
        for (std::size_t k = 0; k < m_size; ++k)
            most = std::max(most, std::abs(templates[q * m_size + k]));
        if (!(most > 0)) continue;
        const double factor = most / static_cast<double>(m_size - 1);
        for (std::size_t k = 0; k < m_size; ++k) templates[q * m_size + k] /= factor;
        for (std::size_t g = 0; g < groups(); ++g) coefficients[g * (m_rank + 1) + q] *= factor;
    }
}

double assignNearest(const LowRankProblem& p, const LowRankBook& book,
                     std::vector<std::uint8_t>& codes, RunContext& context) {
    const std::size_t cols = p.layout.cols, size = book.size();
    codes.resize(p.layout.rows * cols);
    std::vector<double> errors(p.layout.rows);
    parallelFor(p.layout.rows, PanelRows, [&](std::size_t first, std::size_t last) {
        context.checkpoint();
        LevelTable table(1, p.layout.bits);
        std::vector<float> levels(size);
        for (std::size_t r = first; r < last; ++r)
            for (std::size_t g = 0, c = 0; g < p.layout.groupsPerRow; ++g) {
                for (std::size_t k = 0; k < size; ++k)
                    levels[k] = static_cast<float>(book.level(r * p.layout.groupsPerRow + g, k));
                table.set(0, levels);
                for (const std::size_t end = std::min(cols, c + p.layout.groupSize); c < end; ++c) {
                    const auto [code, level] = table.nearestLevel(0, p.weights(r, c));
                    codes[r * cols + c] = code;
                    const double e =
                        static_cast<double>(p.weights(r, c)) - static_cast<double>(level);
                    errors[r] += (p.importance.empty() ? 1.0 : p.importance[c]) * e * e;
                }
            }
    });
    double total = 0;
    for (const double e : errors) total += e;
    return total;
}

double weightedError(const LowRankProblem& p, std::span<const std::uint8_t> codes,
                     const LowRankBook& book) {
    const std::size_t cols = p.layout.cols;
    double total = 0;
    for (std::size_t r = 0; r < p.layout.rows; ++r)
        for (std::size_t c = 0; c < cols; ++c) {
            const std::size_t group = r * p.layout.groupsPerRow + c / p.layout.groupSize;
            const double e =
                static_cast<double>(p.weights(r, c)) - book.level(group, codes[r * cols + c]);
            total += (p.importance.empty() ? 1.0 : p.importance[c]) * e * e;
        }
    return total;
}

GroupQuadratic weightedQuadratic(const LowRankProblem& p, std::span<const std::uint8_t> codes,
                                 const LowRankBook& book, std::size_t row, std::size_t g) {
    CodeSums sums;
    sumCodes(p, codes, row, g, sums);
    return quadraticOf(book, row * p.layout.groupsPerRow + g, sums);
}

std::vector<double> leastStep(const GroupQuadratic& quadratic) {
    std::vector<double> down = quadratic.gradient;
    for (double& g : down) g = -g;
    return solve(quadratic.curvature, std::move(down));
}

void fitCoefficients(const LowRankProblem& p, std::span<const std::uint8_t> codes,
                     LowRankBook& book, RunContext& context) {
    parallelFor(p.layout.rows, PanelRows, [&](std::size_t first, std::size_t last) {
        context.checkpoint();
        CodeSums sums;
        for (std::size_t r = first; r < last; ++r)
            for (std::size_t g = 0; g < p.layout.groupsPerRow; ++g) {
                const std::size_t group = r * p.layout.groupsPerRow + g;
                sumCodes(p, codes, r, g, sums);
                const std::vector<double> step = leastStep(quadraticOf(book, group, sums));
                const auto own = book.of(group);
                for (std::size_t i = 0; i < own.size(); ++i) own[i] += step[i];
            }
    });
}

void fitTemplates(const LowRankProblem& p, std::span<const std::uint8_t> codes, LowRankBook& book,
                  RunContext& context, bool normalise) {
    const std::size_t rank = book.rank(), size = book.size(), each = rank * rank + rank;
    const std::size_t panels = (p.layout.rows + PanelRows - 1) / PanelRows;
    // Of every level: the curvature, then the negative gradient.
    std::vector<std::vector<double>> partial(panels, std::vector<double>(size * each));
    parallelFor(p.layout.rows, PanelRows, [&](std::size_t first, std::size_t last) {
        context.checkpoint();
        CodeSums sums;
        std::vector<double>& own = partial[first / PanelRows];
        for (std::size_t r = first; r < last; ++r)
            for (std::size_t g = 0; g < p.layout.groupsPerRow; ++g) {
                const std::size_t group = r * p.layout.groupsPerRow + g;
                sumCodes(p, codes, r, g, sums);
                const auto s = book.of(group);
                for (std::size_t k = 0; k < size; ++k) {
                    if (sums.weight[k] == 0) continue;
                    double* at = &own[k * each];
                    const double off = sums.value[k] - sums.weight[k] * book.level(group, k);
                    for (std::size_t i = 0; i < rank; ++i) {
                        for (std::size_t j = 0; j < rank; ++j)
                            at[i * rank + j] += sums.weight[k] * s[i] * s[j];
                        at[rank * rank + i] += s[i] * off;
                    }
                }
            }
    });
    for (std::size_t k = 0; k < size; ++k) {
        std::vector<double> curvature(rank * rank), down(rank);
        for (const auto& own : partial) {
            for (std::size_t i = 0; i < rank * rank; ++i) curvature[i] += own[k * each + i];
            for (std::size_t i = 0; i < rank; ++i) down[i] += own[k * each + rank * rank + i];
        }
        const std::vector<double> step = solve(std::move(curvature), std::move(down));
        for (std::size_t q = 0; q < rank; ++q) book.templates[q * size + k] += step[q];
    }
    if (normalise) book.normalise();
}

double alternate(const LowRankProblem& p, LowRankBook& book, std::vector<std::uint8_t>& codes,
                 int sweeps, RunContext& context) {
    double error = assignNearest(p, book, codes, context);
    for (int s = 0; s < sweeps; ++s) {
        fitCoefficients(p, codes, book, context);
        fitTemplates(p, codes, book, context);
        const double now = assignNearest(p, book, codes, context);
        const bool done = now > error * (1 - 1e-5);
        error = now;
        if (done) break;
    }
    return error;
}

} // namespace bitsmith
