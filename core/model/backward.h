// Gradients of the language model's loss with respect to its weight matrices: one reverse pass for
// every family that the forward pass runs.
//
// What is in memory: the hidden states of one batch of tokens at the inputs of a group of blocks,
// one block's activations (block_tape.h) and weights, and the gradients of the group. A group is as
// many blocks as gradientBytes holds, the last blocks first; each is delivered and forgotten before
// the next one begins. Where all blocks make one group (a model of half a billion weights in 2 GiB)
// every batch is run forward once, and each block once more to recompute its activations, and
// backward once. With more groups the blocks below are run forward again for each, and the gradient
// of the hidden states at the boundary is kept for all tokens (hidden floats per token), as
// calibration keeps hidden states.
#pragma once

#include "core/model/forward.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace bitsmith {

struct HeadWeights;

struct TensorGradient {
    std::string_view tensor;
    // (output x input features), whatever the storage: dL/dW, L the mean cross entropy per
    // predicted token over all sequences, in nats.
    ConstMatrixView gradient;
    // Where asked for: sum over sequences of (dL_s/dW)^2, element by element, L_s the mean over the
    // predicted tokens of one sequence. Divided by the number of sequences: the empirical Fisher
    // information's diagonal (of one sequence as one observation).
    ConstMatrixView squares;
};

// The views live as long as the call. An error ends the pass.
using GradientSink = std::function<Status(const TensorGradient&)>;

// The sequences' hidden states at one block's input: spares the blocks below where only weights
// from there on change.
struct HiddenStates {
    std::size_t block = 0;
    std::vector<Matrix> batches;
};

struct GradientRequest {
    std::vector<std::string> tensors; // weight matrices inside blocks; empty: all of them
    bool head = false;                // the output head too, delivered first
    bool squares = false;             // TensorGradient::squares
    WeightOverrides overrides;        // instead of the model's own: of blocks, of an untied head
    std::size_t batchTokens = 2048;   // sequences side by side; a longer one makes a batch
    std::uint64_t gradientBytes = std::uint64_t{2} << 30; // of one group, at least one block
    const HiddenStates* from = nullptr;                   // of the same sequences and batchTokens
};

struct GradientSummary {
    double loss = 0;           // mean nats per predicted token
    std::size_t tokens = 0;    // predicted
    std::size_t sequences = 0; // of at least two tokens; shorter ones predict nothing
};

class GradientPass {
public:
    // Errors: an unreadable norm or head.
    static Result<GradientPass> create(ForwardPass forward);

    const ForwardPass& forward() const { return m_forward; }
    // Delivers gradients block by block from the last to the first, within a block in the order
    // down, gate, up, attention output, q, k, v (or qkv). Throws Cancelled. Errors: Usage: a tensor
    // that is no weight matrix of a block; a tied head; sequences that predict nothing. Otherwise
    // as ForwardPass::embed and loadBlock.
    Result<GradientSummary> run(const TokenBatch& sequences, const GradientRequest& request,
                                const GradientSink& sink, RunContext& context) const;
    // The loss alone.
    Result<GradientSummary> loss(const TokenBatch& sequences, const WeightOverrides& overrides,
                                 RunContext& context, std::size_t batchTokens = 2048) const;
    Result<HiddenStates> hiddenStates(const TokenBatch& sequences, std::size_t block,
                                      RunContext& context, std::size_t batchTokens = 2048) const;

private:
    explicit GradientPass(ForwardPass forward) : m_forward(std::move(forward)) {}
    ForwardPass m_forward;
    std::shared_ptr<const HeadWeights> m_head; // head_backward.h
};

} // namespace bitsmith
