// Sums over tokens. Each block takes 256 channels and a stretch of tokens; the stretches' sums are
// joined in their order, so that the result is the same every time.
#include "gpu/ops/kernels.h"
#include "gpu/runtime/launch.h"

#include <cmath>

namespace bitsmith::gpu {
namespace {

constexpr std::size_t Stretch = 256; // tokens
constexpr unsigned Tile = 32;        // of a transposition

std::size_t stretches(std::size_t tokens) { return (tokens + Stretch - 1) / Stretch; }

// grid: (channels / 256, stretches), in steps of the grid in y.
__global__ void stretchStats(ConstMatrixView x, double* sums, float* tops) {
    const std::size_t c = firstElement();
    if (c >= x.cols) return; // no barriers below
    for (std::size_t s = blockIdx.y; s * Stretch < x.rows; s += gridDim.y) {
        const std::size_t last = (s + 1) * Stretch < x.rows ? (s + 1) * Stretch : x.rows;
        double sum = 0;
        float top = 0;
        for (std::size_t t = s * Stretch; t < last; ++t) {
            const float magnitude = fabsf(x.data[t * x.stride + c]);
            sum += magnitude;
            top = magnitude > top ? magnitude : top; // NaN leaves it as it is
        }
        sums[s * x.cols + c] = sum;
        tops[s * x.cols + c] = top;
    }
}

__global__ void joinStats(const double* sums, const float* tops, std::size_t count,
                          std::size_t cols, double* sumAbs, float* maxAbs) {
    for (std::size_t c = firstElement(); c < cols; c += elementStep()) {
        double sum = sumAbs[c];
        float top = maxAbs[c];
        for (std::size_t s = 0; s < count; ++s) {
            sum += sums[s * cols + c];
            const float other = tops[s * cols + c];
            top = other > top ? other : top;
        }
        sumAbs[c] = sum;
        maxAbs[c] = top;
    }
}

// Tiles above the diagonal and on it; grid (tiles, tiles), block (32, 8).
__global__ void mirrorKernel(MatrixView square) {
    __shared__ float tile[Tile][Tile + 1];
    if (blockIdx.x < blockIdx.y) return; // the whole block
    const std::size_t row = static_cast<std::size_t>(blockIdx.y) * Tile;
    const std::size_t col = static_cast<std::size_t>(blockIdx.x) * Tile;
    for (unsigned i = threadIdx.y; i < Tile; i += blockDim.y)
        if (row + i < square.rows && col + threadIdx.x < square.cols)
            tile[i][threadIdx.x] = square.data[(row + i) * square.stride + col + threadIdx.x];
    __syncthreads();
    for (unsigned i = threadIdx.y; i < Tile; i += blockDim.y) {
        const std::size_t r = col + i, c = row + threadIdx.x;
        if (r < square.rows && c < r) square.data[r * square.stride + c] = tile[threadIdx.x][i];
    }
}

} // namespace

std::size_t channelStatsScratch(ConstMatrixView x) { return stretches(x.rows) * x.cols; }

void channelStats(cudaStream_t stream, ConstMatrixView x, double* sumAbs, float* maxAbs,
                  double* sums, float* tops) {
    if (x.rows == 0 || x.cols == 0) return;
    const std::size_t count = stretches(x.rows);
    const Shape shape{
        dim3(gridOf(x.cols, BlockThreads), static_cast<unsigned>(count < 65535 ? count : 65535)),
        BlockThreads, 0};
    launch(stretchStats, shape, stream, x, sums, tops);
    launch(joinStats, elements(x.cols), stream, sums, tops, count, x.cols, sumAbs, maxAbs);
}

void mirrorUpper(cudaStream_t stream, MatrixView square) {
    if (square.rows < 2) return;
    const auto tiles = static_cast<unsigned>((square.rows + Tile - 1) / Tile);
    launch(mirrorKernel, {dim3(tiles, tiles), dim3(Tile, 8), 0}, stream, square);
}

} // namespace bitsmith::gpu
