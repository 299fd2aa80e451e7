// The best product of low rank for the error of a rounded matrix.
//
//   least ||(E - B A) S||_F over B (rows x rank), A (rank x cols):  B = U, the first left singular
//   vectors of E S, and A = U^T E, for any S. At the optimum that is the sum of the squares of the
//   other singular values.
#pragma once

#include "core/base/result.h"
#include "core/base/run_context.h"
#include "core/tensor/matrix.h"

#include <span>

namespace bitsmith {

struct LowRankFactors {
    Matrix left, right;             // (rows x rank), (rank x cols), of equal strength
    std::vector<double> singular{}; // squares of all singular values of E S, falling
};

// What S is: one of both, or neither for the identity.
struct Whitening {
    const Matrix* gram = nullptr;       // S S^T = gram: the layer's output error (EoRA)
    std::span<const float> scales = {}; // S = diag(scales) (LQER)
};

// rank <= min(rows, cols). In double; the smaller side's cube in operations. Errors (Failed): not
// finite.
Result<LowRankFactors> lowRankFactors(const Matrix& errors, std::size_t rank,
                                      const Whitening& whitening, const RunContext& context);

} // namespace bitsmith
