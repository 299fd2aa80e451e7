// One matrix product gives (W - V) G for a block of columns; inside the block each column collects
// the changes of its predecessors when it is reached, as GPTQ does with errors.
#include "core/quant/round/coordinate_descent.h"

#include "core/quant/layer_errors.h"
#include "core/quant/round/panel_kernels.h"

#include <cblas.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace bitsmith {
namespace {

constexpr std::size_t P = GptqPanelRows;
// How far beyond the middle between two levels, in their distances, a vertex must lie: products in
// fp32 do not settle what is nearer, and a weight must not swing.
constexpr double Margin = 1e-4;

class Descent {
public:
    Descent(const DescentArgs& args, RoundedPanel& panel)
        : m_args(args), m_panel(panel), m_rows(args.weights.rows), m_cols(args.weights.cols),
          m_block(std::min(args.blockSize, m_cols)), m_error(m_rows, m_cols),
          m_product(m_rows * m_block), m_columns(m_block * P), m_changes(m_block * P),
          m_factors(m_block) {
        for (std::size_t r = 0; r < m_rows; ++r)
            for (std::size_t c = 0; c < m_cols; ++c)
                m_error(r, c) = isKept(r, c) ? 0.0F : args.weights(r, c) - panel.values(r, c);
    }

    std::vector<double> run(const RunContext& context) {
        std::vector<double> out = {gramEnergy(m_error.view(), m_args.gram)};
        for (int sweep = 0; sweep < m_args.sweeps && out.back() > 0; ++sweep) {
            const double gained = sweepOnce(context);
            out.push_back(std::max(0.0, out.back() - gained));
            if (gained <= m_args.tolerance * out[out.size() - 2]) break;
        }
        return out;
    }

private:
    // By how much f fell.
    double sweepOnce(const RunContext& context) {
        double gained = 0;
        for (std::size_t first = 0; first < m_cols; first += m_block) {
            context.checkpoint();
            const std::size_t last = std::min(m_cols, first + m_block);
            loadBlock(first, last);
            for (std::size_t j = first; j < last; ++j) gained += moveColumn(first, j);
        }
        return gained;
    }

    // (W - V) G of some columns, each contiguous.
    void loadBlock(std::size_t first, std::size_t last) {
        const std::size_t width = last - first;
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, static_cast<int>(m_rows),
                    static_cast<int>(width), static_cast<int>(m_cols), 1.0F, m_error.data(),
                    static_cast<int>(m_cols), m_args.gram.data() + first, static_cast<int>(m_cols),
                    0.0F, m_product.data(), static_cast<int>(width));
        turn(m_rows, width, m_product.data(), width, m_columns.data(), P);
    }

    double moveColumn(std::size_t first, std::size_t j) {
        float* changes = &m_changes[(j - first) * P];
        std::fill_n(changes, P, 0.0F);
        const double strength = static_cast<double>(m_args.gram(j, j));
        if (!(strength > 0)) return 0; // the input was never there
        for (std::size_t k = first; k < j; ++k) m_factors[k - first] = m_args.gram(k, j);
        float slope[P], vertex[P], values[P];
        std::uint16_t codes[P];
        addErrors(P, &m_columns[(j - first) * P], m_changes.data(), P, m_factors.data(), j - first,
                  slope);
        for (std::size_t r = 0; r < m_rows; ++r) {
            const float v = m_panel.values(r, j), to = v + slope[r] / m_args.gram(j, j);
            vertex[r] = std::isfinite(to) ? to : v;
        }
        m_args.fit.quantizeColumn(m_args.groupOf[j], m_args.firstRow, {vertex, m_rows},
                                  {codes, m_rows}, {values, m_rows});
        double gained = 0;
        for (std::size_t r = 0; r < m_rows; ++r) {
            const double old = static_cast<double>(m_panel.values(r, j));
            const double step = static_cast<double>(values[r]) - old;
            const double beyond = 2 * (static_cast<double>(vertex[r]) - old) - step;
            if (step == 0 || !(beyond * step > Margin * step * step) || isKept(r, j)) continue;
            gained += strength * beyond * step;
            const float error = m_args.weights(r, j) - values[r];
            changes[r] = error - m_error(r, j);
            m_error(r, j) = error;
            m_panel.values(r, j) = values[r];
            m_panel.codes[r * m_cols + j] = codes[r];
        }
        return gained;
    }

    bool isKept(std::size_t r, std::size_t c) const {
        return !m_args.kept.empty() && m_args.kept[r * m_cols + c] != 0;
    }

    const DescentArgs& m_args;
    RoundedPanel& m_panel;
    std::size_t m_rows, m_cols, m_block;
    Matrix m_error;                          // W - V
    std::vector<float> m_product, m_columns; // of one block: row after row, column after column
    std::vector<float> m_changes, m_factors; // of m_error inside the block; of one column's weights
};

} // namespace

std::vector<double> descend(const DescentArgs& args, RoundedPanel& panel,
                            const RunContext& context) {
    return Descent(args, panel).run(context);
}

std::vector<double> DescentSum::relative() const {
    std::size_t length = 0;
    for (const auto& panel : m_panels) length = std::max(length, panel.size());
    const double whole = std::accumulate(m_whole.begin(), m_whole.end(), 0.0);
    std::vector<double> out(length);
    for (const auto& panel : m_panels)
        for (std::size_t i = 0; i < length; ++i) out[i] += panel[std::min(i, panel.size() - 1)];
    for (double& value : out) value = whole > 0 ? value / whole : 0;
    return out;
}

} // namespace bitsmith
