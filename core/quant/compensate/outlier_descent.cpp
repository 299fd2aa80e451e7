#include "core/quant/compensate/outlier_descent.h"

#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/quant/compensate/finished_grid.h"
#include "core/quant/compensate/outlier_places.h"
#include "core/quant/compensate/outlier_values.h"
#include "core/quant/layer_errors.h"

#include <cblas.h>

#include <cmath>
#include <numeric>

namespace bitsmith {
namespace {

constexpr std::size_t PanelRows = 64;
constexpr double LeastChange = 1e-4;

double energyOf(const Matrix& errors, const Matrix& gram) {
    std::vector<double> panels((errors.rows() + PanelRows - 1) / PanelRows);
    parallelFor(errors.rows(), PanelRows, [&](std::size_t first, std::size_t last) {
        panels[first / PanelRows] = gramEnergy(errors.view().rowRange(first, last - first), gram);
    });
    return std::accumulate(panels.begin(), panels.end(), 0.0);
}

Matrix times(const Matrix& a, const Matrix& gram) {
    Matrix out(a.rows(), a.cols());
    const auto n = static_cast<int>(a.cols());
    parallelFor(a.rows(), PanelRows, [&](std::size_t first, std::size_t last) {
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, static_cast<int>(last - first), n, n,
                    1.0F, a.data() + first * a.cols(), n, gram.data(), n, 0.0F,
                    out.data() + first * a.cols(), n);
    });
    return out;
}

// What the codes are to represent: all but the outliers and the low rank.
Matrix targetOf(const LayerWork& work, const QuantizedMatrix& matrix) {
    Matrix target = residual(work, matrix);
    Matrix codes(matrix.rows, matrix.cols);
    matrix.decodeCodes(0, matrix.rows, codes.data());
    for (std::size_t i = 0; i < target.values().size(); ++i)
        target.values()[i] += codes.values()[i];
    return target;
}

void moveOutliers(LayerWork& work, const Matrix& errors, const Matrix& gram, double lambda) {
    Matrix wanted = times(errors, gram);
    const auto scale = static_cast<float>(1 / lambda);
    for (float& value : wanted.values()) value *= scale;
    for (const Outlier& o : work.side.outliers) wanted(o.row, o.col) += o.value;
    std::vector<float> sizes(wanted.values().begin(), wanted.values().end());
    for (float& size : sizes) size = std::abs(size);
    const std::size_t count = work.side.outliers.size();
    work.side.outliers.clear();
    for (const std::size_t i : largestPlaces(sizes, count))
        work.side.outliers.push_back({static_cast<std::uint32_t>(i / wanted.cols()),
                                      static_cast<std::uint32_t>(i % wanted.cols()),
                                      storedOutlier(static_cast<double>(wanted.values()[i]))});
}

} // namespace

double largestEigenvalue(const Matrix& gram) {
    const std::size_t n = gram.cols();
    std::vector<float> x(n), y(n);
    Rng rng(1);
    for (float& value : x) value = static_cast<float>(0.5 + rng.uniform());
    double norm = 0;
    for (int i = 0; i < 30; ++i) {
        norm = static_cast<double>(cblas_snrm2(static_cast<int>(n), x.data(), 1));
        if (!(norm > 0)) return 0;
        cblas_sscal(static_cast<int>(n), static_cast<float>(1 / norm), x.data(), 1);
        cblas_sgemv(CblasRowMajor, CblasNoTrans, static_cast<int>(n), static_cast<int>(n), 1.0F,
                    gram.data(), static_cast<int>(n), x.data(), 1, 0.0F, y.data(), 1);
        std::swap(x, y);
    }
    return 1.05 * static_cast<double>(cblas_snrm2(static_cast<int>(n), x.data(), 1));
}

std::vector<double> descendOutliers(LayerWork& work, QuantizedMatrix& matrix, int turns) {
    const Matrix& gram = work.task.stats->gram;
    const double lambda = largestEigenvalue(gram);
    Matrix errors = residual(work, matrix);
    std::vector<double> trace{energyOf(errors, gram)};
    for (int turn = 0; turn < turns && trace.back() > 0 && lambda > 0; ++turn) {
        work.context.checkpoint();
        const Matrix target = targetOf(work, matrix);
        reround({.weights = target.view(), .gram = gram, .sweeps = 1}, matrix, work.context);
        errors = residual(work, matrix);
        const std::vector<Outlier> before = work.side.outliers;
        const double swept = energyOf(errors, gram);
        moveOutliers(work, errors, gram, lambda);
        errors = residual(work, matrix);
        double moved = energyOf(errors, gram);
        if (moved > swept) { // fp32's, or an eigenvalue that was underestimated
            work.side.outliers = before;
            moved = swept;
        }
        const double last = trace.back();
        trace.push_back(std::min(moved, last));
        if (last - trace.back() < LeastChange * last) break;
    }
    fitOutliers(work, matrix);
    trace.push_back(energyOf(residual(work, matrix), gram));
    return trace;
}

} // namespace bitsmith
