#include "core/compute/reference/reference_ops.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace bitsmith::reference {

void rotary(MatrixView x, std::size_t headDim, const RotaryTable& table, std::size_t first) {
    assert(headDim > 0 && x.cols % headDim == 0 && 2 * table.pairs <= headDim);
    for (std::size_t t = 0; t < x.rows; ++t)
        for (std::size_t start = 0; start < x.cols; start += headDim)
            for (std::size_t i = 0; i < table.pairs; ++i) {
                const double c = table.cosines[(first + t) * table.pairs + i];
                const double s = table.sines[(first + t) * table.pairs + i];
                float& low = x(t, start + i);
                float& high = x(t, start + i + table.pairs);
                const double a = low, b = high;
                low = static_cast<float>(a * c - b * s);
                high = static_cast<float>(b * c + a * s);
            }
}

void attention(const AttentionArgs& args) {
    const std::size_t tokens = args.query.rows, dim = args.headDim;
    assert(args.kvHeads > 0 && args.heads % args.kvHeads == 0);
    assert(args.keys.rows == args.past + tokens && args.values.rows == args.past + tokens);
    const std::size_t group = args.heads / args.kvHeads; // query heads that share one kv head
    std::vector<double> weight(args.past + tokens);
    for (std::size_t h = 0; h < args.heads; ++h)
        for (std::size_t t = 0; t < tokens; ++t) {
            const std::size_t last = args.past + t;
            const std::size_t from =
                args.window && last + 1 > args.window ? last + 1 - args.window : 0;
            const std::size_t kv = h / group * dim;
            double top = -std::numeric_limits<double>::infinity(), sum = 0;
            for (std::size_t k = from; k <= last; ++k) {
                double dot = 0;
                for (std::size_t i = 0; i < dim; ++i)
                    dot += double(args.query(t, h * dim + i)) * args.keys(k, kv + i);
                weight[k] = dot * args.scale;
                top = std::max(top, weight[k]);
            }
            for (std::size_t k = from; k <= last; ++k) {
                weight[k] = std::exp(weight[k] - top);
                sum += weight[k];
            }
            for (std::size_t i = 0; i < dim; ++i) {
                double value = 0;
                for (std::size_t k = from; k <= last; ++k)
                    value += weight[k] * args.values(k, kv + i);
                args.out(t, h * dim + i) = static_cast<float>(value / sum);
            }
        }
}

} // namespace bitsmith::reference
