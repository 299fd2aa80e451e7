// Backward of linear layers: two products. Tiles of the result, each a chain of single-threaded
// sgemm over fixed panels; the panels of decoded weights are shared by all tiles, so each is
// decoded once.
#include "core/base/parallel.h"
#include "core/compute/cpu/scratch.h"
#include "core/compute/gradients.h"

#include <cblas.h>

#include <algorithm>

namespace bitsmith::gradients {
namespace {

std::size_t ceilDivide(std::size_t a, std::size_t b) { return (a + b - 1) / b; }

// Side of the result's tiles: large, for sgemm copies its operands; but at least eight tiles where
// the matrix has any size, so that several cores find work.
struct Tiles {
    std::size_t rows, cols, across, count;
    Tiles(std::size_t height, std::size_t width) {
        constexpr std::size_t Most = 768, Least = 64, Enough = 8;
        std::size_t down = ceilDivide(height, Most);
        across = ceilDivide(width, Most);
        while (down * across < Enough) {
            if (height / down >= width / across && height / down > Least)
                down *= 2;
            else if (width / across > Least)
                across *= 2;
            else
                break;
        }
        const auto part = [](std::size_t size, std::size_t parts) {
            return std::max<std::size_t>(16, ceilDivide(ceilDivide(size, parts), 16) * 16);
        };
        rows = part(height, down);
        cols = part(width, across);
        across = ceilDivide(width, cols);
        count = ceilDivide(height, rows) * across;
    }
    MatrixView of(MatrixView matrix, std::size_t index, std::size_t& row, std::size_t& col) const {
        row = index / across * rows;
        col = index % across * cols;
        return matrix.rowRange(row, std::min(rows, matrix.rows - row))
            .columnRange(col, std::min(cols, matrix.cols - col));
    }
};

int size(std::size_t n) { return static_cast<int>(n); }
int leading(std::size_t stride) { return static_cast<int>(std::max<std::size_t>(stride, 1)); }

} // namespace

void linearInput(ConstMatrixView dy, const WeightMatrix& w, MatrixView dx, bool add) {
    assert(dy.cols == w.rows() && dx.rows == dy.rows && dx.cols == w.cols());
    if (dx.rows == 0 || dx.cols == 0) return;
    constexpr std::size_t PanelFloats = std::size_t{4} << 20;
    const std::size_t panelRows =
        w.denseFloats() ? std::max<std::size_t>(w.rows(), 1)
                        : std::clamp<std::size_t>(PanelFloats / w.cols(), 1, w.rows());
    cpu::Scratch decoded(w.denseFloats() ? 0 : panelRows * w.cols());
    const Tiles tiles(dx.rows, dx.cols);
    for (std::size_t panel = 0; panel < w.rows(); panel += panelRows) {
        const std::size_t rows = std::min(panelRows, w.rows() - panel);
        const float* values = w.denseFloats();
        if (!values) {
            values = decoded.data();
            parallelFor(rows, 16, [&](std::size_t first, std::size_t last) {
                w.decodeRows(panel + first, last - first, decoded.data() + first * w.cols());
            });
        }
        const float keep = add || panel > 0 ? 1.0f : 0.0f;
        parallelFor(tiles.count, 1, [&](std::size_t index, std::size_t) {
            std::size_t row = 0, col = 0;
            const MatrixView tile = tiles.of(dx, index, row, col);
            cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, size(tile.rows), size(tile.cols),
                        size(rows), 1.0f, dy.data + row * dy.stride + panel, leading(dy.stride),
                        values + col, leading(w.cols()), keep, tile.data, leading(tile.stride));
        });
    }
}

void linearWeight(ConstMatrixView dy, ConstMatrixView x, MatrixView dw) {
    assert(dy.rows == x.rows && dw.rows == dy.cols && dw.cols == x.cols);
    if (x.rows == 0 || dw.rows == 0 || dw.cols == 0) return;
    const Tiles tiles(dw.rows, dw.cols);
    parallelFor(tiles.count, 1, [&](std::size_t index, std::size_t) {
        std::size_t row = 0, col = 0;
        const MatrixView tile = tiles.of(dw, index, row, col);
        cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, size(tile.rows), size(tile.cols),
                    size(x.rows), 1.0f, dy.data + row, leading(dy.stride), x.data + col,
                    leading(x.stride), 1.0f, tile.data, leading(tile.stride));
    });
}

} // namespace bitsmith::gradients
