// Row by row: norms and softmax. A block takes a row; each thread sums its columns in fp32, the
// threads' sums are joined in double, always in the same order.
#include "gpu/ops/kernels.h"
#include "gpu/runtime/launch.h"

#include <cmath>

namespace bitsmith::gpu {
namespace {

// The sum over a row's elements.
template <class Term>
__device__ double rowSum(std::size_t first, std::size_t last, const Term& term, double* slots) {
    float own = 0;
    for (std::size_t c = first + threadIdx.x; c < last; c += blockDim.x) own += term(c);
    return blockReduce(static_cast<double>(own), Sum(), slots);
}

__device__ float rowMax(const float* row, std::size_t first, std::size_t last, float* slots) {
    float own = -INFINITY;
    for (std::size_t c = first + threadIdx.x; c < last; c += blockDim.x)
        own = Larger()(own, row[c]);
    return blockReduce(own, Larger(), slots);
}

__global__ void rmsNormKernel(ConstMatrixView x, const float* weight, float eps, MatrixView y) {
    __shared__ double slots[32];
    for (std::size_t t = blockIdx.x; t < x.rows; t += gridDim.x) {
        const float* row = x.data + t * x.stride;
        float* out = y.data + t * y.stride;
        const double squares = rowSum(
            0, x.cols, [&](std::size_t c) { return row[c] * row[c]; }, slots);
        const float scale =
            static_cast<float>(1.0 / sqrt(squares / static_cast<double>(x.cols) + eps));
        for (std::size_t c = threadIdx.x; c < x.cols; c += blockDim.x)
            out[c] = row[c] * scale * weight[c];
    }
}

__global__ void layerNormKernel(ConstMatrixView x, const float* weight, const float* bias,
                                float eps, MatrixView y) {
    __shared__ double slots[32];
    for (std::size_t t = blockIdx.x; t < x.rows; t += gridDim.x) {
        const float* row = x.data + t * x.stride;
        float* out = y.data + t * y.stride;
        const double count = static_cast<double>(x.cols);
        const float mean =
            static_cast<float>(rowSum(
                                   0, x.cols, [&](std::size_t c) { return row[c]; }, slots) /
                               count);
        const double variance = rowSum(
                                    0, x.cols,
                                    [&](std::size_t c) {
                                        const float d = row[c] - mean;
                                        return d * d;
                                    },
                                    slots) /
                                count;
        const float scale = static_cast<float>(1.0 / sqrt(variance + eps));
        for (std::size_t c = threadIdx.x; c < x.cols; c += blockDim.x)
            out[c] = (row[c] - mean) * scale * weight[c] + (bias ? bias[c] : 0.0f);
    }
}

// Two subtractions: the largest may be large where the logarithm is small.
__global__ void logSoftmaxKernel(MatrixView x) {
    __shared__ double slots[32];
    __shared__ float tops[32];
    for (std::size_t t = blockIdx.x; t < x.rows; t += gridDim.x) {
        float* row = x.data + t * x.stride;
        const float top = rowMax(row, 0, x.cols, tops);
        const double sum = rowSum(
            0, x.cols, [&](std::size_t c) { return expf(row[c] - top); }, slots);
        const float shift = static_cast<float>(log(sum));
        for (std::size_t c = threadIdx.x; c < x.cols; c += blockDim.x)
            row[c] = row[c] - top - shift;
    }
}

__global__ void maskedSoftmaxKernel(MaskedScores args) {
    __shared__ double slots[32];
    __shared__ float tops[32];
    const std::size_t rows = args.heads * args.queries;
    for (std::size_t r = blockIdx.x; r < rows; r += gridDim.x) {
        float* row = args.scores + r * args.keys;
        const auto keys = static_cast<std::ptrdiff_t>(args.keys);
        const std::ptrdiff_t end = static_cast<std::ptrdiff_t>(r % args.queries) + args.seen;
        const std::ptrdiff_t begin =
            args.window ? end - static_cast<std::ptrdiff_t>(args.window) : 0;
        const auto held = [&](std::ptrdiff_t k) {
            return static_cast<std::size_t>(k < 0 ? 0 : k > keys ? keys : k);
        };
        const std::size_t from = held(begin), to = held(end);
        const float top = rowMax(row, from, to, tops);
        const double sum = rowSum(
            from, to, [&](std::size_t c) { return expf(row[c] - top); }, slots);
        const float scale = static_cast<float>(1.0 / sum);
        for (std::size_t c = threadIdx.x; c < args.keys; c += blockDim.x)
            row[c] = c >= from && c < to ? expf(row[c] - top) * scale : 0.0f;
    }
}

} // namespace

void rmsNorm(cudaStream_t stream, ConstMatrixView x, const float* weight, float eps, MatrixView y) {
    if (x.rows == 0 || x.cols == 0) return;
    launch(rmsNormKernel, rowBlocks(x.rows, x.cols), stream, x, weight, eps, y);
}
void layerNorm(cudaStream_t stream, ConstMatrixView x, const float* weight, const float* bias,
               float eps, MatrixView y) {
    if (x.rows == 0 || x.cols == 0) return;
    launch(layerNormKernel, rowBlocks(x.rows, x.cols), stream, x, weight, bias, eps, y);
}
void logSoftmax(cudaStream_t stream, MatrixView x) {
    if (x.rows == 0 || x.cols == 0) return;
    launch(logSoftmaxKernel, rowBlocks(x.rows, x.cols), stream, x);
}
void maskedSoftmax(cudaStream_t stream, const MaskedScores& args) {
    const std::size_t rows = args.heads * args.queries;
    if (rows == 0 || args.keys == 0) return;
    launch(maskedSoftmaxKernel, rowBlocks(rows, args.keys), stream, args);
}

} // namespace bitsmith::gpu
