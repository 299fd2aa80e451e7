// The Gram matrix: tiles of the upper triangle by sgemm (ssyrk on the diagonal), each
// mirrored into the lower one. Every
// tile sums all tokens in one call, so the result does not depend on the number of threads.
#include "core/base/parallel.h"
#include "core/compute/cpu/cpu_ops.h"

#include <cblas.h>

#include <algorithm>

namespace bitsmith::cpu {
namespace {

// At most 768 (larger tiles gain little), at least three tiles a side where that leaves any work.
std::size_t tileSize(std::size_t cols) {
    const std::size_t parts = std::max<std::size_t>((cols + 767) / 768, cols > 128 ? 3 : 1);
    return ((cols + parts - 1) / parts + 15) / 16 * 16;
}

// target(c, r) = source(r, c), in blocks that fit the first cache.
void mirror(ConstMatrixView source, MatrixView target) {
    constexpr std::size_t Block = 32;
    for (std::size_t r0 = 0; r0 < source.rows; r0 += Block)
        for (std::size_t c0 = 0; c0 < source.cols; c0 += Block)
            for (std::size_t c = c0; c < std::min(source.cols, c0 + Block); ++c)
                for (std::size_t r = r0; r < std::min(source.rows, r0 + Block); ++r)
                    target(c, r) = source(r, c);
}

} // namespace

void gram(ConstMatrixView x, MatrixView gram) {
    assert(gram.rows == x.cols && gram.cols == x.cols);
    if (x.rows == 0 || x.cols == 0) return;
    const std::size_t tile = tileSize(x.cols), side = (x.cols + tile - 1) / tile;
    std::vector<std::pair<std::size_t, std::size_t>> tiles; // first row, first column
    tiles.reserve(side * (side + 1) / 2);
    for (std::size_t i = 0; i < side; ++i)
        for (std::size_t j = i; j < side; ++j) tiles.emplace_back(i * tile, j * tile);
    parallelFor(tiles.size(), 1, [&](std::size_t index, std::size_t) {
        const auto [row, col] = tiles[index];
        const std::size_t rows = std::min(tile, x.cols - row), cols = std::min(tile, x.cols - col);
        const MatrixView upper = gram.rowRange(row, rows).columnRange(col, cols);
        const auto n = static_cast<blasint>(rows), k = static_cast<blasint>(x.rows);
        const auto ld = static_cast<blasint>(x.stride), ldc = static_cast<blasint>(gram.stride);
        if (row == col) {
            cblas_ssyrk(CblasRowMajor, CblasUpper, CblasTrans, n, k, 1.0f, x.data + row, ld, 1.0f,
                        upper.data, ldc);
            for (std::size_t r = 0; r < rows; ++r)
                for (std::size_t c = 0; c < r; ++c) upper(r, c) = upper(c, r);
        } else {
            cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, n, static_cast<blasint>(cols), k,
                        1.0f, x.data + row, ld, x.data + col, ld, 1.0f, upper.data, ldc);
            mirror(upper, gram.rowRange(col, cols).columnRange(row, rows));
        }
    });
}

} // namespace bitsmith::cpu
