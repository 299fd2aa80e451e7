#include "core/analysis/eigenvalues.h"

#include "core/base/parallel.h"

#include <cblas.h>

#include <algorithm>
#include <cassert>
#include <functional>

extern "C" void dlatrd_(const char* uplo, const int* n, const int* nb, double* a, const int* lda,
                        double* e, double* tau, double* w, const int* ldw);
extern "C" void dsytd2_(const char* uplo, const int* n, double* a, const int* lda, double* d,
                        double* e, double* tau, int* info);
extern "C" void dsterf_(const int* n, double* d, double* e, int* info);

namespace bitsmith {
namespace {

constexpr std::size_t Panel = 32, Tile = 192;

// A := A - V W^T - W V^T on the lower triangle (column-major) of an m x m matrix.
void rankTwoUpdate(double* a, std::size_t m, int lda, const double* v, const double* w, int ldw) {
    const std::size_t tiles = (m + Tile - 1) / Tile;
    std::vector<std::pair<std::size_t, std::size_t>> lower;
    for (std::size_t i = 0; i < tiles; ++i)
        for (std::size_t j = 0; j <= i; ++j) lower.emplace_back(i * Tile, j * Tile);
    parallelFor(lower.size(), 1, [&](std::size_t first, std::size_t) {
        const auto [i, j] = lower[first];
        const auto rows = static_cast<int>(std::min(Tile, m - i));
        const auto cols = static_cast<int>(std::min(Tile, m - j));
        double* at = a + i + j * static_cast<std::size_t>(lda);
        cblas_dgemm(CblasColMajor, CblasNoTrans, CblasTrans, rows, cols, static_cast<int>(Panel),
                    -1.0, v + i, lda, w + j, ldw, 1.0, at, lda);
        cblas_dgemm(CblasColMajor, CblasNoTrans, CblasTrans, rows, cols, static_cast<int>(Panel),
                    -1.0, w + i, ldw, v + j, lda, 1.0, at, lda);
    });
}

} // namespace

// As LAPACK's dsytrd does, lower triangle: row-major upper is column-major lower.
std::vector<double> symmetricEigenvalues(std::span<double> a, std::size_t n, double start,
                                         RunContext& context) {
    assert(a.size() == n * n);
    if (n == 0) return {};
    const auto lda = static_cast<int>(n), block = static_cast<int>(Panel);
    std::vector<double> diagonal(n), side(std::max<std::size_t>(1, n - 1)),
        tau(std::max<std::size_t>(1, n - 1)), w(n * Panel);
    const auto at = [&](std::size_t k) { return a.data() + k * (n + 1); };
    std::size_t k = 0;
    for (; n - k > 4 * Panel; k += Panel) {
        // What is left to do shrinks with its cube.
        const double left = static_cast<double>(n - k) / static_cast<double>(n);
        context.checkpoint(start + (1 - start) * (1 - left * left * left));
        const auto size = static_cast<int>(n - k);
        dlatrd_("L", &size, &block, at(k), &lda, side.data() + k, tau.data() + k, w.data(), &size);
        // dlatrd leaves ones below the diagonal, as the vectors V have them; the update needs
        // these.
        rankTwoUpdate(at(k + Panel), n - k - Panel, lda, at(k) + Panel, w.data() + Panel, size);
        for (std::size_t j = k; j < k + Panel; ++j) diagonal[j] = *at(j);
    }
    context.checkpoint();
    const auto rest = static_cast<int>(n - k);
    int info = 0;
    dsytd2_("L", &rest, at(k), &lda, diagonal.data() + k, side.data() + k, tau.data() + k, &info);
    assert(info == 0);
    context.checkpoint();
    dsterf_(&lda, diagonal.data(), side.data(), &info);
    assert(info == 0);
    std::ranges::sort(diagonal, std::greater());
    return diagonal;
}

} // namespace bitsmith
