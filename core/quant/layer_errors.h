// What rounding did to one matrix, measured on the finished value.
#pragma once

#include "core/base/run_context.h"
#include "core/quant/layer_task.h"
#include "core/tensor/quantized_matrix.h"

namespace bitsmith {

struct LayerErrors {
    double weight = 0; // ||W - Wq||_F^2 / ||W||_F^2; 0 for a zero matrix kept exactly
    // tr((W-Wq) G (W-Wq)^T) / tr(W G W^T), the shift of the outputs counted; -1 without a Gram
    // matrix
    double output = -1;
};

// inputs: of the matrix, or null. Rows are taken in panels, so that memory stays bounded: two
// panels of 64 rows per thread (three where weights are decoded). Errors of both kinds that divide
// by zero are 0 where nothing changed, else 1.
LayerErrors measureErrors(ConstMatrixView weights, const QuantizedMatrix& quantized,
                          const LayerStats* inputs, RunContext& context);
LayerErrors measureErrors(const WeightMatrix& weights, const QuantizedMatrix& quantized,
                          const LayerStats* inputs, RunContext& context);

// tr(X G X^T) on one thread; not below 0. X G is computed in fp32, sums are in double.
double gramEnergy(ConstMatrixView x, const Matrix& gram);

// Sum of squares in double, the same for any number of threads. Not finite exactly where a weight
// is not.
double sumOfSquares(ConstMatrixView values);

} // namespace bitsmith
