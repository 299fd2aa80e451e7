#include "core/quant/grid/low_rank_output.h"

#include "core/base/parallel.h"
#include "core/quant/layer_errors.h"

#include <cblas.h>

#include <algorithm>
#include <numeric>
#include <tuple>

namespace bitsmith {
namespace {

constexpr std::size_t PanelRows = 64;

int whole(std::size_t n) { return static_cast<int>(n); }

// Errors Wq - W of some rows and what they become behind the Gram matrix, kept up to date while
// coefficients change.
class OutputPanel {
public:
    OutputPanel(const LowRankProblem& p, const Matrix& gram, LowRankBook& book,
                std::span<const std::uint8_t> codes, std::size_t first, std::size_t rows)
        : m_p(p), m_gram(gram), m_book(book), m_codes(codes), m_first(first),
          m_errors(rows, cols()), m_pulls(rows, cols()) {
        for (std::size_t r = 0; r < rows; ++r)
            for (std::size_t c = 0; c < cols(); ++c)
                m_errors(r, c) =
                    static_cast<float>(book.level(group(r, c / p.layout.groupSize), code(r, c)) -
                                       static_cast<double>(p.weights(first + r, c)));
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, whole(rows), whole(cols()),
                    whole(cols()), 1.0F, m_errors.data(), whole(cols()), gram.data(), whole(cols()),
                    0.0F, m_pulls.data(), whole(cols()));
    }

    // store: round to what it can hold; null: leave as numbers.
    void sweepCoefficients(CoefficientStore* store) {
        for (std::size_t g = 0; g < m_p.layout.groupsPerRow; ++g) {
            const std::size_t from = g * m_p.layout.groupSize;
            const std::size_t width = std::min(m_p.layout.groupSize, cols() - from);
            Matrix moved(m_errors.rows(), width);
            for (std::size_t r = 0; r < m_errors.rows(); ++r) {
                const GroupQuadratic quadratic = quadraticOf(r, from, width);
                const auto own = m_book.of(group(r, g));
                const std::vector<double> before(own.begin(), own.end());
                if (store) {
                    store->round(group(r, g), quadratic, own);
                } else {
                    const std::vector<double> step = leastStep(quadratic);
                    for (std::size_t i = 0; i < own.size(); ++i) own[i] += step[i];
                }
                for (std::size_t j = 0; j < width; ++j) {
                    double change = 0;
                    for (std::size_t i = 0; i < own.size(); ++i)
                        change += (own[i] - before[i]) * m_book.feature(i, code(r, from + j));
                    moved(r, j) = static_cast<float>(change);
                    m_errors(r, from + j) += moved(r, j);
                }
            }
            cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, whole(m_errors.rows()),
                        whole(cols()), whole(width), 1.0F, moved.data(), whole(width),
                        m_gram.data() + from * cols(), whole(cols()), 1.0F, m_pulls.data(),
                        whole(cols()));
        }
    }

    // Half the gradient of the templates and half the curvature of each entry alone.
    void addTemplateGradient(std::vector<double>& gradient, std::vector<double>& curvature) const {
        for (std::size_t r = 0; r < m_errors.rows(); ++r)
            for (std::size_t c = 0; c < cols(); ++c) {
                const auto own = m_book.of(group(r, c / m_p.layout.groupSize));
                for (std::size_t q = 0; q < m_book.rank(); ++q) {
                    const std::size_t at = q * m_book.size() + code(r, c);
                    gradient[at] += own[q] * static_cast<double>(m_pulls(r, c));
                    curvature[at] += own[q] * own[q] * static_cast<double>(m_gram(c, c));
                }
            }
    }

    // Along a direction of the templates: half the slope and half the curvature.
    std::pair<double, double> along(std::span<const double> direction) const {
        Matrix change(m_errors.rows(), cols());
        double slope = 0;
        for (std::size_t r = 0; r < m_errors.rows(); ++r)
            for (std::size_t c = 0; c < cols(); ++c) {
                const auto own = m_book.of(group(r, c / m_p.layout.groupSize));
                double sum = 0;
                for (std::size_t q = 0; q < m_book.rank(); ++q)
                    sum += own[q] * direction[q * m_book.size() + code(r, c)];
                change(r, c) = static_cast<float>(sum);
                slope += sum * static_cast<double>(m_pulls(r, c));
            }
        return {slope, gramEnergy(change.view(), m_gram)};
    }

private:
    std::size_t cols() const { return m_p.layout.cols; }
    std::size_t group(std::size_t r, std::size_t g) const {
        return (m_first + r) * m_p.layout.groupsPerRow + g;
    }
    std::uint8_t code(std::size_t r, std::size_t c) const {
        return m_codes[(m_first + r) * cols() + c];
    }

