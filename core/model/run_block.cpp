// One block of any supported family. The residual stream is built in a buffer of its own, so that a
// tap may end the block at any point and leave `hidden` as it was. On a device all activations stay
// in its memory from the block's input to its output; taps get copies.
#include "core/compute/device_backend.h"
#include "core/model/block_activations.h"
#include "core/model/block_tape.h"
#include "core/model/block_weights.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace bitsmith {
namespace {

// Activations, on the host or in a device's memory.
struct Activations {
    Matrix host;
    std::shared_ptr<float> there;
    MatrixView view;
};

// Nothing on the way is kept or changed for anybody but a tap.
bool onlyRuns(const BlockRun& run) {
    return !run.tape && !run.cache && !run.activations && !run.kv;
}

class BlockPass {
public:
    // device: where the activations lie, or nullptr for the host. A tape, a cache and operands that
    // are rounded first are the host's.
    BlockPass(const BlockRun& run, const DeviceBackend* device, MatrixView hidden)
        : m_run(run), m_device(device), m_ops(device ? device->resident() : run.backend),
          m_a(run.architecture), m_w(run.weights), m_spec(*run.weights.spec), m_hidden(hidden),
          m_tokens(hidden.rows) {
        assert(!device || onlyRuns(run));
    }

    void run() {
        const MatrixView result = m_hidden;
        Activations input;
        if (m_device) {
            input = make(m_tokens, m_hidden.cols);
            m_device->upload(m_hidden, input.view);
            m_hidden = input.view;
        }
        Activations stream; // attention's output, then the block's
        if (!attend(stream)) return;
        const bool before = m_a.normBeforeBlock;
        if (!m_a.parallelResidual) {
            m_ops.add(stream.view, m_hidden);
            if (m_run.tape) m_run.tape->attentionSum = stream.host;
            if (!before) norm(m_w.attentionNorm, stream.view, stream.view);
        }
        Activations out;
        if (!multilayer(m_a.parallelResidual ? m_hidden : stream.view, out)) return;
        m_ops.add(stream.view, out.view);
        if (m_a.parallelResidual)
            m_ops.add(stream.view, m_hidden);
        else if (!before) {
            if (m_run.tape) m_run.tape->blockSum = stream.host;
            norm(m_w.mlpNorm, stream.view, stream.view);
        }
        if (m_device) return m_device->download(stream.view, result);
        for (std::size_t t = 0; t < m_tokens; ++t)
            std::ranges::copy(stream.view.row(t), result.row(t).begin());
    }

private:
    Activations make(std::size_t rows, std::size_t cols) const {
        Activations out;
        if (m_device) {
            out.there = m_device->allocate(rows * cols);
            out.view = {out.there.get(), rows, cols};
        } else {
            out.host = Matrix(rows, cols);
            out.view = out.host.view();
        }
        return out;
    }

    void norm(const NormWeights& weights, ConstMatrixView x, MatrixView y) const {
        applyNorm(m_ops, m_a, weights, x, y);
    }

    bool offer(std::string_view input, ConstMatrixView x) const {
        if (!m_run.tap || !*m_run.tap) return true;
        if (!m_device) return (*m_run.tap)(input, x);
        Matrix copy(x.rows, x.cols);
        m_device->download(x, copy.view());
        const auto mirror = m_device->mirror(copy.view(), x);
        return (*m_run.tap)(input, copy.view());
    }

    static Matrix copied(ConstMatrixView x) {
        Matrix copy(x.rows, x.cols);
        for (std::size_t t = 0; t < x.rows; ++t)
            std::ranges::copy(x.row(t), copy.view().row(t).begin());
        return copy;
    }

    Activations product(Product which, ConstMatrixView x, const LinearWeights& w) const {
        Matrix formed;
        if (m_run.activations) formed = m_run.activations->formed(which, x, *w.matrix);
        Activations y = make(x.rows, w.matrix->rows());
        m_ops.linear(formed.empty() ? x : formed.view(), *w.matrix, w.bias, y.view);
        return y;
    }

    struct Wanted {
        Product which;
        const LinearWeights& weights;
        Activations& out;
    };

    // Products of the same input.
    void products(ConstMatrixView x, std::initializer_list<Wanted> wanted) const {
        if (m_run.activations) { // each may round its operands its own way
            for (const Wanted& one : wanted) one.out = product(one.which, x, one.weights);
            return;
        }
        std::vector<LinearPart> parts;
        parts.reserve(wanted.size());
        for (const Wanted& one : wanted) {
            one.out = make(x.rows, one.weights.matrix->rows());
            parts.push_back({one.weights.matrix.get(), one.weights.bias, one.out.view});
        }
        m_ops.linears(x, parts);
    }

