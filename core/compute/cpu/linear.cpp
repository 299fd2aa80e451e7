// Linear layers. The output is cut into tiles by size alone and each tile is one single-threaded
// sgemm over all of K, so the result does not depend on the number of threads. Weights that are not
// stored as fp32 are decoded a panel of rows at a time into a scratch buffer: never as a whole. Few
// tokens and codes that packed kernels know: packed_linear.cpp.
#include "core/base/parallel.h"
#include "core/compute/cpu/cpu_ops.h"
#include "core/compute/cpu/dot.h"
#include "core/compute/cpu/packed_linear.h"
#include "core/compute/cpu/scratch.h"

#include <cblas.h>

#include <algorithm>

namespace bitsmith::cpu {
namespace {

// Up to this many tokens the product is bound by reading the weights: dot products.
constexpr std::size_t DotTokens = 6;

std::size_t ceilDivide(std::size_t a, std::size_t b) { return (a + b - 1) / b; }

struct Tiles {
    std::size_t tokens, rows; // of one tile
};

// Measured (one thread, K = 4096, 2048x4096 output; GFLOP/s): 256x256 106, 256x512 118, 512x512
// 121, 512x1024 127, 1024x1024 129, 2048x1024 134, whole 146: what sgemm spends on copying x falls
// with the rows of a tile, what it spends on copying weights with the tokens. Small outputs are cut
// finer, so that there is work for several cores. Decoded weights: their panel is at most 16 MiB,
// and each tile decodes it again, so it spans more tokens.
Tiles chooseTiles(std::size_t tokens, std::size_t rows, std::size_t cols, bool dense) {
    constexpr std::size_t PanelFloats = std::size_t{4} << 20, EnoughTiles = 8;
    const std::size_t mostRows =
        dense ? 1024
              : std::clamp<std::size_t>(PanelFloats / std::max<std::size_t>(cols, 1), 64, 512);
    const std::size_t mostTokens = dense ? 1024 : 2048, fewTokens = dense ? 256 : 512;
    std::size_t tokenParts = ceilDivide(tokens, mostTokens), rowParts = ceilDivide(rows, mostRows);
    while (tokenParts * rowParts < EnoughTiles) {
        const std::size_t tokensEach = tokens / tokenParts, rowsEach = rows / rowParts;
        if (tokensEach > fewTokens || (rowsEach <= 256 && tokensEach > 128))
            tokenParts *= 2;
        else if (rowsEach > 64)
            rowParts *= 2;
        else
            break;
    }
    const auto part = [](std::size_t size, std::size_t parts) {
        return ceilDivide(ceilDivide(size, parts), 16) * 16;
    };
    return {part(tokens, tokenParts), part(rows, rowParts)};
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
    // A panel that stays in the first cache while each token reads it.
    constexpr std::size_t PanelFloats = 8192;
    const std::size_t panelRows =
        std::clamp<std::size_t>(PanelFloats / std::max<std::size_t>(w.cols(), 1), 1, 256);
    constexpr std::size_t PanelsPerTask = 4;
    parallelFor(w.rows(), panelRows * PanelsPerTask, [&](std::size_t first, std::size_t last) {
        Scratch scratch(dense ? 0 : panelRows * w.cols());
        for (std::size_t row = first; row < last; row += panelRows) {
            const std::size_t rows = std::min(panelRows, last - row);
            const float* panel = dense ? dense + row * w.cols() : scratch.data();
            if (!dense) w.decodeRows(row, rows, scratch.data());
            dotRows(panel, w.cols(), rows, x, y.columnRange(row, rows));
            if (!bias.empty())
                for (std::size_t t = 0; t < x.rows; ++t)
                    for (std::size_t r = row; r < row + rows; ++r) y(t, r) += bias[r];
        }
    });
}

} // namespace

void linear(ConstMatrixView x, const WeightMatrix& w, std::span<const float> bias, MatrixView y) {
    assert(x.cols == w.cols() && y.rows == x.rows && y.cols == w.rows());
    assert(bias.empty() || bias.size() == w.rows());
    if (x.rows == 0 || w.rows() == 0) return;
    const LinearPart part{&w, bias, y};
    if (x.rows <= PackedTokens && packedLinears(x, {&part, 1})) return;
    if (x.rows <= DotTokens)
        linearByDots(x, w, bias, y);
    else
        linearByTiles(x, w, bias, y);
}

void linears(ConstMatrixView x, std::span<const LinearPart> parts) {
    if (x.rows > 0 && x.rows <= PackedTokens && packedLinears(x, parts)) return;
    for (const LinearPart& part : parts) linear(x, *part.w, part.bias, part.y);
}

void embed(const WeightMatrix& table, std::span<const std::int32_t> ids, MatrixView out) {
    assert(out.rows == ids.size() && out.cols == table.cols());
    parallelFor(ids.size(), rowGrain(out.cols), [&](std::size_t first, std::size_t last) {
        for (std::size_t t = first; t < last; ++t)
            table.decodeRows(static_cast<std::size_t>(ids[t]), 1, out.row(t).data());
    });
}

} // namespace bitsmith::cpu
