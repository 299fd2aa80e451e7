// One virtual function per tensor operation: what a forward pass and its statistics need.
// reference/ is the naive oracle, cpu/ the fast one (OpenBLAS, vector units, all cores).
// All activations are fp32, row-major, (tokens x features). Functions are pure with respect to the
// backend: it may be shared by threads. Results do not depend on the number of threads.
#pragma once

#include "core/tensor/matrix.h"
#include "core/tensor/weight_matrix.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace bitsmith {

enum class Activation { Silu, Gelu, GeluTanh, Relu, QuickGelu };

// cos/sin per (position, pair): (positions x headDim/2) each; see makeRotaryTable in core/model.
struct RotaryTable {
    std::size_t pairs = 0; // rotated pairs per head; 2 * pairs <= head dim, the rest passes through
    std::vector<float> cosines, sines;
};

// Causal attention of `query` rows over keys/values of the same sequence.
struct AttentionArgs {
    ConstMatrixView query;  // (tokens, heads * headDim)
    ConstMatrixView keys;   // (past + tokens, kvHeads * headDim)
    ConstMatrixView values; // (past + tokens, kvHeads * headDim)
    std::size_t heads = 0, kvHeads = 0, headDim = 0;
    std::size_t past = 0;   // row t of query sees keys [0, past + t]
    std::size_t window = 0; // sliding window: sees only the last `window` keys; 0: all
    float scale = 1;        // usually 1/sqrt(headDim)
    MatrixView out;         // (tokens, heads * headDim)
};

// One of several linear layers of the same input: w (out x in), bias empty or of length out, y
// (tokens x out).
struct LinearPart {
    const WeightMatrix* w = nullptr;
    std::span<const float> bias = {};
    MatrixView y;
};

class Backend {
public:
    virtual ~Backend() = default;
    virtual std::string_view name() const = 0; // "reference", "cpu"

    // y (tokens x out) = x (tokens x in) w^T + bias; bias empty or of length out.
    virtual void linear(ConstMatrixView x, const WeightMatrix& w, std::span<const float> bias,
                        MatrixView y) const = 0;
    // Several layers of one input, each as by linear: what they need of it may be made once, and
    // their rows may be shared out together.
    virtual void linears(ConstMatrixView x, std::span<const LinearPart> parts) const {
        for (const LinearPart& part : parts) linear(x, *part.w, part.bias, part.y);
    }
    // out (ids.size() x table.cols()): the rows of table that ids name; ids are in range.
    virtual void embed(const WeightMatrix& table, std::span<const std::int32_t> ids,
                       MatrixView out) const = 0;
    // y = x / sqrt(mean(x^2) + eps) * weight (Zhang & Sennrich 2019). y may be x.
    virtual void rmsNorm(ConstMatrixView x, std::span<const float> weight, float eps,
                         MatrixView y) const = 0;
    // y = (x - mean) / sqrt(var + eps) * weight + bias (Ba et al. 2016). y may be x.
    virtual void layerNorm(ConstMatrixView x, std::span<const float> weight,
                           std::span<const float> bias, float eps, MatrixView y) const = 0;
    // Rotates each head's pairs (i, i + pairs) in place; row t stands at position first + t (Su et
    // al. 2021, in the half-split layout of Hugging Face checkpoints).
    virtual void rotary(MatrixView x, std::size_t headDim, const RotaryTable& table,
                        std::size_t first) const = 0;
    virtual void attention(const AttentionArgs& args) const = 0;
    virtual void activate(Activation kind, MatrixView x) const = 0; // x = f(x)
    virtual void gate(Activation kind, MatrixView gate,
                      ConstMatrixView up) const = 0;             // gate = f(gate) * up
    virtual void add(MatrixView x, ConstMatrixView y) const = 0; // x += y
    // gram (cols x cols) += x^T x, x: (tokens x cols). Sums, not means. Both triangles are written.
    virtual void gram(ConstMatrixView x, MatrixView gram) const = 0;
    // sumAbs[c] += sum_t |x(t, c)|; maxAbs[c] = max(maxAbs[c], max_t |x(t, c)|).
    virtual void channelStats(ConstMatrixView x, std::span<double> sumAbs,
                              std::span<float> maxAbs) const = 0;
    // Rows of logits to log-probabilities, in place.
    virtual void logSoftmax(MatrixView x) const = 0;
};

std::shared_ptr<const Backend> makeReferenceBackend();
std::shared_ptr<const Backend> makeCpuBackend();

} // namespace bitsmith
