// One block backwards: from the gradient at its output to the gradient at its input, with the
// gradients of its linear layers on the way. Internal to the backward pass.
#pragma once

#include "core/model/block_tape.h"
#include "core/model/block_weights.h"

#include <functional>

namespace bitsmith {

// Called with the factors of a linear layer's weight gradient, dW (out x in) = dy^T x, both of one
// row per token. In order: down, gate, up, attentionOut, then q, k, v or qkv. Return false to end
// the block there.
using GradientTap =
    std::function<bool(const LinearSpec& linear, ConstMatrixView dy, ConstMatrixView x)>;

struct BlockBackward {
    const Architecture& architecture;
    const BlockWeights& weights;
    const BlockTape& tape;
    ConstMatrixView input;               // what the block was run on: (tokens x hidden)
    const RotaryTable* rotary = nullptr; // as in the forward run
    std::span<const std::size_t> starts;
    const GradientTap& tap;
};

// gradient: (tokens x hidden), dL/d(output) to dL/d(input), in place; undefined where the tap ended
// the block.
void backwardBlock(const BlockBackward& run, MatrixView gradient);

// dx = dL/dx of a norm of the architecture's kind, from dy; dx may be dy.
void backwardNorm(const Architecture& architecture, const NormWeights& norm, ConstMatrixView x,
                  ConstMatrixView dy, MatrixView dx);

} // namespace bitsmith
