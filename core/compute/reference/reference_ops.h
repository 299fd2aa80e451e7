// The naive oracle: each operation as its formula reads, one element at a time, in double. Slow on
// purpose; every other backend is compared with it (selftest.h). Signatures as in backend.h.
#pragma once

#include "core/compute/backend.h"

namespace bitsmith::reference {

void linear(ConstMatrixView x, const WeightMatrix& w, std::span<const float> bias, MatrixView y);
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

} // namespace bitsmith::reference
