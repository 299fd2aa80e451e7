// Attention with quantized operands. A task is one head and a block of queries; unlike the fast
// attention it holds whole rows of the softmax, which must be complete before they are rounded.
#include "core/base/parallel.h"
#include "core/compute/activation_quantizer.h"

#include <cblas.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace bitsmith {
namespace {

constexpr std::size_t QueryBlock = 32;

Matrix quantizedCopy(ConstMatrixView x, const ActivationQuantizer* quantizer, std::size_t width,
                     float range) {
    Matrix out(x.rows, x.cols);
    for (std::size_t r = 0; r < x.rows; ++r) std::ranges::copy(x.row(r), &out(r, 0));
    if (quantizer) quantizer->apply(out.view(), width, range);
    return out;
}

// scores of keys [0, seen) to weights; those before `from` are outside the window.
void softmax(std::span<float> scores, std::size_t from, std::size_t seen) {
    std::ranges::fill(scores.first(from), 0.0F);
    std::ranges::fill(scores.subspan(seen), 0.0F);
    const auto visible = scores.subspan(from, seen - from);
    const float top = *std::ranges::max_element(visible);
    double sum = 0;
    for (float& s : visible) {
        s = std::exp(s - top);
        sum += double(s);
    }
    const auto factor = static_cast<float>(1 / sum);
    for (float& s : visible) s *= factor;
}

} // namespace

void quantizedAttention(const AttentionArgs& args, const AttentionQuantizers& quantizers) {
    const std::size_t tokens = args.query.rows, dim = args.headDim;
    if (tokens == 0 || dim == 0) return;
    const Matrix query = quantizedCopy(args.query, quantizers.scores, dim, quantizers.queryRange);
    const Matrix keys = quantizedCopy(args.keys, quantizers.scores, dim, quantizers.keyRange);
    const Matrix values =
        quantizedCopy(args.values, quantizers.weighted, dim, quantizers.valueRange);
    const std::size_t blocks = (tokens + QueryBlock - 1) / QueryBlock;
    parallelFor(args.heads * blocks, 1, [&](std::size_t index, std::size_t) {
        // Late blocks see the most keys: they go first.
        const std::size_t first = (blocks - 1 - index / args.heads) * QueryBlock;
        const std::size_t count = std::min(QueryBlock, tokens - first), head = index % args.heads;
        const std::size_t kv = head / (args.heads / args.kvHeads) * dim;
        const std::size_t seen = args.past + first + count;
        std::vector<float> scores(count * seen);
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, static_cast<blasint>(count),
                    static_cast<blasint>(seen), static_cast<blasint>(dim), args.scale,
                    query.data() + first * query.cols() + head * dim,
                    static_cast<blasint>(query.cols()), keys.data() + kv,
                    static_cast<blasint>(keys.cols()), 0.0F, scores.data(),
                    static_cast<blasint>(seen));
        for (std::size_t q = 0; q < count; ++q) {
            const std::size_t end = args.past + first + q + 1;
            const auto row = std::span(scores).subspan(q * seen, seen);
            softmax(row, args.window && end > args.window ? end - args.window : 0, end);
            // No weight is larger than 1, and the first token's is 1.
            if (quantizers.weighted) quantizers.weighted->applyRow(row.first(end), 1.0F);
        }
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, static_cast<blasint>(count),
                    static_cast<blasint>(dim), static_cast<blasint>(seen), 1.0F, scores.data(),
                    static_cast<blasint>(seen), values.data() + kv,
                    static_cast<blasint>(values.cols()), 0.0F,
                    args.out.row(first).data() + head * dim, static_cast<blasint>(args.out.stride));
    });
}

} // namespace bitsmith
