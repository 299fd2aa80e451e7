// Dense linear algebra for second-order rounding, tiled over our own threads with single-threaded
// BLAS inside a tile: the same bytes for any number of threads.
#pragma once

#include "core/base/run_context.h"

#include <cstddef>
#include <span>

namespace bitsmith {

enum class Above { Zero, Kept }; // the diagonal

// Cholesky factorisation a = L L^T in place. a: n x n, row-major, symmetric; only the lower
// triangle is read. It becomes L, with zeros above the diagonal unless that is kept. False where a
// is not positive definite in double precision (NaN and infinity included). n^3 / 6 multiply-adds.
[[nodiscard]] bool choleskyInPlace(std::span<double> a, std::size_t n, const RunContext& context,
                                   Above above = Above::Zero);

// The inverse of a lower triangular matrix in place. l: n x n, row-major, zeros above the diagonal,
// no zero on it. n^3 / 6 multiply-adds.
void invertLowerInPlace(std::span<double> l, std::size_t n, const RunContext& context);

// The same as choleskyInPlace() on the calling thread, for many small matrices side by side.
[[nodiscard]] bool smallCholesky(std::span<double> a, std::size_t n);
// x = (L L^T)^-1 x. l: as choleskyInPlace() left it. One thread.
void choleskySolve(std::span<const double> l, std::span<double> x);

} // namespace bitsmith
