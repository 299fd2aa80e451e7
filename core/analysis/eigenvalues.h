// Eigenvalues of large symmetric matrices, so that they can be cancelled: LAPACK's own driver runs
// for minutes without asking. Private to core/analysis.
#pragma once

#include "core/base/run_context.h"

#include <cstddef>
#include <span>
#include <vector>

namespace bitsmith {

// All eigenvalues, falling. a: n x n, row-major, symmetric, only the upper triangle is read;
// destroyed. Householder tridiagonalisation by blocks (LAPACK's dlatrd; the update of what is left
// runs on our threads), then the tridiagonal QR without vectors (dsterf). 4/3 n^3 flops, half of
// them bound by memory. The same result on any number of threads. Throws Cancelled. a must be
// finite. Progress goes from `start` to 1.
std::vector<double> symmetricEigenvalues(std::span<double> a, std::size_t n, double start,
                                         RunContext& context);

} // namespace bitsmith
