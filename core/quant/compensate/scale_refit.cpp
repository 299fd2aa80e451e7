// Solved for the change of the scales, so that what is summed in fp32 is as small as the errors
// are.
#include "core/quant/compensate/scale_refit.h"

#include "core/base/parallel.h"
#include "core/quant/compensate/finished_grid.h"
#include "core/quant/linalg.h"
#include "core/tensor/convert.h"

#include <cblas.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace bitsmith {
namespace {

constexpr std::size_t PanelRows = 32;
constexpr double Ridge = 1e-6, LeastFactor = 0.25, MostFactor = 4;
// Of f: what sums in fp32 do not tell apart is no gain.
constexpr double LeastGain = 1e-6;

double dot(const float* a, const float* b, std::size_t n) {
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i)
        sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    return sum;
}

// K (groups x groups, lower triangle), b, and f of one row, or their sums over rows.
struct Normal {
    std::vector<double> matrix, right;
    double error = 0;
    explicit Normal(std::size_t groups) : matrix(groups * groups), right(groups) {}
    void add(const Normal& other) {
        for (std::size_t i = 0; i < matrix.size(); ++i) matrix[i] += other.matrix[i];
        for (std::size_t i = 0; i < right.size(); ++i) right[i] += other.right[i];
        error += other.error;
    }
};

class Refit {
public:
    Refit(const ScaleRefitArgs& args, QuantizedMatrix& matrix, RunContext& context)
        : m_args(args), m_matrix(matrix), m_context(context), m_rows(matrix.rows),
          m_cols(matrix.cols), m_groups(matrix.groupsPerRow), m_scales(matrix.parameters()) {
        toFloat(matrix.scaleType, matrix.scales, m_scales);
        sortColumns();
    }

    RefitGain run() {
        // Decoding gives codes less zero points, or levels.
        const std::vector<float> ones(m_scales.size(), 1.0F);
        fromFloat(m_matrix.scaleType, ones, m_matrix.scales);
        const float tensorScale = std::exchange(m_matrix.tensorScale, 1.0F);
        std::vector<RefitGain> gains((m_rows + PanelRows - 1) / PanelRows);
        std::vector<Normal> sums(shared() ? gains.size() : 0, Normal(m_groups));
        std::vector<float> found = m_scales;
        parallelFor(m_rows, PanelRows, [&](std::size_t first, std::size_t last) {
            m_context.checkpoint();
            const auto rows = normals(first, last - first, tensorScale);
            RefitGain& gain = gains[first / PanelRows];
            for (std::size_t r = first; r < last; ++r) {
                if (shared())
                    sums[first / PanelRows].add(rows[r - first]);
                else
                    improve(rows[r - first], r * m_groups, found, gain);
            }
        });
        m_matrix.tensorScale = tensorScale;
        RefitGain total;
        if (shared()) {
            for (std::size_t i = 1; i < sums.size(); ++i) sums[0].add(sums[i]);
            improve(sums[0], 0, found, total);
        }
        for (const RefitGain& gain : gains) {
            total.before += gain.before;
            total.after += gain.after;
        }
        fromFloat(m_matrix.scaleType, found, m_matrix.scales);
        return total;
    }

private:
    bool shared() const { return m_matrix.parameterRows == 1 && m_rows > 1; }

    // Groups become stretches of neighbouring columns.
    void sortColumns() {
        const auto groupOf = groupsOfColumns(m_matrix);
        m_order.resize(m_cols);
        std::iota(m_order.begin(), m_order.end(), 0U);
        std::ranges::stable_sort(m_order, {}, [&](std::uint32_t c) { return groupOf[c]; });
        m_starts.assign(m_groups + 1, 0);
        for (const std::uint32_t g : groupOf) ++m_starts[g + 1];
        std::partial_sum(m_starts.begin(), m_starts.end(), m_starts.begin());
        if (std::ranges::is_sorted(m_order)) return;
        m_sorted = Matrix(m_cols, m_cols);
        for (std::size_t i = 0; i < m_cols; ++i)
            for (std::size_t j = 0; j < m_cols; ++j)
                m_sorted(i, j) = m_args.gram(m_order[i], m_order[j]);
    }
    const Matrix& gram() const { return m_sorted.empty() ? m_args.gram : m_sorted; }

