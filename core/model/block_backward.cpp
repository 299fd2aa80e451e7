// The mirror image of run_block.cpp, read from its end to its beginning.
#include "core/model/block_backward.h"

#include "core/compute/cpu/cpu_ops.h"
#include "core/compute/gradients.h"

#include <algorithm>
#include <cmath>

namespace bitsmith {
namespace {

class BlockReverse {
public:
    BlockReverse(const BlockBackward& run, MatrixView gradient)
        : m_run(run), m_a(run.architecture), m_w(run.weights), m_spec(*run.weights.spec),
          m_tape(run.tape), m_gradient(gradient), m_tokens(gradient.rows) {}

    void run() {
        if (!m_a.normBeforeBlock)
            backwardNorm(m_a, m_w.mlpNorm, m_tape.blockSum.view(), m_gradient, m_gradient);
        // Residual sums pass the gradient on as it is: m_gradient holds what went around a part.
        Matrix inner;
        if (!multilayer(inner)) return;
        if (m_a.parallelResidual) {
            Matrix other;
            if (!attend(other)) return;
            add(inner);
            add(other);
            return;
        }
        add(inner);
        if (!m_a.normBeforeBlock)
            backwardNorm(m_a, m_w.attentionNorm, m_tape.attentionSum.view(), m_gradient,
                         m_gradient);
        if (!attend(inner)) return;
        add(inner);
    }

private:
    void add(const Matrix& part) const { cpu::add(m_gradient, part.view()); }

    bool offer(const LinearSpec& linear, ConstMatrixView dy, ConstMatrixView x) const {
        return m_run.tap(linear, dy, x);
    }

    Matrix throughLinear(const LinearWeights& w, ConstMatrixView dy) const {
        Matrix dx(m_tokens, w.matrix->cols());
        gradients::linearInput(dy, *w.matrix, dx.view());
        return dx;
    }

    // The gradient at the MLP's input before its norm. False where the tap ended the block.
    bool multilayer(Matrix& out) const {
        if (!offer(m_spec.down, m_gradient, m_tape.mlpHidden.view())) return false;
        Matrix up = throughLinear(m_w.down, m_gradient); // dL/d(hidden), then dL/d(up)
        const ConstMatrixView x = m_tape.mlpInput.view();
        if (m_w.gate.matrix) {
            Matrix gate(m_tokens, up.cols());
            gradients::gate(m_a.activation, m_tape.gate.view(), m_tape.up.view(), up.view(),
                            gate.view(), up.view());
            if (!offer(m_spec.gate, gate.view(), x)) return false;
            if (!offer(m_spec.up, up.view(), x)) return false;
            out = throughLinear(m_w.gate, gate.view());
            gradients::linearInput(up.view(), *m_w.up.matrix, out.view(), true);
        } else {
            gradients::activate(m_a.activation, m_tape.up.view(), up.view(), up.view());
            if (!offer(m_spec.up, up.view(), x)) return false;
            out = throughLinear(m_w.up, up.view());
        }
        if (m_a.normBeforeBlock)
            backwardNorm(m_a, m_w.mlpNorm,
                         m_a.parallelResidual ? m_run.input : m_tape.attentionSum.view(),
                         out.view(), out.view());
        return true;
    }

    bool attend(Matrix& out) const {
        if (!offer(m_spec.attentionOut, m_gradient, m_tape.context.view())) return false;
        const std::size_t queries = m_a.heads * m_a.headDim, keys = m_a.kvHeads * m_a.headDim;
        Matrix heads(m_tokens, queries + 2 * keys); // dq | dk | dv
        const MatrixView q = heads.view().columnRange(0, queries);
        const MatrixView k = heads.view().columnRange(queries, keys);
        const MatrixView v = heads.view().columnRange(queries + keys, keys);
        attention(throughLinear(m_w.attentionOut, m_gradient).view(), q, k, v);
        headNorm(m_w.qNorm, m_tape.rawQ, q);
        headNorm(m_w.kNorm, m_tape.rawK, k);
        const ConstMatrixView x = m_a.normBeforeBlock ? m_tape.attentionInput.view() : m_run.input;
        if (m_spec.fused == FusedLayout::None) {
            if (!offer(m_spec.q, q, x) || !offer(m_spec.k, k, x) || !offer(m_spec.v, v, x))
                return false;
            out = throughLinear(m_w.q, q);
            gradients::linearInput(k, *m_w.k.matrix, out.view(), true);
            gradients::linearInput(v, *m_w.v.matrix, out.view(), true);
        } else {
            if (m_spec.fused == FusedLayout::PerHead) sortByHead(heads);
            if (!offer(m_spec.qkv, heads.view(), x)) return false;
            out = throughLinear(m_w.qkv, heads.view());
        }
        if (m_a.normBeforeBlock)
            backwardNorm(m_a, m_w.attentionNorm, m_run.input, out.view(), out.view());
        return true;
    }

