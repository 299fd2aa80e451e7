// Inside a block of columns each column collects the errors of its predecessors when it is reached
// (one pass over memory instead of a rank-one update of all followers per column); after a block
// one matrix product updates all later columns.
#include "core/quant/round/gptq_panel.h"

#include "core/base/parallel.h"

#include <cblas.h>

#include <algorithm>

namespace bitsmith {
namespace {

// Every panel packs what it multiplies by anew, so panels are tall where there are rows enough to
// keep all cores busy.
std::size_t panelRows(std::size_t rows) {
    return std::clamp(rows / 16 / GptqPanelRows * GptqPanelRows, GptqPanelRows, MaxGptqPanelRows);
}

class Panel {
public:
    // keep: where values go, too, or null.
    Panel(const GptqPanelArgs& args, std::size_t firstRow, std::size_t rows, Matrix* keep)
        : m_args(args), m_feedback(args.feedback), m_firstRow(firstRow), m_rows(rows),
          m_padded((rows + 63) / 64 * 64), m_cols(args.weights.cols),
          m_block(std::min(args.blockSize, m_cols)), m_work(rows, m_cols),
          m_columns(m_block * m_padded), m_errors(m_block * m_padded), m_factors(m_block * m_block),
          m_codes(rows * m_cols), m_keep(keep) {}

    double run(const RunContext& context) {
        if (m_args.staticGroups && !m_args.fit.sharedAcrossRows()) fitStaticGroups();
        for (std::size_t r = 0; r < m_rows; ++r)
            for (std::size_t j = 0; j < m_cols; ++j) m_work(r, j) = weight(r, m_feedback.order[j]);
        for (std::size_t first = 0; first < m_cols; first += m_block) {
            context.checkpoint();
            const std::size_t last = std::min(m_cols, first + m_block);
            loadBlock(first, last);
            for (std::size_t j = first; j < last; ++j) roundColumn(first, j);
            updateLaterColumns(first, last);
        }
        return m_loss;
    }
    std::vector<std::uint16_t>& codes() { return m_codes; }

private:
    float weight(std::size_t row, std::size_t column) const {
        return m_feedback.dead[column] ? 0.0F : m_args.weights(m_firstRow + row, column);
    }

    void fitStaticGroups() {
        Matrix live(m_rows, m_cols);
        for (std::size_t r = 0; r < m_rows; ++r)
            for (std::size_t c = 0; c < m_cols; ++c) live(r, c) = weight(r, c);
        fitGroupsOf(m_args.fit, m_firstRow, live.view(), m_args.importance);
    }

    // Columns become contiguous, padded.
    void loadBlock(std::size_t first, std::size_t last) {
        for (std::size_t j = first; j < last; ++j) {
            float* column = &m_columns[(j - first) * m_padded];
            for (std::size_t r = 0; r < m_rows; ++r) column[r] = m_work(r, j);
            for (std::size_t k = first; k < j; ++k)
                m_factors[(j - first) * m_block + (k - first)] = m_feedback.spread(k, j);
        }
    }

    // The group that starts at column j, with all errors so far: those of earlier blocks are in
    // m_work, those of this block are added here, inside the block and beyond it.
    void fitGroup(std::size_t first, std::size_t j) {
        const std::size_t width = std::min(m_args.fit.groupSize(), m_cols - j);
        m_group.resize(m_rows * width);
        for (std::size_t r = 0; r < m_rows; ++r)
            std::copy_n(&m_work(r, j), width, &m_group[r * width]);
        if (j > first) addBlockErrors(first, j, j, width, m_group.data(), width);
        m_importance.clear();
        if (!m_args.importance.empty())
            for (std::size_t c = j; c < j + width; ++c)
                m_importance.push_back(m_args.importance[m_feedback.order[c]]);
        m_args.fit.fitGroup(j / m_args.fit.groupSize(), m_firstRow, {m_group.data(), m_rows, width},
                            m_importance);
    }

    void roundColumn(std::size_t first, std::size_t j) {
        const bool shared = m_args.fit.sharedAcrossRows();
        const std::size_t size = m_args.fit.groupSize(), column = m_feedback.order[j];
        if (!m_args.staticGroups && !shared && j % size == 0) fitGroup(first, j);
        float now[MaxGptqPanelRows], values[MaxGptqPanelRows];
        std::uint16_t codes[MaxGptqPanelRows];
        addErrors(m_padded, &m_columns[(j - first) * m_padded], m_errors.data(),
                  &m_factors[(j - first) * m_block], j - first, now);
        // Groups that were fitted before are those of the original columns.
        const std::size_t g = (m_args.staticGroups || shared ? column : j) / size;
        m_args.fit.quantizeColumn(g, m_firstRow, {now, m_rows}, {codes, m_rows}, {values, m_rows});
        if (m_args.cost) weighRate(j, {now, m_rows}, {codes, m_rows}, {values, m_rows});
        const double scale = m_feedback.weight[j];
        for (std::size_t r = 0; r < m_rows; ++r) {
            const bool free =
                !m_args.kept.empty() && m_args.kept[(m_firstRow + r) * m_cols + column] != 0;
            const float error = free ? 0.0F : values[r] - now[r];
            const double e = static_cast<double>(error) * scale;
            m_loss += e * e;
            m_errors[(j - first) * m_padded + r] = error;
            m_codes[r * m_cols + column] = codes[r];
            if (m_keep) (*m_keep)(r, column) = values[r];
        }
    }

