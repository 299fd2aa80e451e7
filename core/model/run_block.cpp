// One block of any supported family. The residual stream is built in a buffer of its own, so that a
// tap may end the block at any point and leave `hidden` as it was.
#include "core/model/block_tape.h"
#include "core/model/block_weights.h"

#include <algorithm>
#include <cmath>

namespace bitsmith {
namespace {

class BlockPass {
public:
    BlockPass(const BlockRun& run, MatrixView hidden)
        : m_run(run), m_a(run.architecture), m_w(run.weights), m_spec(*run.weights.spec),
          m_hidden(hidden), m_tokens(hidden.rows) {}

    void run() {
        Matrix stream; // attention's output, then the block's
        if (!attend(stream)) return;
        const bool before = m_a.normBeforeBlock;
        if (!m_a.parallelResidual) {
            m_run.backend.add(stream.view(), m_hidden);
            if (m_run.tape) m_run.tape->attentionSum = stream;
            if (!before) norm(m_w.attentionNorm, stream.view(), stream.view());
        }
        Matrix out;
        if (!multilayer(m_a.parallelResidual ? m_hidden : stream.view(), out)) return;
        m_run.backend.add(stream.view(), out.view());
        if (m_a.parallelResidual)
            m_run.backend.add(stream.view(), m_hidden);
        else if (!before) {
            if (m_run.tape) m_run.tape->blockSum = stream;
            norm(m_w.mlpNorm, stream.view(), stream.view());
        }
        for (std::size_t t = 0; t < m_tokens; ++t)
            std::copy_n(stream.data() + t * stream.cols(), stream.cols(), m_hidden.row(t).data());
    }

private:
    void norm(const NormWeights& weights, ConstMatrixView x, MatrixView y) const {
        applyNorm(m_run.backend, m_a, weights, x, y);
    }

    bool offer(std::string_view input, ConstMatrixView x) const {
        return !m_run.tap || !*m_run.tap || (*m_run.tap)(input, x);
    }

    static Matrix copied(ConstMatrixView x) {
        Matrix copy(x.rows, x.cols);
        for (std::size_t t = 0; t < x.rows; ++t)
            std::ranges::copy(x.row(t), copy.view().row(t).begin());
        return copy;
    }

    Matrix product(ConstMatrixView x, const LinearWeights& w) const {
        Matrix y(x.rows, w.matrix->rows());
        m_run.backend.linear(x, *w.matrix, w.bias, y.view());
        return y;
    }

    // False where the tap ended the block.
    bool attend(Matrix& out) const {
        BlockHeads heads;
        {
            Matrix normed;
            ConstMatrixView x = m_hidden;
            if (m_a.normBeforeBlock) {
                normed = Matrix(m_tokens, m_a.hidden);
                norm(m_w.attentionNorm, m_hidden, normed.view());
                x = normed.view();
            }
            if (!offer("attn_in", x)) return false;
            project(x, heads);
            if (m_run.tape) m_run.tape->attentionInput = std::move(normed);
        }
        Matrix context(m_tokens, m_a.heads * m_a.headDim);
        attention(heads, context.view());
        if (m_run.tape) m_run.tape->heads = std::move(heads);
        heads = {};
        if (!offer("attn_out", context.view())) return false;
        out = product(context.view(), m_w.attentionOut);
        if (m_run.tape) m_run.tape->context = std::move(context);
        return true;
    }

    void project(ConstMatrixView x, BlockHeads& heads) const {
        if (m_spec.fused == FusedLayout::None) {
            heads.first = product(x, m_w.q);
            heads.second = product(x, m_w.k);
            heads.third = product(x, m_w.v);
            heads.q = heads.first.view();
            heads.k = heads.second.view();
            heads.v = heads.third.view();
            if (m_run.tape && !m_w.qNorm.weight.empty()) m_run.tape->rawQ = heads.first;
            if (m_run.tape && !m_w.kNorm.weight.empty()) m_run.tape->rawK = heads.second;
            headNorm(m_w.qNorm, heads.q);
            headNorm(m_w.kNorm, heads.k);
            return;
        }
        const std::size_t queries = m_a.heads * m_a.headDim, keys = m_a.kvHeads * m_a.headDim;
        heads.first = product(x, m_w.qkv);
        if (m_spec.fused == FusedLayout::PerHead) sortByPart(heads.first);
        heads.q = heads.first.view().columnRange(0, queries);
        heads.k = heads.first.view().columnRange(queries, keys);
        heads.v = heads.first.view().columnRange(queries + keys, keys);
    }