    void attention(ConstMatrixView context, MatrixView q, MatrixView k, MatrixView v) const {
        gradients::AttentionArgs args;
        args.heads = m_a.heads;
        args.kvHeads = m_a.kvHeads;
        args.headDim = m_a.headDim;
        args.window = m_spec.window;
        args.scale = m_spec.attentionScale > 0 ? m_spec.attentionScale
                                               : 1 / std::sqrt(static_cast<float>(m_a.headDim));
        for (std::size_t s = 0; s + 1 < m_run.starts.size(); ++s) {
            const std::size_t first = m_run.starts[s], count = m_run.starts[s + 1] - first;
            if (count == 0) continue;
            args.query = m_tape.heads.q.rowRange(first, count);
            args.keys = m_tape.heads.k.rowRange(first, count);
            args.values = m_tape.heads.v.rowRange(first, count);
            args.out = m_tape.context.view().rowRange(first, count);
            args.dOut = context.rowRange(first, count);
            args.dQuery = q.rowRange(first, count);
            args.dKeys = k.rowRange(first, count);
            args.dValues = v.rowRange(first, count);
            gradients::attention(args);
            if (!m_run.rotary) continue;
            gradients::rotary(args.dQuery, m_a.headDim, *m_run.rotary, 0);
            gradients::rotary(args.dKeys, m_a.headDim, *m_run.rotary, 0);
        }
    }

    // Per head; `gradient` is strided, so a head's columns are a matrix of their own.
    void headNorm(const NormWeights& norm, const Matrix& raw, MatrixView gradient) const {
        if (norm.weight.empty()) return;
        for (std::size_t column = 0; column < gradient.cols; column += m_a.headDim) {
            const MatrixView head = gradient.columnRange(column, m_a.headDim);
            gradients::rmsNorm(raw.view().columnRange(column, m_a.headDim), norm.weight,
                               m_a.normEps, head, head);
        }
    }

    // q | k | v within each row becomes (q, k, v) of head 0, of head 1, ...
    void sortByHead(Matrix& qkv) const {
        std::vector<float> row(qkv.cols());
        for (std::size_t t = 0; t < m_tokens; ++t) {
            float* values = qkv.data() + t * row.size();
            for (std::size_t h = 0; h < m_a.heads; ++h)
                for (std::size_t part = 0; part < 3; ++part)
                    std::copy_n(values + (part * m_a.heads + h) * m_a.headDim, m_a.headDim,
                                row.data() + (3 * h + part) * m_a.headDim);
            std::ranges::copy(row, values);
        }
    }

    const BlockBackward& m_run;
    const Architecture& m_a;
    const BlockWeights& m_w;
    const BlockSpec& m_spec;
    const BlockTape& m_tape;
    MatrixView m_gradient;
    std::size_t m_tokens;
};

} // namespace

void backwardBlock(const BlockBackward& run, MatrixView gradient) {
    BlockReverse(run, gradient).run();
}

void backwardNorm(const Architecture& architecture, const NormWeights& norm, ConstMatrixView x,
                  ConstMatrixView dy, MatrixView dx) {
    if (architecture.norm == NormKind::Rms)
        gradients::rmsNorm(x, norm.weight, architecture.normEps, dy, dx);
    else
        gradients::layerNorm(x, norm.weight, architecture.normEps, dy, dx);
}

} // namespace bitsmith
