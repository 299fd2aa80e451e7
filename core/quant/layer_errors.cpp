#include "core/quant/layer_errors.h"

#include "core/base/parallel.h"

#include <cblas.h>

#include <algorithm>
#include <numeric>

namespace bitsmith {
namespace {

constexpr std::size_t PanelRows = 64;
constexpr std::size_t Lanes = 8; // independent sums: the order of additions is fixed by the source

double dot(const float* a, const float* b, std::size_t n) {
    double sums[Lanes] = {};
    std::size_t i = 0;
    for (; i + Lanes <= n; i += Lanes)
        for (std::size_t k = 0; k < Lanes; ++k)
            sums[k] += static_cast<double>(a[i + k]) * static_cast<double>(b[i + k]);
    for (; i < n; ++i) sums[0] += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    return std::accumulate(sums, sums + Lanes, 0.0);
}

// tr(X G X^T) of one panel, G symmetric: the tiles above the diagonal count twice, those below are
// left out. Half the work of X G.
double energy(ConstMatrixView x, const Matrix& gram) {
    constexpr std::size_t Tile = 256;
    const auto rows = static_cast<int>(x.rows), n = static_cast<int>(x.cols),
               stride = static_cast<int>(x.stride);
    std::vector<float> product(x.rows * std::min(Tile, x.cols));
    double sum = 0;
    for (std::size_t first = 0; first < x.cols; first += Tile) {
        const std::size_t width = std::min(Tile, x.cols - first);
        const auto w = static_cast<int>(width);
        const auto multiply = [&](std::size_t from, std::size_t count, float factor, float keep) {
            cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, w, static_cast<int>(count),
                        factor, x.data + from, stride, gram.data() + from * x.cols + first, n, keep,
                        product.data(), w);
        };
        multiply(first, width, 1.0F, 0.0F);
        if (first > 0) multiply(0, first, 2.0F, 1.0F);
        for (std::size_t r = 0; r < x.rows; ++r)
            sum += dot(x.row(r).data() + first, product.data() + r * width, width);
    }
    return std::max(0.0, sum);
}

double ratio(double error, double whole) {
    if (whole > 0) return error / whole;
    return error > 0 ? 1 : 0;
}

// What a shift of one output adds: sum over tokens of (d x - s)^2 - (d x)^2.
double shiftEnergy(const float* difference, float shift, const LayerStats& inputs) {
    const auto tokens = static_cast<double>(inputs.tokens), s = static_cast<double>(shift);
    const double mean =
        inputs.mean.empty() ? 0 : dot(difference, inputs.mean.data(), inputs.mean.size());
    return tokens * s * (s - 2 * mean);
}

} // namespace

double gramEnergy(ConstMatrixView x, const Matrix& gram) { return energy(x, gram); }

double sumOfSquares(ConstMatrixView values) {
    std::vector<double> sums((values.rows + PanelRows - 1) / PanelRows);
    parallelFor(values.rows, PanelRows, [&](std::size_t first, std::size_t last) {
        for (std::size_t r = first; r < last; ++r)
            sums[first / PanelRows] += dot(values.row(r).data(), values.row(r).data(), values.cols);
    });
    return std::accumulate(sums.begin(), sums.end(), 0.0);
}

namespace {

// panelOf(first, count): these rows as floats.
template <class PanelOf>
LayerErrors errorsOf(const PanelOf& panelOf, const QuantizedMatrix& quantized,
                     const LayerStats* inputs, RunContext& context) {
    const Matrix* gram = inputs && !inputs->gram.empty() ? &inputs->gram : nullptr;
    const std::vector<float> shift =
        sideShift(quantized.side, quantized.rows, quantized.cols, quantized.sideBytes);
    struct Sums {
        double error = 0, weights = 0, outputError = 0, output = 0;
    };
    const std::size_t rows = quantized.rows, cols = quantized.cols;
    std::vector<Sums> panels((rows + PanelRows - 1) / PanelRows);
    parallelFor(rows, PanelRows, [&](std::size_t first, std::size_t last) {
        context.checkpoint();
        Sums& sums = panels[first / PanelRows];
        std::vector<float> difference((last - first) * cols);
        quantized.decodeRows(first, last - first, difference.data());
        const auto panel = panelOf(first, last - first);
        const ConstMatrixView weights = panel.view();
        for (std::size_t r = first; r < last; ++r) {
            const float* w = weights.row(r - first).data();
            float* d = difference.data() + (r - first) * cols;
            for (std::size_t c = 0; c < cols; ++c) d[c] = w[c] - d[c];
            sums.error += dot(d, d, cols);
            sums.weights += dot(w, w, cols);
        }
        if (!gram) return;
        sums.outputError = energy({difference.data(), last - first, cols}, *gram);
        if (!shift.empty())
            for (std::size_t r = first; r < last; ++r)
                sums.outputError += shiftEnergy(&difference[(r - first) * cols], shift[r], *inputs);
        sums.outputError = std::max(0.0, sums.outputError);
        sums.output = energy(weights, *gram);
    });
    Sums total;
    for (const Sums& s : panels) {
        total.error += s.error;
        total.weights += s.weights;
        total.outputError += s.outputError;
        total.output += s.output;
    }
    return {ratio(total.error, total.weights),
            gram ? ratio(total.outputError, total.output) : -1.0};
}

struct ViewedPanel {
    ConstMatrixView rows;
    ConstMatrixView view() const { return rows; }
};

} // namespace

LayerErrors measureErrors(ConstMatrixView weights, const QuantizedMatrix& quantized,
                          const LayerStats* inputs, RunContext& context) {
    return errorsOf([&](std::size_t first,
                        std::size_t count) { return ViewedPanel{weights.rowRange(first, count)}; },
                    quantized, inputs, context);
}

LayerErrors measureErrors(const WeightMatrix& weights, const QuantizedMatrix& quantized,
                          const LayerStats* inputs, RunContext& context) {
    return errorsOf(
        [&](std::size_t first, std::size_t count) {
            Matrix panel(count, weights.cols());
            weights.decodeRows(first, count, panel.data());
            return panel;
        },
        quantized, inputs, context);
}

} // namespace bitsmith
