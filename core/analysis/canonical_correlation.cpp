#include "core/analysis/canonical_correlation.h"

#include <cblas.h>
#include <lapacke.h>

#include <algorithm>
#include <cmath>

namespace bitsmith {
namespace {

lapack_int whole(std::size_t n) { return static_cast<lapack_int>(n); }

// L with C + r I = L L^T, C = x^T x / n. False without variance.
bool whitener(std::span<const double> x, std::size_t p, std::size_t n, double ridge,
              std::vector<double>& lower) {
    lower.assign(p * p, 0);
    cblas_dsyrk(CblasRowMajor, CblasLower, CblasTrans, whole(p), whole(n),
                1.0 / static_cast<double>(n), x.data(), whole(p), 0, lower.data(), whole(p));
    double trace = 0;
    for (std::size_t i = 0; i < p; ++i) trace += lower[i * p + i];
    if (!(trace > 0) || !std::isfinite(trace)) return false;
    for (std::size_t i = 0; i < p; ++i) lower[i * p + i] += ridge * trace / static_cast<double>(p);
    return LAPACKE_dpotrf(LAPACK_ROW_MAJOR, 'L', whole(p), lower.data(), whole(p)) == 0;
}

} // namespace

std::vector<double> principalScores(std::span<const double> samples, std::size_t n, std::size_t d,
                                    std::size_t k) {
    std::vector<double> z(samples.begin(), samples.end());
    for (std::size_t c = 0; c < d; ++c) {
        double mean = 0;
        for (std::size_t r = 0; r < n; ++r) mean += z[r * d + c];
        mean /= static_cast<double>(n);
        for (std::size_t r = 0; r < n; ++r) z[r * d + c] -= mean;
    }
    // The scores are the eigenvectors of Z Z^T times the roots of their eigenvalues.
    std::vector<double> gram(n * n), values(n);
    cblas_dsyrk(CblasRowMajor, CblasLower, CblasNoTrans, whole(n), whole(d), 1, z.data(), whole(d),
                0, gram.data(), whole(n));
    std::vector<double> scores(n * k);
    if (LAPACKE_dsyevd(LAPACK_ROW_MAJOR, 'V', 'L', whole(n), gram.data(), whole(n),
                       values.data()) != 0)
        return scores;
    for (std::size_t j = 0; j < k; ++j) { // values rise
        const double root = std::sqrt(std::max(0.0, values[n - 1 - j]));
        for (std::size_t r = 0; r < n; ++r) scores[r * k + j] = root * gram[r * n + (n - 1 - j)];
    }
    return scores;
}

std::vector<double> canonicalCorrelations(std::span<const double> x, std::size_t p,
                                          std::span<const double> y, std::size_t q, std::size_t n,
                                          double ridge) {
    std::vector<double> lx, ly;
    if (!whitener(x, p, n, ridge, lx) || !whitener(y, q, n, ridge, ly)) return {};
    std::vector<double> cross(p * q);
    cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, whole(p), whole(q), whole(n),
                1.0 / static_cast<double>(n), x.data(), whole(p), y.data(), whole(q), 0,
                cross.data(), whole(q));
    cblas_dtrsm(CblasRowMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, whole(p),
                whole(q), 1, lx.data(), whole(p), cross.data(), whole(q));
    cblas_dtrsm(CblasRowMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, whole(p), whole(q),
                1, ly.data(), whole(q), cross.data(), whole(q));
    const std::size_t count = std::min(p, q);
    std::vector<double> values(count), spare(count);
    if (LAPACKE_dgesvd(LAPACK_ROW_MAJOR, 'N', 'N', whole(p), whole(q), cross.data(), whole(q),
                       values.data(), nullptr, 1, nullptr, 1, spare.data()) != 0)
        return {};
    for (double& value : values) value = std::clamp(value, 0.0, 1.0);
    return values;
}

} // namespace bitsmith
