#include "core/quant/linalg.h"

#include "core/base/parallel.h"

#include <cblas.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <vector>

// LAPACK's own interface: OpenBLAS brings it, no further library is needed.
extern "C" void dpotrf_(const char* uplo, const int* n, double* a, const int* lda, int* info);
extern "C" void dtrtri_(const char* uplo, const char* diag, const int* n, double* a, const int* lda,
                        int* info);

namespace bitsmith {
namespace {

constexpr std::size_t Tile = 192, StripColumns = 8 * Tile;

// Of a lower triangular tile, row-major. OpenBLAS solves with a triangle of this size at a quarter
// of the rate at which it multiplies, so a tile is inverted once, and others multiplied by that.
std::vector<double> invertedTile(const double* tile, int ld, int width) {
    const auto size = static_cast<std::size_t>(width);
    std::vector<double> out(size * size);
    for (std::size_t i = 0; i < size; ++i)
        std::copy_n(tile + i * static_cast<std::size_t>(ld), i + 1, out.data() + i * size);
    int info = 0;
    dtrtri_("U", "N", &width, out.data(), &width, &info); // row-major lower is column-major upper
    assert(info == 0);
    return out;
}

// at (rows x width) becomes at * by, or at * by^T. by: width x width.
void multiplyTile(double* at, int ld, std::size_t rows, std::span<const double> by, int width,
                  CBLAS_TRANSPOSE transpose) {
    const auto size = static_cast<std::size_t>(width);
    double copy[Tile * Tile];
    for (std::size_t r = 0; r < rows; ++r)
        std::copy_n(at + r * static_cast<std::size_t>(ld), size, copy + r * size);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, transpose, static_cast<int>(rows), width, width, 1.0,
                copy, width, by.data(), width, 0.0, at, ld);
}

} // namespace

// Right-looking: factor the diagonal tile, solve the tiles below it, update what lies to the right.
bool choleskyInPlace(std::span<double> a, std::size_t n, const RunContext& context, Above above) {
    assert(a.size() == n * n);
    const auto ld = static_cast<int>(n);
    const auto at = [&](std::size_t r, std::size_t c) { return a.data() + r * n + c; };
    for (std::size_t k = 0; k < n; k += Tile) {
        context.checkpoint();
        const auto width = static_cast<int>(std::min(Tile, n - k));
        // Row-major lower is column-major upper.
        int info = 0;
        dpotrf_("U", &width, at(k, k), &ld, &info);
        if (info != 0) return false;
        for (int i = 0; i < width; ++i)
            if (!std::isfinite(
                    *at(k + static_cast<std::size_t>(i), k + static_cast<std::size_t>(i))))
                return false;
        const std::size_t below = k + static_cast<std::size_t>(width);
        if (below >= n) break;
        const std::vector<double> inverse = invertedTile(at(k, k), ld, width);
        parallelFor(n - below, Tile, [&](std::size_t first, std::size_t last) {
            multiplyTile(at(below + first, k), ld, last - first, inverse, width, CblasTrans);
        });
        // Strips of a tile's rows, wide enough that packing them does not matter.
        struct Strip {
            std::size_t row, column, end;
        };
        std::vector<Strip> strips; // of the lower part
        for (std::size_t i = below; i < n; i += Tile)
            for (std::size_t j = below; j < std::min(i + Tile, n); j += StripColumns)
                strips.push_back({i, j, std::min({j + StripColumns, i + Tile, n})});
        parallelFor(strips.size(), 1, [&](std::size_t first, std::size_t) {
            const auto [i, j, end] = strips[first];
            cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans,
                        static_cast<int>(std::min(Tile, n - i)), static_cast<int>(end - j), width,
                        -1.0, at(i, k), ld, at(j, k), ld, 1.0, at(i, j), ld);
        });
    }
    if (above == Above::Zero)
        parallelFor(n, Tile, [&](std::size_t first, std::size_t last) {
            for (std::size_t i = first; i < last; ++i) std::fill(at(i, i) + 1, at(i, 0) + n, 0.0);
        });
    return true;
}

// From the last tile column to the first: what lies to the right is inverted already. With
// L = [A 0; B C] the inverse is [A' 0; -C' B A', C'], A' and C' the inverses of A and C.
void invertLowerInPlace(std::span<double> l, std::size_t n, const RunContext& context) {
    assert(l.size() == n * n);
    const auto ld = static_cast<int>(n);
    const auto at = [&](std::size_t r, std::size_t c) { return l.data() + r * n + c; };
    std::vector<double> copy;
    for (std::size_t end = n; end > 0;) {
        context.checkpoint();
        const std::size_t k = (end - 1) / Tile * Tile;
        const auto width = static_cast<int>(end - k);
        copy.resize((n - end) * (end - k)); // B
        for (std::size_t r = end; r < n; ++r)
            std::copy_n(at(r, k), end - k, copy.data() + (r - end) * (end - k));
        const std::vector<double> inverse = invertedTile(at(k, k), ld, width);
        parallelFor(n - end, Tile, [&](std::size_t first, std::size_t last) {
            const auto rows = static_cast<int>(last - first);
            // C' is lower triangular: only the columns up to the tile's own last one count.
            cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, width,
                        static_cast<int>(last), -1.0, at(end + first, end), ld, copy.data(), width,
                        0.0, at(end + first, k), ld);
            multiplyTile(at(end + first, k), ld, last - first, inverse, width, CblasNoTrans);
        });
        for (std::size_t i = 0; i < end - k; ++i)
            std::copy_n(inverse.data() + i * (end - k), i + 1, at(k + i, k));
        end = k;
    }
}

bool smallCholesky(std::span<double> a, std::size_t n) {
    assert(a.size() == n * n);
    const auto size = static_cast<int>(n);
    int info = 0;
    dpotrf_("U", &size, a.data(), &size, &info);
    for (std::size_t i = 0; info == 0 && i < n; ++i) {
        if (!std::isfinite(a[i * n + i])) return false;
        std::fill(&a[i * n + i] + 1, a.data() + (i + 1) * n, 0.0);
    }
    return info == 0;
}

void choleskySolve(std::span<const double> l, std::span<double> x) {
    const auto n = static_cast<int>(x.size());
    cblas_dtrsv(CblasRowMajor, CblasLower, CblasNoTrans, CblasNonUnit, n, l.data(), n, x.data(), 1);
    cblas_dtrsv(CblasRowMajor, CblasLower, CblasTrans, CblasNonUnit, n, l.data(), n, x.data(), 1);
}

} // namespace bitsmith
