// As gptq_panel.cpp, but all panels of rows take each column together: its factor needs them all.
#include "core/quant/round/gained_columns.h"

#include "core/base/parallel.h"
#include "core/quant/round/gptq_panel.h"
#include "core/quant/round/panel_kernels.h"
#include "core/tensor/bit_packing.h"

#include <cblas.h>

#include <algorithm>

namespace bitsmith {
namespace {

constexpr std::size_t P = GptqPanelRows;
constexpr double LeastGain = 0.1, MostGain = 1.5;

// Some rows, one block of columns at a time.
struct Panel {
    std::size_t firstRow, rows;
    Matrix weights, work;               // rows x cols, in step order; with what was carried over
    std::vector<float> columns, errors; // of the block: column after column, P apart
    float now[P], values[P];            // of one column
    std::uint16_t codes[P];             // its codes
    double product = 0, square = 0;     // <values, now>, <values, values>
};

class Columns {
public:
    explicit Columns(const GainedColumnsArgs& args)
        : m_args(args), m_feedback(args.feedback), m_rows(args.weights.rows),
          m_cols(args.weights.cols), m_block(std::min(args.blockSize, m_cols)),
          m_factors(m_block * m_block), m_codes(m_rows * m_cols), m_panels((m_rows + P - 1) / P) {
        eachPanel([&](Panel& panel, std::size_t p) {
            panel.firstRow = p * P;
            panel.rows = std::min(P, m_rows - panel.firstRow);
            panel.weights = Matrix(panel.rows, m_cols);
            panel.columns.resize(m_block * P);
            panel.errors.resize(m_block * P);
            for (std::size_t r = 0; r < panel.rows; ++r)
                for (std::size_t j = 0; j < m_cols; ++j) {
                    const std::uint32_t c = m_feedback.order[j];
                    if (!m_feedback.dead[c])
                        panel.weights(r, j) = m_args.weights(panel.firstRow + r, c);
                }
            panel.work = panel.weights;
        });
    }

    GainedColumns run(const RunContext& context) {
        GainedColumns out{{}, std::vector<double>(m_cols, 1.0)};
        for (std::size_t first = 0; first < m_cols; first += m_block) {
            context.checkpoint();
            const std::size_t last = std::min(m_cols, first + m_block);
            for (std::size_t j = first; j < last; ++j)
                for (std::size_t k = first; k < j; ++k)
                    m_factors[(j - first) * m_block + (k - first)] = m_feedback.carry(k, j);
            eachPanel([&](Panel& panel, std::size_t) { loadBlock(panel, first, last); });
            for (std::size_t j = first; j < last; ++j)
                out.gains[m_feedback.order[j]] = roundColumn(first, j);
            eachPanel([&](Panel& panel, std::size_t) { updateLater(panel, first, last); });
        }
        out.packed = packed();
        return out;
    }

private:
    template <class Work>
    void eachPanel(const Work& work) {
        parallelFor(m_panels.size(), 1, [&](std::size_t p, std::size_t) { work(m_panels[p], p); });
    }

    void loadBlock(Panel& panel, std::size_t first, std::size_t last) const {
        turn(panel.rows, last - first, &panel.work(0, first), m_cols, panel.columns.data(), P);
    }

    double roundColumn(std::size_t first, std::size_t j) {
        const std::size_t c = m_feedback.order[j], at = (j - first) * P;
        eachPanel([&](Panel& panel, std::size_t) {
            addErrors(P, &panel.columns[at], panel.errors.data(), P,
                      &m_factors[(j - first) * m_block], j - first, panel.now);
            m_args.fit.quantizeColumn(0, panel.firstRow, {panel.now, panel.rows},
                                      {panel.codes, panel.rows}, {panel.values, panel.rows});
            panel.product = panel.square = 0;
            for (std::size_t r = 0; r < panel.rows; ++r) {
                const auto value = static_cast<double>(panel.values[r]);
                panel.product += value * static_cast<double>(panel.now[r]);
                panel.square += value * value;
                m_codes[(panel.firstRow + r) * m_cols + c] = panel.codes[r];
            }
        });
        double product = 0, square = 0;
        for (const Panel& panel : m_panels) {
            product += panel.product;
            square += panel.square;
        }
        const double gain =
            square > 0 ? m_args.storable(c, std::clamp(product / square, LeastGain, MostGain)) : 1;
        for (Panel& panel : m_panels)
            for (std::size_t r = 0; r < panel.rows; ++r)
                panel.errors[at + r] =
                    panel.weights(r, j) - static_cast<float>(gain) * panel.values[r];
        return gain;
    }

    void updateLater(Panel& panel, std::size_t first, std::size_t last) const {
        if (last == m_cols) return;
        cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, static_cast<int>(panel.rows),
                    static_cast<int>(m_cols - last), static_cast<int>(last - first), 1.0F,
                    panel.errors.data(), static_cast<int>(P),
                    m_feedback.carry.data() + first * m_cols + last, static_cast<int>(m_cols), 1.0F,
                    &panel.work(0, last), static_cast<int>(m_cols));
    }

    std::vector<std::byte> packed() const {
        const int bits = m_args.fit.codeBits();
        const std::size_t bytes = packedBytes(m_cols, bits);
        std::vector<std::byte> out(m_rows * bytes);
        for (std::size_t r = 0; r < m_rows; ++r)
            packBits(std::span<const std::uint16_t>(m_codes).subspan(r * m_cols, m_cols), bits,
                     std::span(out).subspan(r * bytes, bytes));
        return out;
    }

    const GainedColumnsArgs& m_args;
    const ErrorFeedback& m_feedback;
    std::size_t m_rows, m_cols, m_block;
    std::vector<float> m_factors;       // carry of one block, transposed
    std::vector<std::uint16_t> m_codes; // rows x cols, original order
    std::vector<Panel> m_panels;
};

} // namespace

GainedColumns gainedColumns(const GainedColumnsArgs& args, RunContext& context) {
    return Columns(args).run(context);
}

} // namespace bitsmith
