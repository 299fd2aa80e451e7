// The squares of the singular values are the eigenvalues of E S S^T E^T, or of S^T E^T E S where
// that is smaller: no S is inverted, and none is needed where there are fewer rows.
#include "core/quant/compensate/low_rank_factors.h"

#include "core/base/parallel.h"
#include "core/quant/linalg.h"

#include <cblas.h>

#include <algorithm>
#include <cmath>

extern "C" void dsyevd_(const char* jobz, const char* uplo, const int* n, double* a, const int* lda,
                        double* w, double* work, const int* lwork, int* iwork, const int* liwork,
                        int* info);

namespace bitsmith {
namespace {

using Numbers = std::vector<double>;
constexpr std::size_t Grain = 64;

// out (m x n) = a (m x k) b (k x n), or with b transposed (n x k).
Numbers product(const Numbers& a, const Numbers& b, std::size_t m, std::size_t k, std::size_t n,
                bool transposed) {
    Numbers out(m * n);
    parallelFor(m, Grain, [&](std::size_t first, std::size_t last) {
        cblas_dgemm(CblasRowMajor, CblasNoTrans, transposed ? CblasTrans : CblasNoTrans,
                    static_cast<int>(last - first), static_cast<int>(n), static_cast<int>(k), 1.0,
                    a.data() + first * k, static_cast<int>(k), b.data(),
                    static_cast<int>(transposed ? k : n), 0.0, out.data() + first * n,
                    static_cast<int>(n));
    });
    return out;
}

Numbers doubles(const Matrix& m) { return {m.values().begin(), m.values().end()}; }

Numbers transposed(const Numbers& a, std::size_t rows, std::size_t cols) {
    Numbers out(a.size());
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t c = 0; c < cols; ++c) out[c * rows + r] = a[r * cols + c];
    return out;
}

// a symmetric: its rows become the eigenvectors of rising eigenvalues, which are returned.
Result<Numbers> eigen(Numbers& a, std::size_t n) {
    Numbers values(n);
    const auto size = static_cast<int>(n);
    int info = 0, lwork = -1, liwork = -1, isize = 0;
    double wsize = 0;
    dsyevd_("V", "U", &size, a.data(), &size, values.data(), &wsize, &lwork, &isize, &liwork,
            &info);
    lwork = static_cast<int>(wsize);
    liwork = isize;
    Numbers work(static_cast<std::size_t>(lwork));
    std::vector<int> iwork(static_cast<std::size_t>(liwork));
    dsyevd_("V", "U", &size, a.data(), &size, values.data(), work.data(), &lwork, iwork.data(),
            &liwork, &info);
    if (info != 0)
        return fail(ErrorCode::Failed, "the singular values of the rounding error were not found");
    return values;
}

// S, lower triangular, S S^T = gram; damped until it exists.
Numbers rootOf(const Matrix& gram, const RunContext& context) {
    const std::size_t n = gram.cols();
    double mean = 0;
    for (std::size_t c = 0; c < n; ++c)
        mean += static_cast<double>(gram(c, c)) / static_cast<double>(n);
    for (double damping = 1e-6; damping < 1e3; damping *= 10) {
        Numbers root = doubles(gram);
        for (std::size_t c = 0; c < n; ++c) root[c * n + c] += damping * mean;
        if (choleskyInPlace(root, n, context)) return root;
    }
    return Numbers(n * n);
}

} // namespace

Result<LowRankFactors> lowRankFactors(const Matrix& errors, std::size_t rank,
                                      const Whitening& whitening, const RunContext& context) {
    const std::size_t rows = errors.rows(), cols = errors.cols();
    const Numbers e = doubles(errors);
    Numbers scaled = e; // E S, or E with fewer rows than columns and a Gram matrix
    Numbers square;
    if (!whitening.scales.empty())
        for (std::size_t i = 0; i < scaled.size(); ++i)
            scaled[i] *= static_cast<double>(whitening.scales[i % cols]);
    const bool byRows = rows <= cols;
    if (whitening.gram && byRows)
        square = product(product(e, doubles(*whitening.gram), rows, cols, cols, false), e, rows,
                         cols, rows, true);
    else if (byRows)
        square = product(scaled, scaled, rows, cols, rows, true);
    if (!byRows) {
        if (whitening.gram)
            scaled = product(e, rootOf(*whitening.gram, context), rows, cols, cols, false);
        const Numbers turned = transposed(scaled, rows, cols);
        square = product(turned, turned, cols, rows, cols, true);
    }
    context.checkpoint();
    const std::size_t n = byRows ? rows : cols;
    if (!std::ranges::all_of(square, [](double x) { return std::isfinite(x); }))
        return fail(ErrorCode::Failed, "the rounding error times its inputs is not finite");
    BITSMITH_TRY(const Numbers values, eigen(square, n));
    LowRankFactors out;
    out.singular.assign(values.rbegin(), values.rend());
    for (double& value : out.singular) value = std::max(0.0, value);

    // U^T: (rank x rows), rows without strength 0.
    Numbers left(rank * rows);
    for (std::size_t k = 0; k < rank; ++k) {
        const double* vector = &square[(n - 1 - k) * n];
        double* to = &left[k * rows];
        if (byRows) {
            std::copy_n(vector, rows, to);
            continue;
        }
        cblas_dgemv(CblasRowMajor, CblasNoTrans, static_cast<int>(rows), static_cast<int>(cols),
                    1.0, scaled.data(), static_cast<int>(cols), vector, 1, 0.0, to, 1);
        const double norm = cblas_dnrm2(static_cast<int>(rows), to, 1);
        const bool weak = !(out.singular[k] > 1e-12 * out.singular[0]);
        cblas_dscal(static_cast<int>(rows), weak ? 0.0 : 1 / norm, to, 1);
    }
    const Numbers right = product(left, e, rank, rows, cols, false);
    out.left = Matrix(rows, rank);
    out.right = Matrix(rank, cols);
    for (std::size_t k = 0; k < rank; ++k) {
        const auto largest = [](const double* x, std::size_t count) {
            return std::abs(x[cblas_idamax(static_cast<int>(count), x, 1)]);
        };
        const double a = largest(&left[k * rows], rows), b = largest(&right[k * cols], cols);
        const double share = a > 0 && b > 0 ? std::sqrt(b / a) : 0;
        for (std::size_t r = 0; share > 0 && r < rows; ++r)
            out.left(r, k) = static_cast<float>(left[k * rows + r] * share);
        for (std::size_t c = 0; share > 0 && c < cols; ++c)
            out.right(k, c) = static_cast<float>(right[k * cols + c] / share);
    }
    return out;
}

} // namespace bitsmith
