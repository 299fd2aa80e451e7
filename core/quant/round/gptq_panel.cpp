// Inside a block of columns each column collects what its predecessors carry over when it is
// reached (one pass over memory instead of a rank-one update of all followers per column); after a
// block one matrix product updates the later columns of its stretch of blocks, and after a stretch
// one all columns behind it, which are then read and written a quarter as often.
#include "core/quant/round/gptq_panel.h"

#include "core/base/large_allocator.h"
#include "core/base/parallel.h"
#include "core/quant/linalg.h"
#include "core/quant/round/panel_kernels.h"

#include <cblas.h>

#include <algorithm>
#include <memory>

namespace bitsmith {
namespace {

constexpr std::size_t StretchColumns = 512;
// Rows that go through a stretch together: what a stretch carries over is then a few large
// products, whose packing does not matter, and what is kept meanwhile does not grow with the
// matrix.
constexpr std::size_t ChunkRows = 2048, TileRows = 512, TileColumns = 1024;

std::size_t panelRows(std::size_t rows) {
    return std::clamp(rows / 16 / GptqPanelRows * GptqPanelRows, GptqPanelRows, MaxGptqPanelRows);
}

// Columns whose errors wait for one product.
std::size_t stretchColumns(const GptqPanelArgs& args) {
    const std::size_t block = std::min(args.blockSize, args.weights.cols);
    return std::min(args.weights.cols, std::max<std::size_t>(1, StretchColumns / block) * block);
}

// Steps are those of the matrix's own columns, and none is dead.
bool inOrder(const ErrorFeedback& feedback) {
    return feedback.deadColumns == 0 && std::ranges::is_sorted(feedback.order);
}

std::size_t padded(std::size_t rows) { return (rows + 63) / 64 * 64; }

// What some rows work in.
struct Space {
    LargeVector<float> work, weights; // rows x cols, in step order; weights: empty where that is
                                      // the matrix's own
    LargeVector<std::uint16_t> codes; // rows x cols, original order
    LargeVector<float> errors;        // of one stretch: column after column
    std::size_t errorStride;          // not a power of two, whose columns would share cache lines
    std::vector<Matrix> ownInverses;
    std::span<const Matrix> inverses; // of groups that are fitted on the way

    Space(const GptqPanelArgs& args, std::size_t rows) : errorStride(padded(rows) + 16) {
        const std::size_t size = rows * args.weights.cols;
        work.resize(size);
        codes.resize(size);
        errors.resize(stretchColumns(args) * errorStride, 0.0F);
        if (!inOrder(args.feedback)) weights.resize(size);
        inverses = args.inverses;
        if (inverses.empty() && !args.staticGroups && !args.fit.sharedAcrossRows()) {
            ownInverses = groupInverses(args.feedback, args.fit.groupSize());
            inverses = ownInverses;
        }
    }
    Space(const Space&) = delete;
    Space& operator=(const Space&) = delete;