    // The neighbouring codes where they are so much cheaper that their error does not matter.
    void weighRate(std::size_t j, std::span<const float> now, std::span<std::uint16_t> codes,
                   std::span<float> values) const {
        constexpr int Middle = 1 << 15;
        const auto weight =
            static_cast<float>(m_feedback.weight[j] * m_feedback.weight[j] / m_args.meanWeight);
        for (std::size_t r = 0; r < now.size(); ++r) {
            const float step = m_args.fit.stepOf(m_firstRow + r);
            const int k =
                m_args.cost->choose(now[r] / step, codes[r] - Middle, weight, m_args.lambda);
            codes[r] = static_cast<std::uint16_t>(k + Middle);
            values[r] = step * static_cast<float>(k);
        }
    }

    // out (rows x width, row stride ld) += errors of columns [first, end)^T spread(.., column ...).
    void addBlockErrors(std::size_t first, std::size_t end, std::size_t column, std::size_t width,
                        float* out, std::size_t ld) {
        cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, static_cast<int>(m_rows),
                    static_cast<int>(width), static_cast<int>(end - first), 1.0F, m_errors.data(),
                    static_cast<int>(m_padded), m_feedback.spread.data() + first * m_cols + column,
                    static_cast<int>(m_cols), 1.0F, out, static_cast<int>(ld));
    }

    void updateLaterColumns(std::size_t first, std::size_t last) {
        if (last < m_cols)
            addBlockErrors(first, last, last, m_cols - last, &m_work(0, last), m_cols);
    }

    const GptqPanelArgs& m_args;
    const ErrorFeedback& m_feedback;
    std::size_t m_firstRow, m_rows, m_padded, m_cols, m_block;
    Matrix m_work;                          // rows x cols, in step order
    std::vector<float> m_columns, m_errors; // of one block: column after column
    std::vector<float> m_factors;           // spread of one block, transposed
    std::vector<float> m_group, m_importance;
    std::vector<std::uint16_t> m_codes; // rows x cols, original order
    Matrix* m_keep;
    double m_loss = 0;
};

} // namespace

double gptqPanel(const GptqPanelArgs& args, std::size_t firstRow, std::size_t rows,
                 std::span<std::byte> packed, const RunContext& context) {
    Panel panel(args, firstRow, rows, nullptr);
    const double loss = panel.run(context);
    packPanel(args.fit, panel.codes(), packed);
    return loss;
}

RoundedPanel gptqPanelCodes(const GptqPanelArgs& args, std::size_t firstRow, std::size_t rows,
                            const RunContext& context) {
    RoundedPanel out;
    out.values = Matrix(rows, args.weights.cols);
    Panel panel(args, firstRow, rows, &out.values);
    panel.run(context);
    out.codes = std::move(panel.codes());
    return out;
}

void fitGroupsOf(GridFit& fit, std::size_t firstRow, ConstMatrixView weights,
                 std::span<const float> importance) {
    std::vector<float> group;
    for (std::size_t g = 0; g < fit.groupCount(); ++g) {
        const std::size_t first = g * fit.groupSize();
        const std::size_t width = std::min(fit.groupSize(), weights.cols - first);
        group.resize(weights.rows * width);
        for (std::size_t r = 0; r < weights.rows; ++r)
            std::copy_n(weights.row(r).data() + first, width, &group[r * width]);
        fit.fitGroup(g, firstRow, {group.data(), weights.rows, width},
                     importance.empty() ? importance : importance.subspan(first, width));
    }
}

void packPanel(const GridFit& fit, std::span<const std::uint16_t> codes,
               std::span<std::byte> packed) {
    const std::size_t bytes = fit.rowBytes(), rows = packed.size() / bytes;
    const std::size_t cols = codes.size() / rows;
    for (std::size_t r = 0; r < rows; ++r)
        fit.packCodes(codes.subspan(r * cols, cols), packed.subspan(r * bytes, bytes));
}

std::vector<std::byte> gptqRows(const GptqPanelArgs& args, RunContext& context) {
    const std::size_t rowBytes = args.fit.rowBytes();
    std::vector<std::byte> packed(args.weights.rows * rowBytes);
    parallelFor(
        args.weights.rows, panelRows(args.weights.rows), [&](std::size_t first, std::size_t last) {
            gptqPanel(args, first, last - first,
                      std::span(packed).subspan(first * rowBytes, (last - first) * rowBytes),
                      context);
        });
    return packed;
}

} // namespace bitsmith
