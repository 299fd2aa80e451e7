#include "core/quant/compensate/outlier_values.h"

#include "core/base/message.h"
#include "core/base/parallel.h"
#include "core/quant/linalg.h"
#include "core/tensor/convert.h"

#include <algorithm>
#include <atomic>
#include <cmath>

namespace bitsmith {
namespace {

constexpr std::size_t RowsAtOnce = 16;
constexpr float LargestHalf = 65504;
constexpr double Ridge = 1e-4; // of the diagonal's mean, towards restored values

// First outlier of each row, and the end.
std::vector<std::size_t> rowStarts(const std::vector<Outlier>& outliers, std::size_t rows) {
    std::vector<std::size_t> starts(rows + 1);
    for (const Outlier& o : outliers) ++starts[o.row + 1];
    for (std::size_t r = 0; r < rows; ++r) starts[r + 1] += starts[r];
    return starts;
}

// One row's change of its outliers that lowers e G e^T most; empty where nothing is won.
std::vector<double> bestChange(std::span<const float> error, const Matrix& gram,
                               std::span<const Outlier> own) {
    const std::size_t n = own.size();
    std::vector<double> system(n * n), right(n);
    double mean = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const std::span line = gram.values().subspan(own[i].col * gram.cols(), gram.cols());
        for (std::size_t c = 0; c < error.size(); ++c)
            right[i] += static_cast<double>(line[c]) * static_cast<double>(error[c]);
        for (std::size_t j = 0; j < n; ++j)
            system[i * n + j] = static_cast<double>(line[own[j].col]);
        mean += system[i * n + i] / static_cast<double>(n);
    }
    if (!(mean > 0) || !std::isfinite(mean)) return {};
    const std::vector<double> quadratic = system;
    for (std::size_t i = 0; i < n; ++i) system[i * n + i] += Ridge * mean;
    if (!smallCholesky(system, n)) return {};
    std::vector<double> change = right;
    choleskySolve(system, change);
    double gained = 0;
    for (std::size_t i = 0; i < n; ++i) { // as stored
        change[i] =
            static_cast<double>(storedOutlier(static_cast<double>(own[i].value) + change[i])) -
            static_cast<double>(own[i].value);
        gained += 2 * right[i] * change[i];
    }
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) gained -= change[i] * quadratic[i * n + j] * change[j];
    return gained > 0 ? change : std::vector<double>();
}

} // namespace

float storedOutlier(double value) {
    return halfToFloat(
        floatToHalf(std::clamp(static_cast<float>(value), -LargestHalf, LargestHalf)));
}

Matrix residual(const LayerWork& work, const QuantizedMatrix& matrix) {
    Matrix out = decodeWith(matrix, work.side);
    parallelFor(out.rows(), RowsAtOnce, [&](std::size_t first, std::size_t last) {
        for (std::size_t r = first; r < last; ++r)
            for (std::size_t c = 0; c < out.cols(); ++c)
                out(r, c) = work.task.weights(r, c) - out(r, c);
    });
    return out;
}

void restoreOutliers(LayerWork& work, const QuantizedMatrix& matrix) {
    for (Outlier& o : work.side.outliers) o.value = 0;
    const Matrix rest = residual(work, matrix);
    std::size_t clipped = 0;
    for (Outlier& o : work.side.outliers) {
        const float wanted = rest(o.row, o.col);
        clipped += std::abs(wanted) > LargestHalf;
        o.value = storedOutlier(static_cast<double>(wanted));
    }
    if (clipped > 0)
        work.report.notes.push_back(
            "{} of {} outliers lie beyond what 16 bits hold and were clipped to 65504"_message(
                clipped, work.side.outliers.size()));
}

void fitOutliers(LayerWork& work, const QuantizedMatrix& matrix) {
    const Matrix rest = residual(work, matrix);
    const auto starts = rowStarts(work.side.outliers, matrix.rows);
    const std::span outliers(work.side.outliers);
    parallelFor(matrix.rows, RowsAtOnce, [&](std::size_t first, std::size_t last) {
        work.context.checkpoint();
        for (std::size_t r = first; r < last; ++r) {
            const auto own = outliers.subspan(starts[r], starts[r + 1] - starts[r]);
            if (own.empty()) continue;
            const auto change = bestChange(rest.view().row(r), work.task.stats->gram, own);
            for (std::size_t i = 0; i < change.size(); ++i)
                own[i].value = static_cast<float>(static_cast<double>(own[i].value) + change[i]);
        }
    });
}

} // namespace bitsmith