    // Adds to the columns [from, to) of `rows` rows what the columns [first, last) carry over.
    // errors: of column `first`; out: row stride ld.
    void carryOver(const Matrix& carry, std::size_t rows, std::size_t first, std::size_t last,
                   const float* errorsOf, std::size_t from, std::size_t to, float* out,
                   std::size_t ld) const {
        if (first == last || from >= to) return;
        cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, static_cast<int>(rows),
                    static_cast<int>(to - from), static_cast<int>(last - first), 1.0F, errorsOf,
                    static_cast<int>(errorStride), carry.data() + first * carry.cols() + from,
                    static_cast<int>(carry.cols()), 1.0F, out, static_cast<int>(ld));
    }
};

class Panel {
public:
    // at: its first row in `space`. keep: where values go, too, or null.
    Panel(const GptqPanelArgs& args, std::size_t firstRow, std::size_t rows, Space& space,
          std::size_t at, Matrix* keep)
        : m_args(args), m_feedback(args.feedback), m_space(space), m_firstRow(firstRow),
          m_rows(rows), m_padded(padded(rows)), m_cols(args.weights.cols),
          m_block(std::min(args.blockSize, m_cols)), m_inOrder(space.weights.empty()),
          m_codes(space.codes.data() + at * m_cols, rows * m_cols), m_columns(m_block * m_padded),
          m_originals(m_block * m_padded), m_errors(space.errors.data() + at),
          m_factors(m_block * m_block), m_blockCodes(m_block * m_padded), m_keep(keep) {
        m_work = {space.work.data() + at * m_cols, rows, m_cols};
        if (m_inOrder) {
            m_weights = args.weights.rowRange(firstRow, rows);
        } else {
            float* weights = space.weights.data() + at * m_cols;
            for (std::size_t r = 0; r < rows; ++r)
                for (std::size_t j = 0; j < m_cols; ++j)
                    weights[r * m_cols + j] = weight(r, m_feedback.order[j]);
            m_weights = {weights, rows, m_cols};
        }
        for (std::size_t r = 0; r < rows; ++r) std::ranges::copy(m_weights.row(r), &m_work(r, 0));
        if (args.staticGroups && !args.fit.sharedAcrossRows()) fitStaticGroups();
    }

    // The columns [begin, end), a stretch.
    void round(std::size_t begin, std::size_t end, const RunContext& context) {
        m_begin = begin;
        m_end = end;
        for (std::size_t first = begin; first < end; first += m_block) {
            context.checkpoint();
            const std::size_t last = std::min(end, first + m_block);
            loadBlock(first, last);
            for (std::size_t j = first; j < last; ++j) roundColumn(first, j);
            storeCodes(first, last);
            addErrorsOf(first, last, end);
        }
    }
    // All columns.
    double run(const RunContext& context) {
        const std::size_t stretch = stretchColumns(m_args);
        for (std::size_t first = 0; first < m_cols; first += stretch) {
            const std::size_t last = std::min(m_cols, first + stretch);
            round(first, last, context);
            addErrorsOf(first, last, m_cols);
        }
        return m_loss;
    }
    std::size_t firstRow() const { return m_firstRow; }
    std::size_t rows() const { return m_rows; }
    std::span<const std::uint16_t> codes() const { return m_codes; }

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
        turn(m_rows, last - first, &m_work(0, first), m_cols, m_columns.data(), m_padded);
        turn(m_rows, last - first, &m_weights(0, first), m_cols, m_originals.data(), m_padded);
        turn(last - first, last - first, m_feedback.carry.data() + first * m_cols + first, m_cols,
             m_factors.data(), m_block);
    }

    void storeCodes(std::size_t first, std::size_t last) {
        if (m_inOrder) {
            turn(last - first, m_rows, m_blockCodes.data(), m_padded, &m_codes[first], m_cols);
            return;
        }
        for (std::size_t r = 0; r < m_rows; ++r)
            for (std::size_t c = 0; c < last - first; ++c)
                m_codes[r * m_cols + m_feedback.order[first + c]] = m_blockCodes[c * m_padded + r];
    }

