// The definition of the mixed grid: scale and zero of one group at its width, and how a value
// becomes a code there. Widths of 2 bits and more are the affine grid's; 1 bit is described here.
//
// 1 bit: the levels are c - a and c + a with a = scale / 2 and c = +-scale / 16, on the side where
// the mean lies: mean +- mean |w - mean| (SliM-LLM's own, arXiv 2405.14917) with the mean rounded
// to the one bit that a zero point has. Where all weights are far from 0 the outer level is their
// mean, if that is nearer to them.
#pragma once

#include "core/quant/grid/affine_math.h"

#include <span>

namespace bitsmith::mixed {

// What a stored zero of a group of this width stands for, in steps.
float zeroPoint(int bits, int stored);

// The group of these weights. factor: of the range (2 bits and more), or of the distance of the two
// levels.
AffineGroup group(std::span<const float> weights, int bits, float factor = 1);

// Nearest codes and, where wanted, their values scale * (code - zero point); equally near ones of 1
// bit go up.
void codes(std::span<const float> weights, int bits, const AffineGroup& group,
           std::span<std::uint8_t> codes);
void values(std::span<const float> weights, int bits, const AffineGroup& group,
            std::span<float> values);
// Sum of |w - value|^2.4 * unit^2.4. unit: brings errors to about 1.
double error(std::span<const float> weights, int bits, const AffineGroup& group, float unit);

} // namespace bitsmith::mixed
