// Inside a block of columns each column collects what its predecessors carry over when it is
// reached (one pass over memory instead of a rank-one update of all followers per column); after a
// block one matrix product updates the later columns of its stretch of blocks, and after a stretch
// one all columns behind it, which are then read and written a quarter as often.
#include "core/quant/round/gptq_panel.h"

#include "core/base/large_allocator.h"
#include "core/base/parallel.h"

#include <cblas.h>

#include <algorithm>
#include <memory>
#include <mutex>

namespace bitsmith {
namespace {

constexpr std::size_t StretchColumns = 512;

// Every panel packs what it multiplies by anew, so panels are tall where there are rows enough to
// keep all cores busy.
std::size_t panelRows(std::size_t rows) {
    return std::clamp(rows / 16 / GptqPanelRows * GptqPanelRows, GptqPanelRows, MaxGptqPanelRows);
}

// What a panel works in: asked for once for each thread, not for each panel.
struct Space {
    LargeVector<float> work, weights; // rows x cols, in step order
    LargeVector<std::uint16_t> codes; // rows x cols, original order
};

class Spaces {
public:
    std::unique_ptr<Space> take() {
        const std::lock_guard lock(m_mutex);
        if (m_free.empty()) return std::make_unique<Space>();
        auto space = std::move(m_free.back());
        m_free.pop_back();
        return space;
    }
    void give(std::unique_ptr<Space> space) {
        const std::lock_guard lock(m_mutex);
        m_free.push_back(std::move(space));
    }

private:
    std::mutex m_mutex;
    std::vector<std::unique_ptr<Space>> m_free;
};

// Body(row, column) over rows x columns, a few rows at a time: one side is read along rows, the
// other written along columns.
template <class Body>
void turned(std::size_t rows, std::size_t columns, const Body& body) {
    // Rows often lie a multiple of 4 KiB apart: more lines of them do not fit the first cache's
    // ways.
    constexpr std::size_t Rows = 8;
    for (std::size_t first = 0; first < rows; first += Rows) {
        const std::size_t last = std::min(rows, first + Rows);
        for (std::size_t c = 0; c < columns; ++c)
            for (std::size_t r = first; r < last; ++r) body(r, c);
    }
}

class Panel {
public:
    // keep: where values go, too, or null.
    Panel(const GptqPanelArgs& args, std::size_t firstRow, std::size_t rows, Space& space,
          Matrix* keep)
        : m_args(args), m_feedback(args.feedback), m_firstRow(firstRow), m_rows(rows),
          m_padded((rows + 63) / 64 * 64), m_cols(args.weights.cols),
          m_block(std::min(args.blockSize, m_cols)),
          m_stretch(std::max<std::size_t>(1, StretchColumns / m_block) * m_block),
          m_codes(space.codes), m_columns(m_block * m_padded), m_originals(m_block * m_padded),
          m_errors(std::min(m_stretch, m_cols) * m_padded), m_factors(m_block * m_block),
          m_blockCodes(m_block * m_padded), m_keep(keep) {
        space.work.resize(rows * m_cols);
        space.codes.resize(rows * m_cols);
        m_work = {space.work.data(), rows, m_cols};
        if (inOrder()) {
            m_weights = args.weights.rowRange(firstRow, rows);
        } else {
            space.weights.resize(rows * m_cols);
            for (std::size_t r = 0; r < rows; ++r)
                for (std::size_t j = 0; j < m_cols; ++j)
                    space.weights[r * m_cols + j] = weight(r, m_feedback.order[j]);
            m_weights = {space.weights.data(), rows, m_cols};
        }
        for (std::size_t r = 0; r < rows; ++r) std::ranges::copy(m_weights.row(r), &m_work(r, 0));
    }