    // The group that starts at column j, with all errors so far: m_work has those of earlier blocks
    // inside the stretch and those of earlier stretches beyond it; the others are added here. A
    // column carries over as if the group's columns before it were rounded to the very values that
    // they have now: with d = w - v of the group and b what its columns have, d (I + C) = w - b.
    // Its values are v = w - (w - b) (I + C)^-1.
    void fitGroup(std::size_t first, std::size_t j) {
        const std::size_t width = std::min(m_args.fit.groupSize(), m_cols - j);
        m_group.resize(m_rows * width);
        for (std::size_t r = 0; r < m_rows; ++r)
            std::copy_n(&m_work(r, j), width, &m_group[r * width]);
        const std::size_t inside = std::min(width, m_end - j);
        product(first, j, j, j + inside, m_group.data(), width);
        product(m_begin, j, m_end, j + width, m_group.data() + inside, width);
        if (j > 0) {
            m_change.resize(m_rows * width);
            for (std::size_t r = 0; r < m_rows; ++r)
                for (std::size_t c = 0; c < width; ++c) {
                    const float weight = m_weights(r, j + c);
                    m_change[r * width + c] = weight - m_group[r * width + c];
                    m_group[r * width + c] = weight;
                }
            const Matrix& inverse = m_space.inverses[j / m_args.fit.groupSize()];
            const auto n = static_cast<int>(width);
            cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, static_cast<int>(m_rows), n, n,
                        -1.0F, m_change.data(), n, inverse.data(), n, 1.0F, m_group.data(), n);
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
        float* errors = errorsOf(first); // of the block
        float now[MaxGptqPanelRows], values[MaxGptqPanelRows];
        const std::span<std::uint16_t> codes(&m_blockCodes[at], m_rows);
        addErrors(m_padded, &m_columns[at], errors, m_space.errorStride,
                  &m_factors[(j - first) * m_block], j - first, now);
        // Groups that were fitted before are those of the original columns.
        const std::size_t g = (m_args.staticGroups || shared ? column : j) / size;
        m_args.fit.quantizeColumn(g, m_firstRow, {now, m_rows}, codes, {values, m_rows});
        if (m_args.cost) weighRate(j, {now, m_rows}, codes, {values, m_rows});
        if (m_keep)
            for (std::size_t r = 0; r < m_rows; ++r) (*m_keep)(r, column) = values[r];
        if (!m_args.kept.empty())
            for (std::size_t r = 0; r < m_rows; ++r)
                if (m_args.kept[(m_firstRow + r) * m_cols + column] != 0) values[r] = now[r];
        const double scale = m_feedback.weight[j];
        m_loss += scale * scale * takeErrors(m_rows, &m_originals[at], now, values, errorsOf(j));
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

    float* errorsOf(std::size_t j) const { return m_errors + (j - m_begin) * m_space.errorStride; }

    void product(std::size_t first, std::size_t last, std::size_t from, std::size_t to, float* out,
                 std::size_t ld) const {
        m_space.carryOver(m_feedback.carry, m_rows, first, last, errorsOf(first), from, to, out,
                          ld);
    }
    // What the columns [first, last) carry over to those up to `to`.
    void addErrorsOf(std::size_t first, std::size_t last, std::size_t to) {
        if (last < to) product(first, last, last, to, &m_work(0, last), m_cols);
    }

    const GptqPanelArgs& m_args;
    const ErrorFeedback& m_feedback;
    Space& m_space;
    std::size_t m_firstRow, m_rows, m_padded, m_cols, m_block;
    bool m_inOrder;
    std::size_t m_begin = 0, m_end = 0;        // of the stretch at hand
    std::span<std::uint16_t> m_codes;          // rows x cols, original order
    ConstMatrixView m_weights;                 // rows x cols, in step order
    MatrixView m_work;                         // the same with what earlier blocks carried over
    std::vector<float> m_columns, m_originals; // of one block: column after column
    float* m_errors;                           // of one stretch
    std::vector<float> m_factors;              // carry of one block, transposed
    std::vector<std::uint16_t> m_blockCodes;
    std::vector<float> m_group, m_change, m_importance;
    Matrix* m_keep;
    double m_loss = 0;
};

// The rows [firstRow, firstRow + rows) together, stretch by stretch.
void roundChunk(const GptqPanelArgs& args, std::size_t firstRow, std::size_t rows, Space& space,
                std::span<std::byte> packed, const RunContext& context) {
    const std::size_t cols = args.weights.cols, stretch = stretchColumns(args);
    const std::size_t height = panelRows(rows), rowBytes = args.fit.rowBytes();
    std::vector<std::unique_ptr<Panel>> panels((rows + height - 1) / height);
    const auto eachPanel = [&](const auto& work) {
        parallelFor(panels.size(), 1, [&](std::size_t p, std::size_t) { work(panels[p]); });
    };
    eachPanel([&](std::unique_ptr<Panel>& panel) {
        const auto at = static_cast<std::size_t>(&panel - panels.data()) * height;
        panel = std::make_unique<Panel>(args, firstRow + at, std::min(height, rows - at), space, at,
                                        nullptr);
    });
    for (std::size_t first = 0; first < cols; first += stretch) {
        const std::size_t last = std::min(cols, first + stretch);
        eachPanel([&](std::unique_ptr<Panel>& panel) { panel->round(first, last, context); });
        const std::size_t across = (cols - last + TileColumns - 1) / TileColumns;
        const std::size_t down = (rows + TileRows - 1) / TileRows;
        parallelFor(across * down, 1, [&](std::size_t tile, std::size_t) {
            const std::size_t row = tile / across * TileRows;
            const std::size_t column = last + tile % across * TileColumns;
            space.carryOver(args.feedback.carry, std::min(TileRows, rows - row), first, last,
                            space.errors.data() + row, column, std::min(cols, column + TileColumns),
                            space.work.data() + row * cols + column, cols);
        });
    }
    eachPanel([&](const std::unique_ptr<Panel>& panel) {
        packPanel(
            args.fit, panel->codes(),
            packed.subspan((panel->firstRow() - firstRow) * rowBytes, panel->rows() * rowBytes));
    });
}

} // namespace