    struct Heads {
        Activations first, second, third; // what the views look into
        MatrixView q, k, v;
    };

    // False where the tap ended the block.
    bool attend(Activations& out) const {
        Heads heads;
        {
            Activations normed;
            ConstMatrixView x = m_hidden;
            if (m_a.normBeforeBlock) {
                normed = make(m_tokens, m_a.hidden);
                norm(m_w.attentionNorm, m_hidden, normed.view);
                x = normed.view;
            }
            if (!offer("attn_in", x)) return false;
            project(x, heads);
            if (m_run.tape) m_run.tape->attentionInput = std::move(normed.host);
        }
        Activations context = make(m_tokens, m_a.heads * m_a.headDim);
        attention(heads, context.view);
        if (m_run.tape)
            m_run.tape->heads = {std::move(heads.first.host),
                                 std::move(heads.second.host),
                                 std::move(heads.third.host),
                                 heads.q,
                                 heads.k,
                                 heads.v};
        heads = {};
        if (!offer("attn_out", context.view)) return false;
        out = product(Product::Out, context.view, m_w.attentionOut);
        if (m_run.tape) m_run.tape->context = std::move(context.host);
        return true;
    }

    void project(ConstMatrixView x, Heads& heads) const {
        if (m_spec.fused == FusedLayout::None) {
            products(x, {{Product::Q, m_w.q, heads.first},
                         {Product::K, m_w.k, heads.second},
                         {Product::V, m_w.v, heads.third}});
            heads.q = heads.first.view;
            heads.k = heads.second.view;
            heads.v = heads.third.view;
            if (m_run.tape && !m_w.qNorm.weight.empty()) m_run.tape->rawQ = heads.first.host;
            if (m_run.tape && !m_w.kNorm.weight.empty()) m_run.tape->rawK = heads.second.host;
            headNorm(m_w.qNorm, heads.q);
            headNorm(m_w.kNorm, heads.k);
            return;
        }
        const std::size_t queries = m_a.heads * m_a.headDim, keys = m_a.kvHeads * m_a.headDim;
        heads.first = product(Product::Q, x, m_w.qkv);
        const MatrixView qkv = heads.first.view;
        if (m_spec.fused == FusedLayout::PerHead) sortByPart(qkv);
        heads.q = qkv.columnRange(0, queries);
        heads.k = qkv.columnRange(queries, keys);
        heads.v = qkv.columnRange(queries + keys, keys);
    }

    // (q, k, v) of head 0, of head 1, ... becomes q | k | v within each row.
    void sortByPart(MatrixView qkv) const {
        if (m_device) return m_device->sortHeads(qkv, m_a.heads, m_a.headDim);
        std::vector<float> row(qkv.cols);
        for (std::size_t t = 0; t < m_tokens; ++t) {
            float* values = qkv.row(t).data();
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
        m_ops.rmsNorm(heads, weights.weight, m_a.normEps, heads);
    }

    void attention(const Heads& heads, MatrixView out) const {
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
                m_ops.rotary(q, m_a.headDim, *m_run.rotary, m_run.past);
                m_ops.rotary(k, m_a.headDim, *m_run.rotary, m_run.past);
            }
            args.query = q;
            args.keys = k;
            args.values = heads.v.rowRange(first, count);
            args.out = out.rowRange(first, count);
            if (m_run.kv) {
                attendPacked(args);
                continue;
            }
            if (m_run.cache) {
                args.keys = remembered(m_run.cache->keys, args.keys);
                args.values = remembered(m_run.cache->values, args.values);
            }
            runAttention(args);
        }
    }

    void runAttention(const AttentionArgs& args) const {
        if (m_run.activations)
            m_run.activations->runAttention(m_ops, args);
        else
            m_ops.attention(args);
    }

