// What the loss would change by, to first and second order, if a matrix moved by a given error.
#pragma once

#include "core/tensor/matrix.h"

namespace bitsmith {

struct LossChange {
    double first = 0;    // <g, e>, with its sign
    double absolute = 0; // sum |g e|: no cancelling (auto-round's delta loss)
    double second = 0;   // 1/2 <e^2, F>, F the diagonal of the Fisher information
};

// g = dL/dW, F and e = Wq - W: matrices of the same shape; F may be empty (second is then 0). Sums
// in double, in the order of rows.
LossChange lossChange(ConstMatrixView gradient, ConstMatrixView fisher, ConstMatrixView error);

} // namespace bitsmith