    std::vector<Normal> normals(std::size_t first, std::size_t count, float tensorScale) const {
        Matrix plain(count, m_cols), units(count, m_cols), errors(count, m_cols);
        m_matrix.decodeCodes(first, count, plain.data());
        const auto groupOf = [&](std::size_t i) { // of the i-th column in order
            return static_cast<std::size_t>(std::ranges::upper_bound(m_starts, i) -
                                            m_starts.begin() - 1);
        };
        std::vector<std::size_t> group(m_cols);
        for (std::size_t i = 0; i < m_cols; ++i) group[i] = groupOf(i);
        for (std::size_t r = 0; r < count; ++r) {
            const std::size_t row = first + r, p = shared() ? 0 : row * m_groups;
            for (std::size_t i = 0; i < m_cols; ++i) {
                const std::size_t c = m_order[i];
                if (!m_args.kept.empty() && m_args.kept[row * m_cols + c] != 0) continue;
                const float u = plain(r, c) * tensorScale;
                units(r, i) = u;
                errors(r, i) = m_args.weights(row, c) - m_scales[p + group[i]] * u;
            }
        }
        std::vector<Normal> out(count, Normal(m_groups));
        std::vector<float> product(count * m_cols);
        // product = a[:, from:to] G[from:to, 0:width]
        const auto multiply = [&](const Matrix& a, std::size_t from, std::size_t to,
                                  std::size_t width) {
            cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, static_cast<int>(count),
                        static_cast<int>(width), static_cast<int>(to - from), 1.0F, a.data() + from,
                        static_cast<int>(m_cols), gram().data() + from * m_cols,
                        static_cast<int>(m_cols), 0.0F, product.data(), static_cast<int>(width));
        };
        multiply(errors, 0, m_cols, m_cols);
        for (std::size_t r = 0; r < count; ++r) {
            const float* spread = &product[r * m_cols];
            out[r].error = std::max(0.0, dot(&errors(r, 0), spread, m_cols));
            for (std::size_t g = 0; g < m_groups; ++g)
                out[r].right[g] = dot(&units(r, 0) + m_starts[g], spread + m_starts[g],
                                      m_starts[g + 1] - m_starts[g]);
        }
        for (std::size_t h = 0; h < m_groups; ++h) {
            const std::size_t width = m_starts[h + 1];
            if (width == m_starts[h]) continue;
            multiply(units, m_starts[h], width, width);
            for (std::size_t r = 0; r < count; ++r)
                for (std::size_t g = 0; g <= h; ++g)
                    out[r].matrix[h * m_groups + g] =
                        dot(&units(r, 0) + m_starts[g], &product[r * width] + m_starts[g],
                            m_starts[g + 1] - m_starts[g]);
        }
        return out;
    }

    float stored(double scale) const {
        const auto wanted = static_cast<float>(scale);
        std::byte bytes[4];
        float out = 0;
        const auto place = std::span(bytes).first(byteSize(m_matrix.scaleType));
        fromFloat(m_matrix.scaleType, {&wanted, 1}, place);
        toFloat(m_matrix.scaleType, place, {&out, 1});
        return out;
    }

    // The scales from `start` on: found's, where they lower f.
    void improve(const Normal& row, std::size_t start, std::vector<float>& found,
                 RefitGain& gain) const {
        gain.before += row.error;
        gain.after += row.error;
        std::vector<double> factor = row.matrix;
        double mean = 0;
        for (std::size_t g = 0; g < m_groups; ++g)
            mean += factor[g * m_groups + g] / static_cast<double>(m_groups);
        if (!(mean > 0) || !std::isfinite(mean)) return;
        for (std::size_t g = 0; g < m_groups; ++g) factor[g * m_groups + g] += Ridge * mean;
        if (!smallCholesky(factor, m_groups)) return;
        std::vector<double> wanted = row.right, change(m_groups);
        choleskySolve(factor, wanted);
        std::vector<float> scales(m_groups);
        for (std::size_t g = m_groups; g-- > 0;) {
            double rest = 0;
            for (std::size_t k = g + 1; k < m_groups; ++k)
                rest += factor[k * m_groups + g] * (wanted[k] - change[k]);
            const auto old = static_cast<double>(m_scales[start + g]);
            const double best = old + wanted[g] + rest / factor[g * m_groups + g];
            scales[g] = stored(std::clamp(best, LeastFactor * old, MostFactor * old));
            if (!std::isfinite(scales[g]) || !(scales[g] > 0)) scales[g] = m_scales[start + g];
            change[g] = static_cast<double>(scales[g]) - old;
        }
        double gained = 0; // 2 b d - d K d
        for (std::size_t h = 0; h < m_groups; ++h) {
            gained += 2 * row.right[h] * change[h];
            for (std::size_t g = 0; g <= h; ++g)
                gained -= (g < h ? 2 : 1) * row.matrix[h * m_groups + g] * change[g] * change[h];
        }
        if (!(gained > LeastGain * row.error)) return;
        gain.after -= std::min(gained, row.error);
        std::ranges::copy(scales, found.begin() + static_cast<std::ptrdiff_t>(start));
    }

    const ScaleRefitArgs& m_args;
    QuantizedMatrix& m_matrix;
    RunContext& m_context;
    std::size_t m_rows, m_cols, m_groups;
    std::vector<float> m_scales; // as they were, without the tensor's
    std::vector<std::uint32_t> m_order;
    std::vector<std::size_t> m_starts; // of each group, in order; and the end
    Matrix m_sorted;                   // the Gram matrix in order; empty: as it is
};

} // namespace

RefitGain refitScales(const ScaleRefitArgs& args, QuantizedMatrix& matrix, RunContext& context) {
    return Refit(args, matrix, context).run();
}

} // namespace bitsmith
