// Causal attention. A task is one head and a block of queries; it walks over the keys in blocks
// with a running softmax (Milakov & Gimelshein 2018; Dao et al. 2022), so its memory does not grow
// with the context. Scores and values are products by sgemm, or by dot products for few queries.
// A NaN or infinity among the keys or values may reach all queries of a block.
#include "core/base/parallel.h"
#include "core/compute/cpu/cpu_ops.h"
#include "core/compute/cpu/dot.h"
#include "core/compute/cpu/scratch.h"

#include <cblas.h>

#include <algorithm>
#include <array>
#include <limits>

namespace bitsmith::cpu {
namespace {

constexpr std::size_t QueryBlock = 64, KeyBlock = 256, DotQueries = 4;

struct KeyRange {
    std::size_t first, last; // [first, last)
};

KeyRange visibleKeys(const AttentionArgs& args, std::size_t token) {
    const std::size_t end = args.past + token + 1;
    return {args.window && end > args.window ? end - args.window : 0, end};
}

// scores (queries x keys) = scale * query keys^T
void scoreBlock(ConstMatrixView query, ConstMatrixView keys, float scale, float* scores) {
    if (query.rows <= DotQueries) {
        dotRows(keys.data, keys.stride, keys.rows, query,
                MatrixView(scores, query.rows, keys.rows, KeyBlock));
        for (std::size_t q = 0; q < query.rows; ++q)
            scaleRow(scores + q * KeyBlock, keys.rows, scale);
        return;
    }
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, static_cast<blasint>(query.rows),
                static_cast<blasint>(keys.rows), static_cast<blasint>(keys.cols), scale, query.data,
                static_cast<blasint>(query.stride), keys.data, static_cast<blasint>(keys.stride),
                0.0f, scores, KeyBlock);
}

// sums (queries x headDim) += weights (queries x keys) values
void addValues(const float* weights, std::size_t queries, ConstMatrixView values, float* sums) {
    if (queries <= DotQueries) {
        for (std::size_t q = 0; q < queries; ++q)
            weightedSum(values.data, values.stride, values.rows, values.cols,
                        weights + q * KeyBlock, sums + q * values.cols);
        return;
    }
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, static_cast<blasint>(queries),
                static_cast<blasint>(values.cols), static_cast<blasint>(values.rows), 1.0f, weights,
                KeyBlock, values.data, static_cast<blasint>(values.stride), 1.0f, sums,
                static_cast<blasint>(values.cols));
}

void attendBlock(const AttentionArgs& args, std::size_t head, std::size_t firstToken,
                 std::size_t queries) {
    const std::size_t dim = args.headDim;
    const std::size_t kv = head / (args.heads / args.kvHeads) * dim;
    const ConstMatrixView query =
        args.query.rowRange(firstToken, queries).columnRange(head * dim, dim);
    Scratch scratch(QueryBlock * (KeyBlock + dim));
    float* scores = scratch.data();
    float* sums = scores + QueryBlock * KeyBlock;
    std::fill_n(sums, queries * dim, 0.0f);
    std::array<float, QueryBlock> top;
    top.fill(-std::numeric_limits<float>::infinity());
    std::array<double, QueryBlock> total{};

    const std::size_t begin = visibleKeys(args, firstToken).first;
    const std::size_t end = visibleKeys(args, firstToken + queries - 1).last;
    for (std::size_t block = begin; block < end; block += KeyBlock) {
        const std::size_t keys = std::min(KeyBlock, end - block);
        scoreBlock(query, args.keys.rowRange(block, keys).columnRange(kv, dim), args.scale, scores);
        for (std::size_t q = 0; q < queries; ++q) {
            float* row = scores + q * KeyBlock;
            const KeyRange seen = visibleKeys(args, firstToken + q);
            const std::size_t from = std::clamp(seen.first, block, block + keys) - block;
            const std::size_t to = std::clamp(seen.last, block, block + keys) - block;
            std::fill(row, row + std::min(from, to), 0.0f);
            std::fill(row + to, row + keys, 0.0f);
            if (from >= to) continue;
            const float factor = softmaxStep(row + from, to - from, &top[q], &total[q]);
            if (factor != 1.0f) scaleRow(sums + q * dim, dim, factor);
        }
        addValues(scores, queries, args.values.rowRange(block, keys).columnRange(kv, dim), sums);
    }
    for (std::size_t q = 0; q < queries; ++q) {
        scaleRow(sums + q * dim, dim, static_cast<float>(1.0 / total[q]));
        std::copy_n(sums + q * dim, dim, args.out.row(firstToken + q).data() + head * dim);
    }
}

} // namespace

void attention(const AttentionArgs& args) {
    const std::size_t tokens = args.query.rows;
    assert(args.kvHeads > 0 && args.heads % args.kvHeads == 0);
    assert(args.keys.rows == args.past + tokens && args.values.rows == args.past + tokens);
    assert(args.query.cols == args.heads * args.headDim && args.out.rows == tokens);
    if (tokens == 0 || args.headDim == 0) return;
    const std::size_t blocks = (tokens + QueryBlock - 1) / QueryBlock;
    // One query of few keys takes less time than to hand it over: several heads together.
    constexpr std::size_t WorthAPiece = 32768; // multiplications
    const std::size_t each = std::min(tokens, QueryBlock) * args.keys.rows * args.headDim;
    parallelFor(args.heads * blocks, WorthAPiece / each, [&](std::size_t begin, std::size_t end) {
        for (std::size_t index = begin; index < end; ++index) {
            // Late blocks see the most keys: they go first, so that no core ends with a long one.
            const std::size_t first = (blocks - 1 - index / args.heads) * QueryBlock;
            attendBlock(args, index % args.heads, first, std::min(QueryBlock, tokens - first));
        }
    });
}

} // namespace bitsmith::cpu