    GroupQuadratic quadraticOf(std::size_t r, std::size_t from, std::size_t width) const {
        const std::size_t n = m_book.rank() + 1;
        GroupQuadratic out{std::vector<double>(n * n), std::vector<double>(n)};
        // Columns of one code act together: sums of the Gram matrix over pairs of codes.
        std::vector<double> pull(m_book.size()), pairs(m_book.size() * m_book.size());
        for (std::size_t j = 0; j < width; ++j) {
            const std::size_t k = code(r, from + j);
            pull[k] += static_cast<double>(m_pulls(r, from + j));
            const float* row = m_gram.data() + (from + j) * cols() + from;
            double* at = &pairs[k * m_book.size()];
            for (std::size_t i = 0; i < width; ++i)
                at[code(r, from + i)] += static_cast<double>(row[i]);
        }
        for (std::size_t k = 0; k < m_book.size(); ++k)
            for (std::size_t i = 0; i < n; ++i) {
                const double f = m_book.feature(i, k);
                out.gradient[i] += f * pull[k];
                for (std::size_t l = 0; l < m_book.size(); ++l)
                    for (std::size_t j = 0; j < n; ++j)
                        out.curvature[i * n + j] +=
                            f * pairs[k * m_book.size() + l] * m_book.feature(j, l);
            }
        return out;
    }

    const LowRankProblem& m_p;
    const Matrix& m_gram;
    LowRankBook& m_book;
    std::span<const std::uint8_t> m_codes;
    std::size_t m_first;
    Matrix m_errors, m_pulls;
};

class OutputFit {
public:
    OutputFit(const LowRankProblem& p, const Matrix& gram, RunContext& context)
        : m_p(p), m_gram(gram), m_context(context),
          m_panels((p.layout.rows + PanelRows - 1) / PanelRows) {}

    void sweep(LowRankBook& book, std::span<const std::uint8_t> codes) const {
        const std::size_t entries = book.templates.size();
        std::vector<std::vector<double>> gradients(m_panels, std::vector<double>(entries)),
            curvatures = gradients;
        eachPanel(book, codes, [&](OutputPanel& panel, std::size_t index) {
            panel.sweepCoefficients(nullptr);
            panel.addTemplateGradient(gradients[index], curvatures[index]);
        });
        std::vector<double> direction(entries);
        for (std::size_t i = 0; i < entries; ++i) {
            double gradient = 0, curvature = 0;
            for (std::size_t b = 0; b < m_panels; ++b) {
                gradient += gradients[b][i];
                curvature += curvatures[b][i];
            }
            if (curvature > 0) direction[i] = -gradient / curvature;
        }
        std::vector<double> slopes(m_panels), bends(m_panels);
        eachPanel(book, codes, [&](OutputPanel& panel, std::size_t index) {
            std::tie(slopes[index], bends[index]) = panel.along(direction);
        });
        const double slope = std::accumulate(slopes.begin(), slopes.end(), 0.0);
        const double bend = std::accumulate(bends.begin(), bends.end(), 0.0);
        if (!(bend > 0) || !(slope < 0)) return;
        for (std::size_t i = 0; i < entries; ++i) book.templates[i] -= slope / bend * direction[i];
        book.normalise();
    }

    std::vector<std::byte> store(LowRankBook book, std::span<const std::uint8_t> codes) const {
        roundTemplates(book);
        CoefficientStore store(m_p.layout, book);
        eachPanel(book, codes,
                  [&](OutputPanel& panel, std::size_t) { panel.sweepCoefficients(&store); });
        return store.pack(book);
    }

private:
    template <class Step>
    void eachPanel(LowRankBook& book, std::span<const std::uint8_t> codes, Step&& step) const {
        parallelFor(m_p.layout.rows, PanelRows, [&](std::size_t first, std::size_t last) {
            m_context.checkpoint();
            OutputPanel panel(m_p, m_gram, book, codes, first, last - first);
            step(panel, first / PanelRows);
        });
    }

    const LowRankProblem& m_p;
    const Matrix& m_gram;
    RunContext& m_context;
    std::size_t m_panels;
};

} // namespace

double outputErrorOf(const LowRankProblem& p, std::span<const std::byte> books, const Matrix& gram,
                     RunContext& context) {
    const LowRankBook book = unpackLowRank(p.layout, books);
    std::vector<std::uint8_t> codes;
    assignNearest(p, book, codes, context);
    std::vector<double> errors((p.layout.rows + PanelRows - 1) / PanelRows);
    parallelFor(p.layout.rows, PanelRows, [&](std::size_t first, std::size_t last) {
        context.checkpoint();
        Matrix off(last - first, p.layout.cols);
        for (std::size_t r = first; r < last; ++r)
            for (std::size_t c = 0; c < p.layout.cols; ++c)
                off(r - first, c) = static_cast<float>(
                    book.level(r * p.layout.groupsPerRow + c / p.layout.groupSize,
                               codes[r * p.layout.cols + c]) -
                    static_cast<double>(p.weights(r, c)));
        errors[first / PanelRows] = gramEnergy(off.view(), gram);
    });
    return std::accumulate(errors.begin(), errors.end(), 0.0);
}

std::vector<std::byte> fitToOutput(const LowRankProblem& p, std::vector<std::byte> books,
                                   const Matrix& gram, int sweeps, RunContext& context) {
    const OutputFit fit(p, gram, context);
    LowRankBook book = unpackLowRank(p.layout, books);
    double least = outputErrorOf(p, books, gram, context);
    std::vector<std::uint8_t> codes;
    for (int s = 0; s < sweeps; ++s) {
        assignNearest(p, book, codes, context);
        fit.sweep(book, codes);
        assignNearest(p, book, codes, context);
        std::vector<std::byte> stored = fit.store(book, codes);
        const double error = outputErrorOf(p, stored, gram, context);
        if (error >= least) continue;
        least = error;
        books = std::move(stored);
    }
    return books;
}

} // namespace bitsmith
