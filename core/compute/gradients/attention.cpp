// Backward of causal attention in tiles of queries x keys. With P the probabilities, dO the
// output's gradient and D = rowsum(dO O):
//     dV = P^T dO,   dS = scale P (dO V^T - D),   dQ = dS K,   dK = dS^T Q.
// Two sweeps, so that every element has one task that sums it in a fixed order: the first goes by
// queries (softmax statistics, D, dQ), the second by keys (dK, dV, over the query heads that share
// them). That costs eight products of a tile where one sweep with atomic sums would need five.
#include "core/base/parallel.h"
#include "core/compute/cpu/dot.h"
#include "core/compute/cpu/scratch.h"
#include "core/compute/gradients.h"

#include <cblas.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace bitsmith::gradients {
namespace {

constexpr std::size_t QueryBlock = 64, KeyBlock = 128;

struct Range {
    std::size_t first, last; // [first, last)
    std::size_t size() const { return last - first; }
};

int size(std::size_t n) { return static_cast<int>(n); }

// c (m x n) = alpha op(a) op(b) + beta c
void multiply(CBLAS_TRANSPOSE transA, CBLAS_TRANSPOSE transB, std::size_t m, std::size_t n,
              std::size_t k, float alpha, const float* a, std::size_t lda, const float* b,
              std::size_t ldb, float beta, float* c, std::size_t ldc) {
    cblas_sgemm(CblasRowMajor, transA, transB, size(m), size(n), size(k), alpha, a, size(lda), b,
                size(ldb), beta, c, size(ldc));
}

// What the sweep over keys needs of each query row: (heads x tokens).
struct RowStatistics {
    std::vector<float> logSum, dot; // log sum exp of the scores; D
};

class Sweep {
public:
    Sweep(const AttentionArgs& args, RowStatistics& rows) : m_args(args), m_rows(rows) {}

    void queries(std::size_t head, std::size_t block) const {
        const Range queries = blockOf(block, QueryBlock), seen = keysOf(queries);
        const std::size_t dim = m_args.headDim;
        const ConstMatrixView dOut = part(m_args.dOut, queries, head);
        const ConstMatrixView out = part(m_args.out, queries, head);
        cpu::Scratch scratch(2 * QueryBlock * KeyBlock);
        float *p = scratch.data(), *ds = p + QueryBlock * KeyBlock;

        std::array<float, QueryBlock> top;
        top.fill(-std::numeric_limits<float>::infinity());
        std::array<double, QueryBlock> total{};
        const std::size_t firstBlock = seen.first / KeyBlock;
        const std::size_t endBlock = (seen.last + KeyBlock - 1) / KeyBlock;
        for (std::size_t b = firstBlock; b < endBlock; ++b) {
            const Range keys = blockOf(b, KeyBlock);
            scores(head, queries, keys, p);
            for (std::size_t q = 0; q < queries.size(); ++q)
                if (const Range visible = within(keys, queries.first + q); visible.size() > 0)
                    cpu::softmaxStep(p + q * KeyBlock + visible.first, visible.size(), &top[q],
                                     &total[q]);
        }
        for (std::size_t q = 0; q < queries.size(); ++q) {
            double dot = 0;
            for (std::size_t i = 0; i < dim; ++i)
                dot += static_cast<double>(dOut(q, i)) * out(q, i);
            const std::size_t row = head * m_args.query.rows + queries.first + q;
            m_rows.logSum[row] = static_cast<float>(top[q] + std::log(total[q]));
            m_rows.dot[row] = static_cast<float>(dot);
        }
        const MatrixView dQuery =
            m_args.dQuery.rowRange(queries.first, queries.size()).columnRange(head * dim, dim);
        for (std::size_t b = firstBlock; b < endBlock; ++b) {
            const Range keys = blockOf(b, KeyBlock);
            const ConstMatrixView k = part(m_args.keys, keys, kvHead(head));
            probabilities(head, queries, keys, p, ds);
            multiply(CblasNoTrans, CblasNoTrans, queries.size(), dim, keys.size(), 1.0f, ds,
                     KeyBlock, k.data, k.stride, b == firstBlock ? 0.0f : 1.0f, dQuery.data,
                     dQuery.stride);
        }
    }

