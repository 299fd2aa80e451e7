// The range of an affine group with the least squared error, without data (EasyQuant, Tang et al.
// 2024, arXiv 2403.02775, section 3.2). The paper lowers the error by gradient steps on the scale;
// here codes to nearest and the scale by least squares take turns, which ends in the same
// stationary points without a learning rate, from 20 ranges between the full one and half of it.
#pragma once

#include "core/quant/grid/affine_math.h"

#include <span>

namespace bitsmith {

// Of weights rounded with one group's parameters; k: code less zero point.
struct LeastSquaresSums {
    double error = 0;      // sum of h (w - scale k)^2, h: importance, or 1
    double kk = 0, kw = 0; // sums of h k^2, h k w
    LeastSquaresSums& operator+=(const LeastSquaresSums& other);
};
LeastSquaresSums leastSquaresSums(std::span<const float> weights, std::span<const float> importance,
                                  const AffineGroup& group, int bits);

constexpr int LeastSquaresStarts = 20, LeastSquaresTurns = 10;

// sums(group) -> LeastSquaresSums over all weights of the group. The full range is the first start:
// the result is never worse.
template <class Sums>
AffineGroup fitLeastSquares(float low, float high, int bits, bool symmetric, Sums&& sums) {
    AffineGroup best;
    double least = -1;
    for (int start = 0; start < LeastSquaresStarts; ++start) {
        const float shrink = 1.0F - 0.025F * static_cast<float>(start);
        AffineGroup group = affineGroup(low * shrink, high * shrink, bits, symmetric);
        double last = -1;
        for (int turn = 0; turn <= LeastSquaresTurns; ++turn) {
            const LeastSquaresSums now = sums(group);
            if (last >= 0 && !(now.error < last)) break;
            last = now.error;
            if (least < 0 || now.error < least) {
                least = now.error;
                best = group;
            }
            if (!(now.kk > 0 && now.kw > 0)) break;
            const AffineGroup next = affineGroupOf(now.kw / now.kk, group.zero);
            if (next.half == group.half) break;
            group = next;
        }
    }
    return best;
}

} // namespace bitsmith
