// Linear layers. The output is cut into tiles by size alone and each tile is one single-threaded
// sgemm over all of K, so the result does not depend on the number of threads. Weights that are not
// stored as fp32 are decoded a panel of rows at a time into a scratch buffer: never as a whole.
#include "core/base/parallel.h"
#include "core/compute/cpu/cpu_ops.h"
#include "core/compute/cpu/dot.h"
#include "core/compute/cpu/scratch.h"

#include <cblas.h>

#include <algorithm>

namespace bitsmith::cpu {
namespace {

// Up to this many tokens the product is bound by reading the weights once: dot products.
constexpr std::size_t DotTokens = 4;

std::size_t ceilDivide(std::size_t a, std::size_t b) { return (a + b - 1) / b; }

struct Tiles {
    std::size_t tokens, rows; // of one tile
};

// Dense weights: large tiles amortise what sgemm copies; small outputs are cut finer, so that there
// is work for all cores. Decoded weights: a tile spans many tokens, since each of them decodes its
// panel again, and few rows, since the panel (at most 1 Mi floats) should stay in the cache.
Tiles chooseTiles(std::size_t tokens, std::size_t rows, std::size_t cols, bool dense) {
    Tiles tiles{};
    if (dense) {
        tiles = {1024, 512};
    } else {
        constexpr std::size_t PanelFloats = std::size_t{1} << 20;
        const std::size_t fit = PanelFloats / std::max<std::size_t>(cols, 1) / 16 * 16;
        tiles = {4096, std::clamp<std::size_t>(fit, 64, 256)};
    }
    const auto count = [&] {
        return ceilDivide(tokens, tiles.tokens) * ceilDivide(rows, tiles.rows);
    };
    constexpr std::size_t Enough = 16; // tiles, for a good balance on a workstation's cores
    while (count() < Enough && (tiles.rows > 64 || tiles.tokens > 128)) {
        if (tiles.tokens > 512 || tiles.rows <= 64)
            tiles.tokens /= 2;
        else
            tiles.rows /= 2;
    }
    return tiles;
}

void multiplyTile(ConstMatrixView x, const float* panel, std::size_t rows, MatrixView y, bool add) {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, static_cast<blasint>(x.rows),
                static_cast<blasint>(rows), static_cast<blasint>(x.cols), 1.0f, x.data,
                static_cast<blasint>(std::max<std::size_t>(x.stride, 1)), panel,
                static_cast<blasint>(std::max<std::size_t>(x.cols, 1)), add ? 1.0f : 0.0f, y.data,
                static_cast<blasint>(y.stride));
}

void linearByTiles(ConstMatrixView x, const WeightMatrix& w, std::span<const float> bias,
                   MatrixView y) {
    const float* dense = w.denseFloats();
    const Tiles tile = chooseTiles(x.rows, w.rows(), w.cols(), dense != nullptr);
    const std::size_t tokenTiles = ceilDivide(x.rows, tile.tokens);
    const std::size_t rowTiles = ceilDivide(w.rows(), tile.rows);
    parallelFor(tokenTiles * rowTiles, 1, [&](std::size_t index, std::size_t) {
        const std::size_t row = index / tokenTiles * tile.rows;
        const std::size_t token = index % tokenTiles * tile.tokens;
        const std::size_t rows = std::min(tile.rows, w.rows() - row);
        const std::size_t tokens = std::min(tile.tokens, x.rows - token);
        const MatrixView out = y.rowRange(token, tokens).columnRange(row, rows);
        if (!bias.empty())
            for (std::size_t t = 0; t < tokens; ++t)
                std::copy_n(bias.data() + row, rows, out.row(t).data());
        if (dense) {
            multiplyTile(x.rowRange(token, tokens), dense + row * w.cols(), rows, out,
                         !bias.empty());
        } else {
            Scratch panel(rows * w.cols());
            w.decodeRows(row, rows, panel.data());
            multiplyTile(x.rowRange(token, tokens), panel.data(), rows, out, !bias.empty());
        }
    });
}

void linearByDots(ConstMatrixView x, const WeightMatrix& w, std::span<const float> bias,
                  MatrixView y) {
    const float* dense = w.denseFloats();
    // A panel that stays in the first or second cache while each token reads it.
    constexpr std::size_t PanelFloats = 32768;
    const std::size_t panelRows =
        std::clamp<std::size_t>(PanelFloats / std::max<std::size_t>(w.cols(), 1), 1, 256);
    constexpr std::size_t PanelsPerTask = 4;
    parallelFor(w.rows(), panelRows * PanelsPerTask, [&](std::size_t first, std::size_t last) {
        Scratch scratch(dense ? 0 : panelRows * w.cols());
        for (std::size_t row = first; row < last; row += panelRows) {
            const std::size_t rows = std::min(panelRows, last - row);
            const float* panel = dense ? dense + row * w.cols() : scratch.data();
            if (!dense) w.decodeRows(row, rows, scratch.data());
            for (std::size_t t = 0; t < x.rows; ++t) {
                float* out = y.row(t).data() + row;
                dotRows(panel, w.cols(), rows, w.cols(), x.row(t).data(), 1.0f, out);
                if (!bias.empty())
                    for (std::size_t r = 0; r < rows; ++r) out[r] += bias[row + r];
            }
        }
    });
}

} // namespace

void linear(ConstMatrixView x, const WeightMatrix& w, std::span<const float> bias, MatrixView y) {
    assert(x.cols == w.cols() && y.rows == x.rows && y.cols == w.rows());
    assert(bias.empty() || bias.size() == w.rows());
    if (x.rows == 0 || w.rows() == 0) return;
    if (x.rows <= DotTokens)
        linearByDots(x, w, bias, y);
    else
        linearByTiles(x, w, bias, y);
}

void embed(const WeightMatrix& table, std::span<const std::int32_t> ids, MatrixView out) {
    assert(out.rows == ids.size() && out.cols == table.cols());
    parallelFor(ids.size(), rowGrain(out.cols), [&](std::size_t first, std::size_t last) {
        for (std::size_t t = first; t < last; ++t)
            table.decodeRows(static_cast<std::size_t>(ids[t]), 1, out.row(t).data());
    });
}

} // namespace bitsmith::cpu
