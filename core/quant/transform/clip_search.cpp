#include "core/quant/transform/clip_search.h"

#include "core/base/parallel.h"
#include "core/quant/layer_errors.h"
#include "core/quant/transform/scale_search.h"

#include <cblas.h>

#include <algorithm>
#include <cmath>

namespace bitsmith {
namespace {

constexpr std::size_t PanelRows = 64;

class ClipSearch {
public:
    ClipSearch(const Matrix& weights, const Matrix& gram, std::size_t width)
        : m_weights(weights), m_gram(gram), m_width(width),
          m_groups((weights.cols() + width - 1) / width), m_limits(weights.rows(), m_groups),
          m_errors(weights.rows(), m_groups), m_ranges(weights.rows(), m_groups) {
        forGroups([&](std::size_t r, std::size_t g, std::size_t first, std::size_t count) {
            float most = 0;
            for (std::size_t c = first; c < first + count; ++c)
                most = std::max(most, std::abs(m_weights(r, c)));
            m_ranges(r, g) = m_limits(r, g) = most;
        });
    }

    Matrix clipped(float share) const {
        return clippedBy([&](std::size_t r, std::size_t g) { return m_ranges(r, g) * share; });
    }
    Matrix best() const {
        return clippedBy([&](std::size_t r, std::size_t g) { return m_limits(r, g); });
    }

    // matrix: the weights clipped to this share, rounded.
    void learn(float share, const QuantizedMatrix& matrix, bool first, RunContext& context) {
        const std::size_t cols = m_weights.cols();
        parallelFor(m_weights.rows(), PanelRows, [&](std::size_t from, std::size_t to) {
            context.checkpoint();
            const std::size_t rows = to - from;
            std::vector<float> difference(rows * cols), product(rows * m_width);
            matrix.decodeRows(from, rows, difference.data());
            for (std::size_t r = 0; r < rows; ++r)
                for (std::size_t c = 0; c < cols; ++c)
                    difference[r * cols + c] = m_weights(from + r, c) - difference[r * cols + c];
            for (std::size_t g = 0; g < m_groups; ++g) {
                const std::size_t start = g * m_width, count = std::min(m_width, cols - start);
                const auto n = static_cast<int>(count), all = static_cast<int>(cols);
                cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, static_cast<int>(rows), n, n,
                            1.0F, difference.data() + start, all,
                            m_gram.data() + start * cols + start, all, 0.0F, product.data(), n);
                for (std::size_t r = 0; r < rows; ++r) {
                    double error = 0;
                    for (std::size_t c = 0; c < count; ++c)
                        error += static_cast<double>(product[r * count + c]) *
                                 difference[r * cols + start + c];
                    if (!first && !(error < m_errors(from + r, g))) continue;
                    m_errors(from + r, g) = static_cast<float>(error);
                    m_limits(from + r, g) = m_ranges(from + r, g) * share;
                }
            }
        });
    }

private:
    template <class Visit>
    void forGroups(Visit&& visit) const {
        parallelFor(m_weights.rows(), PanelRows, [&](std::size_t from, std::size_t to) {
            for (std::size_t r = from; r < to; ++r)
                for (std::size_t g = 0; g < m_groups; ++g)
                    visit(r, g, g * m_width, std::min(m_width, m_weights.cols() - g * m_width));
        });
    }

    template <class Limit>
    Matrix clippedBy(Limit&& limit) const {
        Matrix out = m_weights;
        forGroups([&](std::size_t r, std::size_t g, std::size_t first, std::size_t count) {
            const float most = limit(r, g);
            for (std::size_t c = first; c < first + count; ++c)
                out(r, c) = std::clamp(out(r, c), -most, most);
        });
        return out;
    }

    const Matrix &m_weights, &m_gram;
    std::size_t m_width, m_groups;
    Matrix m_limits, m_errors, m_ranges; // a row's groups
};

} // namespace

Status clipGroups(Matrix& weights, const LayerTask& task, const Recipe& recipe,
                  const ClipOptions& options, RunContext& context) {
    const Recipe plain = nearestOf(recipe);
    const auto rounded = [&](const Matrix& values) {
        return quantizeLayer({task.name, values.view(), task.stats, task.bits, task.seed}, plain,
                             nullptr, context);
    };
    BITSMITH_TRY(const MatrixLayout layout,
                 predictLayout(weights.rows(), weights.cols(), task.bits, plain));
    const std::size_t width =
        layout.groupSize > 0 ? std::min(layout.groupSize, weights.cols()) : weights.cols();
    ClipSearch search(weights, task.stats->gram, width);
    double before = 0;
    for (int step = 0; step < static_cast<int>(options.most * options.steps); ++step) {
        const float share = 1.0F - static_cast<float>(step) / static_cast<float>(options.steps);
        BITSMITH_TRY(const LayerResult tried, rounded(step == 0 ? weights : search.clipped(share)));
        search.learn(share, *tried.matrix, step == 0, context);
        if (step == 0)
            before = measureErrors(weights.view(), *tried.matrix, task.stats, context).output;
    }
    Matrix best = search.best();
    BITSMITH_TRY(const LayerResult tried, rounded(best));
    const LayerErrors after = measureErrors(weights.view(), *tried.matrix, task.stats, context);
    if (after.output < before) weights = std::move(best);
    return {};
}

} // namespace bitsmith