    // (q, k, v) of head 0, of head 1, ... becomes q | k | v within each row.
    void sortByPart(Matrix& qkv) const {
        std::vector<float> row(qkv.cols());
        for (std::size_t t = 0; t < m_tokens; ++t) {
            float* values = qkv.data() + t * row.size();
            for (std::size_t h = 0; h < m_a.heads; ++h)
                for (std::size_t part = 0; part < 3; ++part)
                    std::copy_n(values + (3 * h + part) * m_a.headDim, m_a.headDim,
                                row.data() + (part * m_a.heads + h) * m_a.headDim);
            std::ranges::copy(row, values);
        }
    }

    // x is contiguous: its heads are rows of a taller matrix.
    void headNorm(const NormWeights& weights, MatrixView x) const {
        if (weights.weight.empty()) return;
        const MatrixView heads(x.data, x.rows * (x.cols / m_a.headDim), m_a.headDim);
        m_run.backend.rmsNorm(heads, weights.weight, m_a.normEps, heads);
    }

    void attention(const BlockHeads& heads, MatrixView out) const {
        AttentionArgs args;
        args.heads = m_a.heads;
        args.kvHeads = m_a.kvHeads;
        args.headDim = m_a.headDim;
        args.past = m_run.past;
        args.window = m_spec.window;
        args.scale = m_spec.attentionScale > 0 ? m_spec.attentionScale
                                               : 1 / std::sqrt(static_cast<float>(m_a.headDim));
        for (std::size_t s = 0; s + 1 < m_run.starts.size(); ++s) {
            const std::size_t first = m_run.starts[s], count = m_run.starts[s + 1] - first;
            if (count == 0) continue;
            const MatrixView k = heads.k.rowRange(first, count);
            const MatrixView q = heads.q.rowRange(first, count);
            if (m_run.rotary) {
                m_run.backend.rotary(q, m_a.headDim, *m_run.rotary, m_run.past);
                m_run.backend.rotary(k, m_a.headDim, *m_run.rotary, m_run.past);
            }
            args.query = q;
            args.keys = k;
            args.values = heads.v.rowRange(first, count);
            if (m_run.cache) {
                args.keys = remembered(m_run.cache->keys, args.keys);
                args.values = remembered(m_run.cache->values, args.values);
            }
            args.out = out.rowRange(first, count);
            m_run.backend.attention(args);
        }
    }

    // Appends rows to what the cache holds and returns all of it.
    ConstMatrixView remembered(Matrix& past, ConstMatrixView rows) const {
        for (std::size_t t = 0; t < rows.rows; ++t)
            std::ranges::copy(rows.row(t), past.data() + (m_run.past + t) * past.cols());
        return ConstMatrixView(past.view()).rowRange(0, m_run.past + rows.rows);
    }

    bool multilayer(ConstMatrixView stream, Matrix& out) const {
        Matrix hidden;
        {
            Matrix normed;
            ConstMatrixView x = stream;
            if (m_a.normBeforeBlock) {
                normed = Matrix(m_tokens, m_a.hidden);
                norm(m_w.mlpNorm, stream, normed.view());
                x = normed.view();
            }
            if (!offer("mlp_in", x)) return false;
            if (m_w.gate.matrix) {
                hidden = product(x, m_w.gate);
                Matrix up = product(x, m_w.up);
                if (m_run.tape) m_run.tape->gate = hidden;
                m_run.backend.gate(m_a.activation, hidden.view(), up.view());
                if (m_run.tape) m_run.tape->up = std::move(up);
            } else {
                hidden = product(x, m_w.up);
                if (m_run.tape) m_run.tape->up = hidden;
                m_run.backend.activate(m_a.activation, hidden.view());
            }
            if (m_run.tape)
                m_run.tape->mlpInput = m_a.normBeforeBlock ? std::move(normed) : copied(stream);
        }
        if (!offer("mlp_hidden", hidden.view())) return false;
        out = product(hidden.view(), m_w.down);
        if (m_run.tape) m_run.tape->mlpHidden = std::move(hidden);
        return true;
    }

    const BlockRun& m_run;
    const Architecture& m_a;
    const BlockWeights& m_w;
    const BlockSpec& m_spec;
    MatrixView m_hidden;
    std::size_t m_tokens;
};

} // namespace

void runBlockOn(const BlockRun& run, MatrixView hidden) { BlockPass(run, hidden).run(); }

} // namespace bitsmith
