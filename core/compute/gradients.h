// The backward side of the operations in backend.h: given dL/dy, what is dL/dx. Free functions on
// the processor, whatever backend ran the forward pass: only sensitivity and tuning ask for them.
// All matrices are fp32, row-major, (tokens x features). Sums over a row are joined in double,
// products are single-threaded sgemm tiles that are cut by size alone: the same bits with any
// number of threads.
#pragma once

#include "core/compute/backend.h"

#include <cstdint>
#include <span>

namespace bitsmith::gradients {

// y = x / r * weight, r = sqrt(mean(x^2) + eps). With t = weight dy:
// dx = (t - x mean(t x) / r^2) / r. dx may be dy, not x.
void rmsNorm(ConstMatrixView x, std::span<const float> weight, float eps, ConstMatrixView dy,
             MatrixView dx);
// y = n weight + bias, n = (x - mean) / s. With t = weight dy:
// dx = (t - mean(t) - n mean(t n)) / s. dx may be dy, not x.
void layerNorm(ConstMatrixView x, std::span<const float> weight, float eps, ConstMatrixView dy,
               MatrixView dx);

// In place, gradient of the rotated to gradient of what was rotated: the transposed rotation, which
// is the inverse one times the square of the table's factor (yarn scales its cosines and sines).
void rotary(MatrixView gradient, std::size_t headDim, const RotaryTable& table, std::size_t first);

// One whole sequence (past = 0). query and keys as attention saw them, after rotation.
struct AttentionArgs {
    ConstMatrixView query, dOut, out; // (tokens, heads * headDim); out: what attention gave
    ConstMatrixView keys, values;     // (tokens, kvHeads * headDim)
    std::size_t heads = 0, kvHeads = 0, headDim = 0;
    std::size_t window = 0; // as in the forward pass; 0: all
    float scale = 1;
    MatrixView dQuery, dKeys, dValues; // written, not added to
};
// In tiles (Dao et al. 2022, 2023): the probabilities are computed again from the rows' maxima and
// sums, so memory grows with tokens, not with their square.
void attention(const AttentionArgs& args);

// y = f(x): dx = dy f'(x); dx may be dy. At 0 the derivative of relu is 0.
void activate(Activation kind, ConstMatrixView x, ConstMatrixView dy, MatrixView dx);
// y = f(gate) up: dGate = dy up f'(gate), dUp = dy f(gate). dUp may be dy.
void gate(Activation kind, ConstMatrixView gate, ConstMatrixView up, ConstMatrixView dy,
          MatrixView dGate, MatrixView dUp);

// y = x w^T: dx (tokens x in) = dy (tokens x out) w, or += with `add`. Weights that are not stored
// as fp32 are decoded a panel of rows at a time, each panel once.
void linearInput(ConstMatrixView dy, const WeightMatrix& w, MatrixView dx, bool add = false);
// dw (out x in) += dy^T x, summed over tokens.
void linearWeight(ConstMatrixView dy, ConstMatrixView x, MatrixView dw);

// losses[i] = -log softmax(logits.row(i))[targets[i]], nats; logits become
// scales[i] (softmax - onehot), the gradient of sum_i scales[i] losses[i].
void crossEntropy(MatrixView logits, std::span<const std::int32_t> targets,
                  std::span<const float> scales, std::span<double> losses);

} // namespace bitsmith::gradients
