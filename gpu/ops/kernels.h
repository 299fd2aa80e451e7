// The operations as launches: arguments lie on the device, work is queued on the stream. The
// mathematics is that of core/compute/backend.h.
#pragma once

#include "core/compute/backend.h"

#include <cstddef>
#include <cstdint>
#include <cuda_runtime.h>

namespace bitsmith::gpu {

// ---- elementwise.cu

void activate(cudaStream_t stream, Activation kind, MatrixView x);
void gate(cudaStream_t stream, Activation kind, MatrixView gate, ConstMatrixView up);
void add(cudaStream_t stream, MatrixView x, ConstMatrixView y);
void copy(cudaStream_t stream, ConstMatrixView from, MatrixView to);
void fillRows(cudaStream_t stream, const float* row, MatrixView y); // each row of y = row
void sortHeads(cudaStream_t stream, ConstMatrixView from, std::size_t heads, std::size_t headDim,
               MatrixView to); // not in place
void rotary(cudaStream_t stream, MatrixView x, std::size_t headDim, std::size_t pairs,
            const float* cosines, const float* sines); // row t of x at row t of the tables
// to[i] = scale * from[i] as fp16 (held within +-65504) or bf16; rows of `to` are contiguous.
void toHalf(cudaStream_t stream, ConstMatrixView from, std::uint16_t* to);
void toBfloat(cudaStream_t stream, ConstMatrixView from, std::uint16_t* to);
void fromHalf(cudaStream_t stream, const std::uint16_t* from, std::size_t count, float* to);
void fromBfloat(cudaStream_t stream, const std::uint16_t* from, std::size_t count, float* to);

// Of an n x n matrix of doubles.
void setDiagonal(cudaStream_t stream, double* square, std::size_t n); // to 1
void readDiagonal(cudaStream_t stream, const double* square, std::size_t n, double* diagonal);

// ---- norms.cu

void rmsNorm(cudaStream_t stream, ConstMatrixView x, const float* weight, float eps, MatrixView y);
// bias: may be null
void layerNorm(cudaStream_t stream, ConstMatrixView x, const float* weight, const float* bias,
               float eps, MatrixView y);
void logSoftmax(cudaStream_t stream, MatrixView x);

// Scores of several heads for some queries: head h, query q at scores + (h * queries + q) * keys.
// Query q sees keys [from, to) of the `keys` here: to = q + seen, from = window ? to - window : 0,
// both held within [0, keys]. Those become probabilities, the others 0.
struct MaskedScores {
    float* scores = nullptr;
    std::size_t heads = 0, queries = 0, keys = 0;
    std::ptrdiff_t seen = 0; // keys that the first query sees to the end of
    std::size_t window = 0;  // 0: all
};
void maskedSoftmax(cudaStream_t stream, const MaskedScores& args);

// ---- statistics.cu

// Adds to sumAbs and raises maxAbs; sums: channelStatsScratch(x) doubles, tops as many floats.
std::size_t channelStatsScratch(ConstMatrixView x);
void channelStats(cudaStream_t stream, ConstMatrixView x, double* sumAbs, float* maxAbs,
                  double* sums, float* tops);
// The lower triangle becomes the mirror image of the upper one.
void mirrorUpper(cudaStream_t stream, MatrixView square);

} // namespace bitsmith::gpu