    double run(const RunContext& context) {
        if (m_args.staticGroups && !m_args.fit.sharedAcrossRows()) fitStaticGroups();
        for (m_begin = 0; m_begin < m_cols; m_begin = m_end) {
            m_end = std::min(m_cols, m_begin + m_stretch);
            for (std::size_t first = m_begin; first < m_end; first += m_block) {
                context.checkpoint();
                const std::size_t last = std::min(m_end, first + m_block);
                loadBlock(first, last);
                for (std::size_t j = first; j < last; ++j) roundColumn(first, j);
                storeCodes(first, last);
                addErrorsOf(first, last, last, m_end);
            }
            addErrorsOf(m_begin, m_end, m_end, m_cols);
        }
        return m_loss;
    }
    std::span<const std::uint16_t> codes() const { return m_codes; }

private:
    float weight(std::size_t row, std::size_t column) const {
        return m_feedback.dead[column] ? 0.0F : m_args.weights(m_firstRow + row, column);
    }

    bool inOrder() const {
        return m_feedback.deadColumns == 0 && std::ranges::is_sorted(m_feedback.order);
    }

    void fitStaticGroups() {
        Matrix live(m_rows, m_cols);
        for (std::size_t r = 0; r < m_rows; ++r)
            for (std::size_t c = 0; c < m_cols; ++c) live(r, c) = weight(r, c);
        fitGroupsOf(m_args.fit, m_firstRow, live.view(), m_args.importance);
    }

    // Columns become contiguous, padded.
    void loadBlock(std::size_t first, std::size_t last) {
        turned(m_rows, last - first, [&](std::size_t r, std::size_t c) {
            m_columns[c * m_padded + r] = m_work(r, first + c);
        });
        turned(m_rows, last - first, [&](std::size_t r, std::size_t c) {
            m_originals[c * m_padded + r] = m_weights(r, first + c);
        });
        for (std::size_t k = first; k < last; ++k)
            for (std::size_t j = k + 1; j < last; ++j)
                m_factors[(j - first) * m_block + (k - first)] = m_feedback.carry(k, j);
    }

    void storeCodes(std::size_t first, std::size_t last) {
        turned(m_rows, last - first, [&](std::size_t r, std::size_t c) {
            m_codes[r * m_cols + m_feedback.order[first + c]] = m_blockCodes[c * m_padded + r];
        });
    }

