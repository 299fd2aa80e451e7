#include "core/quant/layer_stage.h"

#include "core/base/parallel.h"

#include <algorithm>
#include <cmath>

namespace bitsmith {
namespace {

constexpr std::size_t RowsAtOnce = 16;

void changeRows(Matrix& matrix, const std::function<void(MatrixView)>& change) {
    parallelFor(matrix.rows(), RowsAtOnce, [&](std::size_t first, std::size_t last) {
        change(matrix.view().rowRange(first, last - first));
    });
}

Matrix transposed(const Matrix& matrix) {
    Matrix out(matrix.cols(), matrix.rows());
    for (std::size_t r = 0; r < matrix.rows(); ++r)
        for (std::size_t c = 0; c < matrix.cols(); ++c) out(c, r) = matrix(r, c);
    return out;
}

} // namespace

const LayerStage* findLayerStage(std::string_view stage, std::string_view id) {
    return stage == "transform"    ? findTransform(id)
           : stage == "compensate" ? findCompensator(id)
                                   : nullptr;
}

Matrix decodeWith(const QuantizedMatrix& matrix, const SideParts& side) {
    Matrix out(matrix.rows, matrix.cols);
    matrix.decodeCodes(0, matrix.rows, out.data());
    const SideLayout layout = side.layout();
    if (layout.any())
        applySide(layout, matrix.rows, side.pack(matrix.rows, matrix.cols), 0, out.view());
    return out;
}

std::shared_ptr<const LayerStats> changedStats(const LayerStats& stats,
                                               const std::function<void(MatrixView)>& change) {
    auto out = std::make_shared<LayerStats>(stats);
    changeRows(out->sample, change);
    if (!out->mean.empty()) change(MatrixView(out->mean.data(), 1, out->mean.size()));
    const std::size_t n = stats.gram.empty() ? stats.sumSquares.size() : stats.gram.cols();
    out->sumSquares.resize(n);
    out->meanAbs.resize(n);
    out->maxAbs.resize(n);
    if (!stats.gram.empty()) { // A^T G A
        changeRows(out->gram, change);
        out->gram = transposed(out->gram);
        changeRows(out->gram, change);
        for (std::size_t i = 0; i < n; ++i) // exactly symmetric, as G is
            for (std::size_t j = 0; j < i; ++j)
                out->gram(i, j) = out->gram(j, i) = 0.5F * (out->gram(i, j) + out->gram(j, i));
        for (std::size_t c = 0; c < n; ++c) out->sumSquares[c] = std::max(0.0F, out->gram(c, c));
    } else {
        // All that is known: squares of single inputs, taken as uncorrelated. x A has variance
        // sum_i s_i A_ic^2.
        Matrix line(1, n);
        std::vector<double> sums(n);
        for (std::size_t i = 0; i < n; ++i) {
            std::ranges::fill(line.values(), 0.0F);
            line(0, i) = std::sqrt(stats.sumSquares[i]);
            change(line.view());
            for (std::size_t c = 0; c < n; ++c) sums[c] += double(line(0, c)) * line(0, c);
        }
        for (std::size_t c = 0; c < n; ++c) out->sumSquares[c] = static_cast<float>(sums[c]);
    }
    const double tokens = static_cast<double>(std::max<std::uint64_t>(1, stats.tokens));
    for (std::size_t c = 0; c < n; ++c) {
        const auto rms = static_cast<float>(std::sqrt(out->sumSquares[c] / tokens));
        float sum = 0, most = 0;
        for (std::size_t r = 0; r < out->sample.rows(); ++r) {
            sum += std::abs(out->sample(r, c));
            most = std::max(most, std::abs(out->sample(r, c)));
        }
        const bool sampled = out->sample.rows() > 0;
        out->meanAbs[c] = sampled ? sum / static_cast<float>(out->sample.rows()) : rms;
        out->maxAbs[c] = sampled ? most : rms;
    }
    return out;
}

} // namespace bitsmith
