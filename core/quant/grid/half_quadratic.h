// Half-quadratic fit of an affine group without data (HQQ: Badri, Shaji 2023, "Half-Quadratic
// Quantization of Large Machine Learning Models"): scale and zero that lower the sum of
// |w - value|^0.7, a norm that cares little for the few weights far from all levels and much for
// the many that could be exact.
//
// In turns: codes to nearest; the errors of the outliers are set aside, E = shrink(w - value), the
// proximal step of that norm; scale and zero by least squares to w - E. Unlike the authors', which
// moves a zero point of 16 bits with the scale of the full range, zero points are whole numbers
// here, so that the scale moves, too; and errors are measured in steps, so that the result does not
// depend on the unit of the weights.
#pragma once

#include "core/quant/grid/affine_math.h"

#include <span>

namespace bitsmith {

// Of weights rounded with one group's parameters. t = w - E.
struct HalfQuadraticSums {
    double error = 0; // sum of |w - value|^0.7
    double count = 0, q = 0, qq = 0, t = 0, qt = 0;
    HalfQuadraticSums& operator+=(const HalfQuadraticSums& other);
};
// beta: how strongly errors are kept, 10 at first; larger: more of an error counts as outlier.
HalfQuadraticSums halfQuadraticSums(std::span<const float> weights, const AffineGroup& group,
                                    int bits, double beta);

// What to try after `group`: least squares of t on q.
AffineGroup halfQuadraticStep(const HalfQuadraticSums& sums, const AffineGroup& group, int bits,
                              bool symmetric);

constexpr int HalfQuadraticTurns = 20;

// sums(group, beta) -> HalfQuadraticSums over all weights of the group. The best of the turns: the
// error is never above that of `start`.
template <class Sums>
AffineGroup fitHalfQuadratic(const AffineGroup& start, int bits, bool symmetric, Sums&& sums) {
    AffineGroup best = start, group = start;
    double least = 0, beta = 10;
    for (int turn = 0; turn <= HalfQuadraticTurns; ++turn, beta *= 1.01) {
        const HalfQuadraticSums now = sums(group, beta);
        if (turn > 0 && !(now.error < least)) break;
        least = now.error;
        best = group;
        const AffineGroup next = halfQuadraticStep(now, group, bits, symmetric);
        if (next.half == group.half && next.zero == group.zero) break;
        group = next;
    }
    return best;
}

} // namespace bitsmith