    // The group that starts at column j, with all errors so far: m_work has those of earlier blocks
    // inside the stretch and those of earlier stretches beyond it; the others are added here. A
    // column carries over as if the group's columns before it were rounded to the very values that
    // they have now: with d = w - v of the group and b what its columns have, d (I + C) = w - b.
    void fitGroup(std::size_t first, std::size_t j) {
        const std::size_t width = std::min(m_args.fit.groupSize(), m_cols - j);
        m_group.resize(m_rows * width);
        for (std::size_t r = 0; r < m_rows; ++r)
            std::copy_n(&m_work(r, j), width, &m_group[r * width]);
        const std::size_t inside = std::min(width, m_end - j);
        product(first, j, j, inside, m_group.data(), width);
        product(m_begin, j, m_end, width - inside, m_group.data() + inside, width);
        if (j > 0) {
            m_change.resize(m_rows * width);
            for (std::size_t r = 0; r < m_rows; ++r)
                for (std::size_t c = 0; c < width; ++c)
                    m_change[r * width + c] = m_weights(r, j + c) - m_group[r * width + c];
            cblas_strsm(CblasRowMajor, CblasRight, CblasUpper, CblasNoTrans, CblasUnit,
                        static_cast<int>(m_rows), static_cast<int>(width), 1.0F,
                        &m_feedback.carry.data()[j * m_cols + j], static_cast<int>(m_cols),
                        m_change.data(), static_cast<int>(width));
            for (std::size_t r = 0; r < m_rows; ++r)
                for (std::size_t c = 0; c < width; ++c)
                    m_group[r * width + c] = m_weights(r, j + c) - m_change[r * width + c];
        }
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
        const std::size_t at = (j - first) * m_padded;
        float* errors = &m_errors[(first - m_begin) * m_padded]; // of the block
        float now[MaxGptqPanelRows], values[MaxGptqPanelRows];
        const std::span<std::uint16_t> codes(&m_blockCodes[at], m_rows);
        addErrors(m_padded, &m_columns[at], errors, &m_factors[(j - first) * m_block], j - first,
                  now);
        // Groups that were fitted before are those of the original columns.
        const std::size_t g = (m_args.staticGroups || shared ? column : j) / size;
        m_args.fit.quantizeColumn(g, m_firstRow, {now, m_rows}, codes, {values, m_rows});
        if (m_args.cost) weighRate(j, {now, m_rows}, codes, {values, m_rows});
        const double scale = m_feedback.weight[j];
        for (std::size_t r = 0; r < m_rows; ++r) {
            const bool free =
                !m_args.kept.empty() && m_args.kept[(m_firstRow + r) * m_cols + column] != 0;
            const float rounded = free ? now[r] : values[r];
            const double e = static_cast<double>(rounded - now[r]) * scale;
            m_loss += e * e;
            errors[at + r] = m_originals[at + r] - rounded;
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

    // out (rows x width, row stride ld) += errors of the stretch's columns [first, end)^T
    // carry(.., column ...).
    void product(std::size_t first, std::size_t end, std::size_t column, std::size_t width,
                 float* out, std::size_t ld) {
        if (first == end || width == 0) return;
        cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, static_cast<int>(m_rows),
                    static_cast<int>(width), static_cast<int>(end - first), 1.0F,
                    &m_errors[(first - m_begin) * m_padded], static_cast<int>(m_padded),
                    m_feedback.carry.data() + first * m_cols + column, static_cast<int>(m_cols),
                    1.0F, out, static_cast<int>(ld));
    }

    // What the columns [first, last) carry over to [from, to).
    void addErrorsOf(std::size_t first, std::size_t last, std::size_t from, std::size_t to) {
        if (from < to) product(first, last, from, to - from, &m_work(0, from), m_cols);
    }

    const GptqPanelArgs& m_args;
    const ErrorFeedback& m_feedback;
    std::size_t m_firstRow, m_rows, m_padded, m_cols, m_block, m_stretch;
    std::size_t m_begin = 0, m_end = 0;        // of the stretch at hand
    LargeVector<std::uint16_t>& m_codes;       // rows x cols, original order
    ConstMatrixView m_weights;                 // rows x cols, in step order
    MatrixView m_work;                         // the same with what earlier blocks carried over
    std::vector<float> m_columns, m_originals; // of one block: column after column
    std::vector<float> m_errors;               // of one stretch
    std::vector<float> m_factors;              // carry of one block, transposed
    std::vector<std::uint16_t> m_blockCodes;
    std::vector<float> m_group, m_change, m_importance;
    Matrix* m_keep;
    double m_loss = 0;
};

double packedPanel(const GptqPanelArgs& args, std::size_t firstRow, std::size_t rows, Space& space,
                   std::span<std::byte> packed, const RunContext& context) {
    Panel panel(args, firstRow, rows, space, nullptr);
    const double loss = panel.run(context);
    packPanel(args.fit, panel.codes(), packed);
    return loss;
}

} // namespace

double gptqPanel(const GptqPanelArgs& args, std::size_t firstRow, std::size_t rows,
                 std::span<std::byte> packed, const RunContext& context) {
    Space space;
    return packedPanel(args, firstRow, rows, space, packed, context);
}

RoundedPanel gptqPanelCodes(const GptqPanelArgs& args, std::size_t firstRow, std::size_t rows,
                            const RunContext& context) {
    RoundedPanel out;
    out.values = Matrix(rows, args.weights.cols);
    Space space;
    Panel panel(args, firstRow, rows, space, &out.values);
    panel.run(context);
    out.codes.assign(panel.codes().begin(), panel.codes().end());
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
    Spaces spaces;
    parallelFor(
        args.weights.rows, panelRows(args.weights.rows), [&](std::size_t first, std::size_t last) {
            auto space = spaces.take();
            packedPanel(args, first, last - first, *space,
                        std::span(packed).subspan(first * rowBytes, (last - first) * rowBytes),
                        context);
            spaces.give(std::move(space));
        });
    return packed;
}

} // namespace bitsmith
