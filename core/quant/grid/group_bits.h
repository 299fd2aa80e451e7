// Which groups of columns get a bit more and which a bit less: SliM-LLM's salience-determined bit
// allocation (Huang et al. 2024, arXiv 2405.14917, section 3.2).
//
// Salience of a weight: w_ij^2 / ([H^-1]_jj)^2, H the damped Gram matrix; of a group, the sum over
// its columns and all rows. With groups sorted by it and two pointers that move inwards, step i
// gives the i least salient groups a bit less and the i most salient a bit more, rounds to nearest,
// and scores what comes out; i = 0, all groups alike, is scored, too, and kept where nothing is
// better. The mean width stays what it was at every step.
//
// Score: the divergence KL(softmax(Q x) || softmax(W x)) over the layer's outputs, averaged over
// sampled inputs; or, from the Gram matrix alone, tr((W - Q) G (W - Q)^T), the error that GPTQ
// minimises.
#pragma once

#include "core/base/result.h"
#include "core/base/run_context.h"
#include "core/quant/layer_task.h"

#include <cstdint>
#include <vector>

namespace bitsmith {

struct GroupBitsArgs {
    ConstMatrixView weights;
    const LayerStats* stats = nullptr; // nullptr: every input counts alike
    int bits = 2;                      // on average; 2..7
    std::size_t groupSize = 128;       // the last group may be shorter: it keeps `bits`
    bool divergence = true;            // as the score, where there is a sample of inputs
};

struct GroupBits {
    std::vector<std::uint8_t> bits; // of each group
    std::vector<double> salience;   // of each group
    std::vector<double> scores;     // of each step; scores[0]: all alike
    std::size_t step = 0;           // the chosen one: that many groups have a bit less, and more
    bool divergence = false;        // what the scores are
};

// 1 / ([H^-1]_jj)^2 of each column; 0 where the input was always 0, empty where H cannot be
// factorised. Without a Gram matrix, H is the diagonal that there is, or the identity.
struct ColumnSalience {
    std::vector<double> factors;
    double damping = 0;
};
Result<ColumnSalience> columnSalience(const LayerStats* stats, std::size_t cols, double damping,
                                      const RunContext& context);

// Errors (Failed): broken statistics. Memory: the outputs of the sampled inputs twice, or the
// weights once.
Result<GroupBits> groupBitsBySalience(const GroupBitsArgs& args, std::span<const double> factors,
                                      RunContext& context);

} // namespace bitsmith