    // Every query sees the older tokens as they come out of a packed cache, whether they come one
    // by one or together.
    void attendPacked(AttentionArgs args) const {
        const KvScheme& scheme = *m_run.kv;
        const std::size_t past = args.past, end = past + args.query.rows, width = args.keys.cols;
        std::optional<PackedKv> own;
        PackedKv& packed =
            m_run.cache ? *m_run.cache->packed : own.emplace(scheme, width, m_a.headDim);
        Matrix keys(end, width), values(end, width);
        packed.decode(keys.view(), values.view());
        if (m_run.cache) {
            copyRows(m_run.cache->keys.view(), keys.view(), packed.tokens());
            copyRows(m_run.cache->values.view(), values.view(), packed.tokens());
        }
        copyRows(args.keys, keys.view(), past);
        copyRows(args.values, values.view(), past);
        const ConstMatrixView query = args.query;
        const MatrixView out = args.out;
        for (std::size_t t = past; t < end;) {
            const std::size_t wanted = scheme.packedAt(t);
            for (std::size_t from = packed.tokens(); from < wanted; from += scheme.group)
                packed.append(keys.view().rowRange(from, scheme.group),
                              values.view().rowRange(from, scheme.group));
            std::size_t next = t + 1;
            while (next < end && scheme.packedAt(next) == wanted) ++next;
            args.past = t;
            args.query = query.rowRange(t - past, next - t);
            args.out = out.rowRange(t - past, next - t);
            args.keys = ConstMatrixView(keys.view()).rowRange(0, next);
            args.values = ConstMatrixView(values.view()).rowRange(0, next);
            runAttention(args);
            t = next;
        }
        if (!m_run.cache) return;
        const std::size_t kept = end - packed.tokens();
        m_run.cache->keys = copied(ConstMatrixView(keys.view()).rowRange(packed.tokens(), kept));
        m_run.cache->values =
            copied(ConstMatrixView(values.view()).rowRange(packed.tokens(), kept));
    }

    static void copyRows(ConstMatrixView from, MatrixView to, std::size_t first) {
        for (std::size_t t = 0; t < from.rows; ++t)
            std::ranges::copy(from.row(t), to.row(first + t).begin());
    }

    // Appends rows to what the cache holds and returns all of it.
    ConstMatrixView remembered(Matrix& past, ConstMatrixView rows) const {
        for (std::size_t t = 0; t < rows.rows; ++t)
            std::ranges::copy(rows.row(t), past.data() + (m_run.past + t) * past.cols());
        return ConstMatrixView(past.view()).rowRange(0, m_run.past + rows.rows);
    }

    bool multilayer(ConstMatrixView stream, Activations& out) const {
        Activations hidden;
        {
            Activations normed;
            ConstMatrixView x = stream;
            if (m_a.normBeforeBlock) {
                normed = make(m_tokens, m_a.hidden);
                norm(m_w.mlpNorm, stream, normed.view);
                x = normed.view;
            }
            if (!offer("mlp_in", x)) return false;
            if (m_w.gate.matrix) {
                Activations up;
                products(x, {{Product::Gate, m_w.gate, hidden}, {Product::Up, m_w.up, up}});
                if (m_run.tape) m_run.tape->gate = hidden.host;
                m_ops.gate(m_a.activation, hidden.view, up.view);
                if (m_run.tape) m_run.tape->up = std::move(up.host);
            } else {
                hidden = product(Product::Up, x, m_w.up);
                if (m_run.tape) m_run.tape->up = hidden.host;
                m_ops.activate(m_a.activation, hidden.view);
            }
            if (m_run.tape)
                m_run.tape->mlpInput =
                    m_a.normBeforeBlock ? std::move(normed.host) : copied(stream);
        }
        if (!offer("mlp_hidden", hidden.view)) return false;
        out = product(Product::Down, hidden.view, m_w.down);
        if (m_run.tape) m_run.tape->mlpHidden = std::move(hidden.host);
        return true;
    }

    const BlockRun& m_run;
    const DeviceBackend* m_device;
    const Backend& m_ops; // where the activations lie
    const Architecture& m_a;
    const BlockWeights& m_w;
    const BlockSpec& m_spec;
    MatrixView m_hidden;
    std::size_t m_tokens;
};

} // namespace

// With everything on the device, or, where that has no room, operation by operation: the backend
// then copies what fits and leaves the rest to the processor. Inputs that a tap has seen are not
// offered to it twice.
void runBlockOn(const BlockRun& run, MatrixView hidden) {
    const auto* device = dynamic_cast<const DeviceBackend*>(&run.backend);
    if (!device || !onlyRuns(run)) return BlockPass(run, nullptr, hidden).run();
    std::set<std::string, std::less<>> offered;
    const InputTap counted = [&](std::string_view input, ConstMatrixView x) {
        if (!offered.emplace(input).second || !run.tap || !*run.tap) return true;
        return (*run.tap)(input, x);
    };
    BlockRun watched = run;
    if (run.tap && *run.tap) watched.tap = &counted;
    try {
        BlockPass(watched, device, hidden).run();
    } catch (const DeviceMemoryExhausted&) {
        BlockPass(watched, nullptr, hidden).run();
    }
}

} // namespace bitsmith
