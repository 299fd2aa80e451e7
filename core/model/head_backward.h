// From hidden states to the loss and back: final norm, projection, output head, softmax cross
// entropy. Never holds more than a few vocabulary-wide rows. Internal to the backward pass.
#pragma once

#include "core/base/run_context.h"
#include "core/model/block_weights.h"
#include "core/model/weight_gradient.h"

#include <span>

namespace bitsmith {

struct HeadWeights {
    NormWeights norm;
    LinearWeights projectOut, head;
};

struct HeadBackward {
    const Architecture& architecture;
    const Backend& backend;
    const HeadWeights& weights;
    std::span<const std::size_t> starts; // of the sequences; last: rows
    std::span<const TokenId> targets;    // one per row
    std::size_t tokens = 0;              // of the whole mean
    bool perSequence = false;            // gradients of each sequence's own mean instead
    WeightGradient* gradient = nullptr;  // of the head, where wanted
    RunContext& context;
};

// The sum of the rows' losses, nats; hidden (rows x hidden) becomes its gradient, unless
// `lossOnly`.
double headBackward(const HeadBackward& run, MatrixView hidden, bool lossOnly);

} // namespace bitsmith
