// A thread per row throughout: rows do not depend on each other, so nothing waits for anything.
#include "gpu/quant/affine_kernels.h"

#include "gpu/runtime/launch.h"
#include "gpu/shared/affine_math.h"
#include "gpu/shared/column_feedback.h"
#include "gpu/shared/packed_codes.h"

namespace bitsmith::gpu {
namespace {

constexpr unsigned RowThreads = 64; // of a block: enough blocks for all multiprocessors

Shape perRow(std::size_t rows) { return {gridOf(rows, RowThreads), RowThreads, 0}; }

constexpr unsigned Tile = 32;

// grid (row tiles, column tiles in steps), block (32, 8); all threads meet at the barriers.
__global__ void gatherKernel(const float* from, std::size_t rows, std::size_t cols,
                             const std::uint32_t* order, const std::uint8_t* dead, float* to) {
    __shared__ float tile[Tile][Tile + 1];
    const std::size_t row = static_cast<std::size_t>(blockIdx.x) * Tile;
    for (std::size_t col = static_cast<std::size_t>(blockIdx.y) * Tile; col < cols;
         col += static_cast<std::size_t>(gridDim.y) * Tile) {
        const std::size_t j = col + threadIdx.x;
        for (unsigned i = threadIdx.y; i < Tile; i += blockDim.y)
            if (row + i < rows && j < cols) {
                const std::size_t c = order ? order[j] : j;
                tile[i][threadIdx.x] = dead && dead[c] ? 0.0f : from[(row + i) * cols + c];
            }
        __syncthreads();
        for (unsigned i = threadIdx.y; i < Tile; i += blockDim.y)
            if (col + i < cols && row + threadIdx.x < rows)
                to[(col + i) * rows + row + threadIdx.x] = tile[threadIdx.x][i];
        __syncthreads();
    }
}

__device__ float reached(const BlockErrors& at, std::size_t column, std::size_t row) {
    const float base = at.work[column * at.rows + row];
    if (!at.spread || at.done == at.first) return base;
    return withErrors(base, at.errors + row, at.rows, at.spread + at.first * at.cols + column,
                      at.cols, at.done - at.first);
}

// Error of rounding one row's group: squares weighted by importance, or |e / range|^2.4.
struct GroupError {
    const float* values; // of the row, `step` apart
    std::size_t step, width;
    const float* importance;
    float maxCode, unit;
    __device__ double operator()(const AffineOne& group) const {
        float sum = 0;
        const float zero = static_cast<float>(group.zero);
        for (std::size_t i = 0; i < width; ++i) {
            const float w = values[i * step];
            const float e =
                w - affineValue(affineCode(w, group.scale, zero, maxCode), group.scale, zero);
            if (importance)
                sum += importance[i] * (e * e);
            else
                sum += powf(fabsf(e) * unit, 2.4f);
        }
        return static_cast<double>(sum);
    }
};

__global__ void fitGroupKernel(BlockErrors at, GroupFit group, AffineParametersOnDevice out) {
    for (std::size_t r = firstElement(); r < at.rows; r += elementStep()) {
        float low = 0, high = 0;
        for (std::size_t i = 0; i < group.width; ++i) {
            const float w = reached(at, group.column + i, r);
            if (group.scratch) group.scratch[i * at.rows + r] = w;
            low = w < low ? w : low;
            high = w > high ? w : high;
        }
        AffineOne fitted;
        if (group.searched) {
            const float range = -low > high ? -low : high;
            const float held = range < 1e-30f ? 1e-30f : range > 1e30f ? 1e30f : range;
            fitted =
                searchedAffine(low, high, out.bits, out.symmetric,
                               GroupError{group.scratch + r, at.rows, group.width, group.importance,
                                          static_cast<float>((1 << out.bits) - 1), 1.0f / held});
        } else {
            fitted = affineOne(low, high, out.bits, out.symmetric);
        }
        const std::size_t p = group.group * at.rows + r;
        out.scales[p] = fitted.scale;
        out.zeros[p] = static_cast<float>(fitted.zero);
        out.halves[p] = fitted.half;
        if (fitted.clipped) atomicAdd(&out.flagged[0], 1u);
        if (fitted.coarse) atomicAdd(&out.flagged[1], 1u);
    }
}

__global__ void roundColumnsKernel(BlockErrors at, ColumnRun run, AffineParametersOnDevice p) {
    const float maxCode = static_cast<float>((1 << p.bits) - 1);
    for (std::size_t r = firstElement(); r < at.rows; r += elementStep())
        for (std::size_t j = run.column; j < run.end; ++j) {
            BlockErrors here = at;
            here.done = at.spread ? j : at.first;
            const float now = reached(here, j, r);
            const std::size_t parameter = run.groupOf[j] * at.rows + r;
            const float scale = p.scales[parameter], zero = p.zeros[parameter];
            const float code = affineCode(now, scale, zero, maxCode);
            if (run.errors)
                run.errors[(j - at.first) * at.rows + r] = affineValue(code, scale, zero) - now;
            const std::size_t column = run.order ? run.order[j] : j;
            run.codes[column * at.rows + r] = static_cast<std::uint8_t>(code);
        }
}

// How far beyond the middle between two levels a vertex must lie, as in coordinate_descent.cpp.
constexpr double Margin = 1e-4;

__global__ void descendKernel(DescentRun run, AffineParametersOnDevice p) {
    const float maxCode = static_cast<float>((1 << p.bits) - 1);
    for (std::size_t r = firstElement(); r < run.rows; r += elementStep()) {
        double gained = 0;
        for (std::size_t j = run.first; j < run.end; ++j) {
            float* change = run.changes + (j - run.first) * run.rows + r;
            *change = 0;
            const float strength = run.gram[j * run.cols + j];
            if (!(strength > 0)) continue; // the input was never there
            const float slope =
                withErrors(run.product[(j - run.first) * run.rows + r], run.changes + r, run.rows,
                           run.gram + run.first * run.cols + j, run.cols, j - run.first);
            const std::size_t i = j * run.rows + r, parameter = run.groupOf[j] * run.rows + r;
            const float w = run.weights[i], scale = p.scales[parameter], zero = p.zeros[parameter];
            const float old = affineValue(static_cast<float>(run.codes[i]), scale, zero);
            const float to = old + slope / strength;
            const float vertex = to - to == 0 ? to : old;
            const float code = affineCode(vertex, scale, zero, maxCode);
            const float value = affineValue(code, scale, zero);
            const double step = static_cast<double>(value) - old;
            const double beyond = 2 * (static_cast<double>(vertex) - old) - step;
            if (step == 0 || !(beyond * step > Margin * step * step)) continue;
            gained += static_cast<double>(strength) * beyond * step;
            const float difference = w - value;
            *change = difference - run.differences[i];
            run.differences[i] = difference;
            run.codes[i] = static_cast<std::uint8_t>(code);
        }
        run.gained[r] += gained;
    }
}

__global__ void addProductsKernel(const float* a, const float* b, std::size_t rows,
                                  std::size_t cols, double* sums) {
    for (std::size_t r = firstElement(); r < rows; r += elementStep()) {
        double sum = sums[r];
        for (std::size_t c = 0; c < cols; ++c)
            sum += static_cast<double>(a[c * rows + r]) * b[c * rows + r];
        sums[r] = sum;
    }
}

// A thread per row and eight columns.
__global__ void packKernel(const std::uint8_t* codes, std::size_t rows, std::size_t cols, int bits,
                           std::size_t rowBytes, std::uint8_t* packed) {
    const std::size_t octets = (cols + 7) / 8;
    for (std::size_t i = firstElement(); i < rows * octets; i += elementStep()) {
        const std::size_t r = i % rows;
        packEight(
            i / rows, cols, bits, [&](std::size_t c) { return codes[c * rows + r]; },
            packed + r * rowBytes);
    }
}

__global__ void unpackKernel(const std::uint8_t* packed, std::size_t rows, std::size_t cols,
                             int bits, std::size_t rowBytes, std::uint8_t* codes) {
    for (std::size_t i = firstElement(); i < rows * cols; i += elementStep()) {
        const std::size_t r = i % rows, c = i / rows;
        codes[i] = static_cast<std::uint8_t>(codeAt(packed + r * rowBytes, c, bits));
    }
}

__global__ void differencesKernel(const float* weights, const std::uint8_t* codes, std::size_t rows,
                                  std::size_t cols, const std::uint32_t* groupOf,
                                  AffineParametersOnDevice p, float* differences) {
    for (std::size_t i = firstElement(); i < rows * cols; i += elementStep()) {
        const std::size_t parameter = groupOf[i / rows] * rows + i % rows;
        differences[i] = weights[i] - affineValue(static_cast<float>(codes[i]), p.scales[parameter],
                                                  p.zeros[parameter]);
    }
}

} // namespace

void gatherColumns(cudaStream_t stream, const float* from, std::size_t rows, std::size_t cols,
                   const std::uint32_t* order, const std::uint8_t* dead, float* to) {
    const std::size_t columnTiles = (cols + Tile - 1) / Tile;
    const dim3 grid(static_cast<unsigned>((rows + Tile - 1) / Tile),
                    static_cast<unsigned>(columnTiles < 65535 ? columnTiles : 65535));
    launch(gatherKernel, {grid, dim3(Tile, 8), 0}, stream, from, rows, cols, order, dead, to);
}

void fitGroup(cudaStream_t stream, const BlockErrors& at, const GroupFit& group,
              const AffineParametersOnDevice& parameters) {
    launch(fitGroupKernel, perRow(at.rows), stream, at, group, parameters);
}

void roundColumns(cudaStream_t stream, const BlockErrors& at, const ColumnRun& run,
                  const AffineParametersOnDevice& parameters) {
    launch(roundColumnsKernel, perRow(at.rows), stream, at, run, parameters);
}

void descendColumns(cudaStream_t stream, const DescentRun& run,
                    const AffineParametersOnDevice& parameters) {
    launch(descendKernel, perRow(run.rows), stream, run, parameters);
}

void addProducts(cudaStream_t stream, const float* a, const float* b, std::size_t rows,
                 std::size_t cols, double* sums) {
    launch(addProductsKernel, perRow(rows), stream, a, b, rows, cols, sums);
}

void packColumns(cudaStream_t stream, const std::uint8_t* codes, std::size_t rows, std::size_t cols,
                 int bits, std::size_t rowBytes, std::uint8_t* packed) {
    launch(packKernel, elements(rows * ((cols + 7) / 8)), stream, codes, rows, cols, bits, rowBytes,
           packed);
}

void unpackColumns(cudaStream_t stream, const std::uint8_t* packed, std::size_t rows,
                   std::size_t cols, int bits, std::size_t rowBytes, std::uint8_t* codes) {
    launch(unpackKernel, elements(rows * cols), stream, packed, rows, cols, bits, rowBytes, codes);
}

void differencesOf(cudaStream_t stream, const float* weights, const std::uint8_t* codes,
                   std::size_t rows, std::size_t cols, const std::uint32_t* groupOf,
                   const AffineParametersOnDevice& parameters, float* differences) {
    launch(differencesKernel, elements(rows * cols), stream, weights, codes, rows, cols, groupOf,
           parameters, differences);
}

} // namespace bitsmith::gpu