std::vector<Matrix> groupInverses(const ErrorFeedback& feedback, std::size_t groupSize) {
    const std::size_t cols = feedback.carry.cols();
    std::vector<Matrix> out((cols + groupSize - 1) / groupSize);
    parallelFor(out.size() - 1, 1, [&](std::size_t g, std::size_t) {
        const std::size_t first = (g + 1) * groupSize, width = std::min(groupSize, cols - first);
        // (I + C)^T, lower triangular.
        std::vector<double> lower(width * width);
        for (std::size_t k = 0; k < width; ++k) {
            lower[k * width + k] = 1;
            for (std::size_t j = k + 1; j < width; ++j)
                lower[j * width + k] = static_cast<double>(feedback.carry(first + k, first + j));
        }
        invertLowerInPlace(lower, width, RunContext());
        out[g + 1] = Matrix(width, width);
        for (std::size_t k = 0; k < width; ++k)
            for (std::size_t j = k; j < width; ++j)
                out[g + 1](k, j) = static_cast<float>(lower[j * width + k]);
    });
    return out;
}

double gptqPanel(const GptqPanelArgs& args, std::size_t firstRow, std::size_t rows,
                 std::span<std::byte> packed, const RunContext& context) {
    Space space(args, rows);
    Panel panel(args, firstRow, rows, space, 0, nullptr);
    const double loss = panel.run(context);
    packPanel(args.fit, panel.codes(), packed);
    return loss;
}

RoundedPanel gptqPanelCodes(const GptqPanelArgs& args, std::size_t firstRow, std::size_t rows,
                            const RunContext& context) {
    RoundedPanel out;
    out.values = Matrix(rows, args.weights.cols);
    Space space(args, rows);
    Panel panel(args, firstRow, rows, space, 0, &out.values);
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
    const std::size_t rows = args.weights.rows, rowBytes = args.fit.rowBytes();
    std::vector<std::byte> packed(rows * rowBytes);
    Space space(args, std::min(ChunkRows, rows));
    for (std::size_t first = 0; first < rows; first += ChunkRows) {
        const std::size_t count = std::min(ChunkRows, rows - first);
        roundChunk(args, first, count, space,
                   std::span(packed).subspan(first * rowBytes, count * rowBytes), context);
    }
    return packed;
}

} // namespace bitsmith