    void keys(std::size_t kv, std::size_t block) const {
        const Range keys = blockOf(block, KeyBlock);
        const std::size_t dim = m_args.headDim, group = m_args.heads / m_args.kvHeads;
        const MatrixView dKeys =
            m_args.dKeys.rowRange(keys.first, keys.size()).columnRange(kv * dim, dim);
        const MatrixView dValues =
            m_args.dValues.rowRange(keys.first, keys.size()).columnRange(kv * dim, dim);
        cpu::Scratch scratch(2 * QueryBlock * KeyBlock);
        float *p = scratch.data(), *ds = p + QueryBlock * KeyBlock;
        // Key k is seen by queries [k, k + window), all from k on without a window.
        const std::size_t tokens = m_args.query.rows;
        const std::size_t end =
            m_args.window ? std::min(tokens, keys.last - 1 + m_args.window) : tokens;
        float keep = 0;
        for (std::size_t head = kv * group; head < (kv + 1) * group; ++head)
            for (std::size_t b = keys.first / QueryBlock; b * QueryBlock < end; ++b) {
                const Range queries = blockOf(b, QueryBlock);
                const ConstMatrixView q = part(m_args.query, queries, head);
                const ConstMatrixView dOut = part(m_args.dOut, queries, head);
                probabilities(head, queries, keys, p, ds);
                multiply(CblasTrans, CblasNoTrans, keys.size(), dim, queries.size(), 1.0f, p,
                         KeyBlock, dOut.data, dOut.stride, keep, dValues.data, dValues.stride);
                multiply(CblasTrans, CblasNoTrans, keys.size(), dim, queries.size(), 1.0f, ds,
                         KeyBlock, q.data, q.stride, keep, dKeys.data, dKeys.stride);
                keep = 1;
            }
    }

private:
    Range blockOf(std::size_t block, std::size_t length) const {
        return {block * length, std::min(m_args.query.rows, (block + 1) * length)};
    }
    std::size_t firstKey(std::size_t query) const {
        return m_args.window && query + 1 > m_args.window ? query + 1 - m_args.window : 0;
    }
    Range keysOf(Range queries) const { return {firstKey(queries.first), queries.last}; }
    // The keys that a query sees, counted from the first of `keys`.
    Range within(Range keys, std::size_t query) const {
        const std::size_t from = std::clamp(firstKey(query), keys.first, keys.last);
        const std::size_t to = std::clamp(query + 1, from, std::max(from, keys.last));
        return {from - keys.first, to - keys.first};
    }
    std::size_t kvHead(std::size_t head) const { return head / (m_args.heads / m_args.kvHeads); }
    ConstMatrixView part(ConstMatrixView x, Range rows, std::size_t head) const {
        return x.rowRange(rows.first, rows.size())
            .columnRange(head * m_args.headDim, m_args.headDim);
    }

    // out (queries x keys, KeyBlock apart) = scale q k^T
    void scores(std::size_t head, Range queries, Range keys, float* out) const {
        const ConstMatrixView q = part(m_args.query, queries, head);
        const ConstMatrixView k = part(m_args.keys, keys, kvHead(head));
        multiply(CblasNoTrans, CblasTrans, q.rows, k.rows, m_args.headDim, m_args.scale, q.data,
                 q.stride, k.data, k.stride, 0.0f, out, KeyBlock);
    }

    // p = probabilities, ds = scale p (dO V^T - D); both 0 where a query does not see a key.
    void probabilities(std::size_t head, Range queries, Range keys, float* p, float* ds) const {
        const ConstMatrixView dOut = part(m_args.dOut, queries, head);
        const ConstMatrixView v = part(m_args.values, keys, kvHead(head));
        scores(head, queries, keys, p);
        multiply(CblasNoTrans, CblasTrans, dOut.rows, v.rows, m_args.headDim, 1.0f, dOut.data,
                 dOut.stride, v.data, v.stride, 0.0f, ds, KeyBlock);
        for (std::size_t q = 0; q < queries.size(); ++q) {
            const Range visible = within(keys, queries.first + q);
            float *prob = p + q * KeyBlock, *grad = ds + q * KeyBlock;
            const std::size_t row = head * m_args.query.rows + queries.first + q;
            if (visible.size() > 0) {
                // No score exceeds the logarithm of the sum: this is exp(score - logSum).
                float top = m_rows.logSum[row];
                double sum = 0;
                cpu::softmaxStep(prob + visible.first, visible.size(), &top, &sum);
            }
            for (std::size_t k = visible.first; k < visible.last; ++k)
                grad[k] = m_args.scale * prob[k] * (grad[k] - m_rows.dot[row]);
            for (float* values : {prob, grad}) {
                std::fill(values, values + visible.first, 0.0f);
                std::fill(values + visible.last, values + keys.size(), 0.0f);
            }
        }
    }

    const AttentionArgs& m_args;
    RowStatistics& m_rows;
};

} // namespace

void attention(const AttentionArgs& args) {
    const std::size_t tokens = args.query.rows;
    assert(args.kvHeads > 0 && args.heads % args.kvHeads == 0);
    assert(args.keys.rows == tokens && args.values.rows == tokens && args.out.rows == tokens);
    assert(args.dOut.rows == tokens && args.dQuery.rows == tokens);
    assert(args.dKeys.rows == tokens && args.dValues.rows == tokens);
    if (tokens == 0 || args.headDim == 0) return;
    RowStatistics rows{std::vector<float>(args.heads * tokens),
                       std::vector<float>(args.heads * tokens)};
    const Sweep sweep(args, rows);
    const std::size_t queryBlocks = (tokens + QueryBlock - 1) / QueryBlock;
    const std::size_t keyBlocks = (tokens + KeyBlock - 1) / KeyBlock;
    // The longest tasks go first: late queries see the most keys, early keys are seen the most.
    parallelFor(args.heads * queryBlocks, 1, [&](std::size_t index, std::size_t) {
        sweep.queries(index % args.heads, queryBlocks - 1 - index / args.heads);
    });
    parallelFor(args.kvHeads * keyBlocks, 1, [&](std::size_t index, std::size_t) {
        sweep.keys(index % args.kvHeads, index / args.kvHeads);
    });
}

} // namespace bitsmith::gradients
