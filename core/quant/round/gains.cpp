// With D = diag(step), K the codes and s the columns' factors, the gradient over s gives
//   (H o (K^T D^2 K)) s = diag(K^T D W H)      o: element by element
// which is positive semidefinite as a product of such matrices (Schur).
#include "core/quant/round/gains.h"

#include "core/quant/linalg.h"
#include "core/tensor/convert.h"

#include <cblas.h>

#include <algorithm>
#include <cmath>

namespace bitsmith {
namespace {

struct Problem {
    std::size_t rows = 0, cols = 0;
    std::vector<double> codes;   // rows x cols: step_r * k
    std::vector<double> targets; // rows x cols: W H
    std::vector<double> gram;    // cols x cols, damped
};

Problem problemOf(ConstMatrixView weights, const Matrix& gram, double damping,
                  const QuantizedMatrix& matrix) {
    Problem p{weights.rows, weights.cols, {}, {}, {}};
    QuantizedMatrix plain = matrix;
    plain.columnScaled = false;
    plain.columnScales.clear();
    const Matrix codes = decode(plain);
    p.codes.assign(codes.values().begin(), codes.values().end());
    p.gram.assign(gram.values().begin(), gram.values().end());
    double mean = 0;
    for (std::size_t c = 0; c < p.cols; ++c) mean += p.gram[c * p.cols + c];
    mean /= static_cast<double>(p.cols);
    for (std::size_t c = 0; c < p.cols; ++c) p.gram[c * p.cols + c] += damping * mean;
    std::vector<double> w(p.rows * p.cols);
    for (std::size_t r = 0; r < p.rows; ++r)
        for (std::size_t c = 0; c < p.cols; ++c)
            w[r * p.cols + c] = static_cast<double>(weights(r, c));
    p.targets.resize(w.size());
    const auto m = static_cast<int>(p.rows), n = static_cast<int>(p.cols);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, n, 1.0, w.data(), n, p.gram.data(),
                n, 0.0, p.targets.data(), n);
    return p;
}

// The right side and, as quadratic form, the left side of the columns' system.
struct System {
    std::vector<double> left, right;
};

System systemOf(const Problem& p) {
    const auto m = static_cast<int>(p.rows), n = static_cast<int>(p.cols);
    System s{std::vector<double>(p.cols * p.cols), std::vector<double>(p.cols)};
    cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, n, n, m, 1.0, p.codes.data(), n,
                p.codes.data(), n, 0.0, s.left.data(), n);
    for (std::size_t i = 0; i < s.left.size(); ++i) s.left[i] *= p.gram[i];
    for (std::size_t r = 0; r < p.rows; ++r)
        for (std::size_t c = 0; c < p.cols; ++c)
            s.right[c] += p.codes[r * p.cols + c] * p.targets[r * p.cols + c];
    return s;
}

double dot(const std::vector<double>& a, const std::vector<double>& b) {
    return cblas_ddot(static_cast<int>(a.size()), a.data(), 1, b.data(), 1);
}

std::vector<double> applied(const std::vector<double>& matrix, const std::vector<double>& x) {
    const auto n = static_cast<int>(x.size());
    std::vector<double> out(x.size());
    cblas_dsymv(CblasRowMajor, CblasLower, n, 1.0, matrix.data(), n, x.data(), 1, 0.0, out.data(),
                1);
    return out;
}

} // namespace

void refitColumns(ConstMatrixView weights, const Matrix& gram, double damping,
                  QuantizedMatrix& matrix, RunContext& context) {
    const Problem problem = problemOf(weights, gram, damping, matrix);
    const System system = systemOf(problem);
    const std::size_t n = problem.cols;
    std::vector<float> stored(n);
    toFloat(DType::F16, matrix.columnScales, stored);
    const std::vector<double> first(stored.begin(), stored.end());
    std::vector<double> factors = first;
    // s^T A s - 2 b^T s, up to a constant the error.
    const auto error = [&](const std::vector<double>& s) {
        return dot(s, applied(system.left, s)) - 2 * dot(system.right, s);
    };
    double mean = 0;
    for (std::size_t c = 0; c < n; ++c) mean += system.left[c * n + c];
    mean /= static_cast<double>(n);
    if (!(mean > 0)) return;
    // Ridge towards the factors of water-filling, which also serves columns without codes.
    auto left = system.left;
    auto right = system.right;
    const double ridge = 1e-6 * mean;
    for (std::size_t c = 0; c < n; ++c) {
        left[c * n + c] += ridge;
        right[c] += ridge * first[c];
    }
    if (!choleskyInPlace(left, n, context)) return;
    factors = right;
    const auto size = static_cast<int>(n);
    cblas_dtrsv(CblasRowMajor, CblasLower, CblasNoTrans, CblasNonUnit, size, left.data(), size,
                factors.data(), 1);
    cblas_dtrsv(CblasRowMajor, CblasLower, CblasTrans, CblasNonUnit, size, left.data(), size,
                factors.data(), 1);
    for (std::size_t c = 0; c < n; ++c) {
        const double ratio = factors[c] / first[c];
        if (!std::isfinite(ratio)) return;
        factors[c] = first[c] * std::clamp(ratio, 0.1, 1.5);
        stored[c] = static_cast<float>(factors[c]);
    }
    if (error(factors) < error(first)) fromFloat(DType::F16, stored, matrix.columnScales);
}

} // namespace bitsmith
