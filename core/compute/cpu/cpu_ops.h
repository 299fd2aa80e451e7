// The fast operations on the processor: OpenBLAS for products of matrices, Highway kernels for the
// rest, all cores through parallelFor. Work is cut by size only. Signatures as in backend.h.
#pragma once

#include "core/compute/backend.h"

namespace bitsmith::cpu {

void linear(ConstMatrixView x, const WeightMatrix& w, std::span<const float> bias, MatrixView y);
void linears(ConstMatrixView x, std::span<const LinearPart> parts);
void embed(const WeightMatrix& table, std::span<const std::int32_t> ids, MatrixView out);
void rmsNorm(ConstMatrixView x, std::span<const float> weight, float eps, MatrixView y);
void layerNorm(ConstMatrixView x, std::span<const float> weight, std::span<const float> bias,
               float eps, MatrixView y);
void rotary(MatrixView x, std::size_t headDim, const RotaryTable& table, std::size_t first);
void attention(const AttentionArgs& args);
void activate(Activation kind, MatrixView x);
void gate(Activation kind, MatrixView gate, ConstMatrixView up);
void add(MatrixView x, ConstMatrixView y);
void gram(ConstMatrixView x, MatrixView gram);
void channelStats(ConstMatrixView x, std::span<double> sumAbs, std::span<float> maxAbs);
void logSoftmax(MatrixView x);

// Rows per piece of a parallel loop over rows of `cols` floats: about 16 Ki floats.
inline std::size_t rowGrain(std::size_t cols) {
    constexpr std::size_t FloatsPerPiece = 16384;
    return cols >= FloatsPerPiece ? 1 : FloatsPerPiece / (cols ? cols : 1);
}

} // namespace bitsmith::cpu
